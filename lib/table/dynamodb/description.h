/*
 * description: the key and the state of a table, in the reply to DescribeTable. Source: Amazon
 * DynamoDB API Reference.
 */
#ifndef TABLE_DYNAMODB_DESCRIPTION_H
#define TABLE_DYNAMODB_DESCRIPTION_H

#include "base/span.h"
#include "table/key.h"

struct dynamodb_description {
	struct table_key key;
	char status[64]; /* "ACTIVE"; "": unknown */
};

/* False: the reply describes no table. */
bool dynamodb_description_read(struct dynamodb_description *description, struct span reply);

/* The key of a secondary index. *global: its reads are eventually consistent. False: there is none.
 */
bool dynamodb_description_index(
    struct span reply, const char *index, struct table_key *key, bool *global);

/* The text of a string in a reply; "" if it is null, missing, another value or too long. */
void dynamodb_description_text(struct span string, char *text, size_t room);

#endif
