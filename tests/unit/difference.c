/* The differences between the wanted and the found settings, and their JSON. */
#include "stack/difference.h"
#include "tap.h"

static const char *const order[] = {"shards", "key", "value", NULL};
static const char *const fixed[] = {"key", NULL};
static const struct resource_kind kind = {.settings = order, .fixed = fixed};

static struct resource wanted = {.kind = &kind};
static struct presence presence;
static struct differences differences;

/* The differences to these found values of shards, key and value, as JSON; NULL: not found. */
static const char *
written(bool exists, const char *const found[3])
{
	static struct buffer json;

	presence_free(&presence);
	presence.exists = exists;
	for (size_t i = 0; i < 3; i++) {
		if (found[i] != NULL)
			settings_set(&presence.found, order[i], found[i]);
	}
	differences_find(&wanted, &presence, &differences);
	buffer_free(&json);
	buffer_init(&json, 1000);
	ok(differences_write(&differences, &json), "written");
	return buffer_text(&json);
}

int
main(void)
{
	settings_set(&wanted.wanted, "shards", "2");
	settings_set(&wanted.wanted, "key", "a\"b");
	is_text(written(true, (const char *const[]){"2", "a\"b", "x"}), "[]", "none");
	ok(differences.next == NULL && differences.fixed == NULL, "nothing to do");
	is_text(written(true, (const char *const[]){"1", "a\"b", NULL}),
	    "[{\"setting\":\"shards\",\"from\":\"1\",\"to\":\"2\"}]",
	    "a setting that can be changed");
	ok(differences.next == &differences.all[0] && differences.fixed == NULL,
	    "it is the next to change");
	is_text(written(true, (const char *const[]){"2", "c", NULL}),
	    "[{\"setting\":\"key\",\"from\":\"c\",\"to\":\"a\\\"b\"}]", "a setting that cannot");
	ok(differences.next == NULL && differences.fixed == &differences.all[0],
	    "it is fixed, and nothing is to change");
	is_text(written(false, (const char *const[]){NULL, NULL, NULL}),
	    "[{\"setting\":\"shards\",\"to\":\"2\"},{\"setting\":\"key\",\"to\":\"a\\\"b\"}]",
	    "a resource to create");
	ok(differences.fixed == NULL, "nothing is fixed before it exists");
	settings_set(&wanted.wanted, "value", "sha256:1");
	is_text(written(true, (const char *const[]){"2", "a\"b", "sha256:2"}),
	    "[{\"setting\":\"value\"}]", "a secret's value is not shown");
	presence_free(&presence);
	resource_free(&wanted);
	return done();
}
