/* lease_steps: the steps of a lease as conditional updates of its item, many at a time. */

/*
 * Source: amazon-kinesis-client, DynamoDBLeaseSerializer and DynamoDBLeaseRefresher. fxTenure is an
 * attribute of our own, which the Kinesis Client Library leaves alone: its takes keep the tenure of
 * the reader before, but not the owner.
 */
#include <string.h>

#include "group/dynamodb/internal.h"
#include "text/json.h"

enum { REPLY = 64 * 1024, ATTEMPTS = 2 };

static const struct {
	const char *condition;
	const char *update;
} steps[] = {
    [LEASE_TAKE] = {"leaseCounter = :seen AND (leaseOwner = :owner OR "
                    "attribute_not_exists(leaseOwner))",
        "SET leaseOwner = :worker, leaseCounter = :counter, fxTenure = :tenure"
        " REMOVE checkpointOwner ADD ownerSwitchesSinceCheckpoint :switch"},
    [LEASE_ASK] = {"leaseCounter = :seen AND leaseOwner = :owner"
                   " AND attribute_not_exists(checkpointOwner)",
        "SET leaseOwner = :worker, checkpointOwner = :owner, leaseCounter = :counter"},
    [LEASE_ADOPT] = {"leaseCounter = :seen AND leaseOwner = :worker",
        "SET leaseCounter = :counter, fxTenure = :tenure REMOVE checkpointOwner"
        " ADD ownerSwitchesSinceCheckpoint :switch"},
    [LEASE_RENEW] = {"leaseCounter = :seen AND leaseOwner = :worker",
        "SET leaseCounter = :counter"},
    [LEASE_YIELD] = {"checkpointOwner = :worker AND fxTenure = :tenure",
        "REMOVE checkpointOwner ADD leaseCounter :one"},
    [LEASE_RELEASE] = {"leaseOwner = :worker AND fxTenure = :tenure",
        "REMOVE leaseOwner, checkpointOwner ADD leaseCounter :one"},
    [LEASE_END] = {"leaseCounter = :seen AND leaseOwner = :worker",
        "SET leaseCounter = :counter, checkpoint = :end, checkpointSubSequenceNumber = :none,"
        " ownerSwitchesSinceCheckpoint = :none REMOVE leaseOwner, checkpointOwner,"
        " pendingCheckpoint, pendingCheckpointSubSequenceNumber, pendingCheckpointState"},
};

/* Is the value used? One that is not is an error to DynamoDB. */
static bool
uses(enum lease_step step, const char *value)
{
	return strstr(steps[step].condition, value) != NULL ||
	       strstr(steps[step].update, value) != NULL;
}

static void
add_number(struct buffer *body, enum lease_step step, const char *value, int64_t number)
{
	if (uses(step, value))
		lease_table_add_number(body, value, number);
}

static void
add_text(struct buffer *body, enum lease_step step, const char *value, const char *text)
{
	if (uses(step, value))
		lease_table_add_text(body, value, text);
}

static void
write_request(struct lease_table *table, const struct lease_request *request, const char *worker,
    struct buffer *body)
{
	const struct lease *lease = &request->lease;
	enum lease_step step = request->step;

	lease_table_begin(table, body);
	lease_table_add_key(body, lease);
	buffer_add_format(body,
	    ",\"ConditionExpression\":\"%s\",\"UpdateExpression\":\"%s\""
	    ",\"ReturnValues\":\"ALL_NEW\",\"ExpressionAttributeValues\":{\":worker\":{\"S\":",
	    steps[step].condition, steps[step].update);
	json_add_string(body, worker, strlen(worker));
	buffer_add_text(body, "}");
	add_number(body, step, ":seen", lease->counter);
	add_number(body, step, ":counter", lease->counter + 1);
	add_number(body, step, ":one", 1);
	add_number(body, step, ":none", 0);
	/* It counts other owners only. */
	add_number(
	    body, step, ":switch", lease->owner[0] != '\0' && strcmp(lease->owner, worker) != 0);
	/* Of a free lease no owner is seen: a name that is nobody's. */
	add_text(body, step, ":owner", lease->owner[0] != '\0' ? lease->owner : "\n");
	add_text(body, step, ":tenure", request->tenure);
	add_text(body, step, ":end", "SHARD_END");
	buffer_add_text(body, "}}");
}

/* The lease as it is now. */
static void
take_reply(struct lease_request *request, const struct aws_reply *reply, const char *worker)
{
	struct json_wanted wanted = {.name = {"Attributes", 10}};
	struct json_error error;
	struct failure ignored;
	struct lease now;
	bool is_lease = false;

	request->result = LEASE_CHANGED;
	if (json_find(reply->body, JSON_DEPTH, &wanted, 1, NULL, &error) &&
	    json_present(wanted.value).start != NULL &&
	    lease_item_read(wanted.value, &now, &is_lease, &ignored) && is_lease)
		request->lease = now;
	else
		lease_step_apply(request, worker);
}

static void
take(struct lease_request *request, const struct aws_reply *reply, const char *worker,
    struct failure *failure)
{
	request->result = LEASE_FAILED;
	if (reply->failure.kind == FAILURE_NONE)
		take_reply(request, reply, worker);
	else if (strcmp(reply->code, "ConditionalCheckFailedException") == 0)
		request->result = LEASE_CONFLICT;
	else
		*failure = reply->failure;
}

struct flying {
	struct lease_request *request; /* NULL: it is idle */
	struct buffer *body;
};

/* Starts as many as there is room for. False: failure says why none can be. */
static bool
start(struct lease_table *table, const char *worker, struct flying *flying,
    struct lease_request *requests, size_t count, size_t *started, struct failure *failure)
{
	for (size_t i = 0; i < FLYING && *started < count; i++) {
		struct aws_call call = {.action = "UpdateItem",
		    .ceiling = REPLY,
		    .attempts = ATTEMPTS,
		    .context = &flying[i]};

		if (flying[i].request != NULL)
			continue;
		flying[i].request = &requests[(*started)++];
		write_request(table, flying[i].request, worker, flying[i].body);
		call.body = buffer_span(flying[i].body);
		if (!aws_start(table->aws, &call, failure)) {
			flying[i].request = NULL;
			--*started;
			return false;
		}
	}
	return true;
}

void
lease_table_change(struct lease_store *store, const char *worker, struct lease_request *requests,
    size_t count, struct failure *failure)
{
	struct lease_table *table = (struct lease_table *)store;
	struct flying flying[FLYING];
	size_t started = 0, taken = 0;
	struct aws_reply reply;
	bool good = true;

	for (size_t i = 0; i < FLYING; i++)
		flying[i] = (struct flying){.body = &table->bodies[i]};
	for (size_t i = 0; i < count; i++)
		requests[i].result = LEASE_FAILED;
	while (taken < started || (good && started < count)) {
		good = good && start(table, worker, flying, requests, count, &started, failure);
		while (aws_next(table->aws, &reply)) {
			struct flying *landed = reply.context;

			take(landed->request, &reply, worker, failure);
			landed->request = NULL;
			taken++;
		}
		if (taken < started && !aws_wait(table->aws, -1, -1, -1, failure)) {
			for (size_t i = 0; i < FLYING; i++)
				aws_give_up(table->aws, &flying[i]);
			return;
		}
	}
}
