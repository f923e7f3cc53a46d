/* delivery_firehose: a delivery stream of Firehose, which writes to a bucket of S3. */

/*
 * Source: Firehose API Reference, CreateDeliveryStream, DescribeDeliveryStream, UpdateDestination,
 * ListTagsForDeliveryStream, DeleteDeliveryStream.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "stack/aws/kinds.h"
#include "stack/delivery.h"
#include "text/json.h"

enum { DESTINATION = 64 * 1024, ARN = 600 };

static const char *const settings[] = {
    "bucket", "role", "source", "prefix", "error_prefix", "buffer", "compression", NULL};
static const char *const fixed[] = {"source", NULL};

static void
add_name(struct request *request)
{
	request_string(request, "DeliveryStreamName", request->resource->plain);
}

/* Sets a wanted setting to the ARN of the resource that the line names by that type. */
static bool
want_arn(const struct request *request, const char *setting, enum resource_type type,
    struct failure *failure)
{
	const struct resource *on = stack_serves(request->stack, request->resource, type);
	char arn[ARN];

	/* Not one of the stack: the line has its ARN. */
	if (on == NULL)
		snprintf(arn, sizeof arn, "%s",
		    resource_member(request->resource, resource_type_name(type)));
	else if (!stack_arn(request->stack, on, arn, sizeof arn, failure))
		return false;
	stack_want(request->stack, request->resource, setting, arn);
	return true;
}

static bool
want_all(const struct request *request, struct failure *failure)
{
	if (!want_arn(request, "bucket", RESOURCE_BUCKET, failure) ||
	    !want_arn(request, "role", RESOURCE_ROLE, failure))
		return false;
	if (resource_member(request->resource, "stream") != NULL)
		return want_arn(request, "source", RESOURCE_STREAM, failure);
	stack_want(request->stack, request->resource, "source", "direct");
	return true;
}

/* --- reading it --- */

static void
found_destination(const cJSON *destination, struct settings *found)
{
	const cJSON *hints = request_member(destination, "BufferingHints");
	const cJSON *size = request_member(hints, "SizeInMBs"),
	            *interval = request_member(hints, "IntervalInSeconds");
	const char *format = request_text(destination, "CompressionFormat");
	char text[DELIVERY_BUFFER];
	const char *name = format;

	for (size_t i = 0; delivery_formats[i].name != NULL; i++) {
		if (strcmp(delivery_formats[i].format, format) == 0)
			name = delivery_formats[i].name;
	}
	settings_set(found, "compression", name[0] != '\0' ? name : "none");
	settings_set(found, "bucket", request_text(destination, "BucketARN"));
	settings_set(found, "role", request_text(destination, "RoleARN"));
	settings_set(found, "prefix", request_text(destination, "Prefix"));
	settings_set(found, "error_prefix", request_text(destination, "ErrorOutputPrefix"));
	settings_set(found, "buffer",
	    delivery_buffer(cJSON_IsNumber(size) ? size->valueint : 0,
	        cJSON_IsNumber(interval) ? interval->valueint : 0, text));
}

static void
found_source(const cJSON *description, struct settings *found)
{
	const cJSON *source =
	    request_member(request_member(description, "Source"), "KinesisStreamSourceDescription");
	const char *type = request_text(description, "DeliveryStreamType");

	if (source != NULL)
		settings_set(found, "source", request_text(source, "KinesisStreamARN"));
	else
		settings_set(found, "source", strcmp(type, "DirectPut") == 0 ? "direct" : type);
}

static const cJSON *
destination_of(const cJSON *description)
{
	return cJSON_GetArrayItem(request_member(description, "Destinations"), 0);
}

static void
found_all(const cJSON *description, struct presence *presence)
{
	const char *state = request_text(description, "DeliveryStreamStatus");

	snprintf(presence->state, sizeof presence->state, "%s", state);
	snprintf(presence->arn, sizeof presence->arn, "%s",
	    request_text(description, "DeliveryStreamARN"));
	presence->exists = true;
	presence->busy = strcmp(state, "CREATING") == 0 || strcmp(state, "DELETING") == 0;
	if (strstr(state, "_FAILED") != NULL)
		fail(&presence->damage, FAILURE_PERMANENT,
		    "its state is %s: destroy it, then deploy again", presence->state);
	found_source(description, &presence->found);
	found_destination(
	    request_member(destination_of(description), "ExtendedS3DestinationDescription"),
	    &presence->found);
}

static cJSON *
describe(struct request *request, struct failure *failure)
{
	add_name(request);
	return request_ask(request, "DescribeDeliveryStream", failure);
}

static bool
read_tags(struct request *request, struct presence *presence, struct failure *failure)
{
	add_name(request);
	return request_read_tags(request, "ListTagsForDeliveryStream", &presence->ours, failure);
}

static bool
read_presence(struct request *request, struct presence *presence, struct failure *failure)
{
	cJSON *reply;

	if (!want_all(request, failure))
		return false;
	reply = describe(request, failure);
	if (reply == NULL)
		return false;
	found_all(request_member(reply, "DeliveryStreamDescription"), presence);
	cJSON_Delete(reply);
	return presence->busy || read_tags(request, presence, failure);
}

/* --- changing it --- */

static void
add_member(struct buffer *json, const char *name, const char *value)
{
	buffer_add_format(json, "%s\"%s\":", json->length > 1 ? "," : "", name);
	json_add_string(json, value, strlen(value));
}

static void
add_destination(struct request *request, const char *name)
{
	const struct delivery_format *format = delivery_formats;
	struct buffer json;
	int size, interval;

	while (strcmp(format->name, request_wanted(request, "compression")) != 0)
		format++;
	delivery_buffer_read(request_wanted(request, "buffer"), &size, &interval);
	buffer_init(&json, DESTINATION);
	buffer_add_text(&json, "{");
	add_member(&json, "BucketARN", request_wanted(request, "bucket"));
	add_member(&json, "RoleARN", request_wanted(request, "role"));
	add_member(&json, "Prefix", request_wanted(request, "prefix"));
	add_member(&json, "ErrorOutputPrefix", request_wanted(request, "error_prefix"));
	add_member(&json, "CompressionFormat", format->format);
	buffer_add_format(&json, ",\"BufferingHints\":{\"SizeInMBs\":%d,\"IntervalInSeconds\":%d}",
	    size, interval);
	if (strcmp(request_wanted(request, "source"), "direct") != 0)
		buffer_add_text(&json, ",\"ProcessingConfiguration\":" DELIVERY_PROCESSING);
	buffer_add_text(&json, "}");
	request_json(request, name, buffer_text(&json));
	buffer_free(&json);
}

static void
add_source(struct request *request)
{
	struct buffer json;

	if (strcmp(request_wanted(request, "source"), "direct") == 0) {
		request_string(request, "DeliveryStreamType", "DirectPut");
		return;
	}
	request_string(request, "DeliveryStreamType", "KinesisStreamAsSource");
	buffer_init(&json, DESTINATION);
	buffer_add_text(&json, "{");
	add_member(&json, "KinesisStreamARN", request_wanted(request, "source"));
	add_member(&json, "RoleARN", request_wanted(request, "role"));
	buffer_add_text(&json, "}");
	request_json(request, "KinesisStreamSourceConfiguration", buffer_text(&json));
	buffer_free(&json);
}

/*
 * Firehose refuses a role that was created a moment ago, which IAM does not show everywhere yet:
 * true, and the caller tries again.
 */
static bool
is_early(struct request *request)
{
	return request_failed_with(request, "InvalidArgumentException") &&
	       (request_error_has(request, "assume role") ||
	           request_error_has(request, "not authorized"));
}

static bool
make(struct request *request, struct failure *failure)
{
	const struct caller *caller = &stack_settings(request->stack)->caller;

	add_name(request);
	add_source(request);
	add_destination(request, "ExtendedS3DestinationConfiguration");
	request_json(
	    request, "Tags", "[{\"Key\":\"" STACK_TAG "\",\"Value\":\"" STACK_MAKER "\"}]");
	if (request_send(request, "CreateDeliveryStream", failure) ||
	    request_failed_with(request, "ResourceInUseException"))
		return true;
	if (!is_early(request))
		return false;
	caller_detail(caller, "%s: %s", request->resource->name, failure->text);
	return true;
}

static bool
change(struct request *request, const struct presence *presence, struct failure *failure)
{
	cJSON *reply = describe(request, failure);
	const cJSON *description = request_member(reply, "DeliveryStreamDescription");

	(void)presence;
	if (reply == NULL)
		return false;
	add_name(request);
	request_string(
	    request, "CurrentDeliveryStreamVersionId", request_text(description, "VersionId"));
	request_string(
	    request, "DestinationId", request_text(destination_of(description), "DestinationId"));
	add_destination(request, "ExtendedS3DestinationUpdate");
	cJSON_Delete(reply);
	/* Somebody else changed it at the same time: the caller reads it again. */
	if (request_send(request, "UpdateDestination", failure) ||
	    request_failed_with(request, "ConcurrentModificationException") || is_early(request))
		return true;
	return false;
}

static bool
remove_delivery(struct request *request, const struct presence *presence, struct failure *failure)
{
	(void)presence;
	add_name(request);
	return request_send(request, "DeleteDeliveryStream", failure) ||
	       request_failed_with(request, "ResourceInUseException");
}

const struct aws_kind resource_delivery_firehose = {
    .kind = {.settings = settings, .fixed = fixed, AWS_KIND_STEPS},
    .service = &aws_firehose,
    .missing = {"ResourceNotFoundException"},
    .read = read_presence,
    .make = make,
    .change = {change, change, NULL, change, change, change, change},
    .remove = remove_delivery,
};
