/* kinds: the kinds of resources of this machine, one file each, for cmd/fxstack/kinds.c. */
#ifndef STACK_LOCAL_KINDS_H
#define STACK_LOCAL_KINDS_H

#include "stack/resource.h"

extern const struct resource_kind resource_stream_local, resource_table_local,
    resource_secret_local, resource_bucket_local, resource_schedule, resource_consumer;

#endif
