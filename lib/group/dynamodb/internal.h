/* internal: what the files of this folder share; private to them. */
#ifndef GROUP_DYNAMODB_INTERNAL_H
#define GROUP_DYNAMODB_INTERNAL_H

#include "aws/client/aws.h"
#include "base/buffer.h"
#include "group/dynamodb/lease_item.h"
#include "group/dynamodb/lease_table.h"

enum { FLYING = 16 /* changes in flight at most */ };

/* What is known of a KCL application's own assignment of leases: leader.c. */
struct leader {
	int64_t look_at; /* ms: when to look again */
	char *rows; /* when the workers have reported, as of the last look; NULL: not known */
	bool lives;
};

struct lease_table {
	struct lease_store store;
	struct leader leader;
	struct aws *aws;
	char *name; /* NAME, or the ARN by which it was opened */
	char *place; /* as tenure_place; NULL until it is found */
	struct caller caller;
	struct buffer body; /* of the call that is made */
	struct buffer bodies[FLYING]; /* of changes in flight */
};

/* Begins a request: its brace and the table's name. */
void lease_table_begin(struct lease_table *table, struct buffer *body);
/* Add "Key":{…}, and a value of an expression. */
void lease_table_add_key(struct buffer *body, const struct lease *lease);
void lease_table_add_text(struct buffer *body, const char *name, const char *text);
void lease_table_add_number(struct buffer *body, const char *name, int64_t number);

/* lease_steps.c */
/* As the function of struct lease_store. */
void lease_table_change(struct lease_store *store, const char *worker,
    struct lease_request *requests, size_t count, struct failure *failure);

#endif
