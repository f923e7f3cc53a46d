/*
 * stream_kinesis_read: what reading a stream of Kinesis keeps in mind.
 * stream_kinesis_shards.c lists the shards, stream_kinesis_begin.c says where
 * each begins, stream_kinesis_call.c asks, stream_kinesis_take.c takes the replies,
 * stream_kinesis_patience.c what went wrong, stream_kinesis_next.c hands the records
 * out, stream_kinesis_place.c answers about single places.
 */
#ifndef STREAM_KINESIS_READ_H
#define STREAM_KINESIS_READ_H

#include "base/backoff.h"
#include "stream/kinesis/records.h"
#include "stream/kinesis/kinesis.h"

enum {
	KINESIS_READ_EVERY = 200, /* ms: five calls a second and shard are allowed */
	KINESIS_IDLE_EVERY = 1000, /* ms, at the tip, as the service advises */
	KINESIS_GIVE_UP = 6, /* failures in a row that are not the service's asking for patience */
	KINESIS_REPLY_CEILING = 15 * 1024 * 1024, /* 10 MiB as base64, and what is around them */
	KINESIS_LIST_CEILING = 4 * 1024 * 1024
};

enum shard_stage {
	SHARD_WAITS, /* for its parents' end, or to be begun */
	SHARD_STARTS, /* needs an iterator */
	SHARD_READS,
	SHARD_ENDED /* nothing more of it is read */
};

struct kinesis_shard {
	char *name;
	char *parents[2]; /* NULL: none */
	char *hash_first, *hash_last; /* NULL: not known */
	bool open; /* as it was last listed */
	unsigned listed; /* in which listing it was last seen */
	size_t number;
	enum shard_stage stage;
	bool finished; /* read to its end, or none of it is to be read: its children may begin */
	bool told; /* where it begins */
	bool lost_some; /* to be told yet */
	bool gone; /* the service does not know it; it is looked for in a new listing */
	/* Where it begins, or goes on where its iterator is no good any more. */
	enum stream_from from;
	int64_t time;
	char place[POSITION_SIZE]; /* FROM_POSITION: which position points into */
	struct position position;
	bool from_checkpoint;
	bool skips; /* what is done before position is not passed yet */
	bool first_seen; /* its first record */
	/* Calls. */
	bool in_flight;
	struct buffer body;
	char *iterator; /* as JSON text; NULL: needs one */
	int64_t iterator_due; /* clock_steady, when the next may be asked for */
	int64_t due; /* clock_steady, when the next call may leave */
	unsigned failures; /* in a row */
	unsigned setbacks; /* iterators too old and shards not found, in a row without a reply */
	size_t limit; /* of records, of the call in flight */
	size_t expected; /* bytes of its reply, as far as can be said */
	size_t reply_bytes; /* of the last reply */
	size_t record_bytes; /* of those of a reply, on average; 0: not known */
	int64_t behind; /* ms, -1: not known */
};

struct kinesis_reading {
	struct kinesis *kinesis;
	struct kinesis_shard **shards;
	size_t count;
	size_t capacity;
	const char **names; /* for stream_shards */
	unsigned listing; /* the number of the last complete one */
	/* What is asked for. */
	bool follow;
	char *only; /* this shard alone; NULL: all */
	int64_t start_time; /* ms, by the service's clock, when reading began */
	bool any; /* the group had a checkpoint in some shard */
	/* Listing while reading. */
	bool list_flying;
	bool list_wanted;
	int64_t list_due; /* clock_steady */
	unsigned list_failures;
	struct buffer list_body;
	char *token; /* of the next page; NULL: the first */
	struct backoff backoff;
	int64_t without; /* us in which calls failed and no records were got; 0: all is well */
	int64_t failed_at; /* clock_steady, the last time */
	int64_t warned_at; /* clock_steady; 0: never */
	/* The reply that is being handed out. */
	struct kinesis_shard *current; /* NULL: none */
	struct kinesis_records records;
	size_t turn; /* the shard that may call next */
	size_t expected; /* bytes, of all calls in flight */
	size_t record_bytes; /* as that of a shard, of the last reply that had records */
	bool replied; /* some shard has */
	bool blocked; /* a call is due and has no room */
	bool warned_damaged, warned_foreign;
};

/* stream_kinesis_shards.c */
struct kinesis_reading *kinesis_reading_open(struct kinesis *kinesis);
void kinesis_reading_close(struct kinesis_reading *reading);
/* All pages, waited for; nothing may be in flight. */
bool kinesis_list(struct kinesis_reading *reading, struct failure *failure);
/* The body of the call for the next page, in reading->list_body. */
void kinesis_list_ask(struct kinesis_reading *reading);
/* Takes a page in. *whole: it was the last. */
bool kinesis_list_take(
    struct kinesis_reading *reading, struct span reply, bool *whole, struct failure *failure);
/* NULL: there is none of that name. */
struct kinesis_shard *kinesis_find(const struct kinesis_reading *reading, struct span name);
bool kinesis_is_listed(const struct kinesis_reading *reading, const struct kinesis_shard *shard);
size_t kinesis_shards(struct stream *stream, const char *const **shards, struct failure *failure);

/* stream_kinesis_begin.c */
bool kinesis_begin(
    struct stream *stream, const struct stream_start *start, struct failure *failure);
/* After a listing: lets those begin whose parents are done, and ends those that are gone. */
void kinesis_promote(struct kinesis_reading *reading);
/* Sets where a shard begins; a place, or one of the other three. */
bool kinesis_set_place(struct kinesis_shard *shard, const char *place, struct failure *failure);

/* stream_kinesis_call.c */
void kinesis_ask_iterator(struct kinesis_shard *shard, const struct kinesis *kinesis);
/* Starts the calls that are due. False: it goes no further. */
bool kinesis_call_due(struct kinesis_reading *reading, struct failure *failure);
/* Milliseconds until a call can be due; -1: none will be before some reply. */
int kinesis_call_wait(const struct kinesis_reading *reading);

/* stream_kinesis_take.c */
bool kinesis_take(
    struct kinesis_reading *reading, const struct aws_reply *reply, struct failure *failure);
/* Lists the shards anew, at once or some time later. */
void kinesis_want_list(struct kinesis_reading *reading, bool later);
/* The current reply has been handed out. */
void kinesis_settle(struct kinesis_reading *reading);

/* stream_kinesis_patience.c */
/* A call failed; now: clock_steady. False: nothing has gone well for too long. */
bool kinesis_bear(struct kinesis_reading *reading, const struct aws_reply *reply, int64_t now,
    struct failure *failure);
/* It failed so often in a row and waits for delay ms: a note, or what everybody is to know. */
void kinesis_tell_failure(struct kinesis_reading *reading, const struct aws_reply *reply,
    unsigned failures, int64_t delay, int64_t now);

/* stream_kinesis_next.c */
enum stream_news kinesis_next(struct stream *stream, struct chunk *chunk, struct failure *failure);
bool kinesis_wait(struct stream *stream, int watch, int timeout, struct failure *failure);
bool kinesis_lag(struct stream *stream, struct lag *lag, struct failure *failure);

/* stream_kinesis_place.c */
bool kinesis_place(struct stream *stream, const char *shard, enum stream_from from, int64_t time,
    const struct position *position, char place[POSITION_SIZE], struct failure *failure);
bool kinesis_has(struct stream *stream, const struct position *position, struct failure *failure);
bool kinesis_state(
    struct stream *stream, const char *shard, struct shard_state *state, struct failure *failure);
bool kinesis_behind(struct stream *stream, const char *shard, const char *place, struct lag *lag,
    struct failure *failure);

#endif
