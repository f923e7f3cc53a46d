/*
 * send_queue: records on their way to a service, those of one key in the order
 * of their coming: no two requests in flight hold records of one key, and one
 * that has to go again goes before those that came after it. Records belong to
 * lanes (shards); what belongs to a lane that is paused waits aside.
 */
#ifndef STREAM_KINESIS_SEND_QUEUE_H
#define STREAM_KINESIS_SEND_QUEUE_H

#include <stdint.h>
#include "stream/stream.h"

enum { SEND_NONE = -1 };

/* A record on its way. */
struct sent {
	struct record record;
	uint64_t ticket;
	uint64_t key; /* a hash of its key; 0: it keeps no order */
	size_t size; /* what it counts in a request */
	uint32_t lane; /* as send_queue_lane_of found it, */
	uint32_t division; /* … when the lanes were these */
	uint16_t most; /* it goes in a request of so many at the most */
	uint16_t tries;
	int32_t next;
};

struct send_list {
	int32_t head;
	int32_t tail;
	size_t count;
};
#define SEND_LIST_EMPTY ((struct send_list){SEND_NONE, SEND_NONE, 0})

struct send_lane {
	int64_t until; /* clock_steady; 0: it is not paused */
	unsigned failures; /* in a row */
	unsigned failed; /* for the caller to count with */
	unsigned done;
	struct send_list records, flows; /* that wait for the end of the pause */
};

struct send_queue;

/* strict: a request holds no two records of one key either. */
struct send_queue *send_queue_open(bool strict);
void send_queue_close(struct send_queue *queue);

void send_queue_add(struct send_queue *queue, const struct sent *sent);
size_t send_queue_count(const struct send_queue *queue); /* all that were added and are not done */
size_t send_queue_ready(const struct send_queue *queue); /* that may go now, as far as is known */
/* Borrowed until the next send_queue_add. */
struct sent *send_queue_at(struct send_queue *queue, int32_t number);

/* The next that may go in request flight (a number of the caller's); SEND_NONE: there is none. */
int32_t send_queue_peek(struct send_queue *queue, unsigned flight);
/* Takes the one that was peeked at into that request. */
void send_queue_take(struct send_queue *queue);
/*
 * What became of a record that was taken. To be called for all of a request,
 * beginning with the last that went into it.
 */
void send_queue_done(struct send_queue *queue, int32_t number);
void send_queue_again(struct send_queue *queue, int32_t number);

/* Divides the records anew among so many lanes; find tells a record's. NULL: there is one. */
void send_queue_divide(struct send_queue *queue, size_t lanes,
    size_t (*find)(void *context, const struct record *record), void *context);
struct send_lane *send_queue_lane_of(struct send_queue *queue, struct sent *sent);
void send_queue_pause(struct send_queue *queue, struct send_lane *lane, int64_t until);
/* Ends the pauses that are over; returns when the next one is; 0: none. */
int64_t send_queue_wake(struct send_queue *queue, int64_t now);

#endif
