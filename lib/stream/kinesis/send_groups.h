/*
 * send_groups: divides the records of a request among its entries: those of a lane (shard) that are
 * next to each other share aggregates, as many as fit.
 */
#ifndef STREAM_KINESIS_SEND_GROUPS_H
#define STREAM_KINESIS_SEND_GROUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "stream/stream.h"

struct send_groups;

/* most: the records that a request may hold. */
struct send_groups *send_groups_open(size_t most);
void send_groups_close(struct send_groups *groups); /* NULL is allowed */
void send_groups_divide(struct send_groups *groups, size_t lanes);

/* Begins a request. */
void send_groups_begin(struct send_groups *groups);
/* A record that is looked at, and what the request has at most if it is added. */
struct send_growth {
	size_t lane;
	bool alone; /* it has an entry of its own, before later ones of its lane */
	size_t bound; /* bytes in an aggregate (aggregate_bound), or as an entry of its own */
	size_t entries, bytes;
};
void send_groups_measure(const struct send_groups *groups, struct send_growth *growth);
/* Adds it, as the slot-th record of the request. */
void send_groups_add(struct send_groups *groups, const struct send_growth *growth, unsigned slot);

/* The lanes of the request, from 0 on: its records in order, each by its slot; -1: no more. */
size_t send_groups_count(const struct send_groups *groups);
int32_t send_groups_first(const struct send_groups *groups, size_t number);
int32_t send_groups_next(const struct send_groups *groups, int32_t slot);
bool send_groups_is_alone(const struct send_groups *groups, int32_t slot);

#endif
