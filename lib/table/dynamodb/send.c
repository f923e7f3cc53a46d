/* table_dynamodb_send: items into batches, and batches on their way. */
#include <stdlib.h>

#include "base/clock.h"
#include "text/json.h"
#include "base/memory.h"
#include "table/dynamodb/dynamodb.h"

enum {
	REPLY = 24 * 1024 * 1024, /* bytes: a whole batch may come back, and twice as long */
	KEPT = 256 * 1024 /* bytes of a body that are kept for the next */
};

struct dynamodb_sending *
dynamodb_sending_open(struct dynamodb *dynamodb)
{
	struct dynamodb_sending *sending = memory_new(1, sizeof *sending);

	sending->dynamodb = dynamodb;
	sending->turns = turns_open((uint64_t)clock_steady());
	sending->allowed = dynamodb->in_flight;
	sending->told_last = &sending->told;
	sending->calls = memory_new(dynamodb->in_flight, sizeof *sending->calls);
	for (unsigned i = 0; i < dynamodb->in_flight; i++) {
		struct dynamodb_call *call = &sending->calls[i];

		buffer_init(&call->body, DYNAMODB_BODY);
		call->next = sending->resting;
		sending->resting = call;
	}
	return sending;
}

static void
release(struct turn *turn)
{
	struct prepared *prepared = (struct prepared *)turn;

	free(prepared->refusal);
	free(prepared);
}

void
dynamodb_sending_close(struct dynamodb_sending *sending)
{
	if (sending == NULL)
		return;
	for (unsigned i = 0; i < sending->dynamodb->in_flight; i++)
		buffer_free(&sending->calls[i].body);
	free(sending->calls);
	while (sending->again != NULL) {
		struct dynamodb_again *again = sending->again;

		sending->again = again->next;
		free(again);
	}
	while (sending->told != NULL) {
		struct turn *turn = sending->told;

		sending->told = turn->next;
		release(turn);
	}
	turns_close(sending->turns, release);
	free(sending);
}

void
dynamodb_add_key(struct buffer *to, struct span partition, struct span sort)
{
	const char length[2] = {(char)(partition.length >> 8), (char)partition.length};

	buffer_add(to, length, sizeof length);
	buffer_add(to, partition.start, partition.length);
	if (sort.length > 0)
		buffer_add(to, sort.start, sort.length);
}

bool
dynamodb_prepare(struct table *table, struct span text, bool typed, struct prepared **prepared,
    struct failure *failure)
{
	struct dynamodb *dynamodb = (struct dynamodb *)table;
	struct buffer *key = &dynamodb->decoded;
	struct item item;
	bool good;

	/* What is stored is small, but white space is sent too. */
	if (typed && text.length > DYNAMODB_BODY / 2)
		return fail(failure, FAILURE_REFUSED, "longer than a request may be");
	good = item_read(dynamodb->reader, text, typed, &item, failure);
	if (good) {
		buffer_clear(key);
		dynamodb_add_key(key, item.partition, item.sort);
		*prepared = memory_resize(NULL, 1, sizeof **prepared + key->length);
		**prepared = (struct prepared){
		    .text = text, .typed = typed, .turn = {.key = {(*prepared)->key, key->length}}};
		memcpy((*prepared)->key, key->data, key->length);
	}
	item_reader_reset(dynamodb->reader);
	return good;
}

/* Each is on its own. */
void
dynamodb_prepare_reset(struct table *table)
{
	(void)table;
}

bool
dynamodb_send(
    struct table *table, struct prepared *prepared, uint64_t ticket, struct failure *failure)
{
	struct dynamodb *dynamodb = (struct dynamodb *)table;

	(void)failure;
	prepared->ticket = ticket;
	turns_add(dynamodb->sending->turns, &prepared->turn);
	return true;
}

bool
dynamodb_next_result(struct table *table, struct sink_result *result)
{
	struct dynamodb_sending *sending = ((struct dynamodb *)table)->sending;
	struct prepared *prepared = (struct prepared *)sending->told;

	if (prepared == NULL)
		return false;
	sending->told = prepared->turn.next;
	if (sending->told == NULL)
		sending->told_last = &sending->told;
	result->ticket = prepared->ticket;
	result->outcome = prepared->refusal != NULL ? SINK_REFUSED
	                  : prepared->present       ? SINK_PRESENT
	                                            : SINK_DONE;
	result->details = NULL;
	if (prepared->refusal != NULL)
		fail(&result->refused, FAILURE_REFUSED, "%s", prepared->refusal);
	release(&prepared->turn);
	return true;
}

void
dynamodb_count(const struct table *table, struct sink_counters *counters)
{
	const struct dynamodb *dynamodb = (const struct dynamodb *)table;
	const struct dynamodb_sending *sending = dynamodb->sending;

	counters->retries = aws_retries(dynamodb->aws) + sending->retries;
	counters->throttled = aws_throttles(dynamodb->aws) + sending->put_off;
}

/* The item that is under way for a key. */
static const struct prepared *
going(const struct slot *slot)
{
	return (const struct prepared *)slot->under_way;
}

/*
 * Adds to a batch's body. False, and nothing is added: there is no room for it. What
 * is short as a line may be five times as long here.
 */
static bool
add_put(struct buffer *body, const struct prepared *prepared, bool first)
{
	static const size_t closing = sizeof "]}}";
	size_t before = body->length;

	if ((first || before < DYNAMODB_BODY_FULL) &&
	    buffer_add_text(
	        body, first ? "{\"PutRequest\":{\"Item\":" : ",{\"PutRequest\":{\"Item\":") &&
	    item_write(body, prepared->text, prepared->typed, true) &&
	    buffer_add_text(body, "}}") && body->length + closing <= DYNAMODB_BODY)
		return true;
	body->length = before;
	return false;
}

/* The next key for a batch: of those that go apart, or of all that are ready. */
static struct slot *
next_slot(struct dynamodb_sending *sending, const struct dynamodb_again *apart, size_t index)
{
	bool newest = !sending->dynamodb->settings.if_absent;

	if (apart == NULL)
		return turns_take(sending->turns, newest);
	if (index >= apart->count)
		return NULL;
	turns_pick(apart->slots[index], newest);
	return apart->slots[index];
}

static void
write_batch(struct dynamodb_sending *sending, const struct dynamodb_again *apart,
    struct dynamodb_call *call)
{
	const struct dynamodb *dynamodb = sending->dynamodb;
	struct buffer *body = &call->body;
	struct slot *slot;

	buffer_add_text(body, "{\"RequestItems\":{");
	json_add_string(body, dynamodb->name, strlen(dynamodb->name));
	buffer_add_text(body, ":[");
	while (
	    call->count < call->most && (slot = next_slot(sending, apart, call->count)) != NULL) {
		if (!add_put(body, going(slot), call->count == 0)) {
			turns_put_back(sending->turns, slot);
			for (size_t i = call->count + 1; apart != NULL && i < apart->count; i++)
				turns_put_back(sending->turns, apart->slots[i]);
			call->most = call->count;
			break;
		}
		call->slots[call->count++] = slot;
	}
	buffer_add_text(body, "]}}");
}

/* One item that must not be there yet: names that DynamoDB reserves may be in the key. */
static void
write_put(struct dynamodb_sending *sending, const struct dynamodb_again *apart,
    struct dynamodb_call *call)
{
	const struct dynamodb *dynamodb = sending->dynamodb;
	const char *key = dynamodb->table.key.partition.name;
	struct buffer *body = &call->body;
	struct slot *slot = next_slot(sending, apart, 0);

	buffer_add_text(body, "{");
	dynamodb_add_name(dynamodb, body);
	buffer_add_text(body, ",\"ConditionExpression\":\"attribute_not_exists(#k)\","
	                      "\"ExpressionAttributeNames\":{\"#k\":");
	json_add_string(body, key, strlen(key));
	buffer_add_text(body, "},\"Item\":");
	item_write(body, going(slot)->text, going(slot)->typed, true);
	buffer_add_text(body, "}");
	call->slots[call->count++] = slot;
}

static bool
start(struct dynamodb_sending *sending, const struct dynamodb_again *apart, struct failure *failure)
{
	struct dynamodb_call *call = sending->resting;
	bool single = sending->dynamodb->settings.if_absent;
	struct aws_call start = {
	    .action = single ? "PutItem" : "BatchWriteItem", .ceiling = REPLY, .context = call};

	sending->resting = call->next;
	buffer_clear(&call->body);
	call->count = 0;
	call->most = apart != NULL ? apart->count : single ? 1 : DYNAMODB_BATCH;
	call->started = clock_steady();
	(single ? write_put : write_batch)(sending, apart, call);
	start.body = buffer_span(&call->body);
	sending->in_flight++;
	sending->bytes += call->body.length;
	sending->partial += call->count < call->most;
	return aws_start(sending->dynamodb->aws, &start, failure);
}

/* What has waited long enough is ready; what must go apart is returned. NULL: nothing. */
static struct dynamodb_again *
take_due(struct dynamodb_sending *sending, int64_t now)
{
	struct dynamodb_again **at = &sending->again, *again;

	while ((again = *at) != NULL) {
		if (again->due > now) {
			at = &again->next;
			continue;
		}
		*at = again->next;
		if (again->apart)
			return again;
		for (size_t i = again->count; i-- > 0;)
			turns_put_back(sending->turns, again->slots[i]);
		free(again);
	}
	return NULL;
}

/* May another call be started, as far as the service bears it? */
static bool
has_room(const struct dynamodb_sending *sending)
{
	return sending->in_flight < (unsigned)sending->allowed && sending->resting != NULL &&
	       sending->bytes < DYNAMODB_BODIES_FULL && aws_room(sending->dynamodb->aws) > 0;
}

/*
 * What is ready leaves. A batch that is not full waits while another such is
 * under way: so one item alone leaves at once, and a flood in full batches.
 */
static bool
start_all(struct dynamodb_sending *sending, struct failure *failure)
{
	size_t full = sending->dynamodb->settings.if_absent ? 1 : DYNAMODB_BATCH;
	int64_t now = clock_steady();
	struct dynamodb_again *apart;
	bool started = true;

	if (now < sending->pause)
		return true;
	while (started && has_room(sending)) {
		size_t ready;

		apart = take_due(sending, now);
		ready = turns_ready(sending->turns);
		if (apart == NULL && (ready == 0 || (ready < full && sending->partial > 0)))
			return true;
		started = start(sending, apart, failure);
		free(apart);
	}
	return started;
}

/* Milliseconds until something that waits is due; -1: nothing does. */
static int
until_due(const struct dynamodb_sending *sending, int timeout)
{
	int64_t now = clock_steady(), next = INT64_MAX, left;

	if (sending->told != NULL)
		return 0;
	if (!has_room(sending))
		return timeout;
	for (const struct dynamodb_again *again = sending->again; again != NULL;
	     again = again->next)
		next = again->due < next ? again->due : next;
	if (turns_ready(sending->turns) > 0 && sending->pause > now)
		next = sending->pause < next ? sending->pause : next;
	if (next == INT64_MAX)
		return timeout;
	if (next < sending->pause)
		next = sending->pause;
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
		good = dynamodb_settle(sending, call, &reply, failure);
		if (call->body.capacity > KEPT) {
			buffer_free(&call->body);
			buffer_init(&call->body, DYNAMODB_BODY);
		}
		call->next = sending->resting;
		sending->resting = call;
	}
	return good;
}

bool
dynamodb_poll(struct table *table, int input, int watch, int timeout, struct failure *failure)
{
	struct dynamodb *dynamodb = (struct dynamodb *)table;
	struct dynamodb_sending *sending = dynamodb->sending;

	return start_all(sending, failure) &&
	       aws_wait(dynamodb->aws, input, watch, until_due(sending, timeout), failure) &&
	       settle_all(sending, failure) && start_all(sending, failure);
}
