/* rate_order: sorts by the text of the times. */
#include <stdlib.h>
#include <string.h>
#include "base/memory.h"
#include "rate/rate_order.h"

struct rate_placed {
	char time[TIMESTAMP_SIZE];
	size_t start, length;
};

void
rate_order_init(struct rate_order *order, size_t ceiling)
{
	*order = (struct rate_order){.count = 0};
	buffer_init(&order->sorted, ceiling);
}

void
rate_order_free(struct rate_order *order)
{
	free(order->records);
	buffer_free(&order->sorted);
}

void
rate_order_clear(struct rate_order *order)
{
	order->count = 0;
}

void
rate_order_add(struct rate_order *order, size_t start, const char *time)
{
	if (order->count == order->room) {
		order->room = order->room == 0 ? 128 : 2 * order->room;
		order->records =
		    memory_resize(order->records, order->room, sizeof(*order->records));
	}
	struct rate_placed *record = &order->records[order->count++];
	record->start = start;
	strcpy(record->time, time);
}

static int
compare(const void *first, const void *second)
{
	enum { SECONDS = sizeof("2025-10-21T14:30:00") - 1 };
	const struct rate_placed *a = first, *b = second;
	int difference = memcmp(a->time, b->time, SECONDS);

	/* Z, or a point and milliseconds */
	if (difference == 0)
		difference = (a->time[SECONDS] == '.') - (b->time[SECONDS] == '.');
	if (difference == 0)
		difference = strcmp(a->time, b->time);
	return difference != 0 ? difference : (a->start > b->start) - (a->start < b->start);
}

void
rate_order_apply(struct rate_order *order, struct buffer *text)
{
	struct buffer unsorted = *text;

	for (size_t i = 0; i < order->count; i++) {
		size_t end = i + 1 < order->count ? order->records[i + 1].start : text->length;
		order->records[i].length = end - order->records[i].start;
	}
	if (order->count < 2)
		return;
	qsort(order->records, order->count, sizeof(*order->records), compare);
	buffer_clear(&order->sorted);
	for (size_t i = 0; i < order->count; i++)
		buffer_add(&order->sorted, unsorted.data + order->records[i].start,
		    order->records[i].length);
	*text = order->sorted;
	order->sorted = unsorted;
}
