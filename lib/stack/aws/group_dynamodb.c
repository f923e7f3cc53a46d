/* group_dynamodb: the lease table of a group, which readers on several machines share. */

/*
 * kread(1) would create the same table; here it gets our tag. Its index is for applications of the
 * Kinesis Client Library: those of version 2 make a table without it.
 */
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "group/dynamodb/checkpoints_table.h"
#include "group/dynamodb/lease_table_shape.h"
#include "stack/aws/kinds.h"
#include "stack/aws/table_request.h"

static const char *const settings[] = {"key", "billing", "index", NULL};
static const char *const fixed[] = {"key", NULL};

enum { UPDATE_MOST = 2048 /* bytes of a member */ };

/* While it is being made, the index counts as there: the table is busy. */
static const char *
index_found(const cJSON *table)
{
	const cJSON *index;

	cJSON_ArrayForEach(index, request_member(table, "GlobalSecondaryIndexes"))
	{
		if (strcmp(request_text(index, "IndexName"), LEASE_TABLE_INDEX) == 0)
			return LEASE_TABLE_INDEX;
	}
	return "none";
}

static bool
read_presence(struct request *request, struct presence *presence, struct failure *failure)
{
	cJSON *reply = table_request_describe(request, presence, failure);

	if (reply == NULL)
		return false;
	settings_set(&presence->found, "index", index_found(request_member(reply, "Table")));
	cJSON_Delete(reply);
	/* Nothing of a table with other items is changed. */
	if (strcmp(settings_get(&presence->found, "key"), request_wanted(request, "key")) != 0) {
		settings_set(&presence->found, "billing", request_wanted(request, "billing"));
		settings_set(&presence->found, "index", request_wanted(request, "index"));
	}
	return table_request_tags(request, presence, failure);
}

static bool
make(struct request *request, struct failure *failure)
{
	request_string(request, "TableName", request->resource->plain);
	request_json(request, "Tags", TABLE_REQUEST_TAGS);
	lease_table_shape_add(&request->body);
	return request_send(request, "CreateTable", failure) ||
	       table_request_settle(request, failure);
}

static bool
change_billing(struct request *request, const struct presence *presence, struct failure *failure)
{
	(void)presence;
	table_request_name(request);
	request_string(request, "BillingMode", "PAY_PER_REQUEST");
	return request_send(request, "UpdateTable", failure) ||
	       table_request_settle(request, failure);
}

static bool
change_index(struct request *request, const struct presence *presence, struct failure *failure)
{
	struct buffer update;

	(void)presence;
	buffer_init(&update, UPDATE_MOST);
	buffer_add_format(&update, "[{\"Create\":%s}]", lease_table_index);
	table_request_name(request);
	request_json(request, "AttributeDefinitions", lease_table_attributes);
	request_json(request, "GlobalSecondaryIndexUpdates", buffer_text(&update));
	buffer_free(&update);
	return request_send(request, "UpdateTable", failure) ||
	       table_request_settle(request, failure);
}

/* A reader that lives would create the table again. */
static bool
check_unread(struct request *request, struct failure *failure)
{
	const char *name = request->resource->name;
	bool missing = false, unread;
	struct checkpoints *groups = checkpoints_table_open(
	    name, CHECKPOINTS_WRITE, &missing, &stack_settings(request->stack)->caller, failure);

	if (groups == NULL)
		return missing;
	unread = checkpoints_claim(groups, name, failure);
	checkpoints_close(groups);
	return unread;
}

static bool
remove_group(struct request *request, const struct presence *presence, struct failure *failure)
{
	return check_unread(request, failure) && table_request_remove(request, presence, failure);
}

const struct aws_kind resource_group_dynamodb = {
    .kind = {.settings = settings, .fixed = fixed, AWS_KIND_STEPS},
    .service = &aws_dynamodb,
    .missing = {"ResourceNotFoundException", "TableNotFoundException"},
    .read = read_presence,
    .make = make,
    .change = {NULL, change_billing, change_index},
    .remove = remove_group,
};
