/* policy: assembles the policy of tools, statement by statement, and the trust of a role. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "stack/iam/permissions.h"
#include "stack/iam/policy.h"
#include "stack/iam/policy_arns.h"
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
	if (strchr(tool, '/') != NULL) /* a condition, not a tool */
		return false;
	for (const struct permission *permission = permissions; permission->action != NULL;
	     permission++)
		if (permission_is_for(permission, tool))
			return true;
	return false;
}

/* The customer's key that encrypts a stream or a topic; NULL: none, or the service's own. */
static const char *
key_of(const struct resource *resource)
{
	const char *key = NULL;

	if (resource->aws)
		key = settings_get(&resource->wanted, "encryption");
	if (key == NULL || strcmp(key, "none") == 0 || strstr(key, "alias/aws/") != NULL)
		return NULL;
	return key;
}

static bool
has_on_aws(struct stack *stack, enum resource_type type, enum permission_on on)
{
	for (size_t i = 0; i < stack_count(stack); i++)
		if (permission_covers(stack_resource(stack, i), type, on))
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
		if (permission->type == RESOURCE_TYPES ||
		    has_on_aws(stack, permission->type, permission->on))
			return true;
		if (found == NULL)
			found = permission;
	}
	if (strcmp(tool, "fxstack") == 0)
		return fail(failure, FAILURE_PERMANENT, "the stack has nothing on AWS");
	return fail(failure, FAILURE_PERMANENT, "%s needs no policy: the stack has no %s on AWS",
	    shown.text, resource_type_name(found->type));
}

/* Is there a resource of that type, whose line has the member (NULL: any)? */
static bool
has(struct stack *stack, enum resource_type type, const char *member)
{
	for (size_t i = 0; i < stack_count(stack); i++) {
		const struct resource *resource = stack_resource(stack, i);

		if (resource->type == type &&
		    (member == NULL || resource_member(resource, member) != NULL))
			return true;
	}
	return false;
}

/* Has a command in the stack this option? */
static bool
runs(struct stack *stack, const char *option)
{
	for (size_t i = 0; i < stack_count(stack); i++) {
		const char *command = resource_member(stack_resource(stack, i), "command");

		if (command != NULL && strstr(command, option) != NULL)
			return true;
	}
	return false;
}

static bool
is_needed(const struct writing *writing, const struct permission *permission)
{
	bool consumers = permission_is_for(permission, PERMISSION_CONSUMERS) &&
	                 has(writing->stack, RESOURCE_CONSUMER, NULL);
	bool sources = permission_is_for(permission, PERMISSION_SOURCES) &&
	               has(writing->stack, RESOURCE_DELIVERY, "stream");
	bool enhanced = (permission_is_for(permission, PERMISSION_ENHANCED) &&
	                    runs(writing->stack, "--enhanced")) ||
	                (permission_is_for(permission, PERMISSION_REGISTER) &&
	                    runs(writing->stack, "--register"));

	for (size_t i = 0; i < writing->count; i++) {
		const char *tool = writing->tools[i];

		if (permission_is_for(permission, tool) ||
		    (consumers && strcmp(tool, "fxstack") == 0) ||
		    (sources && strcmp(tool, PERMISSION_DELIVERY) == 0) ||
		    (enhanced && strcmp(tool, "kread") == 0))
			return true;
	}
	return false;
}

static bool
too_long(struct writing *writing)
{
	return fail(writing->failure, FAILURE_PERMANENT, "the policy would be longer than %d bytes",
	    POLICY_MOST);
}

static bool
add(struct writing *writing, const char *text)
{
	return buffer_add_text(writing->document, text) || too_long(writing);
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
fill(struct writing *writing, const struct resource *resource, const char *text)
{
	return writing->arns->fill(
	    writing->arns->context, resource, text, writing->document, writing->failure);
}

/*
 * What the actions on a resource are allowed on: the topic of a subscription, the role of a
 * delivery. NULL: the stack does not describe it.
 */
static const struct resource *
object_of(struct stack *stack, const struct resource *resource, enum permission_on on)
{
	if (on == PERMISSION_PASSED)
		return stack_serves(stack, resource, RESOURCE_ROLE);
	if (resource->type == RESOURCE_SUBSCRIPTION)
		return stack_serves(stack, resource, RESOURCE_TOPIC);
	if (resource->type == RESOURCE_FANOUT && on == PERMISSION_RESOURCE)
		return stack_serves(stack, resource, RESOURCE_STREAM);
	return resource;
}

#define REGIONAL(service, rest) \
	"arn:${AWS::Partition}:" service ":${AWS::Region}:${AWS::AccountId}:" rest

/* The patterns of the ARNs of the parts of a resource, with the names of what it is a part of and
 * of itself; NULL: it has its own ARN. */
static const char *const parts[] = {[PERMISSION_OBJECTS] = "arn:${AWS::Partition}:s3:::%s/*",
    [PERMISSION_FANOUT] = REGIONAL("kinesis", "stream/%s/consumer/%s:*"),
    [PERMISSION_STREAM_CONSUMERS] = REGIONAL("kinesis", "stream/%s/consumer/*"),
    [PERMISSION_WORKERS] = REGIONAL("dynamodb", "table/%s-WorkerMetricStats"),
    [PERMISSION_CHANGES] = REGIONAL("dynamodb", "table/%s/stream/*"),
    [PERMISSION_NOTHING] = NULL};

static bool
write_object(struct writing *writing, const struct resource *resource, enum permission_on on)
{
	const struct policy_arns *arns = writing->arns;
	const struct resource *object = object_of(writing->stack, resource, on);
	const struct resource *of = resource;
	const char *role = resource_member(resource, "role");

	if (on == PERMISSION_FANOUT)
		of = stack_serves(writing->stack, resource, RESOURCE_STREAM);
	if (parts[on] != NULL) {
		char *text = memory_format(parts[on], of->plain, resource->plain);
		bool good = fill(writing, of, text);

		free(text);
		return good;
	}
	if (object != NULL)
		return arns->add(arns->context, object, writing->document, writing->failure);
	return json_add_string(writing->document, role, strlen(role)) || too_long(writing);
}

/* Has an earlier resource of the type the same object? */
static bool
is_repeated(struct writing *writing, const struct resource *resource, enum permission_on on)
{
	const struct resource *object = object_of(writing->stack, resource, on), *other;

	for (size_t i = 0; (other = stack_resource(writing->stack, i)) != resource; i++)
		if (other->aws && other->type == resource->type && object != NULL &&
		    object_of(writing->stack, other, on) == object)
			return true;
	return false;
}

/* The statement for the actions on the resources of a type. */
static bool
write_type(struct writing *writing, enum resource_type type, enum permission_on on)
{
	bool some, first = true;

	if (!has_on_aws(writing->stack, type, on))
		return true;
	if (!write_actions(writing, type, on, &some) || !some)
		return !some;
	for (size_t i = 0; i < stack_count(writing->stack); i++) {
		const struct resource *resource = stack_resource(writing->stack, i);

		if (!permission_covers(resource, type, on) || is_repeated(writing, resource, on))
			continue;
		if (!add(writing, first ? "[" : ",") || !write_object(writing, resource, on))
			return false;
		first = false;
	}
	return add(writing, on == PERMISSION_PASSED ? "],\"Condition\":{\"StringEquals\":{"
	                                              "\"iam:PassedToService\":["
	                                              "\"firehose.amazonaws.com\"]}}}"
	                                            : "]}");
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

/* The key may be used only through the service. */
static bool
write_key(struct writing *writing, const struct resource *resource, const char *key)
{
	const char *service = resource->type == RESOURCE_TOPIC
	                          ? "sns.${AWS::Region}.${AWS::URLSuffix}"
	                          : "kinesis.${AWS::Region}.${AWS::URLSuffix}";
	bool some;

	if (!write_actions(writing, resource->type, PERMISSION_KEY, &some) || !some)
		return !some;
	return write_key_resource(writing, resource, key) &&
	       add(writing, "\"StringEquals\":{\"kms:ViaService\":[") &&
	       fill(writing, resource, service) && add(writing, "]}}}");
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
	bool some = false;

	if (has_on_aws(writing->stack, RESOURCE_SUBSCRIPTION, PERMISSION_NOTHING) &&
	    !write_actions(writing, RESOURCE_SUBSCRIPTION, PERMISSION_NOTHING, &some))
		return false;
	if (some && !add(writing, "[\"*\"]}"))
		return false;
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
	static const enum permission_on written[] = {PERMISSION_RESOURCE, PERMISSION_FANOUT,
	    PERMISSION_OBJECTS, PERMISSION_STREAM_CONSUMERS, PERMISSION_WORKERS, PERMISSION_CHANGES,
	    PERMISSION_PASSED};
	struct writing writing = {stack, tools, count, arns, document, failure, false};

	for (size_t i = 0; i < count; i++)
		if (!check_tool(stack, tools[i], failure))
			return false;
	if (!add(&writing, "{\"Version\":\"2012-10-17\",\"Statement\":["))
		return false;
	for (int type = 0; type < RESOURCE_TYPES; type++) {
		for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
			if (!write_type(&writing, (enum resource_type)type, written[i]))
				return false;
		}
	}
	return write_keys(&writing) && write_any(&writing) && add(&writing, "]}");
}

bool
policy_for(struct stack *stack, const char *const *tools, size_t count, struct buffer *document,
    struct failure *failure)
{
	const struct policy_arns arns = {policy_arns_add, policy_arns_fill, stack};

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
