/*
 * aggregate: a record that holds many, as the Kinesis Producer Library packs
 * them. Source: amazon-kinesis-producer, aggregation-format.md and messages.proto:
 *
 *     F3 89 9A C2, AggregatedRecord in protobuf, MD5 of the protobuf bytes
 *     AggregatedRecord { repeated string partition_key_table = 1;
 *                        repeated string explicit_hash_key_table = 2;
 *                        repeated Record records = 3; }
 *     Record { required uint64 partition_key_index = 1;
 *              optional uint64 explicit_hash_key_index = 2;
 *              required bytes data = 3; repeated Tag tags = 4; }
 */
#ifndef STREAM_KINESIS_AGGREGATE_H
#define STREAM_KINESIS_AGGREGATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/failure.h"
#include "base/span.h"
#include "text/digest.h"

#define AGGREGATE_MAGIC "\xF3\x89\x9A\xC2"
enum {
	AGGREGATE_MAGIC_BYTES = 4,
	AGGREGATE_FRAME = AGGREGATE_MAGIC_BYTES + MD5_BYTES /* what is not protobuf */
};

enum aggregate_found {
	AGGREGATE_NONE, /* an ordinary record */
	AGGREGATE_DAMAGED, /* it begins as one, but its MD5 or its protobuf is wrong */
	AGGREGATE_SOUND
};

struct aggregate_member {
	struct span data;
	struct span key;
	struct span hash_key; /* a decimal; start NULL: the MD5 of the key */
};

/* Strings that members refer to by number. */
struct aggregate_table {
	struct span *entries;
	size_t count;
	size_t capacity;
};

/* Zeroed before its first use; it points into the record that was opened last. */
struct aggregate {
	struct aggregate_table keys;
	struct aggregate_table hash_keys;
	struct span rest; /* of the protobuf bytes */
	size_t count; /* of members; may be 0 */
	size_t next; /* the number of the next member */
};

/* Has it the first bytes and the length of an aggregate, so that a reader may take it for one? */
bool aggregate_begins(struct span record);
/* If the system has no MD5: AGGREGATE_NONE, and failure says so. */
enum aggregate_found aggregate_open(
    struct aggregate *aggregate, struct span record, struct failure *failure);
/* The members of a sound one in order; false: there are no more. */
bool aggregate_next(struct aggregate *aggregate, struct aggregate_member *member);
void aggregate_free(struct aggregate *aggregate);

/* Is the hash key (a decimal, or the MD5 of the key) from first to last (decimals)? */
bool aggregate_is_within(const struct aggregate_member *member, struct span first, struct span last,
    struct failure *failure);

#endif
