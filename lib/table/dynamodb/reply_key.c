/* reply_key: the keys of items in requests, in replies and in messages. */
#include "text/json.h"
#include "table/dynamodb/dynamodb.h"

enum { TEXT = 6 * ITEM_PARTITION_MAX /* of a part of a key, each byte escaped */ };

void
dynamodb_add_key(struct buffer *to, struct span partition, struct span sort)
{
	const char length[2] = {(char)(partition.length >> 8), (char)partition.length};

	buffer_add(to, length, sizeof length);
	buffer_add(to, partition.start, partition.length);
	if (sort.length > 0)
		buffer_add(to, sort.start, sort.length);
}

struct span
dynamodb_member(struct span object, const char *name)
{
	struct json_cursor cursor;
	struct span found, value;

	if (object.start == NULL || json_kind(object) != JSON_OBJECT)
		return (struct span){NULL, 0};
	cursor = json_enter(object);
	while (json_next_member(&cursor, &found, &value)) {
		if (name == NULL || json_text_is(found, span_of(name)))
			return value;
	}
	return (struct span){NULL, 0};
}

/* A part of the key of an item in a reply, in the form that items have it. text is its place. */
static bool
read_part(
    struct dynamodb *dynamodb, struct span item, bool sort, char text[TEXT], struct span *value)
{
	const struct table_key *key = &dynamodb->table.key;
	const struct key_part *part = sort ? &key->sort : &key->partition;
	struct span inner =
	    dynamodb_member(dynamodb_member(item, part->name), (char[]){part->type, '\0'});
	struct failure ignored;

	if (inner.start == NULL || json_kind(inner) != JSON_STRING)
		return false;
	inner = json_inside(inner);
	if (inner.length > TEXT)
		return false;
	inner = (struct span){text, json_unescape(inner, text)};
	return item_key_value(dynamodb->reader, sort, inner, value, &ignored);
}

bool
dynamodb_reply_key(struct dynamodb *dynamodb, struct span item, struct buffer *key)
{
	char texts[2][TEXT];
	struct span partition, sort = {"", 0};
	bool good = read_part(dynamodb, item, false, texts[0], &partition) &&
	            (dynamodb->table.key.sort.type == '\0' ||
	                read_part(dynamodb, item, true, texts[1], &sort));

	buffer_clear(key);
	if (good)
		dynamodb_add_key(key, partition, sort);
	item_reader_reset(dynamodb->reader);
	return good;
}

void
dynamodb_describe_unprocessed(
    const struct dynamodb *dynamodb, const struct prepared *prepared, struct failure *failure)
{
	const struct table_key *key = &dynamodb->table.key;
	const char *bytes = prepared->keyed.key.start;
	size_t length = (size_t)(unsigned char)bytes[0] << 8 | (unsigned char)bytes[1];
	size_t rest = prepared->keyed.key.length - 2 - length;
	struct shown partition, sort;

	/* Numbers and binary values are not readable in a key: the item shows them. */
	if (key->partition.type != 'S' || (rest > 0 && key->sort.type != 'S')) {
		fail(failure, FAILURE_TEMPORARY,
		    "DynamoDB leaves an item of the table %s unprocessed: %s", dynamodb->name,
		    show(&partition, prepared->text.start, prepared->text.length));
		return;
	}
	fail(failure, FAILURE_TEMPORARY,
	    "DynamoDB leaves the item with the key %s%s%s of the table %s unprocessed",
	    show(&partition, bytes + 2, length), rest > 0 ? ", " : "",
	    show(&sort, bytes + 2 + length, rest), dynamodb->name);
}
