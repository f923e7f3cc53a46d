/*
 * dynamodb: a table of Amazon DynamoDB; private to this folder. dynamodb.c opens it, prepared.c
 * reads items, send.c sends them, outcome.c takes the replies, reply_key.c finds keys in them,
 * query.c writes the requests of a query, read.c reads its pages, service.c has what all of them
 * share. Source: Amazon DynamoDB API Reference.
 */
#ifndef TABLE_DYNAMODB_DYNAMODB_H
#define TABLE_DYNAMODB_DYNAMODB_H

#include "aws/client/aws.h"
#include "base/backoff.h"
#include "base/buffer.h"
#include "table/kind.h"
#include "table/dynamodb/capacity.h"
#include "table/dynamodb/key_queue.h"

enum {
	DYNAMODB_BATCH = 25, /* items in a BatchWriteItem */
	DYNAMODB_GET = 100, /* keys in a BatchGetItem */
	DYNAMODB_BODY = 16 * 1000 * 1000, /* bytes of one at most */
	DYNAMODB_BODY_FULL = 2 * 1024 * 1024, /* from this size on, no item is added to it */
	DYNAMODB_BODIES_FULL = 8 * 1024 * 1024, /* bytes in flight, from which on none is started */
	DYNAMODB_ATTEMPTS = 40, /* at an item that no reply says is stored: some ten minutes */
	DYNAMODB_KEY = 2 + ITEM_PARTITION_MAX + ITEM_SORT_MAX, /* bytes of one at most */
	DYNAMODB_FLYING = 128, /* requests in flight by default */
	DYNAMODB_FLYING_MOST = 256,
	DYNAMODB_READING = 8, /* requests of readers in flight by default */
	/*
	 * A reply holds 1 MB of items as DynamoDB counts: an empty string in a list is 1 byte to
	 * DynamoDB, but {"S":""}, in the reply.
	 */
	DYNAMODB_REPLY = 12 * 1024 * 1024
};

struct dynamodb_sending;
struct dynamodb_reading;
struct dynamodb_getting;

struct dynamodb {
	struct table table;
	struct table_settings settings;
	struct aws *aws;
	char *name; /* NAME, or the ARN by which it was opened */
	bool eventual; /* reads are eventually consistent, because it was asked for or must be */
	unsigned in_flight;
	struct item_reader *reader;
	struct buffer decoded; /* scratch */
	struct backoff backoff;
	struct capacity own_capacity;
	struct capacity
	    *capacity; /* of --rate: its own, or that of the table that it shares it with */
	int64_t failing_since; /* steady clock; 0: the last call succeeded */
	int64_t next_warning; /* steady clock: no warning of throttling before then */
	struct dynamodb_sending *sending; /* NULL when reading */
	struct dynamodb_reading
	    *readings; /* also finished ones for which a reply may still arrive */
	struct dynamodb_getting *getting; /* NULL until the first dynamodb_get */
};

/* service.c */
/* Begins a request: its brace, and if there is a rate, that it asks for the consumed capacity. */
void dynamodb_begin(const struct dynamodb *dynamodb, struct buffer *body);
/* A request for that many items has ended. expected: what capacity_start returned for it. */
void dynamodb_settle_capacity(
    struct dynamodb *dynamodb, int64_t expected, size_t items, const struct aws_reply *reply);
/* When a request may start that is due then. */
int64_t dynamodb_earliest(const struct dynamodb *dynamodb, int64_t due);
/* Adds "TableName":"…". */
void dynamodb_add_name(const struct dynamodb *dynamodb, struct buffer *body);
/*
 * After a call that failed or stored nothing: may it be retried? False if it cannot help or calls
 * have failed for too long; then failure is why.
 */
bool dynamodb_may_retry(
    struct dynamodb *dynamodb, const struct failure *why, struct failure *failure);
/* Milliseconds to wait before a retry; attempt counts from 0. */
int64_t dynamodb_retry_delay(struct dynamodb *dynamodb, unsigned attempt);
/* Warns, once in a while, that the service throttles; requests: how many are sent at once now. */
void dynamodb_warn_throttled(struct dynamodb *dynamodb, unsigned requests);

/* send.c */
struct prepared {
	struct keyed keyed; /* first; its key holds both parts, as dynamodb_add_key writes them */
	uint64_t ticket;
	struct span text; /* the record; of a table that is key_only: its key, after the other */
	bool typed;
	bool present;
	char *refusal; /* why it was refused; NULL: it is safe */
	size_t room; /* of key */
	char key[];
};

struct dynamodb_call {
	struct dynamodb_call *next; /* of those idle */
	struct key_slot *slots[DYNAMODB_BATCH];
	size_t count;
	size_t most; /* items that it could have held */
	int64_t started; /* steady clock */
	int64_t expected; /* of capacity_start */
	struct buffer body;
};

/* Keys that are to be sent again. */
struct dynamodb_retry {
	struct dynamodb_retry *next;
	int64_t due; /* steady clock; 0: at once */
	bool separate; /* as a batch of their own */
	size_t count;
	struct key_slot *slots[DYNAMODB_BATCH];
};

struct dynamodb_sending {
	struct dynamodb *dynamodb;
	struct key_queue *queue;
	struct dynamodb_call *calls; /* one for each request that may be in flight */
	struct dynamodb_call *idle;
	unsigned in_flight; /* calls in flight */
	unsigned partial; /* of those, calls that could have held more items */
	size_t bytes; /* of their bodies */
	struct dynamodb_retry *retry;
	double allowed; /* calls in flight at most, as throttling limits them */
	int64_t slowed; /* steady clock: when that was last reduced */
	int64_t pause; /* steady clock: no call starts before then */
	unsigned failed_calls; /* in a row: they stored nothing */
	uint64_t throttles; /* of aws, when last read */
	/* An item that was set aside: sending ends once all others are stored; NONE: there is none.
	 */
	struct failure unstored;
	uint64_t unstored_ticket;
	uint64_t retries; /* items sent again */
	uint64_t throttled; /* of those, items that the service did not process */
	struct keyed *results; /* items whose result is known, not reported yet */
	struct keyed **results_last;
	struct keyed *spare; /* memory of prepared items */
};

struct dynamodb_sending *dynamodb_sending_open(struct dynamodb *dynamodb);
void dynamodb_sending_close(struct dynamodb_sending *sending);
bool dynamodb_send(
    struct table *table, struct prepared *prepared, uint64_t ticket, struct failure *failure);
bool dynamodb_poll(struct table *table, int input, int watch, int timeout, struct failure *failure);
bool dynamodb_next_result(struct table *table, struct sink_result *result);
void dynamodb_count(const struct table *table, struct sink_counters *counters);

/* prepared.c */
bool dynamodb_prepare(struct table *table, struct span text, bool typed, struct prepared **prepared,
    struct failure *failure);
void dynamodb_prepare_reset(struct table *table);
/* Frees a struct prepared. */
void dynamodb_prepared_free(struct keyed *keyed);
/* Keeps its memory for a later one, if there is to be one. */
void dynamodb_prepared_release(struct dynamodb_sending *sending, struct prepared *prepared);
void dynamodb_prepared_free_spare(struct dynamodb_sending *sending);

/* outcome.c */
/* Takes the reply to a call. False: sending has failed. */
bool dynamodb_settle(struct dynamodb_sending *sending, struct dynamodb_call *call,
    const struct aws_reply *reply, struct failure *failure);
/*
 * From a reply of BatchWriteItem: which of the call's items were not put or deleted. False: the
 * reply is invalid. Public for the fuzzer, as dynamodb_page is.
 */
bool dynamodb_unprocessed(struct dynamodb *dynamodb, struct key_queue *queue, struct span reply,
    const struct dynamodb_call *call, bool unprocessed[DYNAMODB_BATCH]);

/* reply_key.c */
/* Adds the key of an item: the length of its partition key, and both parts. */
void dynamodb_add_key(struct buffer *to, struct span partition, struct span sort);
/* Puts the key of an item in a reply, a valid value, into key. False: it has none. */
bool dynamodb_reply_key(struct dynamodb *dynamodb, struct span item, struct buffer *key);
/* A member of a valid value; name NULL: the first. start NULL: it has none, or is not an object. */
struct span dynamodb_member(struct span object, const char *name);
/* FAILURE_TEMPORARY, with its key. */
void dynamodb_describe_unprocessed(
    const struct dynamodb *dynamodb, const struct prepared *prepared, struct failure *failure);

/* query.c */
struct dynamodb_question {
	const char *action; /* GetItem, Query, Scan */
	struct buffer body; /* without its closing brace */
	bool empty; /* no item can match */
};
bool dynamodb_ask(struct dynamodb *dynamodb, const struct table_query *query,
    struct dynamodb_question *question, struct failure *failure);
/* Adds ,"ConsistentRead":… and what limits a request to the projection. */
void dynamodb_add_reading(const struct dynamodb *dynamodb, struct buffer *body);

/* read.c */
bool dynamodb_query(struct table *table, const struct table_query *query,
    bool (*visit)(void *context, struct span item, struct failure *failure), void *context,
    struct failure *failure);
void dynamodb_readings_close(struct dynamodb_reading *readings);
/*
 * Reads a reply of GetItem (item), Query or Scan (items), and the key after which the next page
 * begins; start NULL: it has none. False: the reply is invalid.
 */
struct dynamodb_page {
	struct span item;
	struct span items;
	struct span next;
};
bool dynamodb_page(struct span reply, struct dynamodb_page *page);

/* get.c */
bool dynamodb_get(struct table *table, struct prepared **keys, size_t count, bool typed,
    bool (*visit)(void *context, size_t index, struct span item, struct failure *failure),
    void *context, struct failure *failure);
void dynamodb_getting_close(struct dynamodb_getting *getting);
/*
 * Reads a reply of BatchGetItem to a request with keys (NULL: one that was not asked for). Calls
 * give with each item and the place of its key, and sets unprocessed for those that are to be asked
 * for again; the others do not exist. False: the reply is invalid, or give returned false.
 */
bool dynamodb_batch_reply(struct dynamodb *dynamodb, struct span reply,
    struct prepared *const keys[DYNAMODB_GET], bool unprocessed[DYNAMODB_GET],
    bool (*give)(void *context, size_t place, struct span item), void *context);

#endif
