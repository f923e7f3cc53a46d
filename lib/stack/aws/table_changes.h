/*
 * table_changes: the stream of a table's changes, as a setting: "none", or the form of its records,
 * "keys", "new", "old" or "both". Source: DynamoDB API Reference, StreamSpecification.
 */
#ifndef STACK_AWS_TABLE_CHANGES_H
#define STACK_AWS_TABLE_CHANGES_H

#include <stdbool.h>
#include "stack/aws/request.h"

/* The setting of a table that DescribeTable describes. */
const char *table_changes_found(const cJSON *table);
/* Does the table have a stream? NULL: the setting is unknown. */
bool table_changes_are_on(const char *setting);
/* Adds the StreamSpecification to a request. */
void table_changes_add(struct request *request, const char *setting);

#endif
