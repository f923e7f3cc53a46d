/* kinds: the kinds of resources on AWS, one file each, for the table in cmd/fxstack/kinds.c. */
#ifndef STACK_AWS_KINDS_H
#define STACK_AWS_KINDS_H

#include "stack/aws/kind.h"

extern const struct aws_kind resource_stream_kinesis, resource_table_dynamodb,
    resource_group_dynamodb, resource_fanout_kinesis, resource_secret_manager, resource_topic_sns,
    resource_subscription_sns, resource_bucket_s3, resource_delivery_firehose,
    resource_alarm_cloudwatch, resource_role_iam, resource_managed_policy_iam;

#endif
