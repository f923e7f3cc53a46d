/* template: writes the stack as a template: references between resources, and their policies. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "stack/iam/policy.h"
#include "stack/template/resource.h"
#include "stack/template/template.h"
#include "text/json.h"

/* A template that is being written. */
struct writing {
	struct stack *stack;
	char (*ids)[TEMPLATE_ID + 1];
	struct policy_arns arns;
	struct failure *failure;
};

static const char *
id_of(const struct writing *writing, const struct resource *resource)
{
	size_t i = 0;

	while (stack_resource(writing->stack, i) != resource)
		i++;
	return writing->ids[i];
}

static bool
too_long(struct failure *failure)
{
	return fail(
	    failure, FAILURE_PERMANENT, "the template would be longer than %d bytes", POLICY_MOST);
}

static bool
fill_sub(void *context, const struct resource *resource, const char *text, struct buffer *json,
    struct failure *failure)
{
	(void)context, (void)resource;
	return (buffer_add_text(json, "{\"Fn::Sub\":") &&
	           json_add_string(json, text, strlen(text)) && buffer_add_text(json, "}")) ||
	       too_long(failure);
}

/* The ARN as a text with pseudo parameters, to free; NULL: it is that of a reference. */
static char *
named_arn(const struct resource *resource)
{
	static const char *const formats[RESOURCE_TYPES] = {
	    /* As in stack_arn, so that fxstack finds no difference. */
	    [RESOURCE_SECRET] = "secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:%s-?\?????",
	    [RESOURCE_DELIVERY] = "firehose:${AWS::Region}:${AWS::AccountId}:deliverystream/%s",
	    [RESOURCE_ALARM] = "cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:%s",
	    [RESOURCE_ROLE] = "iam::${AWS::AccountId}:role/%s",
	    [RESOURCE_POLICY] = "iam::${AWS::AccountId}:policy/%s"};
	const char *format = formats[resource->type];
	size_t place;

	if (format == NULL)
		return NULL;
	place = (size_t)(strchr(format, '%') - format);
	return memory_format("arn:${AWS::Partition}:%.*s%s%s", (int)place, format, resource->plain,
	    format + place + 2);
}

/*
 * Roles and policies are named, not referred to: a role that may change itself, or a policy that
 * may change its role, would be a circular reference. So are deliveries, which refer to a role.
 */
static bool
add_reference(
    void *context, const struct resource *resource, struct buffer *json, struct failure *failure)
{
	const char *id = id_of(context, resource);
	char *text = named_arn(resource);
	bool added;

	if (text != NULL)
		added = fill_sub(context, resource, text, json, failure);
	else if (resource->type == RESOURCE_TOPIC)
		added = buffer_add_format(json, "{\"Ref\":\"%s\"}", id);
	else
		added = buffer_add_format(json, "{\"Fn::GetAtt\":[\"%s\",\"Arn\"]}", id);
	free(text);
	return added || too_long(failure);
}

/* Adds the ARN of the resource that the line names by that type, or that the line has itself. */
static bool
add_arn(struct writing *writing, const struct resource *resource, enum resource_type type,
    const char *name, cJSON *properties)
{
	const struct resource *on = stack_serves(writing->stack, resource, type);
	struct buffer json;
	bool added = true;

	if (on == NULL) {
		cJSON_AddStringToObject(
		    properties, name, resource_member(resource, resource_type_name(type)));
		return true;
	}
	if (!on->aws)
		return fail(writing->failure, FAILURE_PERMANENT, "the %s %s is not on AWS",
		    resource_type_name(type), on->name);
	buffer_init(&json, RESOURCE_LINE_MOST);
	if (type == RESOURCE_ROLE)
		buffer_add_format(&json, "{\"Fn::GetAtt\":[\"%s\",\"Arn\"]}", id_of(writing, on));
	else
		added = add_reference(writing, on, &json, writing->failure);
	cJSON_AddRawToObject(properties, name, buffer_text(&json));
	buffer_free(&json);
	return added;
}

static bool
write_delivery(struct writing *writing, const struct resource *resource, cJSON *properties)
{
	cJSON *destination =
	    cJSON_GetObjectItemCaseSensitive(properties, "ExtendedS3DestinationConfiguration");
	cJSON *source;

	if (!add_arn(writing, resource, RESOURCE_BUCKET, "BucketARN", destination) ||
	    !add_arn(writing, resource, RESOURCE_ROLE, "RoleARN", destination))
		return false;
	if (resource_member(resource, "stream") == NULL)
		return true;
	source = cJSON_AddObjectToObject(properties, "KinesisStreamSourceConfiguration");
	return add_arn(writing, resource, RESOURCE_STREAM, "KinesisStreamARN", source) &&
	       add_arn(writing, resource, RESOURCE_ROLE, "RoleARN", source);
}

static bool
write_alarm(struct writing *writing, const struct resource *resource, cJSON *properties)
{
	const struct resource *topic = stack_serves(writing->stack, resource, RESOURCE_TOPIC);
	cJSON *holder;
	bool added;

	if (topic == NULL)
		return true;
	holder = cJSON_CreateObject();
	added = add_arn(writing, resource, RESOURCE_TOPIC, "topic", holder);
	cJSON_AddItemToArray(cJSON_AddArrayToObject(properties, "AlarmActions"),
	    cJSON_DetachItemFromObject(holder, "topic"));
	cJSON_Delete(holder);
	return added;
}

/* The document for the resource's tools. */
static bool
write_document(struct writing *writing, const struct resource *resource, cJSON *parent)
{
	struct buffer document;
	bool written;

	buffer_init(&document, POLICY_MOST);
	written = policy_of(writing->stack, resource, &writing->arns, &document, writing->failure);
	if (written)
		cJSON_AddRawToObject(parent, "PolicyDocument", buffer_text(&document));
	buffer_free(&document);
	return written;
}

static bool
write_role(struct writing *writing, const struct resource *resource, cJSON *properties)
{
	const char *trust = settings_get(&resource->wanted, "trust");
	cJSON *policy = cJSON_CreateObject();
	struct buffer document;
	bool fits;

	buffer_init(&document, POLICY_MOST);
	fits = policy_trust(trust != NULL ? trust : "ec2", &document);
	if (fits)
		cJSON_AddRawToObject(
		    properties, "AssumeRolePolicyDocument", buffer_text(&document));
	buffer_free(&document);
	cJSON_AddStringToObject(policy, "PolicyName", "fxpipe");
	cJSON_AddItemToArray(cJSON_AddArrayToObject(properties, "Policies"), policy);
	if (!fits)
		return fail(writing->failure, FAILURE_PERMANENT, "%s: member \"trust\" is too long",
		    resource->name);
	return write_document(writing, resource, policy);
}

static bool
write_resource(struct writing *writing, const struct resource *resource, cJSON *resources)
{
	cJSON *made = template_resource(resource);
	cJSON *properties = cJSON_GetObjectItemCaseSensitive(made, "Properties");

	cJSON_AddItemToObject(resources, id_of(writing, resource), made);
	switch (resource->type) {
	case RESOURCE_ROLE:
		return write_role(writing, resource, properties);
	case RESOURCE_POLICY:
		return write_document(writing, resource, properties);
	case RESOURCE_FANOUT:
		return add_arn(writing, resource, RESOURCE_STREAM, "StreamARN", properties);
	case RESOURCE_SUBSCRIPTION:
		return add_arn(writing, resource, RESOURCE_TOPIC, "TopicArn", properties);
	case RESOURCE_DELIVERY:
		return write_delivery(writing, resource, properties);
	case RESOURCE_ALARM:
		return write_alarm(writing, resource, properties);
	default:
		return true;
	}
}

static bool
has_file(enum resource_type type)
{
	return type == RESOURCE_STREAM || type == RESOURCE_TABLE || type == RESOURCE_SECRET ||
	       type == RESOURCE_BUCKET;
}

/* Why a resource, or a part of it, is left out; NULL: all of it is in the template. */
static const char *
why_not(const struct resource *resource, bool *at_all)
{
	*at_all = false;
	if (resource->type == RESOURCE_SCHEDULE || resource->type == RESOURCE_CONSUMER)
		return "it belongs to a machine: install it there with fxstack deploy or fxcron";
	if (!resource->aws)
		return has_file(resource->type) ? "it is embedded, a file on this machine"
		                                : "it is not on AWS";
	if (resource->type == RESOURCE_SUBSCRIPTION &&
	    settings_get(&resource->wanted, "endpoint") == NULL)
		return "its endpoint is in a file, since it may be a secret";
	*at_all = true;
	if (resource->type == RESOURCE_SECRET)
		return "its value, since a template contains no secrets";
	if (resource->type == RESOURCE_POLICY)
		return "its tag " STACK_TAG ", since CloudFormation does not tag policies";
	return NULL;
}

bool
template_write(struct stack *stack, struct buffer *document,
    void (*left_out)(void *context, const struct resource *resource, const char *why),
    void *context, struct failure *failure)
{
	struct writing writing = {
	    stack, template_ids(stack), {add_reference, fill_sub, &writing}, failure};
	cJSON *template = cJSON_CreateObject(), *resources;
	bool written = true;

	cJSON_AddStringToObject(template, "AWSTemplateFormatVersion", "2010-09-09");
	cJSON_AddStringToObject(template, "Description", "Written by fxstack template");
	resources = cJSON_AddObjectToObject(template, "Resources");
	for (size_t i = 0; i < stack_count(stack) && written; i++) {
		const struct resource *resource = stack_resource(stack, i);
		bool at_all;
		const char *why = why_not(resource, &at_all);

		if (why != NULL)
			left_out(context, resource, why);
		written = !at_all || write_resource(&writing, resource, resources);
	}
	if (written && cJSON_GetArraySize(resources) == 0)
		written = fail(failure, FAILURE_PERMANENT, "the stack has nothing on AWS");
	char *text = written ? cJSON_PrintUnformatted(template) : NULL;
	if (written)
		written = (text != NULL && buffer_add_text(document, text)) || too_long(failure);
	cJSON_free(text);
	cJSON_Delete(template);
	free(writing.ids);
	return written;
}
