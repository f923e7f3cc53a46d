/* get_reply: reads a reply of BatchGetItem: which keys have items, and which were not processed. */
#include "text/json.h"
#include "table/dynamodb/dynamodb.h"

/* {"Responses":{"NAME":[ITEM…]},"UnprocessedKeys":{"NAME":{"Keys":[{…}…]}}} */
enum { REPLY_DEPTH = 2 * JSON_DEPTH_TABLE + 5 };

/* The place of an item's key; DYNAMODB_GET: it was not asked for. key: scratch. */
static size_t
find_place(struct dynamodb *dynamodb, struct span item, struct prepared *const keys[DYNAMODB_GET],
    struct buffer *key)
{
	size_t at = 0;

	if (!dynamodb_reply_key(dynamodb, item, key))
		return DYNAMODB_GET;
	while (at < DYNAMODB_GET &&
	       (keys[at] == NULL || !span_equal(keys[at]->keyed.key, buffer_span(key))))
		at++;
	return at;
}

/* The items of the only table. False: value is not what it has to be. */
static bool
begin_list(struct span value, const char *name, struct json_cursor *cursor, bool *some)
{
	struct span list = json_present(value);

	*some = false;
	if (list.start == NULL)
		return true;
	if (json_kind(list) != JSON_OBJECT)
		return false;
	list = json_present(dynamodb_member(list, NULL));
	if (name != NULL && list.start != NULL) {
		if (json_kind(list) != JSON_OBJECT)
			return false;
		list = json_present(dynamodb_member(list, name));
	}
	if (list.start == NULL)
		return true;
	*some = json_kind(list) == JSON_ARRAY;
	if (*some)
		*cursor = json_enter(list);
	return *some;
}

static bool
read_lists(struct dynamodb *dynamodb, const struct json_wanted wanted[2],
    struct prepared *const keys[DYNAMODB_GET], bool unprocessed[DYNAMODB_GET],
    bool (*give)(void *, size_t, struct span), void *context, struct buffer *key)
{
	struct json_cursor cursor;
	struct span element;
	size_t place;
	bool some;

	if (!begin_list(wanted[1].value, "Keys", &cursor, &some))
		return false;
	while (some && json_next_element(&cursor, &element)) {
		place = find_place(dynamodb, element, keys, key);
		if (place == DYNAMODB_GET)
			return false;
		unprocessed[place] = true;
	}
	if (!begin_list(wanted[0].value, NULL, &cursor, &some))
		return false;
	while (some && json_next_element(&cursor, &element)) {
		place = find_place(dynamodb, element, keys, key);
		if (place == DYNAMODB_GET || unprocessed[place] || !give(context, place, element))
			return false;
	}
	return true;
}

/* A reply that holds no Responses does not say that an item is missing. */
static bool
says_something(struct span responses, struct prepared *const keys[DYNAMODB_GET],
    const bool unprocessed[DYNAMODB_GET])
{
	for (size_t i = 0; i < DYNAMODB_GET && json_present(responses).start == NULL; i++) {
		if (keys[i] != NULL && !unprocessed[i])
			return false;
	}
	return true;
}

bool
dynamodb_batch_reply(struct dynamodb *dynamodb, struct span reply,
    struct prepared *const keys[DYNAMODB_GET], bool unprocessed[DYNAMODB_GET],
    bool (*give)(void *context, size_t place, struct span item), void *context)
{
	struct json_wanted wanted[2] = {
	    {.name = span_of("Responses")}, {.name = span_of("UnprocessedKeys")}};
	struct json_error error;
	struct buffer key;
	bool good;

	memset(unprocessed, 0, DYNAMODB_GET * sizeof *unprocessed);
	if (!json_find(reply, REPLY_DEPTH, wanted, 2, NULL, &error))
		return false;
	buffer_init(&key, DYNAMODB_KEY);
	good = read_lists(dynamodb, wanted, keys, unprocessed, give, context, &key) &&
	       says_something(wanted[0].value, keys, unprocessed);
	buffer_free(&key);
	return good;
}
