/*
 * lease_table_shape: what a lease table is when it is created: its key, its index and its billing,
 * as the Kinesis Client Library has them. Source: amazon-kinesis-client, DynamoDBLeaseRefresher.
 */
#ifndef GROUP_DYNAMODB_LEASE_TABLE_SHAPE_H
#define GROUP_DYNAMODB_LEASE_TABLE_SHAPE_H

#include "base/buffer.h"

#define LEASE_TABLE_KEY "leaseKey"
#define LEASE_TABLE_INDEX "LeaseOwnerToLeaseKeyIndex"

/* Adds members of CreateTable to a request, each with a comma before it; all but the name. */
void lease_table_shape_add(struct buffer *body);

/* The values of single members, JSON: the attributes in the key and the index, and the index. */
extern const char lease_table_attributes[];
extern const char lease_table_index[];

#endif
