/* lease_table: calls to DynamoDB about leases. */
#include <string.h>

#include "base/clock.h"
#include "group/dynamodb/internal.h"
#include "text/json.h"

/* The pages of a scan hold up to 1 MB as DynamoDB counts. */
enum { REPLY = 12 * 1024 * 1024, MOST = 100000 /* leases in a table */ };

void
lease_table_begin(struct lease_table *table, struct buffer *body)
{
	buffer_clear(body);
	buffer_add_text(body, "{\"TableName\":");
	json_add_string(body, table->name, strlen(table->name));
}

static void
begin(struct lease_table *table, const char *first)
{
	lease_table_begin(table, &table->body);
	buffer_add_text(&table->body, first);
}

static bool
call(
    struct lease_table *table, const char *action, struct aws_reply *reply, struct failure *failure)
{
	struct aws_call call = {
	    .action = action, .body = buffer_span(&table->body), .ceiling = REPLY};

	return aws_call_and_wait(table->aws, &call, reply, failure);
}

/* Reads the items of a page. *next: where the next page begins, if there is one. */
static bool
take_page(struct leases *leases, struct span reply, struct span *next, struct failure *failure)
{
	struct json_wanted wanted[] = {{.name = {"Items", 5}}, {.name = {"LastEvaluatedKey", 16}}};
	struct json_cursor cursor;
	struct json_error error;
	struct span item;

	if (!json_find(reply, JSON_DEPTH, wanted, 2, NULL, &error) ||
	    wanted[0].value.start == NULL || json_kind(wanted[0].value) != JSON_ARRAY)
		return fail(failure, FAILURE_TEMPORARY, "DynamoDB's Scan returned no items");
	*next = json_present(wanted[1].value);
	cursor = json_enter(wanted[0].value);
	while (json_next_element(&cursor, &item)) {
		bool is_lease;

		if (!lease_item_read(item, leases_add(leases), &is_lease, failure))
			return false;
		if (!is_lease)
			leases->count--;
		if (leases->count > MOST)
			return fail(failure, FAILURE_PERMANENT,
			    "the lease table holds more than %d leases", MOST);
	}
	return true;
}

bool
lease_table_read(struct lease_table *table, struct leases *leases, struct failure *failure)
{
	struct span next = {NULL, 0};
	struct aws_reply reply;

	leases->count = 0;
	do {
		begin(table, ",\"ConsistentRead\":true");
		if (next.start != NULL) {
			buffer_add_text(&table->body, ",\"ExclusiveStartKey\":");
			if (!buffer_add(&table->body, next.start, next.length))
				return fail(failure, FAILURE_TEMPORARY,
				    "DynamoDB's Scan returned a key that is too long");
		}
		buffer_add_text(&table->body, "}");
		if (!call(table, "Scan", &reply, failure) ||
		    !take_page(leases, reply.body, &next, failure))
			return false;
	} while (next.start != NULL);
	leases_sort(leases);
	return true;
}

bool
lease_table_get(struct lease_table *table, const char *shard, struct lease *lease, bool *found,
    struct failure *failure)
{
	struct json_wanted wanted = {.name = {"Item", 4}};
	struct json_error error;
	struct aws_reply reply;

	*found = false;
	begin(table, ",\"ConsistentRead\":true,\"Key\":{\"leaseKey\":{\"S\":");
	json_add_string(&table->body, shard, strlen(shard));
	buffer_add_text(&table->body, "}}}");
	if (!call(table, "GetItem", &reply, failure))
		return false;
	if (!json_find(reply.body, JSON_DEPTH, &wanted, 1, NULL, &error))
		return fail(failure, FAILURE_TEMPORARY, "DynamoDB's GetItem returned no JSON");
	wanted.value = json_present(wanted.value);
	return wanted.value.start == NULL || lease_item_read(wanted.value, lease, found, failure);
}

/* The end of a change, whose condition may fail. */
static enum lease_change
change(struct lease_table *table, const char *action, struct failure *failure)
{
	struct aws_reply reply;

	if (call(table, action, &reply, failure))
		return LEASE_CHANGED;
	if (strcmp(reply.code, "ConditionalCheckFailedException") != 0)
		return LEASE_FAILED;
	failure->kind = FAILURE_NONE;
	return LEASE_CONFLICT;
}

void
lease_table_add_key(struct buffer *body, const struct lease *lease)
{
	buffer_add_format(body, ",\"Key\":{\"leaseKey\":{\"S\":\"%s\"}}", lease->shard);
}

void
lease_table_add_text(struct buffer *body, const char *name, const char *text)
{
	buffer_add_format(body, ",\"%s\":{\"S\":", name);
	json_add_string(body, text, strlen(text));
	buffer_add_text(body, "}");
}

void
lease_table_add_number(struct buffer *body, const char *name, int64_t number)
{
	buffer_add_format(body, ",\"%s\":{\"N\":\"%lld\"}", name, (long long)number);
}

static void
add_parents(struct buffer *body, const struct lease *lease)
{
	if (lease->parents[0][0] == '\0')
		return;
	buffer_add_format(body, ",\"parentShardId\":{\"SS\":[\"%s\"", lease->parents[0]);
	if (lease->parents[1][0] != '\0')
		buffer_add_format(body, ",\"%s\"", lease->parents[1]);
	buffer_add_text(body, "]}");
}

enum lease_change
lease_table_add(struct lease_table *table, const struct lease *lease, struct failure *failure)
{
	struct buffer *body = &table->body;

	begin(table, ",\"ConditionExpression\":\"attribute_not_exists(leaseKey)\",\"Item\":{");
	buffer_add_format(body, "\"leaseKey\":{\"S\":\"%s\"},\"checkpoint\":", lease->shard);
	lease_item_add_checkpoint(body, lease);
	buffer_add_text(body, ",\"checkpointSubSequenceNumber\":");
	lease_item_add_sub(body, lease);
	lease_table_add_number(body, "leaseCounter", 0);
	lease_table_add_number(body, "ownerSwitchesSinceCheckpoint", 0);
	add_parents(body, lease);
	if (lease->hash_keys[0][0] != '\0') {
		lease_table_add_text(body, "startingHashKey", lease->hash_keys[0]);
		lease_table_add_text(body, "endingHashKey", lease->hash_keys[1]);
	}
	if (lease->stream[0] != '\0')
		lease_table_add_text(body, "fxStream", lease->stream);
	if (lease->since >= 0)
		lease_table_add_number(body, "fxSince", lease->since);
	buffer_add_text(body, "}}");
	return change(table, "PutItem", failure);
}

enum lease_change
lease_table_move(struct lease_table *table, const struct lease *lease, struct failure *failure)
{
	struct buffer *body = &table->body;
	const char *stream = lease->stream[0] != '\0' ? lease->stream : NULL;

	begin(table, "");
	lease_table_add_key(body, lease);
	buffer_add_text(body, ",\"ConditionExpression\":\"leaseCounter = :seen\""
	                      ",\"UpdateExpression\":\"SET checkpoint = :at,"
	                      " checkpointSubSequenceNumber = :sub, leaseCounter = :counter,"
	                      " ownerSwitchesSinceCheckpoint = :none");
	buffer_add_text(body, lease->since >= 0 ? ", fxSince = :since" : "");
	buffer_add_text(body, stream != NULL ? ", fxStream = :stream" : "");
	buffer_add_text(body, " REMOVE leaseOwner, checkpointOwner, pendingCheckpoint,"
	                      " pendingCheckpointSubSequenceNumber, pendingCheckpointState,"
	                      " fxTenure, fxCommitted");
	buffer_add_text(body, lease->since >= 0 ? "" : ", fxSince");
	buffer_add_text(body, "\",\"ExpressionAttributeValues\":{\":at\":");
	lease_item_add_checkpoint(body, lease);
	buffer_add_text(body, ",\":sub\":");
	lease_item_add_sub(body, lease);
	lease_table_add_number(body, ":seen", lease->counter);
	lease_table_add_number(body, ":counter", lease->counter + 1);
	lease_table_add_number(body, ":none", 0);
	if (lease->since >= 0)
		lease_table_add_number(body, ":since", lease->since);
	if (stream != NULL)
		lease_table_add_text(body, ":stream", stream);
	buffer_add_text(body, "}}");
	return change(table, "UpdateItem", failure);
}

enum lease_change
lease_table_commit(struct lease_table *table, const struct tenure *tenure,
    const struct lease *before, const struct lease *after, struct failure *failure)
{
	struct buffer *body = &table->body;

	begin(table, "");
	lease_table_add_key(body, before);
	buffer_add_text(body,
	    ",\"ConditionExpression\":\"fxTenure = :tenure AND (leaseOwner = :worker"
	    " OR checkpointOwner = :worker) AND checkpoint = :before"
	    " AND checkpointSubSequenceNumber = :before_sub\""
	    ",\"UpdateExpression\":\"SET checkpoint = :at, checkpointSubSequenceNumber = :sub,"
	    " ownerSwitchesSinceCheckpoint = :none, fxCommitted = :now"
	    " REMOVE pendingCheckpoint, pendingCheckpointSubSequenceNumber,"
	    " pendingCheckpointState, fxSince\",\"ExpressionAttributeValues\":{\":before\":");
	lease_item_add_checkpoint(body, before);
	buffer_add_text(body, ",\":before_sub\":");
	lease_item_add_sub(body, before);
	buffer_add_text(body, ",\":at\":");
	lease_item_add_checkpoint(body, after);
	buffer_add_text(body, ",\":sub\":");
	lease_item_add_sub(body, after);
	lease_table_add_text(body, ":tenure", tenure->id);
	lease_table_add_text(body, ":worker", tenure->worker);
	lease_table_add_number(body, ":none", 0);
	lease_table_add_number(body, ":now", clock_now());
	buffer_add_text(body, "}}");
	return change(table, "UpdateItem", failure);
}

enum lease_change
lease_table_delete(struct lease_table *table, const struct lease *lease, struct failure *failure)
{
	begin(table, "");
	lease_table_add_key(&table->body, lease);
	buffer_add_text(&table->body, ",\"ConditionExpression\":\"leaseCounter = :seen\","
	                              "\"ExpressionAttributeValues\":{\":seen\":{\"N\":");
	buffer_add_format(&table->body, "\"%lld\"}}}", (long long)lease->counter);
	return change(table, "DeleteItem", failure);
}
