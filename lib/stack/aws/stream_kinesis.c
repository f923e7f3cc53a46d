/* stream_kinesis: a stream in Kinesis. */

/*
 * Source: Kinesis Data Streams API Reference; limits per day: UpdateShardCount, UpdateStreamMode.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stack/aws/kinds.h"

enum { RETENTION = 24 /* hours, if a reply does not say */ };

static const char *const settings[] = {"shards", "retention", "encryption", NULL};

static void
add_stream(struct request *request)
{
	bool arn = resource_is_arn(request->resource);

	request_string(request, arn ? "StreamARN" : "StreamName",
	    arn ? request->resource->name : request->resource->plain);
}

static bool
wants(const struct resource *resource, const char *name, const char *value)
{
	const char *wanted = settings_get(&resource->wanted, name);

	return wanted != NULL && strcmp(wanted, value) == 0;
}

/* The id or alias at the end of a key's ARN; key itself if it is not an ARN. */
static const char *
key_name(const char *key)
{
	const char *colon = strncmp(key, "arn:", 4) == 0 ? strrchr(key, ':') : NULL;

	if (colon == NULL)
		return key;
	return strncmp(colon + 1, "key/", 4) == 0 ? colon + 5 : colon + 1;
}

static void
set_found(struct presence *presence, const struct resource *resource, const cJSON *summary)
{
	const char *key = request_text(summary, "KeyId");
	const char *wanted = settings_get(&resource->wanted, "encryption");
	const cJSON *mode = request_member(summary, "StreamModeDetails");
	const cJSON *count = request_member(summary, "OpenShardCount");
	const cJSON *hours = request_member(summary, "RetentionPeriodHours");
	char text[24];

	snprintf(text, sizeof text, "%d", cJSON_IsNumber(count) ? count->valueint : 0);
	settings_set(&presence->found, "shards",
	    strcmp(request_text(mode, "StreamMode"), "ON_DEMAND") == 0 ? "on-demand" : text);
	snprintf(text, sizeof text, "%dh", cJSON_IsNumber(hours) ? hours->valueint : RETENTION);
	settings_set(&presence->found, "retention", text);
	if (strcmp(request_text(summary, "EncryptionType"), "KMS") != 0)
		key = "none";
	else if (wanted != NULL && strcmp(key_name(wanted), key_name(key)) == 0)
		key = wanted; /* the same key, which can be written in several ways */
	settings_set(&presence->found, "encryption", key);
}

static bool
read_tags(struct request *request, struct presence *presence, struct failure *failure)
{
	add_stream(request);
	request_json(request, "Limit", "50"); /* a stream has at most 50 tags */
	return request_read_tags(request, "ListTagsForStream", &presence->ours, failure);
}

static bool
read_presence(struct request *request, struct presence *presence, struct failure *failure)
{
	const cJSON *summary;
	cJSON *reply;

	add_stream(request);
	reply = request_ask(request, "DescribeStreamSummary", failure);
	if (reply == NULL)
		return false;
	summary = request_member(reply, "StreamDescriptionSummary");
	presence->exists = true;
	snprintf(
	    presence->state, sizeof presence->state, "%s", request_text(summary, "StreamStatus"));
	presence->busy = strcmp(presence->state, "ACTIVE") != 0;
	snprintf(presence->arn, sizeof presence->arn, "%s", request_text(summary, "StreamARN"));
	set_found(presence, request->resource, summary);
	cJSON_Delete(reply);
	return read_tags(request, presence, failure);
}

/*
 * Judges a change that was refused. LimitExceededException with "Rate exceeded", or about five
 * streams at once, is temporary; otherwise limit describes the limit per day or per account.
 */
static bool
settle(struct request *request, const char *limit, struct failure *failure)
{
	/* It exists or is being changed already: the caller reads it again. */
	if (request_failed_with(request, "ResourceInUseException"))
		return true;
	if (!request_failed_with(request, "LimitExceededException"))
		return false;
	if (request_error_has(request, "Rate exceeded") ||
	    request_error_has(request, "simultaneous"))
		return resource_advise(failure, FAILURE_TEMPORARY, "retry later");
	return resource_advise(failure, FAILURE_PERMANENT, "%s", limit);
}

static bool
make(struct request *request, struct failure *failure)
{
	const struct resource *resource = request->resource;
	const char *shards = settings_get(&resource->wanted, "shards");

	request_string(request, "StreamName", resource->plain);
	if (wants(resource, "shards", "on-demand")) {
		request_json(request, "StreamModeDetails", "{\"StreamMode\":\"ON_DEMAND\"}");
	} else {
		request_json(request, "ShardCount", shards != NULL ? shards : "1");
		request_json(request, "StreamModeDetails", "{\"StreamMode\":\"PROVISIONED\"}");
	}
	request_json(request, "Tags", "{\"" STACK_TAG "\":\"" STACK_MAKER "\"}");
	return request_send(request, "CreateStream", failure) ||
	       settle(request,
	           "the account's limit of shards or streams is reached; Service Quotas can raise "
	           "it",
	           failure);
}

static bool
change_mode(struct request *request, const struct presence *presence, const char *mode,
    struct failure *failure)
{
	char details[64];

	snprintf(details, sizeof details, "{\"StreamMode\":\"%s\"}", mode);
	request_string(request, "StreamARN", presence->arn);
	request_json(request, "StreamModeDetails", details);
	return request_send(request, "UpdateStreamMode", failure) ||
	       settle(request,
	           "a stream can switch between shards and on-demand at most twice in 24 hours",
	           failure);
}

/* The next step from open shards towards wanted: at most double, at least half. */
static long
next_count(long open, long wanted)
{
	if (wanted > 2 * open)
		return 2 * open;
	return wanted < (open + 1) / 2 ? (open + 1) / 2 : wanted;
}

static bool
change_shards(struct request *request, const struct presence *presence, struct failure *failure)
{
	const struct resource *resource = request->resource;
	const char *found = settings_get(&presence->found, "shards");
	long wanted = strtol(settings_get(&resource->wanted, "shards"), NULL, 10);
	long open = strtol(found, NULL, 10), count;
	char text[24];

	if (wants(resource, "shards", "on-demand"))
		return change_mode(request, presence, "ON_DEMAND", failure);
	/* This keeps the number of shards; the next step changes it. */
	if (strcmp(found, "on-demand") == 0)
		return change_mode(request, presence, "PROVISIONED", failure);
	count = next_count(open, wanted);
	if (count != wanted)
		caller_detail(&stack_settings(request->stack)->caller,
		    "%s: from %ld to %ld shards, on the way to %ld: Kinesis at most doubles or "
		    "halves them at a time",
		    resource->name, open, count, wanted);
	snprintf(text, sizeof text, "%ld", count);
	add_stream(request);
	request_json(request, "TargetShardCount", text);
	request_string(request, "ScalingType", "UNIFORM_SCALING");
	return request_send(request, "UpdateShardCount", failure) ||
	       settle(request,
	           "a stream's shards can be changed at most ten times in 24 hours, within the "
	           "account's limit: deploy again later, or raise the limit in Service Quotas",
	           failure);
}

static bool
change_retention(struct request *request, const struct presence *presence, struct failure *failure)
{
	long found = strtol(settings_get(&presence->found, "retention"), NULL, 10);
	long wanted = strtol(request_wanted(request, "retention"), NULL, 10);
	char text[24];

	snprintf(text, sizeof text, "%ld", wanted);
	add_stream(request);
	request_json(request, "RetentionPeriodHours", text);
	return request_send(request,
	           wanted > found ? "IncreaseStreamRetentionPeriod"
	                          : "DecreaseStreamRetentionPeriod",
	           failure) ||
	       settle(request, "the account's limit is reached", failure);
}

static bool
change_encryption(struct request *request, const struct presence *presence, struct failure *failure)
{
	bool stop = wants(request->resource, "encryption", "none");

	add_stream(request);
	request_string(request, "EncryptionType", "KMS");
	request_string(request, "KeyId",
	    settings_get(stop ? &presence->found : &request->resource->wanted, "encryption"));
	return request_send(
	           request, stop ? "StopStreamEncryption" : "StartStreamEncryption", failure) ||
	       settle(request, "a stream's encryption can be changed at most 25 times in 24 hours",
	           failure);
}

static bool
remove_stream(struct request *request, const struct presence *presence, struct failure *failure)
{
	(void)presence;
	add_stream(request);
	request_json(request, "EnforceConsumerDeletion", "false");
	if (request_send(request, "DeleteStream", failure))
		return true;
	if (request_failed_with(request, "ResourceInUseException") &&
	    request_error_has(request, "consumer"))
		return resource_advise(failure, FAILURE_PERMANENT,
		    "the stack does not describe its consumers of enhanced fan-out: deregister "
		    "them "
		    "(aws kinesis deregister-stream-consumer --region %s --consumer-arn ARN; aws "
		    "kinesis list-stream-consumers lists them), then destroy again",
		    request_region(request));
	return settle(request, "the account's limit is reached", failure);
}

const struct aws_kind resource_stream_kinesis = {
    .kind = {.settings = settings, AWS_KIND_STEPS},
    .service = &aws_kinesis,
    .missing = {"ResourceNotFoundException"},
    .read = read_presence,
    .make = make,
    .change = {change_shards, change_retention, change_encryption},
    .remove = remove_stream,
};
