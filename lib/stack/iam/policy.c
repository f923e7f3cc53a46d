/* policy: assembles the policy of tools, statement by statement, and the trust of a role. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/settings/endpoint.h"
#include "base/memory.h"
#include "stack/iam/permissions.h"
#include "stack/iam/policy.h"
#include "text/json.h"

enum { DOCUMENT_MOST = 256 * 1024 /* bytes of a role's or a policy's own document */ };

/* A document that is being written. */
struct writing {
	struct stack *stack;
	const char *const *tools;
	size_t count;
	const struct policy_arns *arns;
	struct buffer *document;
	struct failure *failure;
	bool begun; /* it has a statement */
};

bool
policy_knows(const char *tool)
{
	if (strcmp(tool, PERMISSION_CONSUMERS) == 0)
		return false;
	for (const struct permission *permission = permissions; permission->action != NULL;
	     permission++)
		if (permission_is_for(permission, tool))
			return true;
	return false;
}

/* The customer's key that encrypts a stream; NULL: none, or the service's own. */
static const char *
key_of(const struct resource *resource)
{
	const char *key = NULL;

	if (resource->aws && resource->type == RESOURCE_STREAM)
		key = settings_get(&resource->wanted, "encryption");
	if (key == NULL || strcmp(key, "none") == 0 || strstr(key, "alias/aws/") != NULL)
		return NULL;
	return key;
}

static bool
has_on_aws(struct stack *stack, enum resource_type type)
{
	for (size_t i = 0; i < stack_count(stack); i++)
		if (stack_resource(stack, i)->aws && stack_resource(stack, i)->type == type)
			return true;
	return false;
}

/* Does the tool call AWS, and does the stack have a resource for it? */
static bool
check_tool(struct stack *stack, const char *tool, struct failure *failure)
{
	const struct permission *found = NULL;
	struct shown shown;

	show(&shown, tool, strlen(tool));
	if (!policy_knows(tool))
		return fail(
		    failure, FAILURE_PERMANENT, "%s is not a tool that calls AWS", shown.text);
	for (const struct permission *permission = permissions; permission->action != NULL;
	     permission++) {
		if (!permission_is_for(permission, tool))
			continue;
		if (permission->on == PERMISSION_NOTHING || has_on_aws(stack, permission->type))
			return true;
		if (found == NULL)
			found = permission;
	}
	if (strcmp(tool, "fxstack") == 0)
		return fail(failure, FAILURE_PERMANENT, "the stack has nothing on AWS");
	return fail(failure, FAILURE_PERMANENT, "%s needs no policy: the stack has no %s on AWS",
	    shown.text, resource_type_name(found->type));
}

static bool
has_consumers(struct stack *stack)
{
	for (size_t i = 0; i < stack_count(stack); i++)
		if (stack_resource(stack, i)->type == RESOURCE_CONSUMER)
			return true;
	return false;
}

static bool
is_needed(const struct writing *writing, const struct permission *permission)
{
	bool consumers =
	    permission_is_for(permission, PERMISSION_CONSUMERS) && has_consumers(writing->stack);

	for (size_t i = 0; i < writing->count; i++)
		if (permission_is_for(permission, writing->tools[i]) ||
		    (consumers && strcmp(writing->tools[i], "fxstack") == 0))
			return true;
	return false;
}

static bool
add(struct writing *writing, const char *text)
{
	return buffer_add_text(writing->document, text) ||
	       fail(writing->failure, FAILURE_PERMANENT, "the policy would be longer than %d bytes",
	           POLICY_MOST);
}

/* The start of a statement, up to its resources; *some: there are any actions for it. */
static bool
write_actions(struct writing *writing, enum resource_type type, enum permission_on on, bool *some)
{
	*some = false;
	for (const struct permission *permission = permissions; permission->action != NULL;
	     permission++) {
		if (permission->type != type || permission->on != on ||
		    !is_needed(writing, permission))
			continue;
		if (!*some && !add(writing, writing->begun ? "," : ""))
			return false;
		if (!add(writing, *some ? "," : "{\"Effect\":\"Allow\",\"Action\":[") ||
		    !add(writing, "\"") || !add(writing, permission->action) || !add(writing, "\""))
			return false;
		*some = writing->begun = true;
	}
	return !*some || add(writing, "],\"Resource\":");
}

static bool
write_type(struct writing *writing, enum resource_type type)
{
	const struct policy_arns *arns = writing->arns;
	bool some, first = true;

	if (!has_on_aws(writing->stack, type))
		return true;
	if (!write_actions(writing, type, PERMISSION_RESOURCE, &some) || !some)
		return !some;
	for (size_t i = 0; i < stack_count(writing->stack); i++) {
		const struct resource *resource = stack_resource(writing->stack, i);

		if (!resource->aws || resource->type != type)
			continue;
		if (!add(writing, first ? "[" : ",") ||
		    !arns->add(arns->context, resource, writing->document, writing->failure))
			return false;
		first = false;
	}
	return add(writing, "]}");
}

static bool
fill(struct writing *writing, const struct resource *resource, const char *text)
{
	return writing->arns->fill(
	    writing->arns->context, resource, text, writing->document, writing->failure);
}

/* An alias cannot be a resource: all keys, on condition that they have the alias. */
static bool
write_key_resource(struct writing *writing, const struct resource *resource, const char *key)
{
	const char *alias = strstr(key, "alias/");
	char text[512];

	if (alias != NULL)
		snprintf(text, sizeof text, "%s",
		    "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/*");
	else if (strncmp(key, "arn:", 4) == 0)
		snprintf(text, sizeof text, "%s", key);
	else
		snprintf(text, sizeof text,
		    "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/%s", key);
	if (!add(writing, "[") || !fill(writing, resource, text) ||
	    !add(writing, "],\"Condition\":{"))
		return false;
	if (alias == NULL)
		return true;
	if (!add(writing, "\"ForAnyValue:StringEquals\":{\"kms:ResourceAliases\":["))
		return false;
	return json_add_string(writing->document, alias, strlen(alias)) && add(writing, "]},");
}

/* The key may be used only through Kinesis. */
static bool
write_key(struct writing *writing, const struct resource *resource, const char *key)
{
	bool some;

	if (!write_actions(writing, resource->type, PERMISSION_KEY, &some) || !some)
		return !some;
	return write_key_resource(writing, resource, key) &&
	       add(writing, "\"StringEquals\":{\"kms:ViaService\":[") &&
	       fill(writing, resource, "kinesis.${AWS::Region}.${AWS::URLSuffix}") &&
	       add(writing, "]}}}");
}

static bool
write_keys(struct writing *writing)
{
	for (size_t i = 0; i < stack_count(writing->stack); i++) {
		const struct resource *resource = stack_resource(writing->stack, i);
		const char *key = key_of(resource);

		if (key != NULL && !write_key(writing, resource, key))
			return false;
	}
	return true;
}

static bool
write_any(struct writing *writing)
{
	bool some;

	if (!write_actions(writing, RESOURCE_TYPES, PERMISSION_NOTHING, &some) || !some)
		return !some;
	return add(writing,
	    "[\"*\"],\"Condition\":{\"StringEquals\":{\"cloudwatch:namespace\":[\"" POLICY_NAMESPACE
	    "\"]}}}");
}

static bool
write_policy(struct stack *stack, const char *const *tools, size_t count,
    const struct policy_arns *arns, struct buffer *document, struct failure *failure)
{
	struct writing writing = {stack, tools, count, arns, document, failure, false};

	for (size_t i = 0; i < count; i++)
		if (!check_tool(stack, tools[i], failure))
			return false;
	if (!add(&writing, "{\"Version\":\"2012-10-17\",\"Statement\":["))
		return false;
	for (int type = 0; type < RESOURCE_TYPES; type++)
		if (!write_type(&writing, (enum resource_type)type))
			return false;
	return write_keys(&writing) && write_any(&writing) && add(&writing, "]}");
}

static bool
add_arn(
    void *context, const struct resource *resource, struct buffer *json, struct failure *failure)
{
	char text[600];

	return stack_arn(context, resource, text, sizeof text, failure) &&
	       (json_add_string(json, text, strlen(text)) ||
	           fail(failure, FAILURE_PERMANENT, "the policy would be longer than %d bytes",
	               POLICY_MOST));
}

/* A part of an ARN, divided by colons; part 1 is the partition. */
static struct span
part_of(const char *arn, unsigned number)
{
	for (; number > 0 && arn != NULL; number--) {
		arn = strchr(arn, ':');
		arn = arn != NULL ? arn + 1 : NULL;
	}
	return arn != NULL ? (struct span){arn, strcspn(arn, ":")} : span_of("");
}

static bool
fill_text(void *context, const struct resource *resource, const char *text, struct buffer *json,
    struct failure *failure)
{
	static const char *const names[] = {
	    "${AWS::Partition}", "${AWS::Region}", "${AWS::AccountId}", "${AWS::URLSuffix}"};
	char arn[600], region[64], filled[1024] = "";
	struct span values[4];
	size_t length = 0;

	if (!stack_arn(context, resource, arn, sizeof arn, failure))
		return false;
	values[0] = part_of(arn, 1);
	values[1] = part_of(arn, 3);
	values[2] = part_of(arn, 4);
	snprintf(region, sizeof region, "%.*s", (int)values[1].length, values[1].start);
	values[3] = span_of(endpoint_suffix(region, false));
	while (*text != '\0' && length < sizeof filled - 128) {
		size_t name = 0;

		while (name < 4 && strncmp(text, names[name], strlen(names[name])) != 0)
			name++;
		if (name < 4) {
			length += (size_t)snprintf(filled + length, sizeof filled - length, "%.*s",
			    (int)values[name].length, values[name].start);
			text += strlen(names[name]);
		} else {
			filled[length++] = *text++;
		}
	}
	return json_add_string(json, filled, length) ||
	       fail(failure, FAILURE_PERMANENT, "the policy would be longer than %d bytes",
	           POLICY_MOST);
}

bool
policy_for(struct stack *stack, const char *const *tools, size_t count, struct buffer *document,
    struct failure *failure)
{
	const struct policy_arns arns = {add_arn, fill_text, stack};

	return write_policy(stack, tools, count, &arns, document, failure);
}

bool
policy_of(struct stack *stack, const struct resource *resource, const struct policy_arns *arns,
    struct buffer *document, struct failure *failure)
{
	const cJSON *tools = cJSON_GetObjectItemCaseSensitive(resource->members, "tools"), *tool;
	const char **names = memory_new((size_t)cJSON_GetArraySize(tools) + 1, sizeof *names);
	size_t count = 0;
	bool good;

	cJSON_ArrayForEach(tool, tools) names[count++] = cJSON_GetStringValue(tool);
	if (arns != NULL)
		good = write_policy(stack, names, count, arns, document, failure);
	else
		good = policy_for(stack, names, count, document, failure);
	free(names);
	return good;
}

bool
policy_want(struct stack *stack, const struct resource *resource, struct failure *failure)
{
	struct buffer document;
	bool good;

	if (settings_get(&resource->wanted, "document") != NULL)
		return true;
	buffer_init(&document, DOCUMENT_MOST);
	good = policy_of(stack, resource, NULL, &document, failure);
	if (good)
		stack_want(stack, resource, "document", buffer_text(&document));
	buffer_free(&document);
	return good;
}

bool
policy_trust(const char *trust, struct buffer *document)
{
	bool host = strchr(trust, '.') != NULL;
	bool principal_is_aws =
	    strncmp(trust, "arn:", 4) == 0 || strspn(trust, "0123456789") == strlen(trust);
	struct buffer principal;
	bool fits;

	buffer_init(&principal, 2048);
	fits = buffer_add_format(
	           &principal, "%s%s", trust, host || principal_is_aws ? "" : ".amazonaws.com") &&
	       buffer_add_text(document,
	           "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
	           "\"Principal\":{\"") &&
	       buffer_add_format(document, "%s\":[", principal_is_aws ? "AWS" : "Service") &&
	       json_add_string(document, principal.data, principal.length) &&
	       buffer_add_text(document, "]},\"Action\":[\"sts:AssumeRole\"]}]}");
	buffer_free(&principal);
	return fits;
}
