/* stack_kinds: which kind deals with a type of resource, here and on AWS. */
#include <stddef.h>

#include "stack/resource.h"

/* NULL: there is nothing to make in that place. */
static const struct resource_kind *const kinds[RESOURCE_TYPES][2] = {
    [RESOURCE_STREAM] = {&resource_stream_local, &resource_stream_kinesis},
    [RESOURCE_TABLE] = {&resource_table_local, &resource_table_dynamodb},
    [RESOURCE_SECRET] = {&resource_secret_local, &resource_secret_manager},
    [RESOURCE_TOPIC] = {NULL, &resource_topic_sns},
    [RESOURCE_BUCKET] = {&resource_bucket_local, &resource_bucket_s3},
    /* Of this machine, whatever they work on. */
    [RESOURCE_SCHEDULE] = {&resource_schedule, &resource_schedule},
    [RESOURCE_CONSUMER] = {&resource_consumer, &resource_consumer},
    [RESOURCE_ROLE] = {NULL, &resource_role_iam},
    [RESOURCE_POLICY] = {NULL, &resource_policy_iam},
};

const struct resource_kind *
resource_kind_of(enum resource_type type, bool aws)
{
	return kinds[type][aws ? 1 : 0];
}
