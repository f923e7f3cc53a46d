/* item: reading: is a record an item, and what is its key. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "text/base64.h"
#include "table/item_reader.h"
#include "text/json.h"
#include "base/memory.h"

/* Typed, an attribute takes two levels of JSON where it takes one plain. */
enum { TYPED_DEPTH = 2 * JSON_DEPTH_TABLE };

struct item_reader *
item_reader_open(const struct table_key *key)
{
	struct item_reader *reader = memory_new(1, sizeof *reader);

	reader->key = key;
	reader->partition_name = span_of(key->partition.name);
	if (key->sort.type != '\0')
		reader->sort_name = span_of(key->sort.name);
	/* Both hold no more than the record they come from does. */
	buffer_init(&reader->decoded, SIZE_MAX / 2);
	buffer_init(&reader->plain, SIZE_MAX / 2);
	return reader;
}

void
item_reader_close(struct item_reader *reader)
{
	pool_free(&reader->kept);
	pool_free(&reader->scratch);
	distinct_free(&reader->distinct);
	buffer_free(&reader->decoded);
	buffer_free(&reader->plain);
	free(reader);
}

void
item_reader_reset(struct item_reader *reader)
{
	pool_reset(&reader->kept);
}

struct span
item_plain_text(const struct item_reader *reader, struct pool *pool, struct span inside)
{
	char *text;

	if (!reader->escaped || inside.length == 0 ||
	    memchr(inside.start, '\\', inside.length) == NULL)
		return inside;
	text = pool_take(pool, inside.length);
	return (struct span){text, json_unescape(inside, text)};
}

static const char *
name_of_type(char type)
{
	return type == 'S' ? "a string (S)" : type == 'N' ? "a number (N)" : "binary (B)";
}

/* Room for the reason is the caller's. NULL: it fits. */
static const char *
key_misfit(bool sort, struct span bytes, char *reason, size_t room)
{
	size_t most = sort ? ITEM_SORT_MAX : ITEM_PARTITION_MAX;

	if (bytes.length > 0 && bytes.length <= most)
		return NULL;
	if (bytes.length == 0)
		snprintf(reason, room, "it is part of the key and must not be empty");
	else
		snprintf(reason, room, "%zu bytes long, and a %s key may have %zu", bytes.length,
		    sort ? "sort" : "partition", most);
	return reason;
}

struct span
item_number_bytes(struct pool *pool, const struct number *number)
{
	unsigned char *key = pool_take(pool, NUMBER_KEY_BYTES);

	return (struct span){(char *)key, number_key(number, key)};
}

struct span
item_number_text(struct item_reader *reader, struct span inner)
{
	return reader->typed ? item_plain_text(reader, &reader->scratch, json_inside(inner))
	                     : inner;
}

bool
item_take_key(struct item_reader *reader, const struct place *place, struct span text)
{
	bool sort = reader->sort_name.start != NULL && span_equal(place->name, reader->sort_name);
	const struct key_part *part = sort ? &reader->key->sort : &reader->key->partition;
	struct item_value value;
	struct span bytes;
	struct number number;
	char reason[200];

	if (!sort && !span_equal(place->name, reader->partition_name))
		return true;
	value = item_untag(text, reader->typed);
	if (part->type == 'S' && value.tag == ITEM_S) {
		bytes = item_plain_text(reader, &reader->kept, json_inside(value.inner));
	} else if (part->type == 'N' && value.tag == ITEM_N) {
		number_read(item_number_text(reader, value.inner), &number);
		bytes = item_number_bytes(&reader->kept, &number);
	} else if (part->type == 'B' && value.tag == ITEM_B) {
		bytes = pool_copy(&reader->kept, reader->decoded.data, reader->decoded.length);
	} else {
		snprintf(reason, sizeof reason, "it is part of the key and must be %s%s",
		    name_of_type(part->type),
		    part->type == 'B' && !reader->typed ? ", which only --typed can write" : "");
		return item_refuse(reader, place, reason);
	}
	if (key_misfit(sort, bytes, reason, sizeof reason) != NULL)
		return item_refuse(reader, place, reason);
	*(sort ? &reader->item->sort : &reader->item->partition) = bytes;
	return true;
}

/* Is the whole key there? */
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

/* Typed text that plain JSON can say is stored plain. */
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
		return fail(failure, FAILURE_REFUSED, "not an object, as an item is");
	if (!item_check(reader, text) || !check_key(reader))
		return false;
	choose_form(reader, item);
	return true;
}

bool
item_key_value(struct item_reader *reader, bool sort, struct span text, struct span *value,
    struct failure *failure)
{
	const struct key_part *part = sort ? &reader->key->sort : &reader->key->partition;
	const char *wrong = NULL;
	struct number number;
	char reason[200];

	*value = text;
	if (part->type == 'N') {
		wrong = number_read(text, &number);
		if (wrong == NULL)
			*value = item_number_bytes(&reader->kept, &number);
	} else if (part->type == 'B') {
		buffer_clear(&reader->decoded);
		if (base64_decode(&reader->decoded, text))
			*value =
			    pool_copy(&reader->kept, reader->decoded.data, reader->decoded.length);
		else
			wrong = "not base64, as a binary key is given";
	} else if (!json_is_utf8(text)) {
		wrong = "not UTF-8";
	}
	if (wrong == NULL)
		wrong = key_misfit(sort, *value, reason, sizeof reason);
	return wrong == NULL || fail(failure, FAILURE_PERMANENT, "%s: %s", part->name, wrong);
}
