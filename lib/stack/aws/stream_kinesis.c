/*
 * resource_stream_kinesis: a stream of Kinesis. Source: Kinesis Data Streams API
 * Reference; what may change how often: UpdateShardCount, UpdateStreamMode.
 */
#include <stdio.h>
#include <stdlib.h>

#include "stack/aws/call.h"

static const char *const settings[] = {"shards", "retention", "encryption", NULL};
static const char *const fixed[] = {NULL};

static void
begin(struct resource_call *call, struct stack *stack, const struct resource *resource)
{
	resource_call_begin(call, stack, resource, &aws_kinesis);
}

static void
add_stream(struct resource_call *call)
{
	bool arn = resource_is_arn(call->resource);

	resource_call_string(call, arn ? "StreamARN" : "StreamName",
	    arn ? call->resource->name : call->resource->plain);
}

static bool
wants(const struct resource *resource, const char *name, const char *value)
{
	const char *wanted = settings_get(&resource->wanted, name);

	return wanted != NULL && strcmp(wanted, value) == 0;
}

/* What a key's id, alias or the ARN of either ends in. */
static const char *
key_name(const char *key)
{
	const char *colon = strncmp(key, "arn:", 4) == 0 ? strrchr(key, ':') : NULL;

	if (colon == NULL)
		return key;
	return strncmp(colon + 1, "key/", 4) == 0 ? colon + 5 : colon + 1;
}

/* The same key may be written in several ways. */
static void
set_found(struct presence *presence, const struct resource *resource, const cJSON *summary)
{
	const char *key = resource_text(summary, "KeyId");
	const char *wanted = settings_get(&resource->wanted, "encryption");
	const cJSON *mode = cJSON_GetObjectItemCaseSensitive(summary, "StreamModeDetails");
	const cJSON *count = cJSON_GetObjectItemCaseSensitive(summary, "OpenShardCount");
	const cJSON *hours = cJSON_GetObjectItemCaseSensitive(summary, "RetentionPeriodHours");
	char text[24];

	snprintf(text, sizeof text, "%d", cJSON_IsNumber(count) ? count->valueint : 0);
	settings_set(&presence->found, "shards",
	    strcmp(resource_text(mode, "StreamMode"), "ON_DEMAND") == 0 ? "on-demand" : text);
	snprintf(text, sizeof text, "%dh", cJSON_IsNumber(hours) ? hours->valueint : 0);
	settings_set(&presence->found, "retention", text);
	if (strcmp(resource_text(summary, "EncryptionType"), "KMS") != 0)
		key = "none";
	else if (wanted != NULL && strcmp(key_name(wanted), key_name(key)) == 0)
		key = wanted;
	settings_set(&presence->found, "encryption", key);
}

static bool
look_at_tags(struct resource_call *call, struct presence *presence, struct failure *failure)
{
	cJSON *reply;

	add_stream(call);
	resource_call_json(call, "Limit", "50"); /* a stream has no more */
	reply = resource_call_ask(call, "ListTagsForStream", failure);
	if (reply == NULL) {
		/* Gone in between. */
		presence->exists = !resource_call_was(call, "ResourceNotFoundException");
		return !presence->exists;
	}
	presence->ours = resource_is_marked(cJSON_GetObjectItemCaseSensitive(reply, "Tags"));
	cJSON_Delete(reply);
	return true;
}

static bool
look_at(struct resource_call *call, struct presence *presence, struct failure *failure)
{
	const cJSON *summary;
	cJSON *reply;

	add_stream(call);
	reply = resource_call_ask(call, "DescribeStreamSummary", failure);
	if (reply == NULL)
		return resource_call_was(call, "ResourceNotFoundException");
	summary = cJSON_GetObjectItemCaseSensitive(reply, "StreamDescriptionSummary");
	presence->exists = true;
	snprintf(
	    presence->state, sizeof presence->state, "%s", resource_text(summary, "StreamStatus"));
	presence->busy = strcmp(presence->state, "ACTIVE") != 0;
	snprintf(presence->arn, sizeof presence->arn, "%s", resource_text(summary, "StreamARN"));
	set_found(presence, call->resource, summary);
	cJSON_Delete(reply);
	return look_at_tags(call, presence, failure);
}

static bool
look(struct stack *stack, const struct resource *resource, struct presence *presence,
    struct failure *failure)
{
	struct resource_call call;
	bool good;

	*presence = (struct presence){.exists = false};
	begin(&call, stack, resource);
	good = look_at(&call, presence, failure);
	resource_call_end(&call);
	return good;
}

/*
 * What a change that was refused means. LimitExceededException is a pace where the service
 * says "Rate exceeded", and five streams at once; else it is a day's or an account's limit.
 */
static bool
settle(struct resource_call *call, const char *limit, struct failure *failure)
{
	/* It is there, or being changed: the next look tells. */
	if (resource_call_was(call, "ResourceInUseException"))
		return true;
	if (!resource_call_was(call, "LimitExceededException"))
		return false;
	if (resource_call_said(call, "Rate exceeded") || resource_call_said(call, "simultaneous"))
		return resource_advise(
		    failure, FAILURE_TEMPORARY, "the same again in a while will do");
	return resource_advise(failure, FAILURE_PERMANENT, "%s", limit);
}

static bool
make(struct stack *stack, const struct resource *resource, struct failure *failure)
{
	const char *shards = settings_get(&resource->wanted, "shards");
	struct resource_call call;
	bool good;

	begin(&call, stack, resource);
	resource_call_string(&call, "StreamName", resource->plain);
	if (wants(resource, "shards", "on-demand")) {
		resource_call_json(&call, "StreamModeDetails", "{\"StreamMode\":\"ON_DEMAND\"}");
	} else {
		resource_call_json(&call, "ShardCount", shards != NULL ? shards : "1");
		resource_call_json(&call, "StreamModeDetails", "{\"StreamMode\":\"PROVISIONED\"}");
	}
	resource_call_json(&call, "Tags", "{\"" STACK_TAG "\":\"" STACK_MAKER "\"}");
	good = resource_call_send(&call, "CreateStream", failure) ||
	       settle(&call,
	           "the account has a limit of shards and streams, which waiting does not raise "
	           "(Service Quotas does)",
	           failure);
	resource_call_end(&call);
	return good;
}

static bool
change_mode(struct resource_call *call, const struct presence *presence, const char *mode,
    struct failure *failure)
{
	char details[64];

	snprintf(details, sizeof details, "{\"StreamMode\":\"%s\"}", mode);
	resource_call_string(call, "StreamARN", presence->arn);
	resource_call_json(call, "StreamModeDetails", details);
	return resource_call_send(call, "UpdateStreamMode", failure) ||
	       settle(call,
	           "a stream goes from shards to on-demand or back twice in 24 hours at most",
	           failure);
}

/* From open shards towards wanted: at most double, at least half. */
static long
next_count(long open, long wanted)
{
	if (wanted > 2 * open)
		return 2 * open;
	return wanted < (open + 1) / 2 ? (open + 1) / 2 : wanted;
}

static bool
change_shards(struct resource_call *call, const struct presence *presence, struct failure *failure)
{
	const struct resource *resource = call->resource;
	const char *found = settings_get(&presence->found, "shards");
	long wanted = strtol(settings_get(&resource->wanted, "shards"), NULL, 10);
	long open = strtol(found, NULL, 10), count;
	char text[24];

	if (wants(resource, "shards", "on-demand"))
		return change_mode(call, presence, "ON_DEMAND", failure);
	/* As many shards as it has then; how many are wanted is another step. */
	if (strcmp(found, "on-demand") == 0)
		return change_mode(call, presence, "PROVISIONED", failure);
	count = next_count(open, wanted);
	if (count != wanted)
		caller_detail(&stack_settings(call->stack)->caller,
		    "%s: from %ld to %ld shards, on the way to %ld: at most double or half at a "
		    "time, ten times in 24 hours",
		    resource->name, open, count, wanted);
	snprintf(text, sizeof text, "%ld", count);
	add_stream(call);
	resource_call_json(call, "TargetShardCount", text);
	resource_call_string(call, "ScalingType", "UNIFORM_SCALING");
	return resource_call_send(call, "UpdateShardCount", failure) ||
	       settle(call,
	           "a stream's shards are changed ten times in 24 hours at most, within the "
	           "account's limit: deploy again after that, or ask Service Quotas",
	           failure);
}

static bool
change_retention(
    struct resource_call *call, const struct presence *presence, struct failure *failure)
{
	long found = strtol(settings_get(&presence->found, "retention"), NULL, 10);
	long wanted = strtol(settings_get(&call->resource->wanted, "retention"), NULL, 10);
	char text[24];

	snprintf(text, sizeof text, "%ld", wanted);
	add_stream(call);
	resource_call_json(call, "RetentionPeriodHours", text);
	return resource_call_send(call,
	           wanted > found ? "IncreaseStreamRetentionPeriod"
	                          : "DecreaseStreamRetentionPeriod",
	           failure) ||
	       settle(call, "the account's limit is reached", failure);
}

static bool
change_encryption(
    struct resource_call *call, const struct presence *presence, struct failure *failure)
{
	bool stop = wants(call->resource, "encryption", "none");

	add_stream(call);
	resource_call_string(call, "EncryptionType", "KMS");
	resource_call_string(call, "KeyId",
	    settings_get(stop ? &presence->found : &call->resource->wanted, "encryption"));
	return resource_call_send(
	           call, stop ? "StopStreamEncryption" : "StartStreamEncryption", failure) ||
	       settle(
	           call, "a stream's encryption is changed 25 times in 24 hours at most", failure);
}

static bool
change(struct stack *stack, const struct resource *resource, const struct presence *presence,
    const char *setting, struct failure *failure)
{
	struct resource_call call;
	bool good;

	begin(&call, stack, resource);
	if (strcmp(setting, "shards") == 0)
		good = change_shards(&call, presence, failure);
	else if (strcmp(setting, "retention") == 0)
		good = change_retention(&call, presence, failure);
	else
		good = change_encryption(&call, presence, failure);
	good = good || resource_call_was_done(&call, presence, setting);
	resource_call_end(&call);
	return good;
}

static bool
remove_stream(struct stack *stack, const struct resource *resource, const struct presence *presence,
    struct failure *failure)
{
	struct resource_call call;
	bool good;

	(void)presence;
	begin(&call, stack, resource);
	add_stream(&call);
	resource_call_json(&call, "EnforceConsumerDeletion", "false");
	good = resource_call_send(&call, "DeleteStream", failure);
	if (!good && resource_call_was(&call, "ResourceNotFoundException"))
		good = true;
	else if (!good && resource_call_was(&call, "ResourceInUseException") &&
	         resource_call_said(&call, "consumer"))
		good = resource_advise(failure, FAILURE_PERMANENT,
		    "consumers with enhanced fan-out are registered: they are another's "
		    "(aws kinesis deregister-stream-consumer)");
	else if (!good)
		good = settle(&call, "the account's limit is reached", failure);
	resource_call_end(&call);
	return good;
}

const struct resource_kind resource_stream_kinesis = {
    .settings = settings,
    .fixed = fixed,
    .look = look,
    .make = make,
    .change = change,
    .remove = remove_stream,
};
