/* item: reads a record as an item. */
#include "table/item_reader.h"
#include "text/json.h"

/* A typed attribute takes two levels of JSON, a plain one takes one. */
enum { TYPED_DEPTH = 2 * JSON_DEPTH_TABLE };

/* Does the item have the whole key? */
static bool
check_key(struct item_reader *reader)
{
	const struct table_key *key = reader->key;
	const char *missing = NULL;
	struct shown shown;

	if (reader->item->partition.start == NULL)
		missing = key->partition.name;
	else if (key->sort.type != '\0' && reader->item->sort.start == NULL)
		missing = key->sort.name;
	if (missing == NULL)
		return true;
	return fail(reader->failure, FAILURE_REFUSED, "the key attribute \"%s\" is missing",
	    show(&shown, missing, strlen(missing)));
}

/* A typed item without sets or binary is stored plain. */
static void
choose_form(struct item_reader *reader, struct item *item)
{
	buffer_clear(&reader->plain);
	item->typed = reader->typed &&
	              (reader->only_typed || !item_write(&reader->plain, item->text, true, false));
	if (reader->typed && !item->typed)
		item->text = pool_copy(&reader->kept, reader->plain.data, reader->plain.length);
}

static void
begin(struct item_reader *reader, struct span text, bool typed, struct item *item,
    struct failure *failure)
{
	*item = (struct item){.text = text, .typed = typed};
	reader->item = item;
	reader->typed = typed;
	reader->escaped = text.length > 0 && memchr(text.start, '\\', text.length) != NULL;
	reader->only_typed = false;
	reader->size = 0;
	reader->failure = failure;
	reader->distinct.count = 0;
	pool_reset(&reader->scratch);
}

/* Is its text JSON, and an object? */
static bool
check_object(struct item_reader *reader, struct span text, unsigned depth)
{
	struct json_error error;

	if (!json_check(text, depth, &error))
		return item_refuse_syntax(reader, &error);
	return json_kind(text) == JSON_OBJECT ||
	       fail(reader->failure, FAILURE_REFUSED, "not a JSON object");
}

bool
item_read(struct item_reader *reader, struct span text, bool typed, struct item *item,
    struct failure *failure)
{
	unsigned depth = typed ? TYPED_DEPTH : JSON_DEPTH_TABLE;

	begin(reader, text, typed, item, failure);
	if (json_kind(text) != JSON_OBJECT)
		return check_object(reader, text, depth);
	if (!item_check(reader, text, depth) || !check_key(reader))
		return false;
	choose_form(reader, item);
	return true;
}

/* Takes a member if it is part of the key, and adds it to reader->plain. */
static bool
take_member(struct item_reader *reader, struct span name, struct span value)
{
	const struct item *item = reader->item;
	struct place place = {.depth = 2};
	bool sort = reader->sort_name.start != NULL && json_text_is(name, reader->sort_name);

	if (!sort && !json_text_is(name, reader->partition_name))
		return true;
	place.name = sort ? reader->sort_name : reader->partition_name;
	if ((sort ? item->sort : item->partition).start != NULL)
		return item_refuse(reader, &place, "it occurs twice");
	if (!item_check_value(reader, &place, value) || !item_take_key(reader, &place, value))
		return false;
	buffer_add_text(&reader->plain, reader->plain.length > 0 ? ",\"" : "{\"");
	buffer_add(&reader->plain, name.start, name.length);
	buffer_add_text(&reader->plain, "\":");
	return buffer_add(&reader->plain, value.start, value.length);
}

bool
item_read_key(struct item_reader *reader, struct span text, bool typed, struct item *item,
    struct failure *failure)
{
	struct json_cursor cursor;
	struct span name, value;

	begin(reader, text, typed, item, failure);
	if (!check_object(reader, text, JSON_DEPTH))
		return false;
	buffer_clear(&reader->plain);
	cursor = json_enter(text);
	while (json_next_member(&cursor, &name, &value)) {
		if (!take_member(reader, name, value))
			return false;
	}
	if (!check_key(reader))
		return false;
	buffer_add_text(&reader->plain, "}");
	item->text = pool_copy(&reader->kept, reader->plain.data, reader->plain.length);
	return true;
}
