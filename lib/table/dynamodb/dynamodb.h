/*
 * table_dynamodb: a table of Amazon DynamoDB. table_dynamodb.c opens it,
 * table_dynamodb_send.c sends items, table_dynamodb_fate.c reads what became of
 * them, table_dynamodb_query.c says what is asked for, table_dynamodb_read.c
 * reads it page by page. Source: Amazon DynamoDB API Reference.
 */
#ifndef TABLE_DYNAMODB_DYNAMODB_H
#define TABLE_DYNAMODB_DYNAMODB_H

#include "aws/client/aws.h"
#include "base/backoff.h"
#include "base/buffer.h"
#include "table/kind.h"
#include "table/dynamodb/key_queue.h"

enum {
	DYNAMODB_BATCH = 25, /* items in a BatchWriteItem */
	DYNAMODB_BODY = 16 * 1000 * 1000, /* bytes of one, at the most */
	DYNAMODB_BODY_FULL = 2 * 1024 * 1024, /* … to which no further item is added */
	DYNAMODB_BODIES_FULL =
	    8 * 1024 * 1024, /* … of all in flight, beside which no other starts */
	DYNAMODB_FLYING = 128, /* where nobody asked for another number */
	DYNAMODB_FLYING_MOST = 256,
	/*
	 * A reply holds 1 MB of items, as DynamoDB counts; an empty string in a list is 1
	 * byte then, and {"S":""}, on the wire.
	 */
	DYNAMODB_REPLY = 12 * 1024 * 1024
};

struct dynamodb_sending;
struct dynamodb_reading;

struct dynamodb {
	struct table table;
	struct table_settings settings;
	struct aws *aws;
	char *name; /* NAME, or the ARN it was given as */
	unsigned in_flight;
	struct item_reader *reader;
	struct buffer decoded; /* scratch */
	struct backoff backoff;
	int64_t failing_since; /* steady clock; 0: the service does what it is asked */
	int64_t next_note; /* not before then, that it throttles */
	struct dynamodb_sending *sending; /* NULL when reading */
	struct dynamodb_reading *readings; /* all there ever were: replies may be due to them */
};

/* Adds "TableName":"…". */
void dynamodb_add_name(const struct dynamodb *dynamodb, struct buffer *body);
/*
 * After a call that failed, or stored nothing: may it be made again? Where that has gone
 * on for too long, or a person must look: false, and why it failed in failure.
 */
bool dynamodb_has_patience(
    struct dynamodb *dynamodb, const struct failure *why, struct failure *failure);
/* So many milliseconds before the same again; attempt counts from 0. */
int64_t dynamodb_delay(struct dynamodb *dynamodb, unsigned attempt);
/* Tells, now and then, that the service throttles. */
void dynamodb_note_throttled(struct dynamodb *dynamodb, unsigned at_once);

/* table_dynamodb_send.c */
struct prepared {
	struct turn turn; /* first; its key is both parts, told apart */
	uint64_t ticket;
	struct span text; /* the record */
	bool typed;
	bool present;
	char *refusal; /* NULL: it is safe */
	char key[];
};

struct dynamodb_call {
	struct dynamodb_call *next; /* resting */
	struct slot *slots[DYNAMODB_BATCH];
	size_t count;
	size_t most; /* that it might have had */
	int64_t started; /* steady clock */
	struct buffer body;
};

/* Keys that wait to be sent again. */
struct dynamodb_again {
	struct dynamodb_again *next;
	int64_t due; /* steady clock; 0: at once */
	bool apart; /* as one batch, with no others */
	size_t count;
	struct slot *slots[DYNAMODB_BATCH];
};

struct dynamodb_sending {
	struct dynamodb *dynamodb;
	struct turns *turns;
	struct dynamodb_call *calls; /* as many as may be in flight */
	struct dynamodb_call *resting;
	unsigned in_flight; /* calls in flight */
	unsigned partial; /* of those, that could have held more */
	size_t bytes; /* of their bodies */
	struct dynamodb_again *again;
	double allowed; /* calls in flight at the most, by what the service bears */
	int64_t slowed; /* when that was last made less */
	int64_t pause; /* nothing new is sent before then */
	unsigned streak; /* calls in a row that stored nothing */
	uint64_t throttles; /* of aws, as last looked at */
	uint64_t retries; /* items sent again */
	uint64_t put_off; /* … of those, that the service did not get to */
	struct turn *told; /* their fates are known */
	struct turn **told_last;
};

struct dynamodb_sending *dynamodb_sending_open(struct dynamodb *dynamodb);
void dynamodb_sending_close(struct dynamodb_sending *sending);
bool dynamodb_prepare(struct table *table, struct span text, bool typed, struct prepared **prepared,
    struct failure *failure);
void dynamodb_prepare_reset(struct table *table);
bool dynamodb_send(
    struct table *table, struct prepared *prepared, uint64_t ticket, struct failure *failure);
bool dynamodb_poll(struct table *table, int input, int watch, int timeout, struct failure *failure);
bool dynamodb_next_result(struct table *table, struct sink_result *result);
void dynamodb_count(const struct table *table, struct sink_counters *counters);

/* table_dynamodb_fate.c: what became of a call. False: it goes no further. */
bool dynamodb_settle(struct dynamodb_sending *sending, struct dynamodb_call *call,
    const struct aws_reply *reply, struct failure *failure);
/*
 * A reply of BatchWriteItem: which of the call's items are not in the table.
 * False where it does not say so in a way that can be understood.
 */
bool dynamodb_unprocessed(struct dynamodb *dynamodb, struct turns *turns, struct span reply,
    const struct dynamodb_call *call, bool undone[DYNAMODB_BATCH]);
/* Key of an item: both parts, told apart, into to. */
void dynamodb_add_key(struct buffer *to, struct span partition, struct span sort);

/* table_dynamodb_query.c */
struct dynamodb_question {
	const char *action; /* GetItem, Query, Scan */
	struct buffer body; /* without the brace that closes it */
	bool empty; /* nothing can be in it */
};
bool dynamodb_ask(struct dynamodb *dynamodb, const struct table_query *query,
    struct dynamodb_question *question, struct failure *failure);

/* table_dynamodb_read.c */
bool dynamodb_query(struct table *table, const struct table_query *query,
    bool (*visit)(void *context, struct span item, struct failure *failure), void *context,
    struct failure *failure);
void dynamodb_readings_close(struct dynamodb_reading *readings);
/*
 * Takes a reply of GetItem, Query or Scan apart: its items (GetItem's one as item), and where
 * the next page begins; start NULL: none. False where it makes no sense.
 */
struct dynamodb_page {
	struct span item;
	struct span items;
	struct span next;
};
bool dynamodb_page(struct span reply, struct dynamodb_page *page);

#endif
