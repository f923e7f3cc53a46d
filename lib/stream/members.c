/* members: finds the partition key and the hash key in a record. */
#include "text/json.h"
#include "stream/members.h"

void
members_want(struct members *members, const char *key, const char *hash_key)
{
	if (key != NULL) {
		members->key = &members->wanted[members->count++];
		members->key->name = span_of(key);
	}
	if (hash_key != NULL) {
		members->hash_key = &members->wanted[members->count++];
		members->hash_key->name = span_of(hash_key);
	}
}

/* The text of a member's value. what: "partition key" or the like, for messages. */
static bool
text_of(
    const struct json_wanted *wanted, const char *what, struct span *text, struct failure *failure)
{
	struct span name = wanted->name;
	struct shown shown;

	if (wanted->times == 0)
		return fail(failure, FAILURE_REFUSED, "no member \"%s\" for the %s",
		    show(&shown, name.start, name.length), what);
	if (wanted->times > 1)
		return fail(failure, FAILURE_REFUSED, "member \"%s\" occurs twice",
		    show(&shown, name.start, name.length));
	*text = wanted->value;
	switch (json_kind(wanted->value)) {
	case JSON_STRING:
		*text = json_inside(wanted->value);
		return true;
	case JSON_NUMBER:
	case JSON_TRUE:
	case JSON_FALSE:
		return true;
	case JSON_OBJECT:
	case JSON_ARRAY:
	case JSON_NULL:
		break;
	}
	return fail(failure, FAILURE_REFUSED,
	    "member \"%s\" cannot be the %s: it is null, an object or an array",
	    show(&shown, name.start, name.length), what);
}

bool
members_find(struct members *members, struct record *record, struct failure *failure)
{
	struct json_error error;

	if (members->count == 0)
		return true;
	if (!json_find(record->data, JSON_DEPTH, members->wanted, members->count, NULL, &error))
		return fail(
		    failure, FAILURE_REFUSED, "%s, at byte %zu", error.reason, error.offset + 1);
	return (members->key == NULL ||
	           text_of(members->key, "partition key", &record->key, failure)) &&
	       (members->hash_key == NULL ||
	           text_of(members->hash_key, "hash key", &record->hash_key, failure));
}
