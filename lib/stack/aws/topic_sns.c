/* topic_sns: a topic in SNS. */

/*
 * Source: SNS API Reference, CreateTopic, GetTopicAttributes, SetTopicAttributes,
 * ListTagsForResource, DeleteTopic.
 */
#include <stdlib.h>
#include <string.h>

#include "stack/aws/kinds.h"
#include "stack/aws/query.h"
#include "text/form.h"

#define KEY "KmsMasterKeyId"

static const char *const settings[] = {"encryption", NULL};

/* The key, as the request has it: "" for none. */
static const char *
key_of(const struct request *request)
{
	const char *key = request_wanted(request, "encryption");

	return strcmp(key, "none") == 0 ? "" : key;
}

static bool
read_presence(struct request *request, struct presence *presence, struct failure *failure)
{
	char *key;

	if (!stack_arn(
	        request->stack, request->resource, presence->arn, sizeof presence->arn, failure))
		return false;
	query_begin(request, "ListTagsForResource");
	query_add(request, "ResourceArn", presence->arn);
	if (!query_send(request, failure))
		return false;
	presence->ours = query_is_tagged(request->reply.body, "member");
	query_begin(request, "GetTopicAttributes");
	query_add(request, "TopicArn", presence->arn);
	if (!query_send(request, failure))
		return false;
	presence->exists = true;
	key = query_attribute(request->reply.body, KEY);
	settings_set(&presence->found, "encryption", key != NULL ? key : "none");
	free(key);
	return true;
}

/* A topic that somebody else has just created stays as it is: reading it again shows whose it is. */
static bool
make(struct request *request, struct failure *failure)
{
	query_begin(request, "CreateTopic");
	query_add(request, "Name", request->resource->plain);
	query_add_tag(request);
	if (key_of(request)[0] != '\0')
		query_add_attribute(request, 1, KEY, key_of(request));
	if (query_send(request, failure))
		return true;
	if (request_failed_with(request, "InvalidParameter"))
		resource_advise(failure, FAILURE_PERMANENT,
		    "a topic of that name may already exist with other tags or another key");
	return false;
}

static bool
begin(struct request *request, const char *action, struct failure *failure)
{
	char arn[600];

	if (!stack_arn(request->stack, request->resource, arn, sizeof arn, failure))
		return false;
	query_begin(request, action);
	query_add(request, "TopicArn", arn);
	return true;
}

static bool
change_encryption(struct request *request, const struct presence *presence, struct failure *failure)
{
	(void)presence;
	if (!begin(request, "SetTopicAttributes", failure))
		return false;
	query_add(request, "AttributeName", KEY);
	query_add(request, "AttributeValue", key_of(request));
	return query_send(request, failure);
}

static bool
remove_topic(struct request *request, const struct presence *presence, struct failure *failure)
{
	(void)presence;
	return begin(request, "DeleteTopic", failure) && query_send(request, failure);
}

const struct aws_kind resource_topic_sns = {
    .kind = {.settings = settings, AWS_KIND_STEPS},
    .service = &aws_sns,
    .version = FORM_SNS,
    .missing = {"ResourceNotFound", "NotFound"},
    .read = read_presence,
    .make = make,
    .change = {change_encryption},
    .remove = remove_topic,
};
