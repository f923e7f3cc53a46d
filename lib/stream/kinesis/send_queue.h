/*
 * send_queue: records that are being sent. It keeps the order of each key: no two requests in
 * flight hold records of one key, and a record that is retried precedes later ones of its key.
 * Records belong to lanes (shards); the records of a lane that is paused wait.
 */
#ifndef STREAM_KINESIS_SEND_QUEUE_H
#define STREAM_KINESIS_SEND_QUEUE_H

#include <stdint.h>
#include "stream/stream.h"

enum { SEND_NONE = -1 };

/* A record that is being sent. */
struct sent {
	struct record record;
	uint64_t ticket;
	uint64_t key; /* a hash of its key; 0: it keeps no order */
	size_t size; /* bytes that it counts in a request */
	uint32_t lane; /* as send_queue_lane_of found it */
	uint32_t division; /* the number of the division that lane belongs to */
	uint16_t most; /* records that a request with it may hold */
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
	int64_t until; /* clock_steady: the end of its pause; 0: it is not paused */
	unsigned failures; /* in a row */
	unsigned failed; /* counters of the caller */
	unsigned done;
	struct send_list records, flows; /* that wait for the end of the pause */
};

struct send_queue;

/* strict: nor does a request hold two records of one key. */
struct send_queue *send_queue_open(bool strict);
void send_queue_close(struct send_queue *queue);

void send_queue_add(struct send_queue *queue, const struct sent *sent);
size_t send_queue_count(const struct send_queue *queue); /* added and not done */
size_t send_queue_ready(
    const struct send_queue *queue); /* that may be sent now, as far as is known */
/* Borrowed until the next send_queue_add. */
struct sent *send_queue_at(struct send_queue *queue, int32_t number);

/*
 * From now on the records that were added go key by key, not in the order in which they were added:
 * a request has many records of few keys, so that more requests can be in flight at the same time.
 */
void send_queue_gather(struct send_queue *queue);
/* The next record that may go in request flight (the caller's number); SEND_NONE: there is none. */
int32_t send_queue_peek(struct send_queue *queue, unsigned flight);
/* Takes the one that was peeked at into that request. */
void send_queue_take(struct send_queue *queue);
/*
 * A record that was taken is done, or has to be sent again. To be called for all records of a
 * request, from the last to the first.
 */
void send_queue_done(struct send_queue *queue, int32_t number);
void send_queue_retry(struct send_queue *queue, int32_t number);

/* Or it is given up: neither it nor the later records of its key are sent. */
void send_queue_set_aside(struct send_queue *queue, int32_t number);

/* Divides the records again, among lanes lanes; find returns a record's. NULL: there is one lane. */
void send_queue_divide(struct send_queue *queue, size_t lanes,
    size_t (*find)(void *context, const struct record *record), void *context);
struct send_lane *send_queue_lane_of(struct send_queue *queue, struct sent *sent);
void send_queue_pause(struct send_queue *queue, struct send_lane *lane, int64_t until);
/* Ends the pauses that are over. Returns the end of the next one; 0: there is none. */
int64_t send_queue_wake(struct send_queue *queue, int64_t now);

#endif
