/* topic_sns: a topic in SNS. */

/* Source: SNS API Reference, CreateTopic, ListTagsForResource, DeleteTopic. */
#include "stack/aws/kinds.h"
#include "stack/aws/query.h"
#include "text/form.h"

static bool
read_presence(struct request *request, struct presence *presence, struct failure *failure)
{
	if (!stack_arn(
	        request->stack, request->resource, presence->arn, sizeof presence->arn, failure))
		return false;
	query_begin(request, "ListTagsForResource");
	query_add(request, "ResourceArn", presence->arn);
	if (!query_send(request, failure))
		return false;
	presence->exists = true;
	presence->ours = query_is_tagged(request->reply.body, "member");
	return true;
}

/* A topic that somebody else has just created stays as it is: reading it again shows whose it is. */
static bool
make(struct request *request, struct failure *failure)
{
	query_begin(request, "CreateTopic");
	query_add(request, "Name", request->resource->plain);
	query_add_tag(request);
	if (query_send(request, failure))
		return true;
	if (request_failed_with(request, "InvalidParameter"))
		resource_advise(failure, FAILURE_PERMANENT,
		    "a topic of that name may already exist with other tags");
	return false;
}

static bool
remove_topic(struct request *request, const struct presence *presence, struct failure *failure)
{
	char arn[sizeof presence->arn];

	if (!stack_arn(request->stack, request->resource, arn, sizeof arn, failure))
		return false;
	query_begin(request, "DeleteTopic");
	query_add(request, "TopicArn", arn);
	return query_send(request, failure);
}

const struct aws_kind resource_topic_sns = {
    .kind = {AWS_KIND_STEPS},
    .service = &aws_sns,
    .version = FORM_SNS,
    .missing = {"ResourceNotFound", "NotFound"},
    .read = read_presence,
    .make = make,
    .remove = remove_topic,
};
