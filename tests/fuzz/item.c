/*
 * item: whatever is read as an item keeps within its limits, has its key, and
 * can be put out in both forms and read again with the same key. The first byte
 * chooses the key's types and the form.
 */
#include <stdint.h>
#include <string.h>
#include "table/item.h"
#include "text/json.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct span
copy_key(struct buffer *to, struct span key)
{
	buffer_clear(to);
	must(buffer_add(to, key.start, key.length));
	return buffer_span(to);
}

/* Puts the item out and reads that: the same key, and from then on the same text. */
static void
check_form(struct item_reader *reader, const struct item *item, bool typed, struct span partition,
    struct span sort)
{
	struct buffer text, again;
	struct json_error error;
	struct failure failure;
	struct item reread;

	buffer_init(&text, 1 << 24);
	buffer_init(&again, 1 << 24);
	must(item_write(&text, item->text, item->typed, typed));
	must(json_check(buffer_span(&text), JSON_DEPTH, &error));
	must(text.length == 0 || memchr(text.data, '\n', text.length) == NULL);
	if (item_read(reader, buffer_span(&text), typed, &reread, &failure)) {
		must(span_equal(reread.partition, partition));
		must(span_equal(reread.sort, sort));
		must(item_write(&again, reread.text, reread.typed, typed));
		must(span_equal(buffer_span(&again), buffer_span(&text)));
	} else {
		/* Sets and binary put out plain may be what plain may not hold as a key. */
		must(item->typed && !typed);
	}
	buffer_free(&text);
	buffer_free(&again);
}

/* Of an item, read as a key only, the same key is left; of any text nothing but a key is. */
static void
check_key(struct item_reader *reader, struct span text, bool typed, bool is_item,
    struct span partition, struct span sort)
{
	struct failure failure;
	struct item key, again;

	if (!item_read_key(reader, text, typed, &key, &failure)) {
		must(!is_item && failure.kind == FAILURE_REFUSED && failure.text[0] != '\0');
		return;
	}
	must(!is_item || (span_equal(key.partition, partition) && span_equal(key.sort, sort)));
	must(item_read_key(reader, key.text, typed, &again, &failure));
	must(span_equal(again.text, key.text) && span_equal(again.partition, key.partition) &&
	     span_equal(again.sort, key.sort));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char types[] = "SNB";
	struct table_key key = {{"a", 'S'}, {"b", 'S'}};
	struct buffer partition, sort;
	struct item_reader *reader;
	struct failure failure = {.kind = FAILURE_NONE};
	struct json_error error;
	struct item item;
	struct span text;
	bool typed;

	if (size == 0)
		return 0;
	text = (struct span){(const char *)data + 1, size - 1};
	typed = data[0] & 0x80;
	key.partition.type = types[data[0] % 3];
	key.sort.type = types[data[0] / 3 % 3];
	if (data[0] / 9 % 2 == 0)
		key.sort = (struct key_part){"", '\0'};
	reader = item_reader_open(&key);
	buffer_init(&partition, ITEM_PARTITION_MAX);
	buffer_init(&sort, ITEM_SORT_MAX);
	if (item_read(reader, text, typed, &item, &failure)) {
		struct span pk = copy_key(&partition, item.partition);
		struct span sk = copy_key(&sort, item.sort);

		must(json_check(text, typed ? JSON_DEPTH : JSON_DEPTH_TABLE, &error));
		must(pk.length > 0 && pk.length <= ITEM_PARTITION_MAX);
		must((sk.length > 0) == (key.sort.type != '\0') && sk.length <= ITEM_SORT_MAX);
		check_form(reader, &item, false, pk, sk);
		check_form(reader, &item, true, pk, sk);
		check_key(reader, text, typed, true, pk, sk);
	} else {
		must(failure.kind == FAILURE_REFUSED && failure.text[0] != '\0');
		check_key(
		    reader, text, typed, false, (struct span){NULL, 0}, (struct span){NULL, 0});
	}
	buffer_free(&partition);
	buffer_free(&sort);
	item_reader_close(reader);
	return 0;
}
