/* What differs between a resource that is wanted and the one there is, and how it is told. */
#include "stack/difference.h"
#include "tap.h"

static const char *const order[] = {"shards", "key", "value", NULL};
static const char *const fixed[] = {"key", NULL};
static const struct resource_kind kind = {.settings = order, .fixed = fixed};

static struct resource wanted = {.kind = &kind};
static struct presence presence;
static struct differences differences;

/* The differences between these shards, key and value, as JSON; NULL: not there. */
static const char *
told(bool exists, const char *const found[3])
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
	is_text(told(true, (const char *const[]){"2", "a\"b", "x"}), "[]", "none");
	ok(differences.next == NULL && differences.fixed == NULL, "nothing to do");
	is_text(told(true, (const char *const[]){"1", "a\"b", NULL}),
	    "[{\"setting\":\"shards\",\"from\":\"1\",\"to\":\"2\"}]", "one that can be changed");
	ok(differences.next == &differences.all[0] && differences.fixed == NULL, "and is");
	is_text(told(true, (const char *const[]){"2", "c", NULL}),
	    "[{\"setting\":\"key\",\"from\":\"c\",\"to\":\"a\\\"b\"}]", "one that cannot");
	ok(differences.next == NULL && differences.fixed == &differences.all[0], "and is not");
	is_text(told(false, (const char *const[]){NULL, NULL, NULL}),
	    "[{\"setting\":\"shards\",\"to\":\"2\"},{\"setting\":\"key\",\"to\":\"a\\\"b\"}]",
	    "one that is to be made");
	ok(differences.fixed == NULL, "where nothing is, nothing is fixed");
	settings_set(&wanted.wanted, "value", "sha256:1");
	is_text(told(true, (const char *const[]){"2", "a\"b", "sha256:2"}),
	    "[{\"setting\":\"value\"}]", "a secret's value is not told");
	presence_free(&presence);
	settings_free(&wanted.wanted);
	return done();
}
