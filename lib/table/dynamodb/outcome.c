/* table_dynamodb_fate: what became of a batch, and how fast the next may follow. */
#include <stdlib.h>

#include "base/clock.h"
#include "text/json.h"
#include "base/memory.h"
#include "table/dynamodb/dynamodb.h"

enum {
	/* Around an item: {"UnprocessedItems":{"NAME":[{"PutRequest":{"Item":…}}]}} */
	REPLY_DEPTH = 2 * JSON_DEPTH_TABLE + 5,
	TEXT = 6 * ITEM_PARTITION_MAX, /* of a part of a key, each byte escaped */
	CONTENT_TOO_LARGE = 413
};

/* A member of an object that is known to be valid; name NULL: its first. start NULL: none. */
static struct span
member(struct span object, const char *name)
{
	struct json_cursor cursor;
	struct span found, value;

	if (object.start == NULL || json_kind(object) != JSON_OBJECT)
		return (struct span){NULL, 0};
	cursor = json_enter(object);
	while (json_next_member(&cursor, &found, &value)) {
		if (name == NULL || json_text_is(found, span_of(name)))
			return value;
	}
	return (struct span){NULL, 0};
}

/* A part of the key of an item in a reply, in the form that items have it. text is its place. */
static bool
read_part(
    struct dynamodb *dynamodb, struct span item, bool sort, char text[TEXT], struct span *value)
{
	const struct table_key *key = &dynamodb->table.key;
	const struct key_part *part = sort ? &key->sort : &key->partition;
	struct span inner = member(member(item, part->name), (char[]){part->type, '\0'});
	struct failure ignored;

	if (inner.start == NULL || json_kind(inner) != JSON_STRING)
		return false;
	inner = json_inside(inner);
	if (inner.length > TEXT)
		return false;
	inner = (struct span){text, json_unescape(inner, text)};
	return item_key_value(dynamodb->reader, sort, inner, value, &ignored);
}

/* The key's slot; NULL: none of ours has it. */
static struct slot *
find_slot(struct dynamodb *dynamodb, struct turns *turns, struct span item)
{
	char texts[2][TEXT];
	struct span partition, sort = {"", 0};
	struct slot *slot = NULL;
	struct buffer key;

	buffer_init(&key, 2 * ITEM_PARTITION_MAX);
	if (read_part(dynamodb, item, false, texts[0], &partition) &&
	    (dynamodb->table.key.sort.type == '\0' ||
	        read_part(dynamodb, item, true, texts[1], &sort))) {
		dynamodb_add_key(&key, partition, sort);
		slot = turns_find(turns, buffer_span(&key));
	}
	item_reader_reset(dynamodb->reader);
	buffer_free(&key);
	return slot;
}

bool
dynamodb_unprocessed(struct dynamodb *dynamodb, struct turns *turns, struct span reply,
    const struct dynamodb_call *call, bool undone[DYNAMODB_BATCH])
{
	struct json_wanted wanted = {.name = span_of("UnprocessedItems")};
	struct json_error error;
	struct json_cursor cursor;
	struct span requests, request;

	memset(undone, 0, DYNAMODB_BATCH * sizeof *undone);
	if (!json_find(reply, REPLY_DEPTH, &wanted, 1, NULL, &error))
		return false;
	if (wanted.times == 0)
		return true;
	/* Under the table's name, or its ARN: it is the only one. */
	requests = member(wanted.value, NULL);
	if (requests.start == NULL)
		return json_kind(wanted.value) == JSON_OBJECT;
	if (json_kind(requests) != JSON_ARRAY)
		return false;
	cursor = json_enter(requests);
	while (json_next_element(&cursor, &request)) {
		struct slot *slot =
		    find_slot(dynamodb, turns, member(member(request, "PutRequest"), "Item"));
		size_t at = 0;

		while (at < call->count && call->slots[at] != slot)
			at++;
		if (slot == NULL || at == call->count)
			return false;
		undone[at] = true;
	}
	return true;
}

/* Their fates are known. */
static void
tell(struct dynamodb_sending *sending, struct turn *turns)
{
	while (turns != NULL) {
		struct turn *turn = turns;

		turns = turn->next;
		turn->next = NULL;
		*sending->told_last = turn;
		sending->told_last = &turn->next;
	}
}

/* The item under way is in the table, and with it those whose place it takes. */
static void
tell_safe(struct dynamodb_sending *sending, struct slot *slot, bool present)
{
	bool first_stays = sending->dynamodb->settings.if_absent;
	struct turn *done = turns_done(sending->turns, slot, first_stays);

	((struct prepared *)done)->present = present;
	for (struct turn *turn = done->next; first_stays && turn != NULL; turn = turn->next)
		((struct prepared *)turn)->present = true;
	tell(sending, done);
}

static void
tell_refused(struct dynamodb_sending *sending, struct slot *slot, const char *reason)
{
	struct turn *refused = turns_refused(sending->turns, slot);

	((struct prepared *)refused)->refusal = memory_copy_text(reason);
	tell(sending, refused);
}

/* Some of a call's keys wait to be sent again. delay in ms; 0: at once, and apart from others. */
static void
send_again(struct dynamodb_sending *sending, struct slot *const *slots, size_t count, int64_t delay)
{
	struct dynamodb_again *again = memory_new(1, sizeof *again);

	again->due = delay > 0 ? clock_steady() + delay * 1000 : 0;
	again->apart = delay == 0;
	again->count = count;
	for (size_t i = 0; i < count; i++) {
		turns_hold(slots[i]);
		slots[i]->attempts++;
		again->slots[i] = slots[i];
	}
	again->next = sending->again;
	sending->again = again;
	sending->retries += count;
	sending->put_off += delay > 0 ? count : 0;
}

/* Half as many calls at once, at the most once for all that were under way together. */
static void
slow_down(struct dynamodb_sending *sending, const struct dynamodb_call *call)
{
	if (call->started < sending->slowed)
		return;
	sending->slowed = clock_steady();
	sending->allowed = sending->allowed > 2 ? sending->allowed / 2 : 1;
	dynamodb_note_throttled(sending->dynamodb, (unsigned)sending->allowed);
}

/* One call more for as many as there may be. */
static void
speed_up(struct dynamodb_sending *sending)
{
	sending->allowed += 1 / sending->allowed;
	if (sending->allowed > sending->dynamodb->in_flight)
		sending->allowed = sending->dynamodb->in_flight;
}

/* A call that stored nothing: before the next there is a pause, longer each time. */
static void
pause_all(struct dynamodb_sending *sending)
{
	sending->pause = clock_steady() + dynamodb_delay(sending->dynamodb, sending->streak) * 1000;
	sending->streak++;
}

static void
hold(struct dynamodb_sending *sending, struct slot *const *slots, size_t count)
{
	unsigned attempts = 0;

	for (size_t i = 0; i < count; i++)
		attempts = slots[i]->attempts > attempts ? slots[i]->attempts : attempts;
	if (count > 0)
		send_again(sending, slots, count, dynamodb_delay(sending->dynamodb, attempts));
}

/* The service did as it was asked; with a batch perhaps not all of it, or none. */
static bool
settle_done(struct dynamodb_sending *sending, struct dynamodb_call *call, struct span reply,
    struct failure *failure)
{
	struct dynamodb *dynamodb = sending->dynamodb;
	bool single = dynamodb->settings.if_absent, undone[DYNAMODB_BATCH] = {false};
	struct slot *left[DYNAMODB_BATCH] = {NULL};
	size_t count = 0;

	/* What cannot be understood says nothing about any: to store one again does no harm. */
	if (!single && !dynamodb_unprocessed(dynamodb, sending->turns, reply, call, undone))
		memset(undone, true, sizeof undone);
	for (size_t i = 0; i < call->count; i++) {
		if (undone[i])
			left[count++] = call->slots[i];
		else
			tell_safe(sending, call->slots[i], false);
	}
	hold(sending, left, count);
	if (count == 0)
		speed_up(sending);
	else
		slow_down(sending, call);
	if (count == call->count) {
		struct failure none;

		fail(&none, FAILURE_TEMPORARY,
		    "DynamoDB stored none of a batch of items in the table %s", dynamodb->name);
		pause_all(sending);
		return dynamodb_has_patience(dynamodb, &none, failure);
	}
	sending->streak = 0;
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

/* Halves, until the item that it is about is alone. */
static void
bisect(struct dynamodb_sending *sending, struct dynamodb_call *call, const struct failure *refused)
{
	size_t half = call->count / 2;

	if (call->count == 1) {
		tell_refused(sending, call->slots[0], refused->text);
		return;
	}
	send_again(sending, call->slots + half, call->count - half, 0);
	send_again(sending, call->slots, half, 0);
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
		tell_safe(sending, call->slots[0], true);
		sending->streak = 0;
		dynamodb->failing_since = 0;
		return true;
	}
	if (is_refusal(reply)) {
		bisect(sending, call, &reply->failure);
		return true;
	}
	hold(sending, call->slots, call->count);
	pause_all(sending);
	return dynamodb_has_patience(dynamodb, &reply->failure, failure);
}
