/* table_request: requests about a table: its description, its tags, its removal, and refusals. */

/* Source: DynamoDB API Reference, DescribeTable, ListTagsOfResource, DeleteTable. */
#include <stdio.h>
#include <string.h>

#include "stack/aws/table_request.h"

enum { SETTING = 700 }; /* bytes of a key: two names of 255 and their types */

void
table_request_name(struct request *request)
{
	request_string(request, "TableName",
	    resource_is_arn(request->resource) ? request->resource->name
	                                       : request->resource->plain);
}

static const char *
type_of(const cJSON *definitions, const char *name)
{
	const cJSON *definition;

	cJSON_ArrayForEach(definition, definitions)
	{
		if (strcmp(request_text(definition, "AttributeName"), name) == 0)
			return request_text(definition, "AttributeType");
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
		cJSON_ArrayForEach(part, request_member(table, "KeySchema"))
		{
			const char *name = request_text(part, "AttributeName");

			if (strcmp(request_text(part, "KeyType"), kinds[i]) != 0 ||
			    length >= sizeof text)
				continue;
			length += (size_t)snprintf(text + length, sizeof text - length, "%s%s:%s",
			    length > 0 ? "," : "", name,
			    type_of(request_member(table, "AttributeDefinitions"), name));
		}
	}
	settings_set(&presence->found, "key", text);
}

static int
units(const cJSON *table, const char *name)
{
	const cJSON *number = request_member(request_member(table, "ProvisionedThroughput"), name);

	return cJSON_IsNumber(number) ? number->valueint : 0;
}

static void
set_billing(struct presence *presence, const cJSON *table)
{
	const char *mode = request_text(request_member(table, "BillingModeSummary"), "BillingMode");
	char text[32];

	snprintf(text, sizeof text, "%d/%d", units(table, "ReadCapacityUnits"),
	    units(table, "WriteCapacityUnits"));
	settings_set(
	    &presence->found, "billing", strcmp(mode, "PAY_PER_REQUEST") == 0 ? "on-demand" : text);
}

cJSON *
table_request_describe(struct request *request, struct presence *presence, struct failure *failure)
{
	const cJSON *table;
	cJSON *reply;

	table_request_name(request);
	reply = request_ask(request, "DescribeTable", failure);
	if (reply == NULL)
		return NULL;
	table = request_member(reply, "Table");
	presence->exists = true;
	snprintf(presence->state, sizeof presence->state, "%s", request_text(table, "TableStatus"));
	presence->busy = strcmp(presence->state, "ACTIVE") != 0;
	snprintf(presence->arn, sizeof presence->arn, "%s", request_text(table, "TableArn"));
	set_key(presence, table);
	set_billing(presence, table);
	return reply;
}

bool
table_request_tags(struct request *request, struct presence *presence, struct failure *failure)
{
	request_string(request, "ResourceArn", presence->arn);
	return request_read_tags(request, "ListTagsOfResource", &presence->ours, failure);
}

/* LimitExceededException: a limit per day or account, or too many tables changing at once. */
bool
table_request_settle(struct request *request, struct failure *failure)
{
	/* It exists or is being changed already: the caller reads it again. */
	if (request_failed_with(request, "ResourceInUseException"))
		return true;
	if (!request_failed_with(request, "LimitExceededException"))
		return false;
	if (request_error_has(request, "decrease") || request_error_has(request, "PayPerRequest") ||
	    request_error_has(request, "maximum number of tables"))
		return resource_advise(failure, FAILURE_PERMANENT,
		    "this limit is per day or per account: retrying soon does not help");
	return resource_advise(failure, FAILURE_TEMPORARY, "retry later");
}

bool
table_request_remove(
    struct request *request, const struct presence *presence, struct failure *failure)
{
	(void)presence;
	table_request_name(request);
	if (request_send(request, "DeleteTable", failure))
		return true;
	/* "… protected against deletion …", "… while DeletionProtectionEnabled …" */
	if (request_failed_with(request, "ValidationException") &&
	    (request_error_has(request, "protected") ||
	        request_error_has(request, "DeletionProtection")))
		return resource_advise(failure, FAILURE_PERMANENT,
		    "to end its deletion protection: aws dynamodb update-table --region %s "
		    "--table-name %s --no-deletion-protection-enabled",
		    request_region(request), request->resource->plain);
	return table_request_settle(request, failure);
}
