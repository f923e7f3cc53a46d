/*
 * aggregate_writer: packs records into one record, in the format that aggregate.h describes; a key
 * that several of them have is in it once.
 */
#ifndef STREAM_KINESIS_AGGREGATE_WRITER_H
#define STREAM_KINESIS_AGGREGATE_WRITER_H

#include "stream/kinesis/aggregate.h"
#include "stream/stream.h"

enum {
	/*
	 * Of an aggregate and its partition key together: two units of 25 KiB, in which Kinesis
	 * counts payload; also the default of the Kinesis Producer Library (AggregationMaxSize).
	 */
	AGGREGATE_BYTES = 51200,
	AGGREGATE_MEMBERS = 500 /* as many as Amazon Data Firehose takes out of one record */
};

/* The partition key of an aggregate, as in the library; its hash key chooses the shard. */
#define AGGREGATE_KEY "a"

struct aggregate_writer;

enum aggregate_added {
	AGGREGATE_ADDED,
	AGGREGATE_FULL, /* it has no room for this one */
	AGGREGATE_FAILED
};

struct aggregate_writer *aggregate_writer_open(void);
void aggregate_writer_close(struct aggregate_writer *writer); /* NULL is allowed */
/* Begins an empty aggregate. */
void aggregate_writer_begin(struct aggregate_writer *writer);
/* Adds a record that passed partition_check; to an empty aggregate one of any size. */
enum aggregate_added aggregate_writer_add(
    struct aggregate_writer *writer, const struct record *record, struct failure *failure);
unsigned aggregate_writer_count(const struct aggregate_writer *writer);
/* The aggregate, valid until the next one begins. start NULL: failure says why there is none. */
struct span aggregate_writer_end(struct aggregate_writer *writer, struct failure *failure);

/* The most bytes that a record takes in an aggregate, the aggregate's own AGGREGATE_FRAME aside. */
size_t aggregate_bound(const struct record *record);

#endif
