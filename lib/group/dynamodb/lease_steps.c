/* lease_steps: the steps of a lease as conditional updates of its item, and looks, many at a time. */

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
    [LEASE_LOOK] = {NULL, NULL},
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
	if (step == LEASE_LOOK) {
		buffer_add_text(body, ",\"ConsistentRead\":true}");
		return;
	}
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

/* Reads the lease in that member of a reply. *found false: there is none. */
static bool
read_reply(struct lease_request *request, struct span reply, const char *member, bool *found,
    struct failure *failure)
{
	struct json_wanted wanted = {.name = span_of(member)};
	struct json_error error;
	struct lease now;

	*found = false;
	if (!json_find(reply, JSON_DEPTH, &wanted, 1, NULL, &error))
		return fail(failure, FAILURE_TEMPORARY, "DynamoDB returned no JSON");
	if (json_present(wanted.value).start == NULL)
		return true;
	if (!lease_item_read(wanted.value, &now, found, failure))
		return false;
	if (*found)
		request->lease = now;
	return true;
}

static enum lease_change
take_look(struct lease_request *request, const struct aws_reply *reply, struct failure *failure)
{
	bool found;

	if (!read_reply(request, reply->body, "Item", &found, failure))
		return LEASE_FAILED;
	return found ? LEASE_CHANGED : LEASE_CONFLICT;
}

/* The lease as it is now. */
static enum lease_change
take_update(struct lease_request *request, const struct aws_reply *reply, const char *worker)
{
	struct failure ignored;
	bool found;

	if (!read_reply(request, reply->body, "Attributes", &found, &ignored) || !found)
		lease_step_apply(request, worker);
	return LEASE_CHANGED;
}

static void
take(struct lease_request *request, const struct aws_reply *reply, const char *worker,
    struct failure *failure)
{
	request->result = LEASE_FAILED;
	if (reply->failure.kind == FAILURE_NONE)
		request->result = request->step == LEASE_LOOK ? take_look(request, reply, failure)
		                                              : take_update(request, reply, worker);
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
		bool looks = requests[*started].step == LEASE_LOOK;
		struct aws_call call = {.action = looks ? "GetItem" : "UpdateItem",
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
