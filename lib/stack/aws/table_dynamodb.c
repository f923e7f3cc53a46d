/*
 * resource_table_dynamodb: a table of DynamoDB. Source: DynamoDB API Reference,
 * CreateTable, UpdateTable, UpdateTimeToLive, UpdateContinuousBackups, DeleteTable.
 */
#include <stdio.h>
#include <stdlib.h>

#include "text/json.h"
#include "stack/aws/call.h"

enum { SETTING = 700 }; /* bytes of a key: two names of 255 and their types */

static const char *const settings[] = {"key", "billing", "ttl", "point_in_time_recovery", NULL};
static const char *const fixed[] = {"key", NULL};

static void
begin(struct resource_call *call, struct stack *stack, const struct resource *resource)
{
	resource_call_begin(call, stack, resource, &aws_dynamodb);
}

static void
add_table(struct resource_call *call)
{
	resource_call_string(call, "TableName",
	    resource_is_arn(call->resource) ? call->resource->name : call->resource->plain);
}

static const cJSON *
member(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name);
}

/* --- what there is --- */

static const char *
type_of(const cJSON *definitions, const char *name)
{
	const cJSON *definition;

	cJSON_ArrayForEach(definition, definitions)
	{
		if (strcmp(resource_text(definition, "AttributeName"), name) == 0)
			return resource_text(definition, "AttributeType");
	}
	return "?";
}

/* "ticker:S,last_refreshed:S", the partition key first. */
static void
set_key(struct presence *presence, const cJSON *table)
{
	const char *const kinds[] = {"HASH", "RANGE"};
	const cJSON *part;
	char text[SETTING] = "";
	size_t length = 0;

	for (size_t i = 0; i < 2; i++) {
		cJSON_ArrayForEach(part, member(table, "KeySchema"))
		{
			const char *name = resource_text(part, "AttributeName");

			if (strcmp(resource_text(part, "KeyType"), kinds[i]) != 0 ||
			    length >= sizeof text)
				continue;
			length += (size_t)snprintf(text + length, sizeof text - length, "%s%s:%s",
			    length > 0 ? "," : "", name,
			    type_of(member(table, "AttributeDefinitions"), name));
		}
	}
	settings_set(&presence->found, "key", text);
}

static int
units(const cJSON *table, const char *name)
{
	const cJSON *number = member(member(table, "ProvisionedThroughput"), name);

	return cJSON_IsNumber(number) ? number->valueint : 0;
}

static void
set_billing(struct presence *presence, const cJSON *table)
{
	const char *mode = resource_text(member(table, "BillingModeSummary"), "BillingMode");
	char text[32];

	snprintf(text, sizeof text, "%d/%d", units(table, "ReadCapacityUnits"),
	    units(table, "WriteCapacityUnits"));
	settings_set(
	    &presence->found, "billing", strcmp(mode, "PAY_PER_REQUEST") == 0 ? "on-demand" : text);
}

/* A reply about a table that is there; NULL with *gone: it no longer is. */
static cJSON *
ask_more(struct resource_call *call, const char *action, bool *gone, struct failure *failure)
{
	cJSON *reply;

	add_table(call);
	reply = resource_call_ask(call, action, failure);
	*gone = reply == NULL && (resource_call_was(call, "ResourceNotFoundException") ||
	                             resource_call_was(call, "TableNotFoundException"));
	return reply;
}

/* What is on its way is as good as there: it takes an hour, and no other change meanwhile. */
static bool
look_at_ttl(
    struct resource_call *call, struct presence *presence, bool *gone, struct failure *failure)
{
	cJSON *reply = ask_more(call, "DescribeTimeToLive", gone, failure);
	const cJSON *description = member(reply, "TimeToLiveDescription");

	if (reply == NULL)
		return false;
	settings_set(&presence->found, "ttl",
	    strncmp(resource_text(description, "TimeToLiveStatus"), "ENABL", 5) == 0
	        ? resource_text(description, "AttributeName")
	        : "none");
	cJSON_Delete(reply);
	return true;
}

static bool
look_at_backups(
    struct resource_call *call, struct presence *presence, bool *gone, struct failure *failure)
{
	cJSON *reply = ask_more(call, "DescribeContinuousBackups", gone, failure);
	const cJSON *description =
	    member(member(reply, "ContinuousBackupsDescription"), "PointInTimeRecoveryDescription");

	if (reply == NULL)
		return false;
	settings_set(&presence->found, "point_in_time_recovery",
	    strcmp(resource_text(description, "PointInTimeRecoveryStatus"), "ENABLED") == 0
	        ? "on"
	        : "off");
	cJSON_Delete(reply);
	return true;
}

static bool
look_at_tags(
    struct resource_call *call, struct presence *presence, bool *gone, struct failure *failure)
{
	cJSON *reply;

	resource_call_string(call, "ResourceArn", presence->arn);
	reply = resource_call_ask(call, "ListTagsOfResource", failure);
	*gone = reply == NULL && resource_call_was(call, "ResourceNotFoundException");
	if (reply == NULL)
		return false;
	presence->ours = resource_is_marked(member(reply, "Tags"));
	cJSON_Delete(reply);
	return true;
}

/* True: the table is there. */
static bool
look_at_table(
    struct resource_call *call, struct presence *presence, bool *gone, struct failure *failure)
{
	cJSON *reply = ask_more(call, "DescribeTable", gone, failure);
	const cJSON *table = member(reply, "Table");

	if (reply == NULL)
		return false;
	presence->exists = true;
	snprintf(
	    presence->state, sizeof presence->state, "%s", resource_text(table, "TableStatus"));
	presence->busy = strcmp(presence->state, "ACTIVE") != 0;
	snprintf(presence->arn, sizeof presence->arn, "%s", resource_text(table, "TableArn"));
	set_key(presence, table);
	set_billing(presence, table);
	cJSON_Delete(reply);
	return true;
}

static bool
look(struct stack *stack, const struct resource *resource, struct presence *presence,
    struct failure *failure)
{
	struct resource_call call;
	bool gone = false, good;

	*presence = (struct presence){.exists = false};
	begin(&call, stack, resource);
	good = look_at_table(&call, presence, &gone, failure) &&
	       look_at_tags(&call, presence, &gone, failure);
	/* While it is being made or deleted, there is nothing to ask of these two. */
	if (good && !presence->busy)
		good = look_at_ttl(&call, presence, &gone, failure) &&
		       look_at_backups(&call, presence, &gone, failure);
	resource_call_end(&call);
	/* One that is known to be made, and not yet by all of the service, is waited for. */
	if (gone && !presence->busy)
		presence->exists = false;
	return good || gone;
}

/* --- what is done to it --- */

/* LimitExceededException: a pace where many tables change at once, else a day's limit. */
static bool
settle(struct resource_call *call, struct failure *failure)
{
	/* It is there, or being changed: the next look tells. */
	if (resource_call_was(call, "ResourceInUseException"))
		return true;
	if (!resource_call_was(call, "LimitExceededException"))
		return false;
	if (resource_call_said(call, "decrease") || resource_call_said(call, "PayPerRequest") ||
	    resource_call_said(call, "maximum number of tables"))
		return resource_advise(failure, FAILURE_PERMANENT,
		    "that is a limit for a day or for the account, which trying again soon does "
		    "not help");
	return resource_advise(failure, FAILURE_TEMPORARY, "the same again in a while will do");
}

static void
add_billing(struct resource_call *call, bool with_mode)
{
	const char *billing = settings_get(&call->resource->wanted, "billing");
	const char *slash = billing != NULL ? strchr(billing, '/') : NULL;
	char text[120];

	if (with_mode)
		resource_call_string(
		    call, "BillingMode", slash != NULL ? "PROVISIONED" : "PAY_PER_REQUEST");
	if (slash == NULL)
		return;
	snprintf(text, sizeof text, "{\"ReadCapacityUnits\":%.*s,\"WriteCapacityUnits\":%s}",
	    (int)(slash - billing), billing, slash + 1);
	resource_call_json(call, "ProvisionedThroughput", text);
}

/* The key's parts as two lists. */
static void
add_key(struct resource_call *call)
{
	const char *at = settings_get(&call->resource->wanted, "key");
	struct buffer schema, definitions;

	buffer_init(&schema, 4 * SETTING);
	buffer_init(&definitions, 4 * SETTING);
	for (size_t part = 0; at != NULL && *at != '\0' && part < 2; part++) {
		size_t length = strcspn(at, ",");
		const char *end = at + length;
		const char *type = end - 2; /* ":S" */

		buffer_add_text(
		    &schema, part == 0 ? "[{\"AttributeName\":" : ",{\"AttributeName\":");
		buffer_add_text(
		    &definitions, part == 0 ? "[{\"AttributeName\":" : ",{\"AttributeName\":");
		json_add_string(&schema, at, length - 2);
		json_add_string(&definitions, at, length - 2);
		buffer_add_format(&schema, ",\"KeyType\":\"%s\"}", part == 0 ? "HASH" : "RANGE");
		buffer_add_format(&definitions, ",\"AttributeType\":\"%c\"}", type[1]);
		at = *end == ',' ? end + 1 : end;
	}
	buffer_add(&schema, "]", 2);
	buffer_add(&definitions, "]", 2);
	resource_call_json(call, "KeySchema", schema.data);
	resource_call_json(call, "AttributeDefinitions", definitions.data);
	buffer_free(&schema);
	buffer_free(&definitions);
}

static bool
make(struct stack *stack, const struct resource *resource, struct failure *failure)
{
	struct resource_call call;
	bool good;

	begin(&call, stack, resource);
	resource_call_string(&call, "TableName", resource->plain);
	add_key(&call);
	add_billing(&call, true);
	resource_call_json(
	    &call, "Tags", "[{\"Key\":\"" STACK_TAG "\",\"Value\":\"" STACK_MAKER "\"}]");
	good = resource_call_send(&call, "CreateTable", failure) || settle(&call, failure);
	resource_call_end(&call);
	return good;
}

static bool
change_billing(struct resource_call *call, const struct presence *presence, struct failure *failure)
{
	const char *found = settings_get(&presence->found, "billing");
	const char *wanted = settings_get(&call->resource->wanted, "billing");

	add_table(call);
	add_billing(call, (strchr(found, '/') == NULL) != (strchr(wanted, '/') == NULL));
	return resource_call_send(call, "UpdateTable", failure) || settle(call, failure);
}

/* One attribute in place of another is two changes: first off, then on. */
static bool
change_ttl(struct resource_call *call, const struct presence *presence, struct failure *failure)
{
	const char *found = settings_get(&presence->found, "ttl");
	const char *wanted = settings_get(&call->resource->wanted, "ttl");
	bool stop = found != NULL && strcmp(found, "none") != 0;
	struct buffer text;
	bool good;

	if (stop && strcmp(wanted, "none") != 0)
		caller_detail(&stack_settings(call->stack)->caller,
		    "%s: expiry by %s ends first; DynamoDB begins by %s an hour later",
		    call->resource->name, found, wanted);
	buffer_init(&text, 4 * SETTING);
	buffer_add_format(&text, "{\"Enabled\":%s,\"AttributeName\":", stop ? "false" : "true");
	json_add_string(&text, stop ? found : wanted, strlen(stop ? found : wanted));
	buffer_add(&text, "}", 2);
	add_table(call);
	resource_call_json(call, "TimeToLiveSpecification", text.data);
	buffer_free(&text);
	good = resource_call_send(call, "UpdateTimeToLive", failure);
	if (!good && resource_call_was(call, "ValidationException") &&
	    resource_call_said(call, "fixed interval"))
		return resource_advise(failure, FAILURE_TEMPORARY,
		    "a table's ttl is changed once an hour: deploy again then");
	return good || settle(call, failure);
}

static bool
change_backups(struct resource_call *call, struct failure *failure)
{
	const char *wanted = settings_get(&call->resource->wanted, "point_in_time_recovery");

	add_table(call);
	resource_call_json(call, "PointInTimeRecoverySpecification",
	    strcmp(wanted, "on") == 0 ? "{\"PointInTimeRecoveryEnabled\":true}"
	                              : "{\"PointInTimeRecoveryEnabled\":false}");
	if (resource_call_send(call, "UpdateContinuousBackups", failure))
		return true;
	/* Backups are set up behind a new table's back: the next look tells. */
	return resource_call_was(call, "ContinuousBackupsUnavailableException") ||
	       settle(call, failure);
}

static bool
change(struct stack *stack, const struct resource *resource, const struct presence *presence,
    const char *setting, struct failure *failure)
{
	struct resource_call call;
	bool good;

	begin(&call, stack, resource);
	if (strcmp(setting, "billing") == 0)
		good = change_billing(&call, presence, failure);
	else if (strcmp(setting, "ttl") == 0)
		good = change_ttl(&call, presence, failure);
	else
		good = change_backups(&call, failure);
	good = good || resource_call_was_done(&call, presence, setting);
	resource_call_end(&call);
	return good;
}

static bool
remove_table(struct stack *stack, const struct resource *resource, const struct presence *presence,
    struct failure *failure)
{
	struct resource_call call;
	bool good;

	(void)presence;
	begin(&call, stack, resource);
	add_table(&call);
	good = resource_call_send(&call, "DeleteTable", failure) ||
	       resource_call_was(&call, "ResourceNotFoundException");
	/* "… protected against deletion …", "… while DeletionProtectionEnabled …" */
	if (!good && resource_call_was(&call, "ValidationException") &&
	    (resource_call_said(&call, "protected") ||
	        resource_call_said(&call, "DeletionProtection")))
		good = resource_advise(failure, FAILURE_PERMANENT,
		    "someone protects it: aws dynamodb update-table --table-name %s "
		    "--no-deletion-protection-enabled",
		    resource->plain);
	else if (!good)
		good = settle(&call, failure);
	resource_call_end(&call);
	return good;
}

const struct resource_kind resource_table_dynamodb = {
    .settings = settings,
    .fixed = fixed,
    .look = look,
    .make = make,
    .change = change,
    .remove = remove_table,
};
