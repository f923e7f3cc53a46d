/*
 * sending: the state of sending; private to this folder. send.c starts requests, which send_fill.c
 * fills; send_answer.c takes the replies, send_throttle.c slows down when the service throttles,
 * and send_shards.c lists the shards.
 */
#ifndef STREAM_KINESIS_SENDING_H
#define STREAM_KINESIS_SENDING_H

#include "aws/client/batch_reply.h"
#include "base/backoff.h"
#include "base/hash.h"
#include "stream/kinesis/aggregate_writer.h"
#include "stream/kinesis/put_records.h"
#include "stream/kinesis/send_groups.h"
#include "stream/kinesis/send_queue.h"
#include "stream/kinesis/shard_map.h"
#include "stream/kinesis/kinesis.h"

enum {
	SENDING_AGGREGATED = 5000, /* records of a request with aggregates at most */
	SENDING_ANY_SHARD = 0
};

/* A request in flight. */
struct kinesis_flight {
	bool used;
	struct buffer body;
	int32_t *records; /* their numbers, sending->request_most at most */
	uint16_t *entries; /* the entry that each of them is in */
	int64_t started; /* clock_steady */
	unsigned count;
	unsigned entry_count;
	unsigned map_number; /* sending->map_number when it was filled */
	/*
	 * Where each entry has to go (sending_shard_mark); SENDING_ANY_SHARD: it is a record by
	 * itself.
	 */
	uint64_t shards[PUT_RECORDS_MOST];
};

/* Stands for the name of a shard. */
static inline uint64_t
sending_shard_mark(struct span name)
{
	return hash_add(HASH_BEGIN, name) | 1;
}

/* The result of a record, not reported yet. */
struct kinesis_result {
	uint64_t ticket;
	char *refused; /* why; NULL: it is safe */
};

struct kinesis_sending {
	struct send_queue *queue;
	struct kinesis_flight *flights;
	unsigned most; /* flights */
	unsigned request_most; /* records of a request at most */
	unsigned full; /* a request with this number of records does not wait for more */
	unsigned in_flight;
	struct buffer name;
	struct kinesis_result *results;
	size_t result_first, result_count, result_room;
	struct batch_result put_results[PUT_RECORDS_MOST];
	struct backoff backoff;
	uint64_t retries; /* records that were sent again */
	int64_t good; /* clock_steady: the last success, or the beginning */
	bool keyed; /* the records have keys whose order is kept */
	int64_t landed; /* clock_steady: the last reply */
	int64_t trip; /* us that it took */
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
	int64_t list_every; /* us until the next one, while the map is stale */
	struct send_groups *groups; /* NULL: records are not aggregated */
	struct aggregate_writer *writer;
	bool stale; /* the map is not known to be right: no aggregates are made */
	unsigned map_number; /* how many maps there were */
	unsigned strays; /* maps in a row by which all aggregates went astray */
	uint64_t entries; /* that the service has stored */
	uint64_t throttled; /* records that were throttled */
	uint64_t waiting_throttled; /* of those, since the last warning */
	int64_t warned;
};

/* send_fill.c */
/* Fills a request with the records that may be sent now. False: there are none, or it failed. */
bool kinesis_fill(struct kinesis *kinesis, struct kinesis_flight *flight);

/* send_answer.c */
/* Takes the reply to a request of PutRecords. */
void kinesis_answer(
    struct kinesis *kinesis, struct kinesis_flight *flight, const struct aws_reply *reply);

/* send_throttle.c */
/* Takes the results of a request, in sending->put_results: pauses lanes that are throttled. */
void kinesis_slow_down(struct kinesis *kinesis, const struct kinesis_flight *flight);

/* send_shards.c */
/* The shards are to be listed, if that was not done within the last every us. */
void kinesis_want_shards(struct kinesis_sending *sending, int64_t every);
/* Did the record go to another shard than expected? Then the shards have changed. */
bool kinesis_went_elsewhere(
    const struct kinesis_sending *sending, const struct sent *sent, struct span shard);
/*
 * Is an entry with aggregated records in another shard than expected? KCL leaves out such records,
 * if not all of them belong to the shard.
 */
bool kinesis_went_astray(
    struct kinesis *kinesis, const struct kinesis_flight *flight, unsigned entry);
/* Do records wait until the shards are known? */
bool kinesis_waits_for_shards(const struct kinesis_sending *sending);
/* Starts ListShards if it is wanted. */
void kinesis_list_shards(struct kinesis *kinesis);
void kinesis_take_shards(struct kinesis *kinesis, const struct aws_reply *reply);

#endif
