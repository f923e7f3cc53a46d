/*
 * stream_kinesis_sending: what the parts of sending share: stream_kinesis_send.c
 * fills requests and starts them, stream_kinesis_answer.c reads what came of
 * them, stream_kinesis_pace.c slows down where the service says so.
 */
#ifndef STREAM_KINESIS_SENDING_H
#define STREAM_KINESIS_SENDING_H

#include "base/backoff.h"
#include "stream/kinesis/put_records.h"
#include "stream/kinesis/send_queue.h"
#include "stream/kinesis/shard_map.h"
#include "stream/kinesis/kinesis.h"

/* A request in flight. */
struct kinesis_flight {
	bool used;
	struct buffer body;
	int32_t records[PUT_RECORDS_MOST];
	unsigned count;
	size_t size;
};

/* The fate of a record, not yet told. */
struct kinesis_told {
	uint64_t ticket;
	char *refused; /* NULL: it is safe */
};

struct kinesis_sending {
	struct send_queue *queue;
	struct kinesis_flight *flights;
	unsigned most; /* flights */
	unsigned in_flight;
	struct buffer name;
	struct kinesis_told *told;
	size_t told_first, told_count, told_room;
	struct put_result results[PUT_RECORDS_MOST];
	struct backoff backoff;
	uint64_t again; /* records that were sent again */
	int64_t good; /* clock_steady when something last went well, or began */
	int64_t held; /* nothing is started before; 0: it is */
	unsigned failures; /* of whole requests in a row */
	struct failure failed; /* it goes no further, once what is in flight is back */

	bool troubled; /* some lane has failures */
	struct shard_map *map; /* NULL: every record is in one lane */
	struct shard_map *coming; /* the replies of ListShards so far */
	struct buffer list; /* the body of a call of it */
	bool listing, wanted, denied;
	int64_t listed; /* when it was last asked */
	uint64_t put_off; /* records, of the rate, in all */
	uint64_t throttled; /* records put off since that was last told */
	int64_t warned;
};

/* stream_kinesis_answer.c */
void kinesis_answer(
    struct kinesis *kinesis, struct kinesis_flight *flight, const struct aws_reply *reply);
void kinesis_tell(struct kinesis_sending *sending, uint64_t ticket, const char *refused);

/* stream_kinesis_pace.c: the results of a request, some of which may have failed. */
void kinesis_pace(struct kinesis *kinesis, const struct kinesis_flight *flight);
/* Asks for the shards, where that is due. */
void kinesis_list_shards(struct kinesis *kinesis);
void kinesis_take_shards(struct kinesis *kinesis, const struct aws_reply *reply);

#endif
