/* resource: the properties and the logical ids of resources in a template. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "group/dynamodb/lease_table_shape.h"
#include "stack/template/properties.h"
#include "stack/template/resource.h"
#include "text/json.h"

static const char *
setting(const struct resource *resource, const char *name)
{
	const char *value = settings_get(&resource->wanted, name);

	return value != NULL ? value : "none";
}

static void
add_tags(cJSON *properties)
{
	cJSON *tag = cJSON_CreateObject();

	cJSON_AddStringToObject(tag, "Key", STACK_TAG);
	cJSON_AddStringToObject(tag, "Value", STACK_MAKER);
	cJSON_AddItemToArray(cJSON_AddArrayToObject(properties, "Tags"), tag);
}

static void
write_stream(const struct resource *resource, cJSON *properties)
{
	const char *shards = setting(resource, "shards"), *key = setting(resource, "encryption");

	cJSON_AddStringToObject(properties, "Name", resource->plain);
	cJSON_AddNumberToObject(
	    properties, "RetentionPeriodHours", atoi(setting(resource, "retention")));
	if (strcmp(shards, "on-demand") == 0) {
		cJSON *mode = cJSON_AddObjectToObject(properties, "StreamModeDetails");
		cJSON_AddStringToObject(mode, "StreamMode", "ON_DEMAND");
	} else {
		cJSON_AddNumberToObject(properties, "ShardCount", atoi(shards));
	}
	if (strcmp(key, "none") != 0) {
		cJSON *encryption = cJSON_AddObjectToObject(properties, "StreamEncryption");
		cJSON_AddStringToObject(encryption, "EncryptionType", "KMS");
		cJSON_AddStringToObject(encryption, "KeyId", key);
	}
}

/* "ticker:S,last_refreshed:S" */
static void
write_key(const char *key, cJSON *properties)
{
	cJSON *schema = cJSON_AddArrayToObject(properties, "KeySchema");
	cJSON *attributes = cJSON_AddArrayToObject(properties, "AttributeDefinitions");

	for (const char *at = key; *at != '\0'; at += *at == ',') {
		size_t length = strcspn(at, ",");
		char *part = memory_copy(at, length);
		char *type = strrchr(part, ':');
		cJSON *definition = cJSON_CreateObject(), *element = cJSON_CreateObject();

		if (type != NULL)
			*type++ = '\0';
		cJSON_AddStringToObject(definition, "AttributeName", part);
		cJSON_AddStringToObject(definition, "AttributeType", type != NULL ? type : "S");
		cJSON_AddItemToArray(attributes, definition);
		cJSON_AddStringToObject(element, "AttributeName", part);
		cJSON_AddStringToObject(element, "KeyType", at == key ? "HASH" : "RANGE");
		cJSON_AddItemToArray(schema, element);
		free(part);
		at += length;
	}
}

static void
write_changes(const char *changes, cJSON *properties)
{
	const char *view = strcmp(changes, "none") == 0   ? NULL
	                   : strcmp(changes, "keys") == 0 ? "KEYS_ONLY"
	                   : strcmp(changes, "new") == 0  ? "NEW_IMAGE"
	                   : strcmp(changes, "old") == 0  ? "OLD_IMAGE"
	                                                  : "NEW_AND_OLD_IMAGES";
	cJSON *specification;

	if (view == NULL)
		return;
	specification = cJSON_AddObjectToObject(properties, "StreamSpecification");
	cJSON_AddStringToObject(specification, "StreamViewType", view);
}

static void
write_table(const struct resource *resource, cJSON *properties)
{
	const char *billing = setting(resource, "billing"), *ttl = setting(resource, "ttl");
	const char *slash = strchr(billing, '/');

	cJSON_AddStringToObject(properties, "TableName", resource->plain);
	write_key(setting(resource, "key"), properties);
	cJSON_AddStringToObject(
	    properties, "BillingMode", slash != NULL ? "PROVISIONED" : "PAY_PER_REQUEST");
	if (slash != NULL) {
		cJSON *units = cJSON_AddObjectToObject(properties, "ProvisionedThroughput");
		cJSON_AddNumberToObject(units, "ReadCapacityUnits", atoi(billing));
		cJSON_AddNumberToObject(units, "WriteCapacityUnits", atoi(slash + 1));
	}
	if (strcmp(ttl, "none") != 0) {
		cJSON *specification =
		    cJSON_AddObjectToObject(properties, "TimeToLiveSpecification");
		cJSON_AddStringToObject(specification, "AttributeName", ttl);
		cJSON_AddTrueToObject(specification, "Enabled");
	}
	write_changes(setting(resource, "changes"), properties);
	if (strcmp(setting(resource, "point_in_time_recovery"), "on") == 0) {
		cJSON *specification =
		    cJSON_AddObjectToObject(properties, "PointInTimeRecoverySpecification");
		cJSON_AddTrueToObject(specification, "PointInTimeRecoveryEnabled");
	}
}

static cJSON *
add_rule(cJSON *rules, const char *id)
{
	cJSON *rule = cJSON_CreateObject();

	cJSON_AddStringToObject(rule, "Id", id);
	cJSON_AddStringToObject(rule, "Status", "Enabled");
	cJSON_AddStringToObject(rule, "Prefix", "");
	cJSON_AddItemToArray(rules, rule);
	return rule;
}

static void
write_bucket(const struct resource *resource, cJSON *properties)
{
	static const char *const blocks[] = {
	    "BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"};
	const char *days = setting(resource, "expire_days");
	const char *uploads = setting(resource, "abort_uploads_days");
	cJSON *access = cJSON_AddObjectToObject(properties, "PublicAccessBlockConfiguration");

	cJSON_AddStringToObject(properties, "BucketName", resource->plain);
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
		cJSON_AddTrueToObject(access, blocks[i]);
	if (strcmp(days, "none") == 0 && strcmp(uploads, "none") == 0)
		return;
	cJSON *lifecycle = cJSON_AddObjectToObject(properties, "LifecycleConfiguration");
	cJSON *rules = cJSON_AddArrayToObject(lifecycle, "Rules");
	if (strcmp(days, "none") != 0)
		cJSON_AddNumberToObject(
		    add_rule(rules, "fxstack-expire"), "ExpirationInDays", atoi(days));
	if (strcmp(uploads, "none") != 0) {
		cJSON *action = cJSON_AddObjectToObject(
		    add_rule(rules, "fxstack-abort-uploads"), "AbortIncompleteMultipartUpload");
		cJSON_AddNumberToObject(action, "DaysAfterInitiation", atoi(uploads));
	}
}

/* CloudFormation names the members as DynamoDB does. */
static void
write_group(const struct resource *resource, cJSON *properties)
{
	struct buffer shape;
	cJSON *members;

	buffer_init(&shape, RESOURCE_LINE_MOST);
	buffer_add_text(&shape, "{\"TableName\":");
	json_add_string(&shape, resource->plain, strlen(resource->plain));
	lease_table_shape_add(&shape);
	buffer_add_text(&shape, "}");
	members = cJSON_ParseWithLength(shape.data, shape.length);
	while (members != NULL && members->child != NULL) {
		cJSON *member = cJSON_DetachItemViaPointer(members, members->child);

		cJSON_AddItemToObject(properties, member->string, member);
	}
	cJSON_Delete(members);
	buffer_free(&shape);
}

static void
write_properties(const struct resource *resource, cJSON *properties)
{
	switch (resource->type) {
	case RESOURCE_STREAM:
		write_stream(resource, properties);
		break;
	case RESOURCE_TABLE:
		write_table(resource, properties);
		break;
	case RESOURCE_GROUP:
		write_group(resource, properties);
		break;
	case RESOURCE_BUCKET:
		write_bucket(resource, properties);
		break;
	case RESOURCE_SECRET:
		cJSON_AddStringToObject(properties, "Name", resource->plain);
		break;
	case RESOURCE_TOPIC:
		cJSON_AddStringToObject(properties, "TopicName", resource->plain);
		if (strcmp(setting(resource, "encryption"), "none") != 0)
			cJSON_AddStringToObject(
			    properties, "KmsMasterKeyId", setting(resource, "encryption"));
		break;
	case RESOURCE_FANOUT:
		cJSON_AddStringToObject(properties, "ConsumerName", resource->plain);
		return; /* its stream is tagged */
	case RESOURCE_SUBSCRIPTION:
		template_subscription(resource, properties);
		return; /* it has no tags */
	case RESOURCE_DELIVERY:
		template_delivery(resource, properties);
		break;
	case RESOURCE_ALARM:
		template_alarm(resource, properties);
		break;
	case RESOURCE_ROLE:
		cJSON_AddStringToObject(properties, "RoleName", resource->plain);
		break;
	case RESOURCE_POLICY:
		cJSON_AddStringToObject(properties, "ManagedPolicyName", resource->plain);
		return; /* CloudFormation does not tag policies */
	case RESOURCE_SCHEDULE:
	case RESOURCE_CONSUMER:
	case RESOURCE_TYPES:
		return;
	}
	add_tags(properties);
}

cJSON *
template_resource(const struct resource *resource)
{
	static const char *const types[RESOURCE_TYPES] = {
	    [RESOURCE_STREAM] = "AWS::Kinesis::Stream",
	    [RESOURCE_TABLE] = "AWS::DynamoDB::Table",
	    [RESOURCE_GROUP] = "AWS::DynamoDB::Table",
	    [RESOURCE_FANOUT] = "AWS::Kinesis::StreamConsumer",
	    [RESOURCE_SECRET] = "AWS::SecretsManager::Secret",
	    [RESOURCE_TOPIC] = "AWS::SNS::Topic",
	    [RESOURCE_SUBSCRIPTION] = "AWS::SNS::Subscription",
	    [RESOURCE_BUCKET] = "AWS::S3::Bucket",
	    [RESOURCE_DELIVERY] = "AWS::KinesisFirehose::DeliveryStream",
	    [RESOURCE_ALARM] = "AWS::CloudWatch::Alarm",
	    [RESOURCE_ROLE] = "AWS::IAM::Role",
	    [RESOURCE_POLICY] = "AWS::IAM::ManagedPolicy",
	};
	cJSON *made = cJSON_CreateObject();

	cJSON_AddStringToObject(made, "Type", types[resource->type]);
	write_properties(resource, cJSON_AddObjectToObject(made, "Properties"));
	return made;
}

/* "StreamDevRates" for the stream dev-rates. */
static void
name_id(const struct resource *resource, char id[TEMPLATE_ID + 1])
{
	const char *type = resource_type_name(resource->type);
	size_t length = strlen(type);
	bool upper = true;

	memcpy(id, type, length);
	id[0] = (char)toupper((unsigned char)id[0]);
	for (const char *at = resource->plain; *at != '\0' && length < TEMPLATE_ID - 24; at++) {
		if (isalnum((unsigned char)*at))
			id[length++] = (char)(upper ? toupper((unsigned char)*at) : *at);
		upper = !isalnum((unsigned char)*at);
	}
	id[length] = '\0';
}

static bool
is_taken(char (*ids)[TEMPLATE_ID + 1], size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(ids[i], id) == 0)
			return true;
	return false;
}

char (*template_ids(struct stack *stack))[TEMPLATE_ID + 1]
{
	size_t count = stack_count(stack);
	char(*ids)[TEMPLATE_ID + 1] = memory_new(count + 1, sizeof *ids);

	for (size_t i = 0; i < count; i++) {
		size_t length, number = 2;

		name_id(stack_resource(stack, i), ids[i]);
		length = strlen(ids[i]);
		while (is_taken(ids, i, ids[i]))
			snprintf(ids[i] + length, sizeof ids[i] - length, "%zu", number++);
	}
	return ids;
}
