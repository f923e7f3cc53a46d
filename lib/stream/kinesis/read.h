/*
 * read: the state of reading a stream of Kinesis; private to this folder. shards.c lists the
 * shards, read_begin.c finds where to begin in each, read_call.c starts calls, read_take.c takes
 * the replies, read_subscribe.c starts and ends subscriptions, read_events.c takes their events,
 * read_retry.c decides on retries, read_next.c passes the records on, read_place.c answers
 * questions about single places.
 */
#ifndef STREAM_KINESIS_READ_H
#define STREAM_KINESIS_READ_H

#include "base/backoff.h"
#include "stream/kinesis/subscription.h"
#include "stream/kinesis/records.h"
#include "stream/kinesis/kinesis.h"

enum {
	KINESIS_READ_EVERY = 200, /* ms: five calls a second and shard are allowed */
	KINESIS_IDLE_EVERY = 1000, /* ms, at the tip, as the service advises */
	KINESIS_SUBSCRIPTIONS = 200, /* at most; further shards are read with GetRecords */
	KINESIS_GIVE_UP = 6, /* failures in a row, throttling not counted */
	KINESIS_REPLY_CEILING = 15 * 1024 * 1024, /* 10 MiB as base64, and the JSON around them */
	KINESIS_LIST_CEILING = 4 * 1024 * 1024
};

enum shard_stage {
	SHARD_WAITS, /* its parents are not read to their end */
	SHARD_STARTS, /* needs an iterator */
	SHARD_READS,
	SHARD_ENDED /* no more of it is read */
};

struct kinesis_shard {
	char *name;
	char *parents[2]; /* NULL: none */
	char *hash_first, *hash_last; /* NULL: unknown */
	char *last; /* its last sequence number; NULL: it is open */
	bool open; /* when it was last listed */
	unsigned listed; /* the number of the listing that it was last in */
	size_t number;
	enum shard_stage stage;
	bool finished; /* read to its end, or not to be read: its children may begin */
	bool announced; /* the caller knows where it begins */
	bool lost_some; /* records were lost, and the caller does not know yet */
	bool gone; /* the service does not know it: a new listing decides */
	/* Of a shared stream. */
	bool taken; /* it is read */
	unsigned absent_until; /* gone: the listing that decides; 0: the next */
	unsigned ended_at; /* the listing at its end: its children are in a later one */
	/* Where it begins, or continues when its iterator has expired. */
	enum stream_from from;
	int64_t time;
	char place[POSITION_SIZE]; /* FROM_POSITION: which position points into */
	struct position position;
	bool from_checkpoint;
	bool skips; /* records before position are left out */
	bool first_seen; /* its first record */
	/* Calls. */
	bool in_flight;
	struct buffer body;
	char *iterator; /* as JSON text; NULL: it needs one */
	int64_t iterator_due; /* clock_steady: when the next may be requested */
	int64_t due; /* clock_steady: when the next call may start */
	unsigned failures; /* in a row */
	unsigned setbacks; /* expired iterators and missing shards, in a row without a reply */
	size_t limit; /* of records, of the call in flight */
	size_t limit_most; /* because a reply was too large; 0: no limit */
	size_t expected; /* estimated bytes of the reply to the call in flight; 0: none is */
	size_t reply_bytes; /* of the last reply */
	size_t record_bytes; /* average in the last reply with records; 0: unknown */
	/* Enhanced fan-out. */
	struct kinesis_subscription *subscription; /* NULL: it never had one */
	bool polled; /* it is read with GetRecords all the same */
	int64_t behind; /* ms between the last reply and the tip; 0 before the first reply */
	bool at_tip; /* the last reply reached the tip */
};

struct kinesis_reading {
	struct kinesis *kinesis;
	struct kinesis_shard **shards;
	size_t count;
	size_t capacity;
	const char **names; /* for stream_shards */
	unsigned listing; /* the number of the last complete one */
	/* What is to be read. */
	bool follow;
	char *only; /* only this shard; NULL: all */
	int64_t start_time; /* ms, by the service's clock: when reading began */
	bool any; /* the group had a checkpoint in some shard */
	bool shared; /* shards are read that the caller names */
	/* Listing while reading. */
	bool list_flying;
	bool list_wanted;
	int64_t list_due; /* clock_steady */
	unsigned list_failures;
	struct buffer list_body;
	char *token; /* of the next page; NULL: the first */
	struct backoff backoff;
	int64_t without; /* us of failing calls without a reply with records; 0: none failed */
	int64_t failed_at; /* clock_steady: the last failure */
	int64_t warned_at; /* clock_steady; 0: never */
	/* The reply whose records are being passed on. */
	struct kinesis_shard *current; /* NULL: none */
	struct kinesis_records records;
	size_t turn; /* the shard that may call next */
	size_t expected; /* estimated bytes of the replies to all calls in flight */
	size_t record_bytes; /* as in a shard, for all shards */
	bool replied; /* there was a reply with records */
	bool blocked; /* a call is due, but there is no room for it */
	bool warned_damaged, warned_foreign;
	/* Enhanced fan-out. */
	size_t subscriptions; /* shards that have one */
	size_t held; /* bytes of events that wait, of all shards */
	struct buffer last_event; /* of a subscription that has ended */
	const struct kinesis_shard *favoured; /* may hold more than the limit; NULL: none does */
	size_t event_turn; /* the shard whose event comes next */
	bool warned_in_use;
};

/* shards.c */
struct kinesis_reading *kinesis_reading_open(struct kinesis *kinesis);
void kinesis_reading_close(struct kinesis_reading *reading);
/* Lists the shards, all pages, and waits for the replies. Nothing may be in flight. */
bool kinesis_list(struct kinesis_reading *reading, struct failure *failure);
/* Writes the request for the next page to reading->list_body. */
void kinesis_list_ask(struct kinesis_reading *reading);
/* Takes the reply with a page. *whole: it was the last. */
bool kinesis_list_take(
    struct kinesis_reading *reading, struct span reply, bool *whole, struct failure *failure);
struct kinesis_shard *kinesis_add_shard(struct kinesis_reading *reading, struct span name);
/* Has a listing begun that is not complete? */
bool kinesis_is_listing(const struct kinesis_reading *reading);
/* NULL: no shard has that name. */
struct kinesis_shard *kinesis_find(const struct kinesis_reading *reading, struct span name);
bool kinesis_is_listed(const struct kinesis_reading *reading, const struct kinesis_shard *shard);
size_t kinesis_shards(struct stream *stream, const char *const **shards, struct failure *failure);

/* Lists the shards again, now or a minute later. */
void kinesis_want_list(struct kinesis_reading *reading, bool later);

/* read_begin.c */
bool kinesis_begin(
    struct stream *stream, const struct stream_start *start, struct failure *failure);
/* After a listing: shards begin whose parents are read, and shards end that are gone. */
void kinesis_promote(struct kinesis_reading *reading);
/* Adds where it begins, as GetShardIterator and SubscribeToShard take it. sequence: the name of the
 * member that holds a sequence number. */
void kinesis_add_place(
    struct buffer *body, const struct kinesis_shard *shard, const char *sequence);
/* Sets where a shard begins. False: it is not a valid place. */
bool kinesis_set_place(struct kinesis_shard *shard, const char *place, struct failure *failure);

/* read_shared.c */
/* Fills chunk for a shard at its end, once its children are listed. */
bool kinesis_tell_end(struct kinesis_reading *reading, struct chunk *chunk);
bool kinesis_read_shard(
    struct stream *stream, const char *shard, const char *place, struct failure *failure);
void kinesis_leave_shard(struct stream *stream, const char *shard);

/* read_call.c */
/* Writes the request for an iterator to shard->body. */
void kinesis_ask_iterator(struct kinesis_shard *shard, const struct kinesis *kinesis);
/* Starts the calls that are due. False: reading has failed. */
bool kinesis_call_due(struct kinesis_reading *reading, struct failure *failure);
/* Milliseconds until a call is due; -1: none is before the next reply. */
int kinesis_call_wait(const struct kinesis_reading *reading);

/* read_take.c */
/* Takes a reply. False: reading has failed. */
bool kinesis_take(
    struct kinesis_reading *reading, const struct aws_reply *reply, struct failure *failure);
/* The records of a reply or an event are the current ones; it has that many bytes. */
void kinesis_begin_reply(
    struct kinesis_reading *reading, struct kinesis_shard *shard, size_t length);
/* All records of the current reply have been passed on. */
void kinesis_end_reply(struct kinesis_reading *reading);

/* read_subscribe.c */
/* Is the shard read by a subscription? */
bool kinesis_is_pushed(const struct kinesis_reading *reading, const struct kinesis_shard *shard);
/* When it is to be called: to renew a subscription, or to begin one. */
int64_t kinesis_subscription_due(
    const struct kinesis_reading *reading, const struct kinesis_shard *shard);
bool kinesis_subscribe(struct kinesis_reading *reading, struct kinesis_shard *shard, int64_t now,
    struct failure *failure);
/* Forgets the events that wait; the next subscription gets them again. */
void kinesis_forget_events(struct kinesis_reading *reading, struct kinesis_shard *shard);
/* Ends the subscription. */
void kinesis_unsubscribe(struct kinesis_reading *reading, struct kinesis_shard *shard);
/* Reads the next message; the subscriptions that had no room for more continue. */
enum event_news kinesis_next_event(struct kinesis_reading *reading, struct kinesis_shard *shard,
    struct event *event, struct failure *failure);

/* read_events.c */
/* Takes an event of some shard; *taken false: none has come. False: reading has failed. */
bool kinesis_take_event(struct kinesis_reading *reading, bool *taken, struct failure *failure);
/* Takes the end of a subscription. */
bool kinesis_take_end(
    struct kinesis_reading *reading, const struct aws_reply *reply, struct failure *failure);

/* read_retry.c */
/* Decides what follows a failed call for a shard. False: reading has failed. */
bool kinesis_take_failure(struct kinesis_reading *reading, struct kinesis_shard *shard,
    const struct aws_reply *reply, struct failure *failure);
/* A call failed: it is due again after a delay. False: calls have failed for too long. */
bool kinesis_wait_longer(struct kinesis_reading *reading, const struct aws_reply *reply,
    unsigned *failures, int64_t *due, struct failure *failure);
/* After a call that failed; now: clock_steady. False: calls have failed for too long. */
bool kinesis_may_retry(struct kinesis_reading *reading, const struct aws_reply *reply, int64_t now,
    struct failure *failure);
/* Reports a failed call that is retried after delay ms: as a detail, or as a warning if it lasts. */
void kinesis_report_failure(struct kinesis_reading *reading, const struct aws_reply *reply,
    unsigned failures, int64_t delay, int64_t now);

/* read_next.c: as the members of struct stream_kind */
enum stream_news kinesis_next(struct stream *stream, struct chunk *chunk, struct failure *failure);
bool kinesis_wait(struct stream *stream, int watch, int timeout, struct failure *failure);
bool kinesis_lag(struct stream *stream, struct lag *lag, struct failure *failure);

/* read_place.c: likewise */
bool kinesis_place(struct stream *stream, const char *shard, enum stream_from from, int64_t time,
    const struct position *position, char place[POSITION_SIZE], struct failure *failure);
bool kinesis_resolve(
    struct stream *stream, const char *shard, char place[POSITION_SIZE], struct failure *failure);
bool kinesis_has(struct stream *stream, const struct position *position, struct failure *failure);
bool kinesis_state(
    struct stream *stream, const char *shard, struct shard_state *state, struct failure *failure);
bool kinesis_behind(struct stream *stream, const char *shard, const char *place, struct lag *lag,
    struct failure *failure);

#endif
