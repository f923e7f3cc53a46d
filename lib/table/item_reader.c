/* item_reader: the memory of reading items, the texts in them, and their refusal. */
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "table/item_reader.h"
#include "text/json.h"

struct item_reader *
item_reader_open(const struct table_key *key)
{
	struct item_reader *reader = memory_new(1, sizeof *reader);

	reader->key = key;
	reader->partition_name = span_of(key->partition.name);
	if (key->sort.type != '\0')
		reader->sort_name = span_of(key->sort.name);
	/* Both hold at most as much as the record. */
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

bool
item_refuse_syntax(struct item_reader *reader, const struct json_error *error)
{
	return fail(
	    reader->failure, FAILURE_REFUSED, "%s, at byte %zu", error->reason, error->offset + 1);
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

struct span
item_number_text(struct item_reader *reader, struct span inner)
{
	return reader->typed ? item_plain_text(reader, &reader->scratch, json_inside(inner))
	                     : inner;
}

struct span
item_number_bytes(struct pool *pool, const struct number *number)
{
	unsigned char *key = pool_take(pool, NUMBER_KEY_BYTES);

	return (struct span){(char *)key, number_key(number, key)};
}

/* "a.b[2]" */
static void
describe(const struct place *place, struct buffer *path)
{
	struct shown shown;

	if (place->above != NULL)
		describe(place->above, path);
	if (place->name.start == NULL)
		buffer_add_format(path, "[%zu]", place->index);
	else
		buffer_add_format(path, "%s%s", path->length > 0 ? "." : "",
		    show(&shown, place->name.start, place->name.length));
}

bool
item_refuse(struct item_reader *reader, const struct place *place, const char *reason)
{
	struct shown shown;
	struct buffer path;

	if (place == NULL)
		return fail(reader->failure, FAILURE_REFUSED, "%s", reason);
	buffer_init(&path, 64 * 1024);
	describe(place, &path);
	fail(reader->failure, FAILURE_REFUSED, "attribute \"%s\": %s",
	    show(&shown, path.data, path.length), reason);
	buffer_free(&path);
	return false;
}
