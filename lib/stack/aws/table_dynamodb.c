/* table_dynamodb: a table in DynamoDB. */

/*
 * Source: DynamoDB API Reference, CreateTable, UpdateTable, UpdateTimeToLive,
 * UpdateContinuousBackups, DeleteTable.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stack/aws/kinds.h"
#include "stack/aws/table_changes.h"
#include "stack/aws/table_request.h"
#include "text/json.h"

enum { SETTING = 700 }; /* bytes of a key: two names of 255 and their types */

static const char *const settings[] = {
    "key", "billing", "ttl", "point_in_time_recovery", "changes", NULL};
static const char *const fixed[] = {"key", NULL};

/* --- reading it --- */

/* The reply to a request about the table; NULL: failure. */
static cJSON *
ask(struct request *request, const char *action, struct failure *failure)
{
	table_request_name(request);
	return request_ask(request, action, failure);
}

/* TTL that is being enabled counts as enabled: it takes an hour and blocks other changes. */
static bool
read_ttl(struct request *request, struct presence *presence, struct failure *failure)
{
	cJSON *reply = ask(request, "DescribeTimeToLive", failure);
	const cJSON *description = request_member(reply, "TimeToLiveDescription");

	if (reply == NULL)
		return false;
	settings_set(&presence->found, "ttl",
	    strncmp(request_text(description, "TimeToLiveStatus"), "ENABL", 5) == 0
	        ? request_text(description, "AttributeName")
	        : "none");
	cJSON_Delete(reply);
	return true;
}

static bool
read_backups(struct request *request, struct presence *presence, struct failure *failure)
{
	cJSON *reply = ask(request, "DescribeContinuousBackups", failure);
	const cJSON *description =
	    request_member(request_member(reply, "ContinuousBackupsDescription"),
	        "PointInTimeRecoveryDescription");

	if (reply == NULL)
		return false;
	settings_set(&presence->found, "point_in_time_recovery",
	    strcmp(request_text(description, "PointInTimeRecoveryStatus"), "ENABLED") == 0 ? "on"
	                                                                                   : "off");
	cJSON_Delete(reply);
	return true;
}

static bool
read_table(struct request *request, struct presence *presence, struct failure *failure)
{
	cJSON *reply = table_request_describe(request, presence, failure);

	if (reply == NULL)
		return false;
	settings_set(
	    &presence->found, "changes", table_changes_found(request_member(reply, "Table")));
	cJSON_Delete(reply);
	return true;
}

static bool
read_presence(struct request *request, struct presence *presence, struct failure *failure)
{
	if (!read_table(request, presence, failure) ||
	    !table_request_tags(request, presence, failure))
		return false;
	/* A table that is being created or deleted has neither. */
	return presence->busy ||
	       (read_ttl(request, presence, failure) && read_backups(request, presence, failure));
}

/* --- changing it --- */

static void
add_billing(struct request *request, bool with_mode)
{
	const char *billing = request_wanted(request, "billing");
	const char *slash = billing != NULL ? strchr(billing, '/') : NULL;
	char text[120];

	if (with_mode)
		request_string(
		    request, "BillingMode", slash != NULL ? "PROVISIONED" : "PAY_PER_REQUEST");
	if (slash == NULL)
		return;
	snprintf(text, sizeof text, "{\"ReadCapacityUnits\":%.*s,\"WriteCapacityUnits\":%s}",
	    (int)(slash - billing), billing, slash + 1);
	request_json(request, "ProvisionedThroughput", text);
}

/* The key as two lists: each attribute's role and its type. */
static void
add_key(struct request *request)
{
	const char *at = request_wanted(request, "key");
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
	request_json(request, "KeySchema", schema.data);
	request_json(request, "AttributeDefinitions", definitions.data);
	buffer_free(&schema);
	buffer_free(&definitions);
}

static bool
make(struct request *request, struct failure *failure)
{
	request_string(request, "TableName", request->resource->plain);
	add_key(request);
	add_billing(request, true);
	if (table_changes_are_on(request_wanted(request, "changes")))
		table_changes_add(request, request_wanted(request, "changes"));
	request_json(request, "Tags", TABLE_REQUEST_TAGS);
	return request_send(request, "CreateTable", failure) ||
	       table_request_settle(request, failure);
}

static bool
change_billing(struct request *request, const struct presence *presence, struct failure *failure)
{
	const char *found = settings_get(&presence->found, "billing");
	const char *wanted = request_wanted(request, "billing");

	table_request_name(request);
	add_billing(request, (strchr(found, '/') == NULL) != (strchr(wanted, '/') == NULL));
	return request_send(request, "UpdateTable", failure) ||
	       table_request_settle(request, failure);
}

/* Replacing one attribute with another takes two changes: first off, then on. */
static bool
change_ttl(struct request *request, const struct presence *presence, struct failure *failure)
{
	const char *found = settings_get(&presence->found, "ttl");
	const char *wanted = request_wanted(request, "ttl");
	bool stop = found != NULL && strcmp(found, "none") != 0;
	struct buffer text;
	bool good;

	if (stop && strcmp(wanted, "none") != 0)
		caller_detail(&stack_settings(request->stack)->caller,
		    "%s: TTL by %s is disabled first; DynamoDB accepts %s an hour later",
		    request->resource->name, found, wanted);
	buffer_init(&text, 4 * SETTING);
	buffer_add_format(&text, "{\"Enabled\":%s,\"AttributeName\":", stop ? "false" : "true");
	json_add_string(&text, stop ? found : wanted, strlen(stop ? found : wanted));
	buffer_add(&text, "}", 2);
	table_request_name(request);
	request_json(request, "TimeToLiveSpecification", text.data);
	buffer_free(&text);
	good = request_send(request, "UpdateTimeToLive", failure);
	if (!good && request_failed_with(request, "ValidationException") &&
	    request_error_has(request, "fixed interval"))
		return resource_advise(failure, FAILURE_TEMPORARY,
		    "a table's ttl can be changed once an hour: deploy again then");
	return good || table_request_settle(request, failure);
}

static bool
change_backups(struct request *request, const struct presence *presence, struct failure *failure)
{
	const char *wanted = request_wanted(request, "point_in_time_recovery");

	(void)presence;
	table_request_name(request);
	request_json(request, "PointInTimeRecoverySpecification",
	    strcmp(wanted, "on") == 0 ? "{\"PointInTimeRecoveryEnabled\":true}"
	                              : "{\"PointInTimeRecoveryEnabled\":false}");
	if (request_send(request, "UpdateContinuousBackups", failure))
		return true;
	/* DynamoDB is still setting up the backups of a new table: the caller reads it again. */
	return request_failed_with(request, "ContinuousBackupsUnavailableException") ||
	       table_request_settle(request, failure);
}

/* Another form of stream takes two changes: first off, then on. */
static bool
change_changes(struct request *request, const struct presence *presence, struct failure *failure)
{
	const char *found = settings_get(&presence->found, "changes");
	const char *wanted = request_wanted(request, "changes");
	bool both = table_changes_are_on(found) && table_changes_are_on(wanted);

	if (both)
		caller_detail(&stack_settings(request->stack)->caller,
		    "%s: its stream of changes is switched off first, then another one on",
		    request->resource->name);
	table_request_name(request);
	table_changes_add(request, both ? "none" : wanted);
	return request_send(request, "UpdateTable", failure) ||
	       table_request_settle(request, failure);
}

const struct aws_kind resource_table_dynamodb = {
    .kind = {.settings = settings, .fixed = fixed, AWS_KIND_STEPS},
    .service = &aws_dynamodb,
    .missing = {"ResourceNotFoundException", "TableNotFoundException"},
    .read = read_presence,
    .make = make,
    .change = {NULL, change_billing, change_ttl, change_backups, change_changes},
    .remove = table_request_remove,
};
