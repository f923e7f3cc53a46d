/*
 * put_records: the body of a PutRecords request. It holds up to 500 records; its size is that of
 * their data and partition keys. Source: Kinesis API reference, PutRecords.
 */
#ifndef STREAM_KINESIS_PUT_RECORDS_H
#define STREAM_KINESIS_PUT_RECORDS_H

#include "base/buffer.h"
#include "stream/stream.h"

enum {
	PUT_RECORDS_MOST = 500,
	PUT_RECORDS_BYTES = 5 * 1024 * 1024, /* taken by all streams, and by emulators */
	PUT_RECORDS_BIG = 10 * 1024 * 1024
};

/* Begin a body, add a record that passed partition_check, end the body. name: "StreamName":"…". */
void put_records_begin(struct buffer *body);
bool put_records_add(struct buffer *body, const struct record *record, struct failure *failure);
void put_records_end(struct buffer *body, struct span name);

#endif
