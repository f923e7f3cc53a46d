/* kinds: names the kinds of resources, on this machine and on AWS. */
#include <stddef.h>

#include "fxstack/kinds.h"
#include "stack/aws/kinds.h"
#include "stack/local/kinds.h"

static const struct {
	const struct resource_kind *local, *aws;
} kinds[RESOURCE_TYPES] = {
    [RESOURCE_STREAM] = {&resource_stream_local, &resource_stream_kinesis.kind},
    [RESOURCE_TABLE] = {&resource_table_local, &resource_table_dynamodb.kind},
    [RESOURCE_GROUP] = {NULL, &resource_group_dynamodb.kind},
    [RESOURCE_FANOUT] = {NULL, &resource_fanout_kinesis.kind},
    [RESOURCE_SECRET] = {&resource_secret_local, &resource_secret_manager.kind},
    [RESOURCE_TOPIC] = {NULL, &resource_topic_sns.kind},
    [RESOURCE_SUBSCRIPTION] = {NULL, &resource_subscription_sns.kind},
    [RESOURCE_BUCKET] = {&resource_bucket_local, &resource_bucket_s3.kind},
    [RESOURCE_DELIVERY] = {NULL, &resource_delivery_firehose.kind},
    [RESOURCE_ALARM] = {NULL, &resource_alarm_cloudwatch.kind},
    /* Schedules and consumers are on this machine, even if they work on AWS. */
    [RESOURCE_SCHEDULE] = {&resource_schedule, &resource_schedule},
    [RESOURCE_CONSUMER] = {&resource_consumer, &resource_consumer},
    [RESOURCE_ROLE] = {NULL, &resource_role_iam.kind},
    [RESOURCE_POLICY] = {NULL, &resource_managed_policy_iam.kind},
};

const struct resource_kind *
kinds_find(enum resource_type type, bool aws)
{
	return aws ? kinds[type].aws : kinds[type].local;
}
