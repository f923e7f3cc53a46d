/* send_queue: records in lists by number: new ones, keys that are ready, lanes that are paused. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "stream/kinesis/send_internal.h"

enum { CAPACITY = 1024 };

struct send_queue *
send_queue_open(bool strict)
{
	struct send_queue *queue = memory_new(1, sizeof *queue);

	queue->strict = strict;
	queue->free_records = SEND_NONE;
	queue->fresh = queue->ready = SEND_LIST_EMPTY;
	flows_init(&queue->flows);
	send_queue_divide(queue, 1, NULL, NULL);
	return queue;
}

void
send_queue_close(struct send_queue *queue)
{
	if (queue == NULL)
		return;
	free(queue->records);
	flows_free(&queue->flows);
	free(queue->lanes);
	free(queue);
}

static int32_t
new_record(struct send_queue *queue)
{
	int32_t number = queue->free_records;

	if (number == SEND_NONE) {
		int32_t room = queue->record_room > 0 ? 2 * queue->record_room : CAPACITY;

		queue->records =
		    memory_resize(queue->records, (size_t)room, sizeof *queue->records);
		for (int32_t i = queue->record_room; i < room; i++)
			queue->records[i].next = i + 1 < room ? i + 1 : SEND_NONE;
		number = queue->record_room;
		queue->record_room = room;
	}
	queue->free_records = queue->records[number].next;
	return number;
}

void
send_queue_add(struct send_queue *queue, const struct sent *sent)
{
	int32_t number = new_record(queue);

	queue->records[number] = *sent;
	queue->records[number].division = queue->division - 1;
	push_back(queue, &queue->fresh, number, record_next);
	queue->count++;
	queue->eligible++;
}

/*
 * Adds a record behind the others of its key. While its lane is paused, earlier ones may wait in
 * the lane: then it waits there too.
 */
static void
join(struct send_queue *queue, int32_t number)
{
	struct sent *sent = &queue->records[number];
	uint64_t key = sent->key;
	int32_t found = flows_find(&queue->flows, key);
	struct send_lane *lane;
	struct flow *flow;

	if (found == SEND_NONE && queue->paused > 0) {
		lane = send_queue_lane_of(queue, sent);
		if (lane->until != 0) {
			push_back(queue, &lane->records, number, record_next);
			queue->eligible--;
			return;
		}
	}
	if (found == SEND_NONE) {
		found = flows_add(&queue->flows, key);
		queue->flows.all[found].state = FLOW_READY;
		push_back(queue, &queue->ready, found, flow_next);
	}
	flow = &queue->flows.all[found];
	push_back(queue, &flow->records, number, record_next);
	queue->eligible -= flow->state != FLOW_READY;
}

void
send_queue_gather(struct send_queue *queue)
{
	struct send_list fresh = queue->fresh;

	queue->fresh = SEND_LIST_EMPTY;
	while (fresh.count > 0) {
		int32_t number = pop_front(queue, &fresh, record_next);

		if (queue->records[number].key == 0)
			push_back(queue, &queue->fresh, number, record_next);
		else
			join(queue, number);
	}
}

size_t
send_queue_count(const struct send_queue *queue)
{
	return queue->count;
}

size_t
send_queue_ready(const struct send_queue *queue)
{
	return queue->eligible;
}

struct sent *
send_queue_at(struct send_queue *queue, int32_t number)
{
	return &queue->records[number];
}

/* The first ready flow; true: its first record may go in this request. */
static bool
peek_flow(struct send_queue *queue, unsigned flight)
{
	int32_t number = queue->ready.head;
	struct flow *flow = &queue->flows.all[number];
	struct send_lane *lane;

	queue->peeked = flow->records.head;
	lane = send_queue_lane_of(queue, &queue->records[queue->peeked]);
	if (lane->until == 0 &&
	    (flow->in_flight == 0 || (flow->flight == flight && !queue->strict)))
		return true;
	pop_front(queue, &queue->ready, flow_next);
	queue->eligible -= flow->records.count;
	flow->state = FLOW_HELD;
	if (flow->in_flight == 0) {
		flow->state = FLOW_PARKED;
		push_back(queue, &lane->flows, number, flow_next);
	}
	return false;
}

/* The first new record; true: it may go in this request. */
static bool
peek_fresh(struct send_queue *queue, unsigned flight)
{
	int32_t number = queue->fresh.head, found;
	struct sent *sent = &queue->records[number];
	struct send_lane *lane = send_queue_lane_of(queue, sent);
	struct send_list *aside = NULL;

	queue->peeked = number;
	found = sent->key != 0 ? flows_find(&queue->flows, sent->key) : SEND_NONE;
	if (found != SEND_NONE) {
		struct flow *flow = &queue->flows.all[found];

		if (flow->flight != flight || flow->in_flight == 0 || flow->records.count > 0 ||
		    queue->strict)
			aside = &flow->records;
	} else if (lane->until != 0) {
		aside = &lane->records;
	}
	if (aside == NULL)
		return true;
	pop_front(queue, &queue->fresh, record_next);
	push_back(queue, aside, number, record_next);
	queue->eligible--;
	return false;
}

int32_t
send_queue_peek(struct send_queue *queue, unsigned flight)
{
	queue->peeked_flight = flight;
	while (queue->ready.count > 0) {
		queue->peeked_flow = queue->ready.head;
		if (peek_flow(queue, flight))
			return queue->peeked;
	}
	queue->peeked_flow = SEND_NONE;
	while (queue->fresh.count > 0) {
		if (peek_fresh(queue, flight))
			return queue->peeked;
	}
	return queue->peeked = SEND_NONE;
}

void
send_queue_take(struct send_queue *queue)
{
	int32_t number = queue->peeked_flow;
	uint64_t key = queue->records[queue->peeked].key;
	struct flow *flow;

	queue->eligible--;
	if (number != SEND_NONE) {
		flow = &queue->flows.all[number];
		pop_front(queue, &flow->records, record_next);
		if (flow->records.count == 0) {
			pop_front(queue, &queue->ready, flow_next);
			flow->state = FLOW_HELD;
		}
	} else {
		pop_front(queue, &queue->fresh, record_next);
		if (key == 0)
			return;
		number = flows_find(&queue->flows, key);
		if (number == SEND_NONE)
			number = flows_add(&queue->flows, key);
	}
	flow = &queue->flows.all[number];
	flow->in_flight++;
	flow->flight = queue->peeked_flight;
}

/* One of its records is no longer in flight. */
static void
landed(struct send_queue *queue, int32_t number)
{
	struct flow *flow = &queue->flows.all[number];

	if (--flow->in_flight > 0 || flow->state != FLOW_HELD)
		return;
	if (flow->records.count == 0) {
		flows_remove(&queue->flows, number);
		return;
	}
	flow->state = FLOW_READY;
	queue->eligible += flow->records.count;
	/* In front: it has waited longest, and a request is processed from its end. */
	push_front(queue, &queue->ready, number, flow_next);
}

void
send_queue_done(struct send_queue *queue, int32_t number)
{
	struct sent *sent = &queue->records[number];

	if (sent->key != 0)
		landed(queue, flows_find(&queue->flows, sent->key));
	sent->next = queue->free_records;
	queue->free_records = number;
	queue->count--;
}

void
send_queue_retry(struct send_queue *queue, int32_t number)
{
	uint64_t key = queue->records[number].key;
	struct flow *flow;
	int32_t found;

	if (key == 0) {
		push_front(queue, &queue->fresh, number, record_next);
		queue->eligible++;
		return;
	}
	found = flows_find(&queue->flows, key);
	flow = &queue->flows.all[found];
	push_front(queue, &flow->records, number, record_next);
	if (flow->state == FLOW_READY)
		queue->eligible++;
	landed(queue, found);
}

void
send_queue_set_aside(struct send_queue *queue, int32_t number)
{
	uint64_t key = queue->records[number].key;

	/* It stays in flight, in a request that never ends. */
	if (key != 0)
		queue->flows.all[flows_find(&queue->flows, key)].flight = UINT_MAX;
}
