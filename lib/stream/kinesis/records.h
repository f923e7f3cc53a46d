/*
 * records: reads a reply to GetRecords, or an event of SubscribeToShard, piece by piece: unpacks
 * aggregates, decodes data, reads sequence numbers and times.
 */
#ifndef STREAM_KINESIS_RECORDS_H
#define STREAM_KINESIS_RECORDS_H

#include "stream/kinesis/aggregate.h"
#include "base/buffer.h"
#include "text/json.h"
#include "stream/stream.h"

/* Zeroed before its first use. */
struct kinesis_records {
	struct span iterator; /* of the next call; start NULL: the shard has ended */
	/* Of an event: where the next subscription begins, after it; start NULL: there is none. */
	struct span continuation;
	bool children; /* an event that names child shards: the shard has ended */
	int64_t behind; /* ms between the end of the reply and the tip */
	size_t taken; /* records read from the reply so far, aggregates counted as one */
	struct span sequence; /* of the last one; start NULL: none yet */
	int64_t arrived; /* its arrival, ms */
	/* Sequence numbers of the first of these; start NULL: none. */
	struct span damaged; /* a damaged aggregate, passed on as an ordinary record */
	struct span foreign; /* an aggregate with a member that belongs to another shard */
	/* The current piece. */
	size_t count;
	struct chunk_record *records;
	struct chunk_place *places;
	/* Private. */
	struct json_cursor rest;
	struct buffer data, keys;
	struct aggregate aggregate;
	bool inside; /* the aggregate */
};

/* Which records of the shard are wanted, and how. */
struct kinesis_filter {
	bool keys; /* fill chunk_record.key */
	const struct position *done; /* records before it are left out; NULL: none are */
	struct span hash_first,
	    hash_last; /* of the shard, to find foreign members; start NULL: not checked */
};

/* reply is borrowed until the last piece. False: it is invalid. */
bool kinesis_records_open(
    struct kinesis_records *records, struct span reply, struct failure *failure);
/*
 * The next piece, in count, records and places; valid until the next one. *more
 * false: that was the last. A piece may be empty.
 */
bool kinesis_records_next(struct kinesis_records *records, const struct kinesis_filter *filter,
    bool *more, struct failure *failure);
void kinesis_records_free(struct kinesis_records *records);

#endif
