/* send_queue: records in lists by number: new ones, keys that are ready, lanes that are paused. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "stream/kinesis/send_flows.h"
#include "stream/kinesis/send_queue.h"

enum { CAPACITY = 1024 };

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

static const struct send_list empty = {SEND_NONE, SEND_NONE, 0};

/* Lists of records and of flows are linked by number; next_of finds the link of a number. */
static int32_t *
record_next(struct send_queue *queue, int32_t number)
{
	return &queue->records[number].next;
}

static int32_t *
flow_next(struct send_queue *queue, int32_t number)
{
	return &queue->flows.all[number].next;
}

typedef int32_t *next_of(struct send_queue *queue, int32_t number);

static void
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

static void
push_front(struct send_queue *queue, struct send_list *list, int32_t number, next_of *next)
{
	*next(queue, number) = list->head;
	if (list->tail == SEND_NONE)
		list->tail = number;
	list->head = number;
	list->count++;
}

static int32_t
pop_front(struct send_queue *queue, struct send_list *list, next_of *next)
{
	int32_t number = list->head;

	list->head = *next(queue, number);
	if (list->head == SEND_NONE)
		list->tail = SEND_NONE;
	list->count--;
	return number;
}

struct send_queue *
send_queue_open(bool strict)
{
	struct send_queue *queue = memory_new(1, sizeof *queue);

	queue->strict = strict;
	queue->free_records = SEND_NONE;
	queue->fresh = queue->ready = empty;
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

/* Adds a record behind the others of its key. */
static void
join(struct send_queue *queue, int32_t number)
{
	uint64_t key = queue->records[number].key;
	int32_t found = flows_find(&queue->flows, key);
	struct flow *flow;

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

	queue->fresh = empty;
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

struct send_lane *
send_queue_lane_of(struct send_queue *queue, struct sent *sent)
{
	if (queue->lane_count == 1) {
		sent->lane = 0;
		return queue->lanes;
	}
	if (sent->division != queue->division) {
		sent->lane = (uint32_t)queue->find(queue->context, &sent->record);
		sent->division = queue->division;
	}
	return &queue->lanes[sent->lane];
}

void
send_queue_pause(struct send_queue *queue, struct send_lane *lane, int64_t until)
{
	if (lane->until == 0)
		queue->paused++;
	lane->until = until;
}

/* Ends a pause. The records that waited for it go first. */
static void
resume(struct send_queue *queue, struct send_lane *lane)
{
	struct send_list *fresh = &queue->fresh, *parked = &lane->records;

	lane->until = 0;
	queue->paused--;
	queue->eligible += parked->count;
	if (parked->count > 0) {
		queue->records[parked->tail].next = fresh->head;
		if (fresh->tail == SEND_NONE)
			fresh->tail = parked->tail;
		fresh->head = parked->head;
		fresh->count += parked->count;
		*parked = empty;
	}
	while (lane->flows.count > 0) {
		int32_t number = pop_front(queue, &lane->flows, flow_next);

		queue->flows.all[number].state = FLOW_READY;
		queue->eligible += queue->flows.all[number].records.count;
		push_back(queue, &queue->ready, number, flow_next);
	}
}

int64_t
send_queue_wake(struct send_queue *queue, int64_t now)
{
	int64_t next = 0;

	for (size_t i = 0; i < queue->lane_count && queue->paused > 0; i++) {
		struct send_lane *lane = &queue->lanes[i];

		if (lane->until != 0 && lane->until <= now)
			resume(queue, lane);
		else if (lane->until != 0 && (next == 0 || lane->until < next))
			next = lane->until;
	}
	return next;
}

void
send_queue_divide(struct send_queue *queue, size_t lanes,
    size_t (*find)(void *context, const struct record *record), void *context)
{
	send_queue_wake(queue, INT64_MAX);
	queue->lanes = memory_resize(queue->lanes, lanes, sizeof *queue->lanes);
	for (size_t i = 0; i < lanes; i++)
		queue->lanes[i] = (struct send_lane){.records = empty, .flows = empty};
	queue->lane_count = lanes;
	queue->find = find;
	queue->context = context;
	queue->division++;
}
