/* send_flows: the keys that have records in flight, or waiting for those, in a send_queue. */
#ifndef STREAM_KINESIS_SEND_FLOWS_H
#define STREAM_KINESIS_SEND_FLOWS_H

#include "stream/kinesis/send_queue.h"

enum { SEND_BUCKETS = 16384 };

/* The records of one key, while some of them are in flight or wait for one that was. */
struct flow {
	uint64_t key;
	struct send_list records; /* waiting, in order */
	unsigned in_flight;
	unsigned flight; /* the request that holds those */
	enum { FLOW_HELD, FLOW_READY, FLOW_PARKED } state;
	int32_t next; /* in the list of those ready, parked or unused */
	int32_t below; /* in its bucket */
};

/* A hash table of keys; flows are named by their numbers. */
struct flows {
	struct flow *all;
	int32_t room; /* number of flows in all */
	int32_t unused;
	int32_t buckets[SEND_BUCKETS];
};

void flows_init(struct flows *flows);
void flows_free(struct flows *flows);
int32_t flows_find(struct flows *flows, uint64_t key); /* SEND_NONE: the key has none */
int32_t flows_add(struct flows *flows, uint64_t key);
void flows_remove(struct flows *flows, int32_t number);

#endif
