/* rate_order: private to rate: puts the records of a response in order of their times. */
#ifndef RATE_RATE_ORDER_H
#define RATE_RATE_ORDER_H

#include "base/buffer.h"
#include "text/timestamp.h"

struct rate_order {
	struct rate_placed *records;
	size_t count, room;
	struct buffer sorted;
};

void rate_order_init(struct rate_order *order, size_t ceiling);
void rate_order_free(struct rate_order *order);

/* Forgets all records. */
void rate_order_clear(struct rate_order *order);
/* Notes that the text from start on is of that time, an RFC 3339 one in UTC. */
void rate_order_add(struct rate_order *order, size_t start, const char *time);
/* Sorts the text, oldest first; what has the same time stays in its order. */
void rate_order_apply(struct rate_order *order, struct buffer *text);

#endif
