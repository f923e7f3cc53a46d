/* table_dynamodb_read: items, page by page; all of a table in several parts at once. */
#include <stdlib.h>

#include "base/clock.h"
#include "text/json.h"
#include "base/memory.h"
#include "table/dynamodb/dynamodb.h"

enum {
	PARTS = 8, /* of a table that is read as a whole, where nobody asked for another number */
	LIMIT_MOST = 10000, /* up to there, so many items are asked for and no more */
	BODY = 256 * 1024,
	REPLY_DEPTH = 2 * JSON_DEPTH_TABLE + 2 /* {"Items":[…]} */
};

struct part {
	unsigned number;
	bool under_way;
	bool over;
	unsigned attempts;
	int64_t due; /* not to be asked before then */
	struct buffer next; /* the key that the next page begins behind; empty: the first page */
	struct buffer body;
};

struct dynamodb_reading {
	struct dynamodb_reading *older;
	struct dynamodb *dynamodb;
	const struct table_query *query;
	struct dynamodb_question question;
	struct part *parts;
	unsigned count;
	uint64_t left; /* items that may still be given out */
	struct buffer line;
	bool (*visit)(void *, struct span, struct failure *);
	void *context;
};

void
dynamodb_readings_close(struct dynamodb_reading *reading)
{
	while (reading != NULL) {
		struct dynamodb_reading *older = reading->older;

		for (unsigned i = 0; i < reading->count; i++) {
			buffer_free(&reading->parts[i].next);
			buffer_free(&reading->parts[i].body);
		}
		free(reading->parts);
		buffer_free(&reading->question.body);
		buffer_free(&reading->line);
		free(reading);
		reading = older;
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

/* All items are read in parts, unless they are few. */
static void
make_parts(struct dynamodb_reading *reading)
{
	const struct dynamodb *dynamodb = reading->dynamodb;
	bool whole = reading->query->partition == NULL && reading->left > LIMIT_MOST;
	unsigned asked = dynamodb->settings.in_flight > 0 ? dynamodb->in_flight : PARTS;

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
	struct buffer *body = &part->body;
	struct aws_call call = {
	    .action = reading->question.action, .ceiling = DYNAMODB_REPLY, .context = part};

	buffer_clear(body);
	buffer_add(body, reading->question.body.data, reading->question.body.length);
	if (reading->count > 1)
		buffer_add_format(
		    body, ",\"Segment\":%u,\"TotalSegments\":%u", part->number, reading->count);
	if (reading->left <= LIMIT_MOST && strcmp(reading->question.action, "GetItem") != 0)
		buffer_add_format(body, ",\"Limit\":%u", (unsigned)reading->left);
	if (part->next.length > 0) {
		buffer_add_text(body, ",\"ExclusiveStartKey\":");
		buffer_add(body, part->next.data, part->next.length);
	}
	buffer_add_text(body, "}");
	call.body = buffer_span(body);
	part->under_way = aws_start(reading->dynamodb->aws, &call, failure);
	return part->under_way;
}

/* Asks for all that is due. *wait becomes the milliseconds until something is; -1: nothing waits. */
static bool
ask_all(struct dynamodb_reading *reading, int *wait, bool *over, struct failure *failure)
{
	int64_t now = clock_steady();
	bool good = true;

	*wait = -1;
	*over = true;
	for (unsigned i = 0; i < reading->count && good; i++) {
		struct part *part = &reading->parts[i];
		int left = part->due > now ? (int)((part->due - now + 999) / 1000) : 0;

		if (part->over)
			continue;
		*over = false;
		if (!part->under_way && left == 0 && aws_room(reading->dynamodb->aws) > 0)
			good = ask(reading, part, failure);
		else if (!part->under_way && left > 0 && (*wait < 0 || left < *wait))
			*wait = left;
	}
	return good;
}

bool
dynamodb_page(struct span reply, struct dynamodb_page *page)
{
	struct json_wanted wanted[3] = {{.name = span_of("Item")}, {.name = span_of("Items")},
	    {.name = span_of("LastEvaluatedKey")}};
	struct json_error error;

	if (!json_find(reply, REPLY_DEPTH, wanted, 3, NULL, &error))
		return false;
	*page = (struct dynamodb_page){wanted[0].value, wanted[1].value, wanted[2].value};
	return (page->item.start == NULL || json_kind(page->item) == JSON_OBJECT) &&
	       (page->items.start == NULL || json_kind(page->items) == JSON_ARRAY) &&
	       (page->next.start == NULL || json_kind(page->next) == JSON_OBJECT);
}

static bool
give_item(struct dynamodb_reading *reading, struct span item, struct failure *failure)
{
	buffer_clear(&reading->line);
	if (!item_write(&reading->line, item, true, reading->query->typed))
		return fail(failure, FAILURE_PERMANENT,
		    "the table %s gave out an item that cannot be read: it is not DynamoDB's JSON",
		    reading->dynamodb->name);
	reading->left--;
	return reading->visit(reading->context, buffer_span(&reading->line), failure);
}

static bool
give_page(
    struct dynamodb_reading *reading, const struct dynamodb_page *page, struct failure *failure)
{
	struct json_cursor cursor;
	struct span item;
	bool good = true;

	if (page->item.start != NULL)
		return give_item(reading, page->item, failure);
	if (page->items.start == NULL)
		return true;
	cursor = json_enter(page->items);
	while (good && reading->left > 0 && json_next_element(&cursor, &item))
		good = give_item(reading, item, failure);
	return good;
}

/* The part's next page is asked for before this one is given out, where all are wanted. */
static bool
take_page(
    struct dynamodb_reading *reading, struct part *part, struct span reply, struct failure *failure)
{
	struct dynamodb_page page;

	if (!dynamodb_page(reply, &page) || page.next.length > BODY)
		return fail(failure, FAILURE_TEMPORARY, "DynamoDB's reply to %s makes no sense",
		    reading->question.action);
	reading->dynamodb->failing_since = 0;
	part->attempts = 0;
	part->over = page.next.start == NULL || strcmp(reading->question.action, "GetItem") == 0;
	buffer_clear(&part->next);
	if (!part->over)
		buffer_add(&part->next, page.next.start, page.next.length);
	if (!part->over && reading->left > LIMIT_MOST && !ask(reading, part, failure))
		return false;
	return give_page(reading, &page, failure);
}

static bool
take_reply(struct dynamodb_reading *reading, const struct aws_reply *reply, struct failure *failure)
{
	struct dynamodb *dynamodb = reading->dynamodb;
	struct part *part = reply->context;

	/* Of a reading that was given up. */
	if (part < reading->parts || part >= reading->parts + reading->count)
		return true;
	part->under_way = false;
	if (reply->failure.kind == FAILURE_NONE)
		return take_page(reading, part, reply->body, failure);
	if (reply->throttled)
		dynamodb_note_throttled(dynamodb, reading->count);
	part->due = clock_steady() + dynamodb_delay(dynamodb, part->attempts++) * 1000;
	return dynamodb_has_patience(dynamodb, &reply->failure, failure);
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

	reading->visit = visit;
	reading->context = context;
	if (!dynamodb_ask(dynamodb, query, &reading->question, failure))
		return false;
	if (reading->question.empty)
		return true;
	make_parts(reading);
	return read_all(reading, failure);
}
