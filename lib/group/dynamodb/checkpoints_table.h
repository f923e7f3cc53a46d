/* checkpoints_table: the checkpoints of one group, in a lease table of Amazon DynamoDB. */
#ifndef GROUP_DYNAMODB_CHECKPOINTS_TABLE_H
#define GROUP_DYNAMODB_CHECKPOINTS_TABLE_H

#include "group/checkpoints.h"

/* group: dynamodb:NAME or a table's ARN; as checkpoints_open. */
struct checkpoints *checkpoints_table_open(const char *group, enum checkpoints_use use,
    bool *missing, const struct caller *caller, struct failure *failure);

/* As checkpoints_sandbox. */
void checkpoints_table_sandbox(
    const char *group, bool create, const struct caller *caller, struct sandbox *sandbox);

#endif
