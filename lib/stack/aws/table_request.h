/* table_request: requests that the kinds of tables in DynamoDB, tables and groups, have in common. */
#ifndef STACK_AWS_TABLE_REQUEST_H
#define STACK_AWS_TABLE_REQUEST_H

#include "stack/aws/request.h"

/* The value of Tags in CreateTable: made by fxstack. */
#define TABLE_REQUEST_TAGS "[{\"Key\":\"" STACK_TAG "\",\"Value\":\"" STACK_MAKER "\"}]"

/* Adds the name of the table. */
void table_request_name(struct request *request);
/*
 * Asks for the description of the table, which sets the state, the ARN and the settings key and
 * billing of presence. Returns the reply, to free with cJSON_Delete; NULL: failure.
 */
cJSON *table_request_describe(
    struct request *request, struct presence *presence, struct failure *failure);
/* Asks for its tags, after its description. */
bool table_request_tags(
    struct request *request, struct presence *presence, struct failure *failure);
/*
 * Judges a change that was refused: true if the table exists or is being changed already, so that
 * it is to be read again.
 */
bool table_request_settle(struct request *request, struct failure *failure);
bool table_request_remove(
    struct request *request, const struct presence *presence, struct failure *failure);

#endif
