/* send: packs items into requests, and starts them. */
#include <stdlib.h>

#include "base/clock.h"
#include "text/json.h"
#include "base/memory.h"
#include "table/dynamodb/dynamodb.h"

enum {
	REPLY =
	    24 * 1024 * 1024, /* bytes: it may hold a whole batch, escaped to twice its length */
	KEPT = 256 * 1024 /* larger bodies are freed after use */
};

struct dynamodb_sending *
dynamodb_sending_open(struct dynamodb *dynamodb)
{
	struct dynamodb_sending *sending = memory_new(1, sizeof *sending);

	sending->dynamodb = dynamodb;
	sending->queue = key_queue_open((uint64_t)clock_steady());
	sending->allowed = dynamodb->in_flight;
	sending->results_last = &sending->results;
	sending->calls = memory_new(dynamodb->in_flight, sizeof *sending->calls);
	for (unsigned i = 0; i < dynamodb->in_flight; i++) {
		struct dynamodb_call *call = &sending->calls[i];

		buffer_init(&call->body, DYNAMODB_BODY);
		call->next = sending->idle;
		sending->idle = call;
	}
	return sending;
}

void
dynamodb_sending_close(struct dynamodb_sending *sending)
{
	if (sending == NULL)
		return;
	for (unsigned i = 0; i < sending->dynamodb->in_flight; i++)
		buffer_free(&sending->calls[i].body);
	free(sending->calls);
	while (sending->retry != NULL) {
		struct dynamodb_retry *retry = sending->retry;

		sending->retry = retry->next;
		free(retry);
	}
	while (sending->results != NULL) {
		struct keyed *turn = sending->results;

		sending->results = turn->next;
		dynamodb_prepared_free(turn);
	}
	key_queue_close(sending->queue, dynamodb_prepared_free);
	dynamodb_prepared_free_spare(sending);
	free(sending);
}

bool
dynamodb_send(
    struct table *table, struct prepared *prepared, uint64_t ticket, struct failure *failure)
{
	struct dynamodb *dynamodb = (struct dynamodb *)table;

	(void)failure;
	prepared->ticket = ticket;
	key_queue_add(dynamodb->sending->queue, &prepared->keyed);
	return true;
}

bool
dynamodb_next_result(struct table *table, struct sink_result *result)
{
	struct dynamodb_sending *sending = ((struct dynamodb *)table)->sending;
	struct prepared *prepared = (struct prepared *)sending->results;

	if (prepared == NULL)
		return false;
	sending->results = prepared->keyed.next;
	if (sending->results == NULL)
		sending->results_last = &sending->results;
	result->ticket = prepared->ticket;
	result->outcome = prepared->refusal != NULL ? SINK_REFUSED
	                  : prepared->present       ? SINK_PRESENT
	                                            : SINK_DONE;
	result->details = NULL;
	if (prepared->refusal != NULL)
		fail(&result->refused, FAILURE_REFUSED, "%s", prepared->refusal);
	dynamodb_prepared_release(sending, prepared);
	return true;
}

void
dynamodb_count(const struct table *table, struct sink_counters *counters)
{
	const struct dynamodb *dynamodb = (const struct dynamodb *)table;
	const struct dynamodb_sending *sending = dynamodb->sending;

	counters->retries = aws_retries(dynamodb->aws) + sending->retries;
	counters->throttled = aws_throttles(dynamodb->aws) + sending->throttled;
}

/* The item of a key that is in flight. */
static const struct prepared *
item_of(const struct key_slot *slot)
{
	return (const struct prepared *)slot->in_flight;
}

/*
 * Adds an item to a batch's body, to be put or deleted. False, and nothing is added: there is no
 * room. An item may be five times as long as its line.
 */
static bool
add_request(struct buffer *body, const struct prepared *prepared, bool deletes, bool first)
{
	static const size_t closing = sizeof "]}}";
	size_t before = body->length;

	if ((first || before < DYNAMODB_BODY_FULL) && buffer_add_text(body, first ? "{" : ",{") &&
	    buffer_add_text(
	        body, deletes ? "\"DeleteRequest\":{\"Key\":" : "\"PutRequest\":{\"Item\":") &&
	    item_write(body, prepared->text, prepared->typed, true) &&
	    buffer_add_text(body, "}}") && body->length + closing <= DYNAMODB_BODY)
		return true;
	body->length = before;
	return false;
}

/* The next key for a batch: of those that are sent separately, or of all that are ready. */
static struct key_slot *
next_slot(struct dynamodb_sending *sending, const struct dynamodb_retry *separate, size_t index)
{
	bool newest = !sending->dynamodb->settings.if_absent;

	if (separate == NULL)
		return key_queue_take(sending->queue, newest);
	if (index >= separate->count)
		return NULL;
	key_queue_pick(separate->slots[index], newest);
	return separate->slots[index];
}

static void
write_batch(struct dynamodb_sending *sending, const struct dynamodb_retry *separate,
    struct dynamodb_call *call)
{
	const struct dynamodb *dynamodb = sending->dynamodb;
	struct buffer *body = &call->body;
	struct key_slot *slot;

	dynamodb_begin(dynamodb, body);
	buffer_add_text(body, "\"RequestItems\":{");
	json_add_string(body, dynamodb->name, strlen(dynamodb->name));
	buffer_add_text(body, ":[");
	while (call->count < call->most &&
	       (slot = next_slot(sending, separate, call->count)) != NULL) {
		if (!add_request(body, item_of(slot), dynamodb->table.key_only, call->count == 0)) {
			key_queue_put_back(sending->queue, slot);
			for (size_t i = call->count + 1; separate != NULL && i < separate->count;
			     i++)
				key_queue_put_back(sending->queue, separate->slots[i]);
			call->most = call->count;
			break;
		}
		call->slots[call->count++] = slot;
	}
	buffer_add_text(body, "]}}");
}

/* One item that must not exist yet. #k: the name may be a word that DynamoDB reserves. */
static void
write_put(struct dynamodb_sending *sending, const struct dynamodb_retry *separate,
    struct dynamodb_call *call)
{
	const struct dynamodb *dynamodb = sending->dynamodb;
	const char *key = dynamodb->table.key.partition.name;
	struct buffer *body = &call->body;
	struct key_slot *slot = next_slot(sending, separate, 0);

	dynamodb_begin(dynamodb, body);
	dynamodb_add_name(dynamodb, body);
	buffer_add_text(body, ",\"ConditionExpression\":\"attribute_not_exists(#k)\","
	                      "\"ExpressionAttributeNames\":{\"#k\":");
	json_add_string(body, key, strlen(key));
	buffer_add_text(body, "},\"Item\":");
	item_write(body, item_of(slot)->text, item_of(slot)->typed, true);
	buffer_add_text(body, "}");
	call->slots[call->count++] = slot;
}

/* The items that a batch may hold. */
static size_t
batch_most(const struct dynamodb_sending *sending)
{
	const struct dynamodb *dynamodb = sending->dynamodb;

	return dynamodb->settings.if_absent ? 1
	                                    : capacity_items(dynamodb->capacity, DYNAMODB_BATCH, 1);
}

static bool
start(struct dynamodb_sending *sending, const struct dynamodb_retry *separate,
    struct failure *failure)
{
	struct dynamodb_call *call = sending->idle;
	bool single = sending->dynamodb->settings.if_absent;
	struct aws_call start = {
	    .action = single ? "PutItem" : "BatchWriteItem", .ceiling = REPLY, .context = call};

	sending->idle = call->next;
	buffer_clear(&call->body);
	call->count = 0;
	call->most = separate != NULL ? separate->count : batch_most(sending);
	call->started = clock_steady();
	(single ? write_put : write_batch)(sending, separate, call);
	call->expected = capacity_start(sending->dynamodb->capacity, call->count, call->started);
	start.body = buffer_span(&call->body);
	sending->in_flight++;
	sending->bytes += call->body.length;
	sending->partial += call->count < call->most;
	return aws_start(sending->dynamodb->aws, &start, failure);
}

/* Makes retries ready that are due; returns one that is sent separately. NULL: none is. */
static struct dynamodb_retry *
take_due(struct dynamodb_sending *sending, int64_t now)
{
	struct dynamodb_retry **at = &sending->retry, *retry;

	while ((retry = *at) != NULL) {
		if (retry->due > now) {
			at = &retry->next;
			continue;
		}
		*at = retry->next;
		if (retry->separate)
			return retry;
		for (size_t i = retry->count; i-- > 0;)
			key_queue_put_back(sending->queue, retry->slots[i]);
		free(retry);
	}
	return NULL;
}

/* May another call be started? */
static bool
has_room(const struct dynamodb_sending *sending)
{
	return sending->in_flight < (unsigned)sending->allowed && sending->idle != NULL &&
	       sending->bytes < DYNAMODB_BODIES_FULL && aws_room(sending->dynamodb->aws) > 0;
}

/*
 * Sends what is ready. A batch that is not full waits while another such is in flight: so a single
 * item leaves at once, and a flood in full batches.
 */
static bool
start_all(struct dynamodb_sending *sending, struct failure *failure)
{
	int64_t now = clock_steady();
	struct dynamodb_retry *separate;
	bool started = true;

	while (started && has_room(sending) &&
	       now >= dynamodb_earliest(sending->dynamodb, sending->pause)) {
		size_t ready;

		separate = take_due(sending, now);
		ready = key_queue_ready(sending->queue);
		if (separate == NULL &&
		    (ready == 0 || (ready < batch_most(sending) && sending->partial > 0)))
			return true;
		started = start(sending, separate, failure);
		free(separate);
	}
	return started;
}

/* The timeout of poll, shortened to the time of the next retry. */
static int
until_due(const struct dynamodb_sending *sending, int timeout)
{
	int64_t now = clock_steady(), next = INT64_MAX, left;
	int64_t pause = dynamodb_earliest(sending->dynamodb, sending->pause);

	if (sending->results != NULL)
		return 0;
	if (!has_room(sending))
		return timeout;
	for (const struct dynamodb_retry *retry = sending->retry; retry != NULL;
	     retry = retry->next)
		next = retry->due < next ? retry->due : next;
	if (key_queue_ready(sending->queue) > 0 && pause > now)
		next = pause < next ? pause : next;
	if (next == INT64_MAX)
		return timeout;
	if (next < pause)
		next = pause;
	left = next > now ? (next - now + 999) / 1000 : 0;
	return timeout < 0 || left < timeout ? (int)left : timeout;
}

static bool
settle_all(struct dynamodb_sending *sending, struct failure *failure)
{
	struct aws_reply reply;
	bool good = true;

	while (good && aws_next(sending->dynamodb->aws, &reply)) {
		struct dynamodb_call *call = reply.context;

		sending->in_flight--;
		sending->bytes -= call->body.length;
		sending->partial -= call->count < call->most;
		dynamodb_settle_capacity(sending->dynamodb, call->expected, call->count, &reply);
		good = dynamodb_settle(sending, call, &reply, failure);
		if (call->body.capacity > KEPT) {
			buffer_free(&call->body);
			buffer_init(&call->body, DYNAMODB_BODY);
		}
		call->next = sending->idle;
		sending->idle = call;
	}
	return good;
}

bool
dynamodb_poll(struct table *table, int input, int watch, int timeout, struct failure *failure)
{
	struct dynamodb *dynamodb = (struct dynamodb *)table;
	struct dynamodb_sending *sending = dynamodb->sending;

	if (!start_all(sending, failure))
		return false;
	if (sending->unstored.kind != FAILURE_NONE && sending->in_flight == 0 &&
	    sending->retry == NULL && key_queue_ready(sending->queue) == 0) {
		*failure = sending->unstored;
		return false;
	}
	return aws_wait(dynamodb->aws, input, watch, until_due(sending, timeout), failure) &&
	       settle_all(sending, failure) && start_all(sending, failure);
}
