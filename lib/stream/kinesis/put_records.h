/*
 * put_records: the body of a PutRecords request, and what its reply says of
 * each record. Source: Kinesis API reference, PutRecords. A request holds up to
 * 500 records; what counts for its size are data and partition keys.
 */
#ifndef STREAM_KINESIS_PUT_RECORDS_H
#define STREAM_KINESIS_PUT_RECORDS_H

#include "base/buffer.h"
#include "stream/stream.h"

enum {
	PUT_RECORDS_MOST = 500,
	PUT_RECORDS_BYTES = 5 * 1024 * 1024, /* takes all there are, also emulators */
	PUT_RECORDS_BIG = 10 * 1024 * 1024
};

/* Begins a body, adds a record that partition_check found good, and ends it. name:
 * "StreamName":"…". */
void put_records_begin(struct buffer *body);
bool put_records_add(struct buffer *body, const struct record *record, struct failure *failure);
void put_records_end(struct buffer *body, struct span name);

enum put_outcome { PUT_DONE, PUT_THROTTLED, PUT_FAILED };

/* Spans lie in the reply, escapes as they are; start NULL: it does not say. */
struct put_result {
	enum put_outcome outcome;
	struct span shard; /* PUT_DONE */
	struct span code; /* the others */
	struct span message;
};

/* False: it is no reply to a request of so many records. */
bool put_records_read(struct span reply, struct put_result *results, size_t count);

#endif
