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

struct given {
	struct span reply;
	bool places[DYNAMODB_GET];
};

static bool
give(void *context, size_t place, struct span item)
{
	struct given *given = context;

	must(place < 2 && item.start >= given->reply.start &&
	     item.start + item.length <= given->reply.start + given->reply.length);
	given->places[place] = true;
	return true;
}

/* Only keys that were asked for have items or are unprocessed, and none is both. */
static void
check_batch(struct dynamodb *dynamodb, struct span reply)
{
	struct prepared first = {.keyed = {.key = {"\0\1A\x80", 4}}},
	                second = {.keyed = {.key = {"\0\1B\x80", 4}}};
	struct prepared *keys[DYNAMODB_GET] = {&first, &second};
	struct given given = {.reply = reply};
	bool unprocessed[DYNAMODB_GET];

	if (!dynamodb_batch_reply(dynamodb, reply, keys, unprocessed, give, &given))
		return;
	for (size_t i = 0; i < DYNAMODB_GET; i++)
		must(!unprocessed[i] || (i < 2 && !given.places[i]));
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
	check_batch(&dynamodb, reply);
	item_reader_close(dynamodb.reader);
	key_queue_close(queue, release);
	return 0;
}
