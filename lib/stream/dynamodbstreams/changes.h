/*
 * changes: a stream of Amazon DynamoDB Streams, the changes of a table; private to this folder.
 * dynamodbstreams.c opens it, find.c finds the stream of a table, shards.c lists its shards,
 * begin.c finds where to begin in each, call.c starts calls, take.c takes the replies, retry.c
 * decides on retries, next.c passes the records on, shared.c reads shards that the caller names,
 * place.c answers questions about single places.
 * Source: DynamoDB Developer Guide, "Change data capture for DynamoDB Streams"; API Reference.
 */
#ifndef STREAM_DYNAMODBSTREAMS_CHANGES_H
#define STREAM_DYNAMODBSTREAMS_CHANGES_H

#include "aws/client/aws.h"
#include "base/backoff.h"
#include "base/buffer.h"
#include "stream/dynamodbstreams/change_records.h"
#include "stream/kind.h"

enum {
	CHANGES_READ_EVERY = 200, /* ms between the calls for a shard */
	CHANGES_IDLE_EVERY = 1000, /* ms, at the tip */
	CHANGES_PAGE_EVERY = 150, /* ms between pages of shards: ten calls a second are allowed */
	CHANGES_LIMIT = 1000, /* records of a reply, at most */
	CHANGES_TIP = 3, /* replies without records in a row: one alone may be a gap */
	CHANGES_ABSENT = 3, /* listings in a row without a shard, before it is gone */
	CHANGES_GIVE_UP = 6, /* failures in a row, throttling not counted */
	CHANGES_MARGIN = 3000, /* ms: times of records are cut to seconds, and clocks differ */
	CHANGES_REPLY_CEILING = 16 * 1024 * 1024, /* 1 MB of items, and the JSON around them */
	CHANGES_LIST_CEILING = 4 * 1024 * 1024,
	CHANGES_ITERATOR_CEILING = 64 * 1024
};

enum changes_stage {
	CHANGES_WAITS, /* its parent is not read to its end */
	CHANGES_STARTS, /* needs an iterator */
	CHANGES_READS,
	CHANGES_ENDED /* no more of it is read */
};

struct changes_shard {
	char *name;
	char *parent; /* NULL: none */
	char *end; /* its last sequence number, as a position has it; NULL: it is open */
	unsigned listed; /* the number of the listing that it was last in */
	size_t number;
	enum changes_stage stage;
	bool finished; /* read to its end, or not to be read: its children may begin */
	bool announced; /* the caller knows where it begins */
	bool lost_some; /* records were lost, and the caller does not know yet */
	bool gone; /* the service does not know it: a new listing decides */
	unsigned absent_until; /* gone: the listing that decides; 0: the next */
	bool taken; /* shared: the caller has named it, and does not know its end yet */
	unsigned ended_at; /* shared: its children are in a listing after this one */
	/* Where it begins, or continues when its iterator has expired. */
	enum stream_from from;
	int64_t time; /* FROM_TIME: read from the start, and records before it are left out */
	char place[POSITION_SIZE]; /* FROM_POSITION: which position points into */
	struct position position;
	bool from_checkpoint;
	/* Calls. */
	bool in_flight;
	struct buffer body;
	char *iterator; /* as JSON text; NULL: it needs one */
	int64_t since; /* ms: records before it are left out, with this iterator; 0: none */
	int64_t due; /* clock_steady: when the next call may start */
	unsigned failures; /* in a row */
	unsigned setbacks; /* expired iterators and missing shards, in a row without a reply */
	unsigned empty; /* replies without records, in a row */
	size_t limit; /* of records, of the call in flight */
	size_t limit_most; /* because a reply was too large; 0: no limit */
	int64_t created; /* the last record that was read, ms; 0: none was */
};

struct changes {
	struct stream stream;
	struct stream_settings settings;
	struct aws *aws;
	char *table;
	char *arn; /* of the stream */
	char *label; /* its last part, the time when the stream was switched on */
	bool off; /* it was switched off, when it was last listed */
	struct changes_shard **shards;
	size_t count;
	size_t capacity;
	char **departed; /* the names of shards that no longer exist */
	size_t departed_count;
	size_t numbered; /* shards ever */
	const char **names; /* for stream_shards */
	unsigned listing; /* the number of the last complete one */
	bool fresh; /* it was listed just now, when it was opened */
	bool begun; /* it is being read, which lists it again */
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
	char *list_after; /* the last shard of the page before; NULL: the first page */
	/* Failures. */
	struct backoff backoff;
	int64_t without; /* us of failing calls without a reply with records; 0: none failed */
	int64_t failed_at; /* clock_steady: the last failure */
	int64_t warned_at; /* clock_steady; 0: never */
	/* The reply whose records are being passed on. */
	struct changes_shard *current; /* NULL: none */
	struct change_records records;
	size_t turn; /* the shard that may call next */
};

/* find.c: sets arn and label to those of the table's newest stream. *missing: it has none. */
bool changes_find(struct changes *changes, bool *missing, struct failure *failure);
/* Takes a page of ListStreams. *after, which is replaced: the ARN, as JSON, after which the next
 * begins; NULL: it is the last. */
bool changes_find_take(
    struct changes *changes, struct span reply, char **after, struct failure *failure);

/* shards.c */
/* Lists the shards, all pages, and waits for the replies. Nothing may be in flight. */
bool changes_list(struct changes *changes, struct failure *failure);
/* The next page only. *status, unless NULL, becomes that of the stream. */
bool changes_list_page(
    struct changes *changes, bool *whole, char status[24], struct failure *failure);
/* Writes the request for the next page to changes->list_body. */
void changes_list_ask(struct changes *changes);
/* Takes the reply with a page. *whole: it was the last. */
bool changes_list_take(struct changes *changes, struct span reply, bool *whole, char status[24],
    struct failure *failure);
struct changes_shard *changes_add_shard(struct changes *changes, struct span name);
/* Has a listing begun that is not complete? */
bool changes_is_listing(const struct changes *changes);
bool changes_has_child(const struct changes *changes, const struct changes_shard *shard);
/* NULL: no shard has that name. */
struct changes_shard *changes_shard_named(const struct changes *changes, struct span name);
bool changes_is_listed(const struct changes *changes, const struct changes_shard *shard);
/* Its parent, if it still exists. */
struct changes_shard *changes_parent(
    const struct changes *changes, const struct changes_shard *shard);
/* Lists the shards again, now or later. */
void changes_want_list(struct changes *changes, bool later);
/* Forgets shards that no longer exist. */
void changes_forget(struct changes *changes);
size_t changes_shards(struct stream *stream, const char *const **shards, struct failure *failure);
void changes_shards_free(struct changes *changes);

/* begin.c */
bool changes_begin(
    struct stream *stream, const struct stream_start *start, struct failure *failure);
/* After a listing: shards begin whose parent is read, and shards end that are gone. */
void changes_promote(struct changes *changes);
/* Does the shard begin after its last record, so that nothing of it is left? */
bool changes_is_done(const struct changes_shard *shard);
/* Sets where a shard begins. False: it is not a valid place. */
bool changes_set_place(struct changes_shard *shard, const char *place, struct failure *failure);
/* The place of whoever wants only what comes from now on. */
void changes_latest(const struct changes_shard *shard, int64_t now, char place[POSITION_SIZE]);

/* call.c */
/* Writes the request for an iterator to shard->body, and what it leaves out to shard->since. */
void changes_ask_iterator(const struct changes *changes, struct changes_shard *shard);
/* Writes the request for records to shard->body. */
void changes_ask_records(struct changes_shard *shard, struct span iterator, size_t limit);
/* Starts the calls that are due. False: reading has failed. */
bool changes_call_due(struct changes *changes, struct failure *failure);
/* Milliseconds until a call is due; -1: none is before the next reply. */
int changes_call_wait(const struct changes *changes);

/* take.c */
/* Takes a reply. False: reading has failed. */
bool changes_take(struct changes *changes, const struct aws_reply *reply, struct failure *failure);
/* The iterator in a reply; start NULL: failure says that there is none. */
struct span changes_iterator_in(struct span reply, struct failure *failure);
/* A shard is read to its end: its children may begin. */
void changes_finish(struct changes *changes, struct changes_shard *shard);
/* All records of the current reply have been passed on. */
void changes_end_reply(struct changes *changes);

/* retry.c */
/* A call failed. False: calls have failed for too long. Else it is retried at *due. */
bool changes_wait_longer(struct changes *changes, const struct aws_reply *reply, unsigned *failures,
    int64_t *due, struct failure *failure);
/* Waits for delay ms. */
bool changes_pause(struct changes *changes, int64_t delay, struct failure *failure);
/* As aws_call_and_wait; with settings.patient it waits out throttling. */
bool changes_call(struct changes *changes, const struct aws_call *call, struct aws_reply *reply,
    struct failure *failure);

/* next.c: as the members of struct stream_kind */
enum stream_news changes_next(struct stream *stream, struct chunk *chunk, struct failure *failure);
bool changes_wait(struct stream *stream, int watch, int timeout, struct failure *failure);
bool changes_lag(struct stream *stream, struct lag *lag, struct failure *failure);

/* shared.c: likewise */
bool changes_read_shard(
    struct stream *stream, const char *shard, const char *place, struct failure *failure);
void changes_leave_shard(struct stream *stream, const char *shard);
/* Fills chunk for a shard at its end, once its children are listed. */
bool changes_tell_end(struct changes *changes, struct chunk *chunk);
/* Is that still to come? Without follow it may not. */
bool changes_awaits_followers(const struct changes *changes, const struct changes_shard *shard);

/* place.c: likewise */
bool changes_place(struct stream *stream, const char *shard, enum stream_from from, int64_t time,
    const struct position *position, char place[POSITION_SIZE], struct failure *failure);
bool changes_has(struct stream *stream, const struct position *position, struct failure *failure);
bool changes_state(
    struct stream *stream, const char *shard, struct shard_state *state, struct failure *failure);
bool changes_behind(struct stream *stream, const char *shard, const char *place, struct lag *lag,
    struct failure *failure);

#endif
