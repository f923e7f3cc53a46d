/*
 * sending: the state of sending; private to this folder. send.c fills requests and starts them,
 * send_answer.c takes the replies, send_throttle.c slows down when the service throttles.
 */
#ifndef STREAM_KINESIS_SENDING_H
#define STREAM_KINESIS_SENDING_H

#include "aws/client/batch_reply.h"
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

/* The result of a record, not reported yet. */
struct kinesis_result {
	uint64_t ticket;
	char *refused; /* why; NULL: it is safe */
};

struct kinesis_sending {
	struct send_queue *queue;
	struct kinesis_flight *flights;
	unsigned most; /* flights */
	unsigned in_flight;
	struct buffer name;
	struct kinesis_result *results;
	size_t result_first, result_count, result_room;
	struct batch_result put_results[PUT_RECORDS_MOST];
	struct backoff backoff;
	uint64_t retries; /* records that were sent again */
	int64_t good; /* clock_steady: the last success, or the beginning */
	int64_t held; /* clock_steady: no request starts before then; 0: no limit */
	unsigned failures; /* of whole requests in a row */
	struct failure failed; /* why sending ends once nothing is in flight; NONE: no reason */

	/* A record that was set aside: sending ends once all others are stored; NONE: there is
	 * none. */
	struct failure unstored;
	uint64_t unstored_ticket;

	bool troubled; /* a lane has failures */
	struct shard_map *map; /* NULL: all records are in one lane */
	struct shard_map *coming; /* from the replies of ListShards so far */
	struct buffer list; /* the request of ListShards */
	bool listing, wanted, denied;
	int64_t listed; /* clock_steady: the last ListShards */
	uint64_t throttled; /* records that were throttled */
	uint64_t waiting_throttled; /* of those, since the last warning */
	int64_t warned;
};

/* send_answer.c */
/* Takes the reply to a request of PutRecords. */
void kinesis_answer(
    struct kinesis *kinesis, struct kinesis_flight *flight, const struct aws_reply *reply);

/* send_throttle.c */
/* Takes the results of a request, in sending->put_results: pauses lanes that are throttled. */
void kinesis_slow_down(struct kinesis *kinesis, const struct kinesis_flight *flight);
/* Starts ListShards if it is wanted. */
void kinesis_list_shards(struct kinesis *kinesis);
void kinesis_take_shards(struct kinesis *kinesis, const struct aws_reply *reply);

#endif
