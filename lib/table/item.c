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

bool
item_read(struct item_reader *reader, struct span text, bool typed, struct item *item,
    struct failure *failure)
{
	struct json_error error;

	*item = (struct item){.text = text};
	reader->item = item;
	reader->typed = typed;
	reader->escaped = text.length > 0 && memchr(text.start, '\\', text.length) != NULL;
	reader->only_typed = false;
	reader->size = 0;
	reader->failure = failure;
	reader->distinct.count = 0;
	pool_reset(&reader->scratch);
	if (!json_check(text, typed ? TYPED_DEPTH : JSON_DEPTH_TABLE, &error))
		return fail(
		    failure, FAILURE_REFUSED, "%s, at byte %zu", error.reason, error.offset + 1);
	if (json_kind(text) != JSON_OBJECT)
		return fail(failure, FAILURE_REFUSED, "not a JSON object");
	if (!item_check(reader, text) || !check_key(reader))
		return false;
	choose_form(reader, item);
	return true;
}
