/*
 * dynamodb: whatever a service replies, what is found of it lies in the reply,
 * and only items of the call are results to be unprocessed.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "text/json.h"
#include "base/memory.h"
#include "must.h"
#include "table/dynamodb/dynamodb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
release(struct keyed *keyed)
{
	free(keyed);
}

static void
check_within(struct span all, struct span part)
{
	must(part.start == NULL ||
	     (part.start >= all.start && part.start + part.length <= all.start + all.length));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dynamodb dynamodb = {.table = {.key = {{"a", 'S'}, {"b", 'N'}}}};
	struct dynamodb_call call = {.count = 1};
	struct span reply = {(const char *)data, size};
	struct keyed *keyed = memory_new(1, sizeof *keyed);
	struct key_queue *queue = key_queue_open(0);
	bool unprocessed[DYNAMODB_BATCH];
	struct dynamodb_page page;

	dynamodb.reader = item_reader_open(&dynamodb.table.key);
	keyed->key = (struct span){"\0\1A\x80", 4};
	key_queue_add(queue, keyed);
	call.slots[0] = key_queue_take(queue, true);
	if (dynamodb_unprocessed(&dynamodb, queue, reply, &call, unprocessed)) {
		for (size_t i = call.count; i < DYNAMODB_BATCH; i++)
			must(!unprocessed[i]);
	}
	if (dynamodb_page(reply, &page)) {
		check_within(reply, page.item);
		check_within(reply, page.items);
		check_within(reply, page.next);
	}
	item_reader_close(dynamodb.reader);
	key_queue_close(queue, release);
	return 0;
}
