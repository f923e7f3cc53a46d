/* watch: who reads the shards of a group, and lives; private to this folder. */
#ifndef GROUP_DYNAMODB_WATCH_H
#define GROUP_DYNAMODB_WATCH_H

#include "group/dynamodb/change.h"

void watch_reader(const struct checkpoints_table *own, const struct known_lease *known,
    struct group_reader *reader);
/* The function of the kind. */
bool watch_leases(struct checkpoints *groups, const char *group, int64_t failover, bool free_too,
    struct failure *failure);

#endif
