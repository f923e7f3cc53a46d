/*
 * leader: finds out whether a worker of a KCL 3 application assigns the leases of a group, so that
 * no other reader asks for them. Source: amazon-kinesis-client, LeaseAssignmentManager; its workers
 * report to the table APP-WorkerMetricStats.
 */
#ifndef GROUP_DYNAMODB_LEADER_H
#define GROUP_DYNAMODB_LEADER_H

#include "group/share/store.h"

/* As may_ask of struct lease_store. */
bool leader_is_absent(struct lease_store *store, int64_t now);

#endif
