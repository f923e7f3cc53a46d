/* fanout_kinesis: a consumer of enhanced fan-out, registered with a stream in Kinesis. */

/*
 * Source: Kinesis Data Streams API Reference, RegisterStreamConsumer, DescribeStreamConsumer,
 * DeregisterStreamConsumer. It counts as ours if its stream does: that has our tag.
 */
#include <stdio.h>
#include <string.h>

#include "stack/aws/kinds.h"

static bool
add_stream(struct request *request, struct failure *failure)
{
	const struct resource *stream =
	    stack_serves(request->stack, request->resource, RESOURCE_STREAM);
	char arn[600];

	if (!stack_arn(request->stack, stream, arn, sizeof arn, failure))
		return false;
	request_string(request, "StreamARN", arn);
	return true;
}

static bool
read_tags(struct request *request, struct presence *presence, struct failure *failure)
{
	if (!add_stream(request, failure))
		return false;
	request_json(request, "Limit", "50"); /* a stream has at most 50 tags */
	return request_read_tags(request, "ListTagsForStream", &presence->ours, failure);
}

static bool
read_presence(struct request *request, struct presence *presence, struct failure *failure)
{
	const cJSON *description;
	cJSON *reply;

	if (!add_stream(request, failure))
		return false;
	request_string(request, "ConsumerName", request->resource->plain);
	reply = request_ask(request, "DescribeStreamConsumer", failure);
	if (reply == NULL)
		return false;
	description = request_member(reply, "ConsumerDescription");
	presence->exists = true;
	snprintf(presence->state, sizeof presence->state, "%s",
	    request_text(description, "ConsumerStatus"));
	presence->busy = strcmp(presence->state, "ACTIVE") != 0;
	snprintf(
	    presence->arn, sizeof presence->arn, "%s", request_text(description, "ConsumerARN"));
	cJSON_Delete(reply);
	return read_tags(request, presence, failure);
}

static bool
settle(const struct request *request, struct failure *failure)
{
	/* It exists, or is being registered or deregistered: the caller reads it again. */
	if (request_failed_with(request, "ResourceInUseException"))
		return true;
	if (request_failed_with(request, "LimitExceededException"))
		resource_advise(failure, FAILURE_TEMPORARY,
		    "a stream has at most 20 consumers, of which 5 are registered at a time: retry "
		    "later, or deregister another one");
	return false;
}

static bool
make(struct request *request, struct failure *failure)
{
	if (!add_stream(request, failure))
		return false;
	request_string(request, "ConsumerName", request->resource->plain);
	return request_send(request, "RegisterStreamConsumer", failure) || settle(request, failure);
}

static bool
remove_fanout(struct request *request, const struct presence *presence, struct failure *failure)
{
	request_string(request, "ConsumerARN", presence->arn);
	return request_send(request, "DeregisterStreamConsumer", failure) ||
	       settle(request, failure);
}

const struct aws_kind resource_fanout_kinesis = {
    .kind = {AWS_KIND_STEPS},
    .service = &aws_kinesis,
    .missing = {"ResourceNotFoundException"},
    .read = read_presence,
    .make = make,
    .remove = remove_fanout,
};
