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

/*
 * Roles and policies are named, not referred to: a role that may change itself, or a policy that
 * may change its role, would be a circular reference.
 */
static bool
add_reference(
    void *context, const struct resource *resource, struct buffer *json, struct failure *failure)
{
	const char *id = id_of(context, resource);
	char *text;
	bool added;

	switch (resource->type) {
	case RESOURCE_TOPIC:
		return buffer_add_format(json, "{\"Ref\":\"%s\"}", id) || too_long(failure);
	case RESOURCE_SECRET: /* as in stack_arn, so that fxstack finds no difference */
		text = memory_format("arn:${AWS::Partition}:secretsmanager:${AWS::Region}:"
		                     "${AWS::AccountId}:secret:%s-?\?????",
		    resource->plain);
		added = fill_sub(context, resource, text, json, failure);
		free(text);
		return added;
	case RESOURCE_ROLE:
	case RESOURCE_POLICY:
		text = memory_format("arn:${AWS::Partition}:iam::${AWS::AccountId}:%s/%s",
		    resource_type_name(resource->type), resource->plain);
		added = fill_sub(context, resource, text, json, failure);
		free(text);
		return added;
	default:
		break;
	}
	return buffer_add_format(json, "{\"Fn::GetAtt\":[\"%s\",\"Arn\"]}", id) ||
	       too_long(failure);
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
	if (resource->type == RESOURCE_ROLE)
		return write_role(writing, resource, properties);
	return resource->type != RESOURCE_POLICY || write_document(writing, resource, properties);
}

/* Why a resource, or a part of it, is left out; NULL: all of it is in the template. */
static const char *
why_not(const struct resource *resource, bool *at_all)
{
	*at_all = false;
	if (resource->type == RESOURCE_SCHEDULE || resource->type == RESOURCE_CONSUMER)
		return "it belongs to a machine: install it there with fxstack deploy or fxcron";
	if (!resource->aws)
		return "it is embedded, a file on this machine";
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
