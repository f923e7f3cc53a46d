#include <string.h>

#include "stack/permit.h"

#define STREAM(action, tools) \
	{ \
		RESOURCE_STREAM, PERMIT_RESOURCE, "kinesis:" action, " " tools " " \
	}
#define TABLE(action, tools) \
	{ \
		RESOURCE_TABLE, PERMIT_RESOURCE, "dynamodb:" action, " " tools " " \
	}
#define SECRET(action, tools) \
	{ \
		RESOURCE_SECRET, PERMIT_RESOURCE, "secretsmanager:" action, " " tools " " \
	}
#define TOPIC(action, tools) \
	{ \
		RESOURCE_TOPIC, PERMIT_RESOURCE, "sns:" action, " " tools " " \
	}
#define BUCKET(action, tools) \
	{ \
		RESOURCE_BUCKET, PERMIT_RESOURCE, "s3:" action, " " tools " " \
	}
#define ROLE(action, tools) \
	{ \
		RESOURCE_ROLE, PERMIT_RESOURCE, "iam:" action, " " tools " " \
	}
#define POLICY(action, tools) \
	{ \
		RESOURCE_POLICY, PERMIT_RESOURCE, "iam:" action, " " tools " " \
	}
#define KEY(action, tools) \
	{ \
		RESOURCE_STREAM, PERMIT_KEY, "kms:" action, " " tools " " \
	}
#define ANY(action, tools) \
	{ \
		RESOURCE_TYPES, PERMIT_NOTHING, action, " " tools " " \
	}

/*
 * GetCallerIdentity (stack_account) needs no permission. What fxstack is not asked to do
 * (a stack without a schedule's command) it does not call; what it may be asked to do with
 * a resource of that type is here.
 */
const struct permit permits[] = {
    STREAM("AddTagsToStream", "fxstack"),
    STREAM("CreateStream", "fxstack"),
    STREAM("DecreaseStreamRetentionPeriod", "fxstack"),
    STREAM("DeleteStream", "fxstack"),
    /* stream_kinesis.c: on opening it, and to see that it is still the same. */
    STREAM("DescribeStreamSummary", "kput kread kack kstat fxstack"),
    /* stream_kinesis_call.c, stream_kinesis_place.c: reading, and how far a group is behind. */
    STREAM("GetRecords", "kread kstat"),
    STREAM("GetShardIterator", "kread kstat"),
    STREAM("IncreaseStreamRetentionPeriod", "fxstack"),
    /* stream_kinesis_shards.c; stream_kinesis_pace.c: kput's flows, a shard each;
     * resource_consumer.c: where a group begins. */
    STREAM("ListShards", "kput kread kack kstat " PERMIT_CONSUMERS),
    STREAM("ListTagsForStream", "fxstack"),
    /* stream_kinesis_send.c */
    STREAM("PutRecords", "kput"),
    STREAM("StartStreamEncryption", "fxstack"),
    STREAM("StopStreamEncryption", "fxstack"),
    STREAM("UpdateShardCount", "fxstack"),
    STREAM("UpdateStreamMode", "fxstack"),
    /* No calls of ours: Kinesis asks as whoever reads, writes, or encrypts the stream. */
    KEY("Decrypt", "kread kstat"),
    KEY("DescribeKey", "fxstack"),
    KEY("GenerateDataKey", "kput"),

    /* table_dynamodb_send.c: many; one, or --if-absent. */
    TABLE("BatchWriteItem", "ddbput"),
    TABLE("CreateTable", "fxstack"),
    TABLE("DeleteTable", "fxstack"),
    TABLE("DescribeContinuousBackups", "fxstack"),
    /* table_dynamodb.c: its key, on opening it. */
    TABLE("DescribeTable", "ddbput ddbget fxstack"),
    /* table_dynamodb.c check_ttl: ddbput --ttl. */
    TABLE("DescribeTimeToLive", "ddbput fxstack"),
    /* table_dynamodb_query.c: one item; those of a partition; all. */
    TABLE("GetItem", "ddbget"),
    TABLE("ListTagsOfResource", "fxstack"),
    TABLE("PutItem", "ddbput"),
    TABLE("Query", "ddbget"),
    TABLE("Scan", "ddbget"),
    TABLE("TagResource", "fxstack"),
    TABLE("UpdateContinuousBackups", "fxstack"),
    TABLE("UpdateTable", "fxstack"),
    TABLE("UpdateTimeToLive", "fxstack"),

    SECRET("CreateSecret", "fxstack"),
    SECRET("DeleteSecret", "fxstack"),
    SECRET("DescribeSecret", "fxstack"),
    /* secret_service.c; fxstack's secrets have no key of their own, so none is decrypted with. */
    SECRET("GetSecretValue", "fxfetch smget fxstack"),
    SECRET("PutSecretValue", "fxstack"),
    SECRET("RestoreSecret", "fxstack"),
    SECRET("TagResource", "fxstack"),

    TOPIC("CreateTopic", "fxstack"),
    TOPIC("DeleteTopic", "fxstack"),
    TOPIC("ListTagsForResource", "fxstack"),
    TOPIC("TagResource", "fxstack"),

    /* PutBucketTagging is for services like S3 that do not take tags with CreateBucket. */
    BUCKET("CreateBucket", "fxstack"),
    BUCKET("DeleteBucket", "fxstack"),
    BUCKET("GetBucketPublicAccessBlock", "fxstack"),
    BUCKET("GetBucketTagging", "fxstack"),
    BUCKET("GetLifecycleConfiguration", "fxstack"),
    BUCKET("PutBucketPublicAccessBlock", "fxstack"),
    BUCKET("PutLifecycleConfiguration", "fxstack"),
    BUCKET("TagResource", "fxstack"),

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

    /* cwput: the namespace, its condition, is all that can be said of it. */
    ANY("cloudwatch:PutMetricData", "cwput"),
    {RESOURCE_TYPES, PERMIT_NOTHING, NULL, NULL},
};

bool
permit_is_for(const struct permit *permit, const char *tool)
{
	size_t length = strlen(tool);
	const char *found = strstr(permit->tools, tool);

	if (length == 0 || strchr(tool, ' ') != NULL)
		return false;
	while (found != NULL && (found[-1] != ' ' || found[length] != ' '))
		found = strstr(found + 1, tool);
	return found != NULL;
}
