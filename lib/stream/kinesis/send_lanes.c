/* send_lanes: the lanes of a send_queue, and their pauses. */
#include "base/memory.h"
#include "stream/kinesis/send_internal.h"

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
		*parked = SEND_LIST_EMPTY;
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
		queue->lanes[i] =
		    (struct send_lane){.records = SEND_LIST_EMPTY, .flows = SEND_LIST_EMPTY};
	queue->lane_count = lanes;
	queue->find = find;
	queue->context = context;
	queue->division++;
}
