/* send_internal: the state of a send_queue; private to send_queue.c and send_lanes.c. */
#ifndef STREAM_KINESIS_SEND_INTERNAL_H
#define STREAM_KINESIS_SEND_INTERNAL_H

#include "stream/kinesis/send_flows.h"
#include "stream/kinesis/send_queue.h"

struct send_queue {
	bool strict;
	struct sent *records;
	int32_t record_room; /* how many there is memory for */
	int32_t free_records;
	struct send_list fresh; /* records that were not examined yet */
	struct send_list ready; /* flows with records that may go */
	size_t count;
	size_t eligible;
	int32_t peeked;
	int32_t peeked_flow; /* SEND_NONE: it is the first of fresh */
	unsigned peeked_flight;
	struct send_lane *lanes;
	size_t lane_count;
	size_t paused;
	uint32_t division;
	size_t (*find)(void *context, const struct record *record);
	void *context;
	struct flows flows;
};

/* Lists of records and of flows are linked by number; next_of finds the link of a number. */
static inline int32_t *
record_next(struct send_queue *queue, int32_t number)
{
	return &queue->records[number].next;
}

static inline int32_t *
flow_next(struct send_queue *queue, int32_t number)
{
	return &queue->flows.all[number].next;
}

typedef int32_t *next_of(struct send_queue *queue, int32_t number);

static inline void
push_back(struct send_queue *queue, struct send_list *list, int32_t number, next_of *next)
{
	*next(queue, number) = SEND_NONE;
	if (list->tail == SEND_NONE)
		list->head = number;
	else
		*next(queue, list->tail) = number;
	list->tail = number;
	list->count++;
}

static inline void
push_front(struct send_queue *queue, struct send_list *list, int32_t number, next_of *next)
{
	*next(queue, number) = list->head;
	if (list->tail == SEND_NONE)
		list->tail = number;
	list->head = number;
	list->count++;
}

static inline int32_t
pop_front(struct send_queue *queue, struct send_list *list, next_of *next)
{
	int32_t number = list->head;

	list->head = *next(queue, number);
	if (list->head == SEND_NONE)
		list->tail = SEND_NONE;
	list->count--;
	return number;
}

#endif
