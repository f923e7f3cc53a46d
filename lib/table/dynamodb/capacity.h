/*
 * capacity: keeps requests to a number of capacity units a second (--rate). What a request will
 * consume is known only from its reply, so it is estimated when it starts and corrected afterwards.
 * Times are arguments: microseconds of the steady clock. Several threads may use one. Source:
 * Amazon DynamoDB Developer Guide, "Read and write operations" (CapacityUnits).
 */
#ifndef TABLE_DYNAMODB_CAPACITY_H
#define TABLE_DYNAMODB_CAPACITY_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/span.h"

/* Units are counted in thousandths. */
struct capacity {
	unsigned rate; /* units a second; 0: no limit */
	pthread_mutex_t mutex; /* guards the rest */
	int64_t each; /* what an item cost in the last reply */
	int64_t free_at; /* no request may start before then */
};

void capacity_init(struct capacity *capacity, unsigned rate);
void capacity_end(struct capacity *capacity);

/* When the next request may start. */
int64_t capacity_free_at(struct capacity *capacity);

/* A request for that many items starts. Returns what it is expected to consume. */
int64_t capacity_start(struct capacity *capacity, size_t items, int64_t now);
/* What it did consume; -1: the service did not say. */
void capacity_settle(struct capacity *capacity, int64_t expected, size_t items, int64_t consumed);

/* The most items of a request that should consume at most a share of what a second allows. */
size_t capacity_items(struct capacity *capacity, size_t most, unsigned shares);

/* From a valid reply: the units in its ConsumedCapacity; -1: it has none. */
int64_t capacity_consumed(struct span reply);

#endif
