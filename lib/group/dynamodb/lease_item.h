/*
 * lease_item: a lease as an item of a lease table, in JSON as DynamoDB has it. Attributes of the
 * Kinesis Client Library: leaseKey, leaseOwner, leaseCounter, checkpoint,
 * checkpointSubSequenceNumber, checkpointOwner, parentShardId and more. Of our own: fxTenure,
 * fxStream, fxSince, fxCommitted. Source: amazon-kinesis-client, DynamoDBLeaseSerializer.
 */
#ifndef GROUP_DYNAMODB_LEASE_ITEM_H
#define GROUP_DYNAMODB_LEASE_ITEM_H

#include "base/buffer.h"
#include "base/failure.h"
#include "base/span.h"
#include "group/lease.h"

/*
 * Reads an item that is valid JSON. *is_lease false: it is another entity in the same table, to be
 * passed over. FAILURE_PERMANENT: it is a lease that no reader could have written, or one of an
 * application that reads several streams.
 */
bool lease_item_read(
    struct span item, struct lease *lease, bool *is_lease, struct failure *failure);

/*
 * Adds the values of checkpoint and checkpointSubSequenceNumber, {"S":"…"} and {"N":"…"}, for where
 * the lease is. Before a position is sub-sequence number -1, which precedes its record also for the
 * KCL.
 */
void lease_item_add_checkpoint(struct buffer *body, const struct lease *lease);
void lease_item_add_sub(struct buffer *body, const struct lease *lease);

#endif
