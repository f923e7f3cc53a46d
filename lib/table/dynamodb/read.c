/* read: reads items page by page; a whole table in several parts at once. */
#include <stdlib.h>

#include "base/clock.h"
#include "text/json.h"
#include "base/memory.h"
#include "table/dynamodb/dynamodb.h"

enum {
	LIMIT_MOST = 10000, /* up to this number of items, the request has a Limit */
	BODY = 256 * 1024,
	REPLY_DEPTH = 2 * JSON_DEPTH_TABLE + 2 /* {"Items":[…]} */
};

struct part {
	unsigned number;
	bool in_flight;
	bool done;
	size_t items; /* of the page in flight, at most */
	int64_t expected; /* of capacity_start */
	unsigned attempts;
	int64_t due; /* steady clock: its next call may start */
	struct buffer next; /* the key after which the next page begins; empty: the first page */
	struct buffer body;
};

struct dynamodb_reading {
	struct dynamodb_reading *older;
	struct dynamodb *dynamodb;
	const struct table_query *query;
	struct dynamodb_question question;
	struct part *parts;
	unsigned count;
	uint64_t left; /* items that may still be passed on */
	struct buffer line;
	struct failure failed; /* the last call that did; NONE: none */
	bool (*visit)(void *, struct span, struct failure *);
	void *context;
};

static void
close_reading(struct dynamodb_reading *reading)
{
	for (unsigned i = 0; i < reading->count; i++) {
		buffer_free(&reading->parts[i].next);
		buffer_free(&reading->parts[i].body);
	}
	free(reading->parts);
	buffer_free(&reading->question.body);
	buffer_free(&reading->line);
	free(reading);
}

void
dynamodb_readings_close(struct dynamodb_reading *reading)
{
	while (reading != NULL) {
		struct dynamodb_reading *older = reading->older;

		close_reading(reading);
		reading = older;
	}
}

static bool
is_in_flight(const struct dynamodb_reading *reading)
{
	for (unsigned i = 0; i < reading->count; i++) {
		if (reading->parts[i].in_flight)
			return true;
	}
	return false;
}

/* Closes the readings for which no reply can arrive any more. */
static void
close_finished(struct dynamodb *dynamodb)
{
	struct dynamodb_reading **at = &dynamodb->readings;

	while (*at != NULL) {
		struct dynamodb_reading *reading = *at;

		if (is_in_flight(reading)) {
			at = &reading->older;
			continue;
		}
		*at = reading->older;
		close_reading(reading);
	}
}

static struct dynamodb_reading *
open_reading(struct dynamodb *dynamodb, const struct table_query *query)
{
	struct dynamodb_reading *reading = memory_new(1, sizeof *reading);

	reading->dynamodb = dynamodb;
	reading->query = query;
	reading->left = query->limit > 0 ? query->limit : UINT64_MAX;
	buffer_init(&reading->question.body, BODY);
	buffer_init(&reading->line, DYNAMODB_REPLY);
	reading->older = dynamodb->readings;
	dynamodb->readings = reading;
	return reading;
}

/* A whole table is read in parts, unless the limit is low. */
static void
make_parts(struct dynamodb_reading *reading)
{
	const struct dynamodb *dynamodb = reading->dynamodb;
	bool whole = reading->query->partition.start == NULL && reading->left > LIMIT_MOST;
	unsigned asked = dynamodb->settings.in_flight > 0 ? dynamodb->in_flight : DYNAMODB_READING;

	reading->count = whole ? asked : 1;
	reading->parts = memory_new(reading->count, sizeof *reading->parts);
	for (unsigned i = 0; i < reading->count; i++) {
		reading->parts[i].number = i;
		buffer_init(&reading->parts[i].next, BODY);
		buffer_init(&reading->parts[i].body, 3 * BODY);
	}
}

static bool
ask(struct dynamodb_reading *reading, struct part *part, struct failure *failure)
{
	struct capacity *capacity = reading->dynamodb->capacity;
	struct buffer *body = &part->body;
	struct aws_call call = {
	    .action = reading->question.action, .ceiling = DYNAMODB_REPLY, .context = part};

	part->items = capacity_items(capacity,
	    reading->left <= LIMIT_MOST ? (size_t)reading->left : LIMIT_MOST + 1, reading->count);
	part->expected = capacity_start(capacity, part->items, clock_steady());
	buffer_clear(body);
	buffer_add(body, reading->question.body.data, reading->question.body.length);
	if (reading->count > 1)
		buffer_add_format(
		    body, ",\"Segment\":%u,\"TotalSegments\":%u", part->number, reading->count);
	if (part->items <= LIMIT_MOST && strcmp(reading->question.action, "GetItem") != 0)
		buffer_add_format(body, ",\"Limit\":%zu", part->items);
	if (part->next.length > 0) {
		buffer_add_text(body, ",\"ExclusiveStartKey\":");
		buffer_add(body, part->next.data, part->next.length);
	}
	buffer_add_text(body, "}");
	call.body = buffer_span(body);
	part->in_flight = aws_start(reading->dynamodb->aws, &call, failure);
	return part->in_flight;
}

/* Starts the calls that are due. *wait: milliseconds until the next is; -1: none waits. */
static bool
ask_all(struct dynamodb_reading *reading, int *wait, bool *over, struct failure *failure)
{
	int64_t now = clock_steady();
	bool good = true;

	*wait = -1;
	*over = true;
	for (unsigned i = 0; i < reading->count && good; i++) {
		struct part *part = &reading->parts[i];
		int64_t due = dynamodb_earliest(reading->dynamodb, part->due);
		int left = due > now ? (int)((due - now + 999) / 1000) : 0;

		if (part->done)
			continue;
		*over = false;
		if (!part->in_flight && left == 0 && aws_room(reading->dynamodb->aws) > 0)
			good = ask(reading, part, failure);
		else if (!part->in_flight && left > 0 && (*wait < 0 || left < *wait))
			*wait = left;
	}
	return good;
}

/* An object that is null or empty, as an emulator may write one, counts as absent. */
static struct span
object(struct span value)
{
	struct json_cursor cursor;
	struct span name, first;

	value = json_present(value);
	if (value.start == NULL || json_kind(value) != JSON_OBJECT)
		return value;
	cursor = json_enter(value);
	return json_next_member(&cursor, &name, &first) ? value : (struct span){NULL, 0};
}

bool
dynamodb_page(struct span reply, struct dynamodb_page *page)
{
	struct json_wanted wanted[3] = {{.name = span_of("Item")}, {.name = span_of("Items")},
	    {.name = span_of("LastEvaluatedKey")}};
	struct json_error error;

	if (!json_find(reply, REPLY_DEPTH, wanted, 3, NULL, &error))
		return false;
	*page = (struct dynamodb_page){.item = object(wanted[0].value),
	    .items = json_present(wanted[1].value),
	    .next = object(wanted[2].value)};
	return (page->item.start == NULL || json_kind(page->item) == JSON_OBJECT) &&
	       (page->items.start == NULL || json_kind(page->items) == JSON_ARRAY) &&
	       (page->next.start == NULL || json_kind(page->next) == JSON_OBJECT);
}

static bool
pass_item(struct dynamodb_reading *reading, struct span item, struct failure *failure)
{
	buffer_clear(&reading->line);
	if (!item_write(&reading->line, item, true, reading->query->typed))
		return fail(failure, FAILURE_PERMANENT,
		    "the table %s returned an item that is not in DynamoDB's JSON",
		    reading->dynamodb->name);
	reading->left--;
	return reading->visit(reading->context, buffer_span(&reading->line), failure);
}

static bool
pass_page(
    struct dynamodb_reading *reading, const struct dynamodb_page *page, struct failure *failure)
{
	struct json_cursor cursor;
	struct span item;
	bool good = true;

	if (page->item.start != NULL)
		return pass_item(reading, page->item, failure);
	if (page->items.start == NULL)
		return true;
	cursor = json_enter(page->items);
	while (good && reading->left > 0 && json_next_element(&cursor, &item))
		good = pass_item(reading, item, failure);
	return good;
}

/* Without a low limit, the next page is requested before this one is passed on. */
static bool
take_page(
    struct dynamodb_reading *reading, struct part *part, struct span reply, struct failure *failure)
{
	struct dynamodb_page page;

	if (!dynamodb_page(reply, &page) || page.next.length > BODY)
		return fail(failure, FAILURE_TEMPORARY, "DynamoDB's reply to %s is invalid",
		    reading->question.action);
	reading->dynamodb->failing_since = 0;
	part->attempts = 0;
	part->done = page.next.start == NULL || strcmp(reading->question.action, "GetItem") == 0;
	buffer_clear(&part->next);
	if (!part->done)
		buffer_add(&part->next, page.next.start, page.next.length);
	if (!part->done && reading->left > LIMIT_MOST && reading->dynamodb->capacity->rate == 0 &&
	    !ask(reading, part, failure))
		return false;
	return pass_page(reading, &page, failure);
}

/* The reading that a part belongs to; NULL: none. */
static const struct dynamodb_reading *
reading_of(const struct dynamodb *dynamodb, const struct part *part)
{
	const struct dynamodb_reading *at = dynamodb->readings;

	while (at != NULL && (at->count == 0 || part < at->parts || part >= at->parts + at->count))
		at = at->older;
	return at;
}

static bool
take_reply(struct dynamodb_reading *reading, const struct aws_reply *reply, struct failure *failure)
{
	struct dynamodb *dynamodb = reading->dynamodb;
	struct part *part = reply->context;
	const struct dynamodb_reading *of;
	uint64_t before = reading->left;
	bool good;

	of = reading_of(dynamodb, part);
	if (of != NULL)
		part->in_flight = false;
	/* It is for a query that has ended. */
	if (of != reading)
		return true;
	if (reply->failure.kind == FAILURE_NONE) {
		good = take_page(reading, part, reply->body, failure);
		dynamodb_settle_capacity(dynamodb, part->expected, before - reading->left, reply);
		return good;
	}
	dynamodb_settle_capacity(dynamodb, part->expected, part->items, reply);
	reading->failed = reply->failure;
	if (reply->throttled)
		dynamodb_warn_throttled(dynamodb, reading->count);
	part->due = clock_steady() + dynamodb_retry_delay(dynamodb, part->attempts++) * 1000;
	return dynamodb_may_retry(dynamodb, &reply->failure, failure);
}

/* Limits the wait to what is left of the query's time. False: it is over. */
static bool
is_in_time(const struct dynamodb_reading *reading, int *wait, struct failure *failure)
{
	int64_t left = (reading->query->until - clock_steady() + 999) / 1000;

	if (reading->query->until == 0)
		return true;
	if (left <= 0 && reading->failed.kind != FAILURE_NONE) {
		*failure = reading->failed;
		return false;
	}
	if (left <= 0)
		return fail(failure, FAILURE_TEMPORARY, "the query took too long");
	if (*wait < 0 || left < *wait)
		*wait = (int)left;
	return true;
}

static bool
read_all(struct dynamodb_reading *reading, struct failure *failure)
{
	struct aws *aws = reading->dynamodb->aws;
	const volatile sig_atomic_t *stop = reading->dynamodb->settings.caller.stop;
	struct aws_reply reply;
	bool over;
	int wait;

	while (reading->left > 0) {
		if (stop != NULL && *stop != 0)
			return fail_stopped(failure);
		if (!ask_all(reading, &wait, &over, failure))
			return false;
		if (over)
			return true;
		if (!is_in_time(reading, &wait, failure))
			return false;
		if (!aws_wait(aws, -1, -1, wait, failure))
			return false;
		while (reading->left > 0 && aws_next(aws, &reply)) {
			if (!take_reply(reading, &reply, failure))
				return false;
		}
	}
	return true;
}

bool
dynamodb_query(struct table *table, const struct table_query *query,
    bool (*visit)(void *context, struct span item, struct failure *failure), void *context,
    struct failure *failure)
{
	struct dynamodb *dynamodb = (struct dynamodb *)table;
	struct dynamodb_reading *reading = open_reading(dynamodb, query);
	bool good;

	reading->visit = visit;
	reading->context = context;
	good = dynamodb_ask(dynamodb, query, &reading->question, failure);
	if (good && !reading->question.empty) {
		make_parts(reading);
		good = read_all(reading, failure);
	}
	close_finished(dynamodb);
	return good;
}
