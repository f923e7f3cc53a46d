/*
 * dynamodb: whatever a service replies, what is found of it lies in the reply,
 * and only items of the call are told to be undone.
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
release(struct turn *turn)
{
	free(turn);
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
	struct turn *turn = memory_new(1, sizeof *turn);
	struct turns *turns = turns_open(0);
	bool undone[DYNAMODB_BATCH];
	struct dynamodb_page page;

	dynamodb.reader = item_reader_open(&dynamodb.table.key);
	turn->key = (struct span){"\0\1A\x80", 4};
	turns_add(turns, turn);
	call.slots[0] = turns_take(turns, true);
	if (dynamodb_unprocessed(&dynamodb, turns, reply, &call, undone)) {
		for (size_t i = call.count; i < DYNAMODB_BATCH; i++)
			must(!undone[i]);
	}
	if (dynamodb_page(reply, &page)) {
		check_within(reply, page.item);
		check_within(reply, page.items);
		check_within(reply, page.next);
	}
	item_reader_close(dynamodb.reader);
	turns_close(turns, release);
	return 0;
}
