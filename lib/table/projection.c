/* projection: reads the names of attributes, and finds an item's among them. */
#include "table/projection.h"
#include "text/json.h"

static void
add(struct projection *projection, struct span name)
{
	for (size_t i = 0; i < projection->count; i++) {
		if (span_equal(projection->names[i], name))
			return;
	}
	projection->names[projection->count++] = name;
}

bool
projection_read(struct projection *projection, const char *text, const struct table_key *key,
    struct failure *failure)
{
	struct span name;
	struct shown shown;
	size_t given = 0;

	projection->count = 0;
	add(projection, span_of(key->partition.name));
	if (key->sort.type != '\0')
		add(projection, span_of(key->sort.name));
	for (;; text++) {
		name = (struct span){text, strcspn(text, ",")};
		if (name.length == 0 || name.length > KEY_NAME_MAX || !json_is_utf8(name))
			return fail(failure, FAILURE_PERMANENT,
			    "--projection: \"%s\" is not an attribute's name of 1 to 255 bytes of "
			    "UTF-8 (NAME,NAME,...)",
			    show(&shown, name.start, name.length));
		if (++given > PROJECTION_NAMES)
			return fail(failure, FAILURE_PERMANENT, "--projection: more than %d names",
			    PROJECTION_NAMES);
		add(projection, name);
		text += name.length;
		if (*text == '\0')
			return true;
	}
}

bool
projection_has(const struct projection *projection, struct span name)
{
	for (size_t i = 0; i < projection->count; i++) {
		if (json_text_is(name, projection->names[i]))
			return true;
	}
	return false;
}
