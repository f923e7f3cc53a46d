/* send_flows: the keys of which a send_queue has records in flight, or waiting behind those. */
#ifndef STREAM_KINESIS_SEND_FLOWS_H
#define STREAM_KINESIS_SEND_FLOWS_H

#include "stream/kinesis/send_queue.h"

enum { SEND_BUCKETS = 16384 };

/* Records of one key, while one is in flight or waits behind one that was. */
struct flow {
	uint64_t key;
	struct send_list records; /* waiting, in order */
	unsigned in_flight;
	unsigned flight; /* the request that those are in */
	enum { FLOW_HELD, FLOW_READY, FLOW_PARKED } state;
	int32_t next; /* among those ready, or parked, or free */
	int32_t below; /* in its bucket */
};

/* Found by their keys; called by their numbers. */
struct flows {
	struct flow *all;
	int32_t room; /* how many there is memory for */
	int32_t unused;
	int32_t buckets[SEND_BUCKETS];
};

void flows_init(struct flows *flows);
void flows_free(struct flows *flows);
int32_t flows_find(struct flows *flows, uint64_t key); /* SEND_NONE: there is none */
int32_t flows_add(struct flows *flows, uint64_t key);
void flows_remove(struct flows *flows, int32_t number);

#endif
