/* outcome: reads the reply to a request: which items are stored, and how fast to continue. */
#include <stdlib.h>

#include "base/clock.h"
#include "text/json.h"
#include "base/memory.h"
#include "table/dynamodb/dynamodb.h"

enum {
	/* Around an item: {"UnprocessedItems":{"NAME":[{"PutRequest":{"Item":…}}]}} */
	REPLY_DEPTH = 2 * JSON_DEPTH_TABLE + 5,
	CONTENT_TOO_LARGE = 413
};

/* The slot of an item's key; NULL: no item that was sent has this key. */
static struct key_slot *
find_slot(struct dynamodb *dynamodb, struct key_queue *queue, struct span item)
{
	struct key_slot *slot = NULL;
	struct buffer key;

	buffer_init(&key, DYNAMODB_KEY);
	if (dynamodb_reply_key(dynamodb, item, &key))
		slot = key_queue_find(queue, buffer_span(&key));
	buffer_free(&key);
	return slot;
}

bool
dynamodb_unprocessed(struct dynamodb *dynamodb, struct key_queue *queue, struct span reply,
    const struct dynamodb_call *call, bool unprocessed[DYNAMODB_BATCH])
{
	struct json_wanted wanted = {.name = span_of("UnprocessedItems")};
	struct json_error error;
	struct json_cursor cursor;
	struct span requests, request;

	memset(unprocessed, 0, DYNAMODB_BATCH * sizeof *unprocessed);
	if (!json_find(reply, REPLY_DEPTH, &wanted, 1, NULL, &error))
		return false;
	wanted.value = json_present(wanted.value);
	if (wanted.value.start == NULL)
		return true;
	/* The only member: the name is the table's, or its ARN. */
	requests = json_present(dynamodb_member(wanted.value, NULL));
	if (requests.start == NULL)
		return json_kind(wanted.value) == JSON_OBJECT;
	if (json_kind(requests) != JSON_ARRAY)
		return false;
	cursor = json_enter(requests);
	while (json_next_element(&cursor, &request)) {
		bool deletes = dynamodb->table.key_only;
		struct span item = dynamodb_member(
		    dynamodb_member(request, deletes ? "DeleteRequest" : "PutRequest"),
		    deletes ? "Key" : "Item");
		struct key_slot *slot = find_slot(dynamodb, queue, item);
		size_t at = 0;

		while (at < call->count && call->slots[at] != slot)
			at++;
		if (slot == NULL || at == call->count)
			return false;
		unprocessed[at] = true;
	}
	return true;
}

/* Adds a list of entries to the results. */
static void
report(struct dynamodb_sending *sending, struct keyed *list)
{
	while (list != NULL) {
		struct keyed *keyed = list;

		list = keyed->next;
		keyed->next = NULL;
		*sending->results_last = keyed;
		sending->results_last = &keyed->next;
	}
}

/* The item in flight is in the table, and supersedes those before it. */
static void
report_stored(struct dynamodb_sending *sending, struct key_slot *slot, bool present)
{
	bool first_stays = sending->dynamodb->settings.if_absent;
	struct keyed *done = key_queue_done(sending->queue, slot, first_stays);

	((struct prepared *)done)->present = present;
	for (struct keyed *more = done->next; first_stays && more != NULL; more = more->next)
		((struct prepared *)more)->present = true;
	report(sending, done);
}

static void
report_refused(struct dynamodb_sending *sending, struct key_slot *slot, const char *reason)
{
	struct keyed *refused = key_queue_refused(sending->queue, slot);

	((struct prepared *)refused)->refusal = memory_copy_text(reason);
	report(sending, refused);
}

/* Some of a call's keys are to be sent again. */
static struct dynamodb_retry *
retry(struct dynamodb_sending *sending, struct key_slot *const *slots, size_t count)
{
	struct dynamodb_retry *retry = memory_new(1, sizeof *retry);

	retry->count = count;
	for (size_t i = 0; i < count; i++) {
		key_queue_hold(slots[i]);
		slots[i]->attempts++;
		retry->slots[i] = slots[i];
	}
	retry->next = sending->retry;
	sending->retry = retry;
	sending->retries += count;
	return retry;
}

/* Halves the calls at once; only once for all that were in flight together. */
static void
slow_down(struct dynamodb_sending *sending, const struct dynamodb_call *call)
{
	if (call->started < sending->slowed)
		return;
	sending->slowed = clock_steady();
	sending->allowed = sending->allowed > 2 ? sending->allowed / 2 : 1;
	dynamodb_warn_throttled(sending->dynamodb, (unsigned)sending->allowed);
}

/* Allows one more call at once after as many good replies as calls are allowed. */
static void
speed_up(struct dynamodb_sending *sending)
{
	sending->allowed += 1 / sending->allowed;
	if (sending->allowed > sending->dynamodb->in_flight)
		sending->allowed = sending->dynamodb->in_flight;
}

/* After a call that stored nothing, no call starts for a while, longer each time. */
static void
pause_all(struct dynamodb_sending *sending)
{
	sending->pause =
	    clock_steady() + dynamodb_retry_delay(sending->dynamodb, sending->failed_calls) * 1000;
	sending->failed_calls++;
}

/* Retries keys after a delay. */
static void
retry_later(struct dynamodb_sending *sending, struct key_slot *const *slots, size_t count)
{
	unsigned attempts = 0;
	int64_t delay;

	if (count == 0)
		return;
	for (size_t i = 0; i < count; i++)
		attempts = slots[i]->attempts > attempts ? slots[i]->attempts : attempts;
	delay = dynamodb_retry_delay(sending->dynamodb, attempts);
	retry(sending, slots, count)->due = clock_steady() + delay * 1000;
}

/* The item stays in flight, so that later ones of its key wait. The first one is reported. */
static void
note_unstored(struct dynamodb_sending *sending, const struct key_slot *slot)
{
	uint64_t ticket = ((const struct prepared *)slot->in_flight)->ticket;

	if (sending->unstored.kind != FAILURE_NONE && sending->unstored_ticket < ticket)
		return;
	sending->unstored_ticket = ticket;
	dynamodb_describe_unprocessed(
	    sending->dynamodb, (const struct prepared *)slot->in_flight, &sending->unstored);
}

/* The call succeeded; of a batch, all items may be stored, some, or none. */
static bool
settle_done(struct dynamodb_sending *sending, struct dynamodb_call *call, struct span reply,
    struct failure *failure)
{
	struct dynamodb *dynamodb = sending->dynamodb;
	bool single = dynamodb->settings.if_absent, unprocessed[DYNAMODB_BATCH] = {false};
	struct key_slot *left[DYNAMODB_BATCH] = {NULL};
	struct failure why;
	size_t count = 0;
	bool fits =
	    single || dynamodb_unprocessed(dynamodb, sending->queue, reply, call, unprocessed);

	/* Otherwise it says nothing about any item: storing one again does no harm. */
	if (!fits)
		memset(unprocessed, true, sizeof unprocessed);
	for (size_t i = 0; i < call->count; i++) {
		if (unprocessed[i] && call->slots[i]->attempts >= DYNAMODB_ATTEMPTS)
			note_unstored(sending, call->slots[i]);
		else if (unprocessed[i])
			left[count++] = call->slots[i];
		else
			report_stored(sending, call->slots[i], false);
	}
	if (!fits)
		fail(&why, FAILURE_TEMPORARY,
		    "DynamoDB BatchWriteItem: the reply does not fit the request");
	else if (count == call->count)
		dynamodb_describe_unprocessed(
		    dynamodb, (const struct prepared *)left[0]->in_flight, &why);
	retry_later(sending, left, count);
	if (count == 0) {
		speed_up(sending);
	} else if (fits) {
		sending->throttled += count;
		slow_down(sending, call);
	}
	if (count == call->count) {
		pause_all(sending);
		return dynamodb_may_retry(dynamodb, &why, failure);
	}
	sending->failed_calls = 0;
	dynamodb->failing_since = 0;
	return true;
}

/* Is it something about the items that the service will not have? */
static bool
is_refusal(const struct aws_reply *reply)
{
	static const char *const codes[] = {"ValidationException",
	    "ItemCollectionSizeLimitExceededException", "SerializationException",
	    "RequestEntityTooLargeException"};

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		if (strcmp(reply->code, codes[i]) == 0)
			return true;
	}
	return reply->status == CONTENT_TOO_LARGE;
}

/* Splits a refused batch in two, until the item that is at fault is in a batch of its own. */
static void
bisect(struct dynamodb_sending *sending, struct dynamodb_call *call, const struct failure *refused)
{
	size_t half = call->count / 2;

	if (call->count == 1) {
		report_refused(sending, call->slots[0], refused->text);
		return;
	}
	retry(sending, call->slots + half, call->count - half)->separate = true;
	retry(sending, call->slots, half)->separate = true;
}

bool
dynamodb_settle(struct dynamodb_sending *sending, struct dynamodb_call *call,
    const struct aws_reply *reply, struct failure *failure)
{
	struct dynamodb *dynamodb = sending->dynamodb;
	uint64_t throttles = aws_throttles(dynamodb->aws);

	if (throttles != sending->throttles)
		slow_down(sending, call);
	sending->throttles = throttles;
	if (reply->failure.kind == FAILURE_NONE)
		return settle_done(sending, call, reply->body, failure);
	if (dynamodb->settings.if_absent &&
	    strcmp(reply->code, "ConditionalCheckFailedException") == 0) {
		report_stored(sending, call->slots[0], true);
		sending->failed_calls = 0;
		dynamodb->failing_since = 0;
		return true;
	}
	if (is_refusal(reply)) {
		bisect(sending, call, &reply->failure);
		return true;
	}
	retry_later(sending, call->slots, call->count);
	pause_all(sending);
	return dynamodb_may_retry(dynamodb, &reply->failure, failure);
}
