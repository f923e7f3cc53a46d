/* permissions: the table of actions, tools and types of resources. */
#include <string.h>

#include "stack/iam/permissions.h"

#define ON(type, action, tools) \
	{ \
		type, PERMISSION_RESOURCE, action, " " tools " " \
	}
#define STREAM(action, tools) ON(RESOURCE_STREAM, "kinesis:" action, tools)
#define TABLE(action, tools) ON(RESOURCE_TABLE, "dynamodb:" action, tools)
#define CHANGES(action, tools) \
	{ \
		RESOURCE_TABLE, PERMISSION_CHANGES, "dynamodb:" action, " " tools " " \
	}
#define GROUP(action, tools) ON(RESOURCE_GROUP, "dynamodb:" action, tools)
#define WORKERS(action, tools) \
	{ \
		RESOURCE_GROUP, PERMISSION_WORKERS, "dynamodb:" action, " " tools " " \
	}
#define FANOUT(action, tools) \
	{ \
		RESOURCE_FANOUT, PERMISSION_FANOUT, "kinesis:" action, " " tools " " \
	}
#define SECRET(action, tools) ON(RESOURCE_SECRET, "secretsmanager:" action, tools)
#define TOPIC(action, tools) ON(RESOURCE_TOPIC, "sns:" action, tools)
#define SUBSCRIPTION(action, tools) ON(RESOURCE_SUBSCRIPTION, "sns:" action, tools)
#define BUCKET(action, tools) ON(RESOURCE_BUCKET, "s3:" action, tools)
#define OBJECTS(action, tools) \
	{ \
		RESOURCE_BUCKET, PERMISSION_OBJECTS, "s3:" action, " " tools " " \
	}
#define DELIVERY(action, tools) ON(RESOURCE_DELIVERY, "firehose:" action, tools)
#define ALARM(action, tools) ON(RESOURCE_ALARM, "cloudwatch:" action, tools)
#define ROLE(action, tools) ON(RESOURCE_ROLE, "iam:" action, tools)
#define POLICY(action, tools) ON(RESOURCE_POLICY, "iam:" action, tools)
#define STREAM_CONSUMERS(action, tools) \
	{ \
		RESOURCE_STREAM, PERMISSION_STREAM_CONSUMERS, "kinesis:" action, " " tools " " \
	}
#define KEY(type, action, tools) \
	{ \
		type, PERMISSION_KEY, "kms:" action, " " tools " " \
	}
#define ANY(action, tools) \
	{ \
		RESOURCE_TYPES, PERMISSION_NOTHING, action, " " tools " " \
	}

/*
 * GetCallerIdentity (stack_account) requires no permission. fxstack is listed for every action
 * that it may have to call for a resource of the type. The comments name the callers in lib/.
 */
const struct permission permissions[] = {
    STREAM("AddTagsToStream", "fxstack"),
    STREAM("CreateStream", "fxstack"),
    STREAM("DecreaseStreamRetentionPeriod", "fxstack"),
    STREAM("DeleteStream", "fxstack"),
    /* Firehose Developer Guide, "Controlling access": reading a stream as its source. */
    STREAM("DescribeStream", PERMISSION_SOURCES),
    /* stream/kinesis/kinesis.c: when it is opened, and to see whether it is still the same. */
    STREAM("DescribeStreamSummary", "kput kread kack kstat fxhealth fxserve fxstack"),
    /* stream/kinesis: reading, and the lag of a group. */
    STREAM("GetRecords", "kread kstat fxhealth fxserve " PERMISSION_SOURCES),
    STREAM("GetShardIterator", "kread kstat fxhealth fxserve " PERMISSION_SOURCES),
    STREAM("IncreaseStreamRetentionPeriod", "fxstack"),
    /* stream/kinesis/shards.c; send_throttle.c: kput's flows, one a shard;
     * stack/local/consumer.c: where a group starts. */
    STREAM("ListShards",
        "kput kread kack kstat fxhealth fxserve " PERMISSION_CONSUMERS " " PERMISSION_SOURCES),
    STREAM("ListTagsForStream", "fxstack"),
    /* stream/kinesis/put_records.c */
    STREAM("PutRecords", "kput"),
    /* stream/kinesis/consumer.c */
    STREAM("RegisterStreamConsumer", PERMISSION_REGISTER),
    STREAM("StartStreamEncryption", "fxstack"),
    STREAM("StopStreamEncryption", "fxstack"),
    STREAM("UpdateShardCount", "fxstack"),
    STREAM("UpdateStreamMode", "fxstack"),
    /* stream/kinesis/consumer.c, read_subscribe.c. Kinesis Developer Guide, "IAM permissions
     * required for KCL consumer applications". */
    STREAM_CONSUMERS("DescribeStreamConsumer", PERMISSION_ENHANCED),
    STREAM_CONSUMERS("SubscribeToShard", PERMISSION_ENHANCED),
    /* Kinesis calls these on behalf of whoever reads, writes or encrypts the stream. */
    KEY(RESOURCE_STREAM, "Decrypt", "kread kstat fxhealth fxserve " PERMISSION_SOURCES),
    KEY(RESOURCE_STREAM, "DescribeKey", "fxstack"),
    KEY(RESOURCE_STREAM, "GenerateDataKey", "kput"),

    /* table/dynamodb/get.c */
    TABLE("BatchGetItem", "ddbget"),
    /* table/dynamodb/send.c: BatchWriteItem for many items, PutItem for one or --if-absent. */
    TABLE("BatchWriteItem", "ddbput"),
    TABLE("CreateTable", "fxstack"),
    TABLE("DeleteTable", "fxstack"),
    TABLE("DescribeContinuousBackups", "fxstack"),
    /* table/dynamodb/dynamodb.c: its key, when it is opened. */
    TABLE("DescribeTable", "ddbput ddbget fxhealth fxserve fxstack"),
    /* table/dynamodb/dynamodb.c: ddbput --ttl. */
    TABLE("DescribeTimeToLive", "ddbput fxstack"),
    /* table/dynamodb/query.c: GetItem for one item, Query for a partition, Scan for all. */
    TABLE("GetItem", "ddbget"),
    TABLE("ListTagsOfResource", "fxstack"),
    TABLE("PutItem", "ddbput"),
    TABLE("Query", "ddbget fxhealth fxserve"),
    TABLE("Scan", "ddbget"),
    TABLE("TagResource", "fxstack"),
    TABLE("UpdateContinuousBackups", "fxstack"),
    TABLE("UpdateTable", "fxstack"),
    TABLE("UpdateTimeToLive", "fxstack"),
    /* stream/dynamodbstreams: find.c and shards.c when it is opened; reading, and the lag of a
     * group. DynamoDB Developer Guide, "IAM policy to grant read access for a DynamoDB stream
     * only": they are all allowed on a table's streams. */
    CHANGES("DescribeStream", "kread kack kstat fxhealth fxserve"),
    CHANGES("GetRecords", "kread kstat fxhealth fxserve"),
    CHANGES("GetShardIterator", "kread kstat fxhealth fxserve"),
    CHANGES("ListStreams", "kread kack kstat fxhealth fxserve"),

    GROUP("CreateTable", "fxstack"),
    /* group/dynamodb/change.c: stack/local/consumer.c deletes a group; group/share/clean.c: leases
     * of shards that have expired. */
    GROUP("DeleteItem", "kread " PERMISSION_CONSUMERS),
    GROUP("DeleteTable", "fxstack"),
    /* group/dynamodb/lease_table_open.c */
    GROUP("DescribeTable", "kread kack kstat fxhealth fxroll fxalert fxserve fxstack"),
    /* group/dynamodb/commit.c */
    GROUP("GetItem", "kread kack"),
    GROUP("ListTagsOfResource", "fxstack"),
    /* group/dynamodb/lease_table.c: kread begins with the leases of all shards, and adds those of
     * new ones; stack/local/consumer.c: where a group starts. */
    GROUP("PutItem", "kread " PERMISSION_CONSUMERS),
    /* Who holds which lease, and what has been committed; fxstack: whether anybody reads. */
    GROUP("Scan", "kread kstat fxhealth fxroll fxalert fxserve fxstack"),
    GROUP("TagResource", "fxstack"),
    /* group/dynamodb/lease_steps.c, commit.c */
    GROUP("UpdateItem", "kread kack"),
    GROUP("UpdateTable", "fxstack"),
    /* group/dynamodb/leader.c: whether a KCL application assigns the leases. */
    WORKERS("Scan", "kread"),

    ON(RESOURCE_FANOUT, "kinesis:ListTagsForStream", "fxstack"),
    ON(RESOURCE_FANOUT, "kinesis:RegisterStreamConsumer", "fxstack"),
    FANOUT("DeregisterStreamConsumer", "fxstack"),
    FANOUT("DescribeStreamConsumer", "fxstack"),

    SECRET("CreateSecret", "fxstack"),
    SECRET("DeleteSecret", "fxstack"),
    SECRET("DescribeSecret", "fxstack"),
    /* secret/service.c; fxstack's secrets have no customer's key, so kms:Decrypt is not needed. */
    SECRET("GetSecretValue", "fxfetch smget fxstack"),
    SECRET("PutSecretValue", "fxstack"),
    SECRET("RestoreSecret", "fxstack"),
    SECRET("TagResource", "fxstack"),

    TOPIC("CreateTopic", "fxstack"),
    TOPIC("DeleteTopic", "fxstack"),
    TOPIC("GetTopicAttributes", "fxstack"),
    TOPIC("ListTagsForResource", "fxstack"),
    /* topic/sns/sns.c: for PublishBatch. */
    TOPIC("Publish", "snspub"),
    TOPIC("SetTopicAttributes", "fxstack"),
    TOPIC("TagResource", "fxstack"),
    /* SNS calls these on behalf of whoever publishes to the topic. */
    KEY(RESOURCE_TOPIC, "Decrypt", "snspub"),
    KEY(RESOURCE_TOPIC, "GenerateDataKey", "snspub"),

    SUBSCRIPTION("ListSubscriptionsByTopic", "fxstack"),
    SUBSCRIPTION("Subscribe", "fxstack"),
    /* These cannot be limited to a topic. */
    {RESOURCE_SUBSCRIPTION, PERMISSION_NOTHING, "sns:GetSubscriptionAttributes", " fxstack "},
    {RESOURCE_SUBSCRIPTION, PERMISSION_NOTHING, "sns:SetSubscriptionAttributes", " fxstack "},
    {RESOURCE_SUBSCRIPTION, PERMISSION_NOTHING, "sns:Unsubscribe", " fxstack "},

    /* PutBucketTagging: for services compatible with S3 that ignore tags in CreateBucket. */
    BUCKET("CreateBucket", "fxstack"),
    BUCKET("DeleteBucket", "fxstack"),
    BUCKET("GetBucketLocation", PERMISSION_DELIVERY),
    BUCKET("GetBucketPublicAccessBlock", "fxstack"),
    BUCKET("GetBucketTagging", "fxstack"),
    BUCKET("GetLifecycleConfiguration", "fxstack"),
    /* archive/s3/s3_list.c: ListObjectsV2. */
    BUCKET("ListBucket", "s3get " PERMISSION_DELIVERY),
    /* archive/s3/unfinished.c: uploads of earlier runs, which s3put aborts. */
    BUCKET("ListBucketMultipartUploads", "s3put " PERMISSION_DELIVERY),
    BUCKET("PutBucketPublicAccessBlock", "fxstack"),
    BUCKET("PutLifecycleConfiguration", "fxstack"),
    BUCKET("TagResource", "fxstack"),
    /* Firehose Developer Guide, "Controlling access": writing to a bucket. */
    OBJECTS("AbortMultipartUpload", "s3put " PERMISSION_DELIVERY),
    /* archive/s3/s3_source.c */
    OBJECTS("GetObject", "s3get " PERMISSION_DELIVERY),
    /* archive/s3/upload.c: an object at once, or in parts. */
    OBJECTS("PutObject", "s3put " PERMISSION_DELIVERY),

    DELIVERY("CreateDeliveryStream", "fxstack"),
    DELIVERY("DeleteDeliveryStream", "fxstack"),
    DELIVERY("DescribeDeliveryStream", "fxstack"),
    DELIVERY("ListTagsForDeliveryStream", "fxstack"),
    /* archive/firehose/firehose.c */
    DELIVERY("PutRecordBatch", "s3put"),
    DELIVERY("TagDeliveryStream", "fxstack"),
    DELIVERY("UpdateDestination", "fxstack"),
    {RESOURCE_DELIVERY, PERMISSION_PASSED, "iam:PassRole", " fxstack "},

    ALARM("DeleteAlarms", "fxstack"),
    ALARM("DescribeAlarms", "fxstack"),
    ALARM("ListTagsForResource", "fxstack"),
    ALARM("PutMetricAlarm", "fxstack"),
    ALARM("TagResource", "fxstack"),

    ROLE("CreateRole", "fxstack"),
    ROLE("DeleteRole", "fxstack"),
    ROLE("DeleteRolePolicy", "fxstack"),
    ROLE("GetRole", "fxstack"),
    ROLE("GetRolePolicy", "fxstack"),
    ROLE("PutRolePolicy", "fxstack"),
    ROLE("TagRole", "fxstack"),
    ROLE("UpdateAssumeRolePolicy", "fxstack"),

    POLICY("CreatePolicy", "fxstack"),
    POLICY("CreatePolicyVersion", "fxstack"),
    POLICY("DeletePolicy", "fxstack"),
    POLICY("DeletePolicyVersion", "fxstack"),
    POLICY("GetPolicy", "fxstack"),
    POLICY("GetPolicyVersion", "fxstack"),
    POLICY("ListPolicyVersions", "fxstack"),
    POLICY("TagPolicy", "fxstack"),

    /* cwput: limited by a condition on the namespace; there is no resource to name. */
    ANY("cloudwatch:PutMetricData", "cwput"),
    {RESOURCE_TYPES, PERMISSION_NOTHING, NULL, NULL},
};

bool
permission_is_for(const struct permission *permission, const char *tool)
{
	size_t length = strlen(tool);
	const char *found = strstr(permission->tools, tool);

	if (length == 0 || strchr(tool, ' ') != NULL)
		return false;
	while (found != NULL && (found[-1] != ' ' || found[length] != ' '))
		found = strstr(found + 1, tool);
	return found != NULL;
}

bool
permission_covers(const struct resource *resource, enum resource_type type, enum permission_on on)
{
	const char *changes = settings_get(&resource->wanted, "changes");

	return resource->aws && resource->type == type &&
	       (on != PERMISSION_CHANGES || (changes != NULL && strcmp(changes, "none") != 0));
}
