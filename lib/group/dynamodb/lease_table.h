/*
 * lease_table: the table of Amazon DynamoDB that holds the leases of a group, an item for each
 * shard, in the format of the Kinesis Client Library. Source: Amazon DynamoDB API Reference;
 * amazon-kinesis-client, DynamoDBLeaseRefresher.
 */
#ifndef GROUP_DYNAMODB_LEASE_TABLE_H
#define GROUP_DYNAMODB_LEASE_TABLE_H

#include "base/buffer.h"
#include "base/caller.h"
#include "base/failure.h"
#include "group/leases.h"
#include "group/share/store.h"
#include "group/tenure.h"
#include "system/sandbox.h"

struct lease_table;

/*
 * name: dynamodb:NAME or a table's ARN. missing NULL: the table is created if it does not exist;
 * else *missing says that it does not, and NULL is returned.
 */
struct lease_table *lease_table_open(
    const char *name, bool *missing, const struct caller *caller, struct failure *failure);
/* Where it is, as tenure_place. */
const char *lease_table_place(const struct lease_table *table);
void lease_table_close(struct lease_table *table);

/* Opens it as a store, which its close closes; timeout as in lease_store_open. */
struct lease_store *lease_table_open_store(
    const char *name, int64_t timeout, const struct caller *caller, struct failure *failure);

/* Replaces leases by those of the table, as they are now. */
bool lease_table_read(struct lease_table *table, struct leases *leases, struct failure *failure);

/* *found false: the shard has no lease. */
bool lease_table_get(struct lease_table *table, const char *shard, struct lease *lease, bool *found,
    struct failure *failure);

/* Adds the lease of a shard that has none; its counter and owner are not used. */
enum lease_change lease_table_add(
    struct lease_table *table, const struct lease *lease, struct failure *failure);
/*
 * Moves a lease to where it is, and frees it: whoever holds it loses it. Its counter must be that
 * which was read.
 */
enum lease_change lease_table_move(
    struct lease_table *table, const struct lease *lease, struct failure *failure);
/*
 * Commits in a tenure: before becomes after, which differs only in where it is. The lease must be
 * that worker's in that tenure, or be handed over by it, and be where it was read to be.
 */
enum lease_change lease_table_commit(struct lease_table *table, const struct tenure *tenure,
    const struct lease *before, const struct lease *after, struct failure *failure);
enum lease_change lease_table_delete(
    struct lease_table *table, const struct lease *lease, struct failure *failure);

#endif
