/* send_flows: a hash table of the keys that have records in flight. */
#include <stdlib.h>

#include "base/memory.h"
#include "stream/kinesis/send_flows.h"

enum { CAPACITY = 1024 };

void
flows_init(struct flows *flows)
{
	flows->all = NULL;
	flows->room = 0;
	flows->unused = SEND_NONE;
	for (size_t i = 0; i < SEND_BUCKETS; i++)
		flows->buckets[i] = SEND_NONE;
}

void
flows_free(struct flows *flows)
{
	free(flows->all);
}

static int32_t *
bucket_of(struct flows *flows, uint64_t key)
{
	return &flows->buckets[(key ^ key >> 32) % SEND_BUCKETS];
}

int32_t
flows_find(struct flows *flows, uint64_t key)
{
	int32_t at = *bucket_of(flows, key);

	while (at != SEND_NONE && flows->all[at].key != key)
		at = flows->all[at].below;
	return at;
}

int32_t
flows_add(struct flows *flows, uint64_t key)
{
	int32_t number = flows->unused, *bucket = bucket_of(flows, key);

	if (number == SEND_NONE) {
		int32_t room = flows->room > 0 ? 2 * flows->room : CAPACITY;

		flows->all = memory_resize(flows->all, (size_t)room, sizeof *flows->all);
		for (int32_t i = flows->room; i < room; i++)
			flows->all[i].next = i + 1 < room ? i + 1 : SEND_NONE;
		number = flows->room;
		flows->room = room;
	}
	flows->unused = flows->all[number].next;
	flows->all[number] =
	    (struct flow){.key = key, .records = SEND_LIST_EMPTY, .below = *bucket};
	*bucket = number;
	return number;
}

void
flows_remove(struct flows *flows, int32_t number)
{
	int32_t *link = bucket_of(flows, flows->all[number].key);

	while (*link != number)
		link = &flows->all[*link].below;
	*link = flows->all[number].below;
	flows->all[number].next = flows->unused;
	flows->unused = number;
}
