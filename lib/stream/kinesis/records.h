/*
 * kinesis_records: a reply to GetRecords, taken apart piece by piece:
 * aggregates unpacked, data decoded, names and times of records read.
 */
#ifndef STREAM_KINESIS_RECORDS_H
#define STREAM_KINESIS_RECORDS_H

#include "stream/kinesis/aggregate.h"
#include "base/buffer.h"
#include "text/json.h"
#include "stream/stream.h"

/* Zeroed before its first use. */
struct kinesis_records {
	struct span iterator; /* where to go on; start NULL: the shard is at its end */
	int64_t behind; /* ms, between the end of the reply and the tip */
	size_t taken; /* records of the service so far */
	struct span sequence; /* of the last one; start NULL: none yet */
	int64_t arrived; /* its arrival, ms */
	/* Sequence numbers of the first such; start NULL: none. */
	struct span damaged; /* an aggregate that is no good, and is given as it is */
	struct span foreign; /* an aggregate with a member that belongs to another shard */
	/* The piece. */
	size_t count;
	struct chunk_record *records;
	struct chunk_place *places;
	/* For itself. */
	struct json_cursor rest;
	struct buffer data, keys;
	struct aggregate aggregate;
	bool inside; /* the aggregate */
};

/* What the caller knows of the shard. */
struct kinesis_wish {
	bool keys; /* fill chunk_record.key */
	const struct position *done; /* nothing before it is handed out; NULL: all is */
	struct span hash_first, hash_last; /* of the shard; start NULL: not looked at */
};

/* reply is borrowed until the last piece. False: it is not what GetRecords should say. */
bool kinesis_records_open(
    struct kinesis_records *records, struct span reply, struct failure *failure);
/*
 * The next piece, in count, records and places; valid until the next one. *more
 * false: that was the last. A piece may be empty.
 */
bool kinesis_records_next(struct kinesis_records *records, const struct kinesis_wish *wish,
    bool *more, struct failure *failure);
void kinesis_records_free(struct kinesis_records *records);

#endif
