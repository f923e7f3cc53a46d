/* fields: finds the members of a record, and turns their values into text. */
#include "topic/fields.h"

bool
fields_add(struct fields *fields, struct span name, size_t *index, struct failure *failure)
{
	struct shown shown;

	for (*index = 0; *index < fields->count; ++*index) {
		if (span_equal(fields->wanted[*index].name, name))
			return true;
	}
	if (name.length == 0)
		return fail(failure, FAILURE_PERMANENT, "a member's name is empty");
	if (!json_is_utf8(name))
		return fail(failure, FAILURE_PERMANENT, "the member %s is not UTF-8",
		    show(&shown, name.start, name.length));
	if (fields->count == FIELDS_MOST)
		return fail(
		    failure, FAILURE_PERMANENT, "more than %d members are named", FIELDS_MOST);
	fields->wanted[fields->count++].name = name;
	return true;
}

bool
fields_find(struct fields *fields, struct span record, struct failure *failure)
{
	struct json_error error;
	struct shown shown;

	if (fields->count == 0)
		return true;
	if (!json_find(record, JSON_DEPTH, fields->wanted, fields->count, NULL, &error))
		return fail(failure, FAILURE_REFUSED, "not a JSON object: %s at byte %zu",
		    error.reason, error.offset + 1);
	for (size_t i = 0; i < fields->count; i++) {
		struct span name = fields->wanted[i].name;

		if (fields->wanted[i].times > 1)
			return fail(failure, FAILURE_REFUSED, "member \"%s\" occurs twice",
			    show(&shown, name.start, name.length));
	}
	return true;
}

bool
fields_escape(struct span text, struct buffer *to)
{
	bool fits = true;

	for (size_t i = 0; fits && i < text.length; i++) {
		switch (text.start[i]) {
		case '&':
			fits = buffer_add_text(to, "&amp;");
			break;
		case '<':
			fits = buffer_add_text(to, "&lt;");
			break;
		case '>':
			fits = buffer_add_text(to, "&gt;");
			break;
		default:
			fits = buffer_add(to, &text.start[i], 1);
		}
	}
	return fits;
}

/* Escapes what was added to to after start. */
static bool
escape_rest(struct buffer *to, size_t start)
{
	struct buffer plain;
	bool fits;

	buffer_init(&plain, to->ceiling);
	fits = buffer_add(&plain, to->data + start, to->length - start);
	to->length = start;
	fits = fits && fields_escape(buffer_span(&plain), to);
	buffer_free(&plain);
	return fits;
}

bool
fields_text(const struct fields *fields, size_t index, bool slack, struct buffer *to,
    struct failure *failure)
{
	const struct json_wanted *wanted = &fields->wanted[index];
	struct span value = json_present(wanted->value);
	size_t start = to->length;
	struct shown shown;
	bool fits;

	if (value.start == NULL)
		return fail(failure, FAILURE_REFUSED, "member \"%s\" is %s",
		    show(&shown, wanted->name.start, wanted->name.length),
		    wanted->value.start == NULL ? "missing" : "null");
	if (json_kind(value) == JSON_STRING) {
		struct span inside = json_inside(value);

		fits = buffer_reserve(to, inside.length);
		if (fits)
			to->length += json_unescape(inside, to->data + to->length);
	} else {
		fits = buffer_add(to, value.start, value.length);
	}
	if (fits && slack && to->length > start)
		fits = escape_rest(to, start);
	return fits || fail(failure, FAILURE_REFUSED, "the message would be too long");
}
