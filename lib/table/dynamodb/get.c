/* get: looks up keys, in requests of 100 of which several are in flight, and reports in their
 * order. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "text/json.h"
#include "table/dynamodb/dynamodb.h"

enum {
	REPLY = 24 * 1024 * 1024, /* bytes; a reply that is longer is requested in parts */
	HELD =
	    16 * 1024 * 1024, /* bytes of items that wait or are expected, then no request starts */
	BODY = 4 * 1024 * 1024
};

/* A key of a request. */
struct entry {
	struct prepared *key;
	size_t same; /* the first entry with this key: it has the item */
	bool known;
	unsigned attempts; /* that left it unprocessed */
	struct span item; /* our copy; start NULL: there is none */
};

struct request {
	struct dynamodb_getting *getting;
	struct entry entries[DYNAMODB_GET];
	size_t first; /* the place of its first key among all */
	size_t count;
	size_t reported;
	bool done; /* all are known */
	struct prepared *asked[DYNAMODB_GET]; /* in this attempt; NULL: not */
	size_t most; /* keys in one attempt */
	bool in_flight;
	int64_t expected; /* of capacity_start */
	unsigned attempts; /* since some key became known */
	int64_t due; /* steady clock */
	struct buffer body;
};

struct dynamodb_getting {
	struct dynamodb *dynamodb;
	struct prepared **keys;
	size_t count;
	size_t next; /* the first key that is in no request yet */
	bool typed;
	struct request *requests; /* as many as may be in flight, used in turn */
	size_t room;
	size_t oldest;
	size_t active; /* from the oldest on */
	size_t held; /* bytes of items */
	size_t expected; /* bytes of a reply: as long as the last one */
	struct buffer line;
	bool (*visit)(void *, size_t, struct span, struct failure *);
	void *context;
};

static void
clear(struct request *request)
{
	for (size_t i = 0; i < request->count; i++) {
		struct entry *entry = &request->entries[i];

		request->getting->held -= entry->item.length;
		free((char *)entry->item.start);
		free(entry->key);
	}
	request->count = 0;
}

void
dynamodb_getting_close(struct dynamodb_getting *getting)
{
	if (getting == NULL)
		return;
	for (size_t i = 0; i < getting->room; i++) {
		clear(&getting->requests[i]);
		buffer_free(&getting->requests[i].body);
	}
	free(getting->requests);
	buffer_free(&getting->line);
	free(getting);
}

static struct dynamodb_getting *
open_getting(struct dynamodb *dynamodb)
{
	struct dynamodb_getting *getting = memory_new(1, sizeof *getting);

	getting->dynamodb = dynamodb;
	getting->expected = HELD / 4;
	getting->room =
	    dynamodb->settings.in_flight > 0 ? dynamodb->settings.in_flight : DYNAMODB_READING;
	getting->requests = memory_new(getting->room, sizeof *getting->requests);
	for (size_t i = 0; i < getting->room; i++) {
		getting->requests[i].getting = getting;
		buffer_init(&getting->requests[i].body, BODY);
	}
	buffer_init(&getting->line, DYNAMODB_REPLY);
	return getting;
}

/* The next keys. One that occurs in the request already is not asked for again. */
static void
fill(struct request *request)
{
	struct dynamodb_getting *getting = request->getting;
	size_t count = 0;

	while (count < DYNAMODB_GET && getting->next < getting->count) {
		struct entry *entry = &request->entries[count];
		size_t same = 0;

		*entry = (struct entry){.key = getting->keys[getting->next++]};
		while (same < count &&
		       !span_equal(request->entries[same].key->keyed.key, entry->key->keyed.key))
			same++;
		entry->same = same;
		count++;
	}
	request->first = getting->next - count;
	request->count = count;
	request->reported = 0;
	request->done = false;
	request->most = DYNAMODB_GET;
	request->attempts = 0;
	request->due = 0;
	getting->active++;
}

static bool
ask(struct request *request, struct failure *failure)
{
	struct dynamodb *dynamodb = request->getting->dynamodb;
	struct buffer *body = &request->body;
	/* One attempt: the next one may be for fewer keys. */
	struct aws_call call = {
	    .action = "BatchGetItem", .ceiling = REPLY, .attempts = 1, .context = request};
	size_t asked = 0, most = capacity_items(dynamodb->capacity, request->most, 1);
	bool good;

	buffer_clear(body);
	memset(request->asked, 0, sizeof request->asked);
	dynamodb_begin(dynamodb, body);
	buffer_add_text(body, "\"RequestItems\":{");
	json_add_string(body, dynamodb->name, strlen(dynamodb->name));
	good = buffer_add_text(body, ":{\"Keys\":[");
	for (size_t i = 0; i < request->count && asked < most && good; i++) {
		const struct entry *entry = &request->entries[i];

		if (entry->known || entry->same != i)
			continue;
		request->asked[i] = entry->key;
		good = buffer_add_text(body, asked++ > 0 ? "," : "") &&
		       item_write(body, entry->key->text, entry->key->typed, true);
	}
	good = good && buffer_add_text(body, "]");
	dynamodb_add_reading(dynamodb, body);
	if (!good || !buffer_add_text(body, "}}}"))
		return fail(failure, FAILURE_PERMANENT,
		    "keys of more than %d bytes in one request of BatchGetItem", BODY);
	call.body = buffer_span(body);
	request->expected = capacity_start(dynamodb->capacity, asked, clock_steady());
	request->in_flight = aws_start(dynamodb->aws, &call, failure);
	return request->in_flight;
}

static bool
give(void *context, size_t place, struct span item)
{
	struct request *request = context;
	struct entry *entry = &request->entries[place];
	struct buffer *line = &request->getting->line;

	buffer_clear(line);
	if (entry->item.start != NULL || !item_write(line, item, true, request->getting->typed))
		return false;
	entry->item = (struct span){memory_copy(line->data, line->length), line->length};
	request->getting->held += line->length;
	return true;
}

/* Keys that were not processed are asked for again after a delay. */
static bool
settle(struct request *request, const bool unprocessed[DYNAMODB_GET], struct failure *failure)
{
	struct dynamodb *dynamodb = request->getting->dynamodb;
	struct prepared *left = NULL;
	bool progress = false;

	request->done = true;
	for (size_t i = 0; i < request->count; i++) {
		struct entry *entry = &request->entries[i];

		if (request->asked[i] == NULL) {
			request->done = request->done && (entry->known || entry->same != i);
			continue;
		}
		entry->known = !unprocessed[i];
		progress = progress || entry->known;
		if (entry->known)
			continue;
		left = left == NULL ? entry->key : left;
		if (++entry->attempts >= DYNAMODB_ATTEMPTS) {
			dynamodb_describe_unprocessed(dynamodb, entry->key, failure);
			return false;
		}
	}
	if (progress) {
		request->attempts = 0;
		dynamodb->failing_since = 0;
	}
	request->done = request->done && left == NULL;
	if (left != NULL)
		request->due =
		    clock_steady() + dynamodb_retry_delay(dynamodb, request->attempts++) * 1000;
	if (left != NULL && !progress) {
		struct failure why;

		dynamodb_warn_throttled(dynamodb, (unsigned)request->getting->active);
		dynamodb_describe_unprocessed(dynamodb, left, &why);
		return dynamodb_may_retry(dynamodb, &why, failure);
	}
	return true;
}

static size_t
count_asked(const struct request *request)
{
	size_t count = 0;

	for (size_t i = 0; i < request->count; i++)
		count += request->asked[i] != NULL;
	return count;
}

static bool
take_reply(struct dynamodb_getting *getting, const struct aws_reply *reply, struct failure *failure)
{
	struct dynamodb *dynamodb = getting->dynamodb;
	struct request *request = reply->context;
	bool unprocessed[DYNAMODB_GET];

	request->in_flight = false;
	dynamodb_settle_capacity(dynamodb, request->expected, count_asked(request), reply);
	if (reply->failure.kind == FAILURE_NONE) {
		getting->expected = reply->body.length;
		if (!dynamodb_batch_reply(
		        dynamodb, reply->body, request->asked, unprocessed, give, request))
			return fail(failure, FAILURE_TEMPORARY,
			    "DynamoDB's reply to BatchGetItem is invalid");
		return settle(request, unprocessed, failure);
	}
	if (reply->too_long && count_asked(request) > 1) {
		request->most = count_asked(request) / 2;
		return true;
	}
	if (reply->throttled)
		dynamodb_warn_throttled(dynamodb, (unsigned)getting->active);
	request->due = clock_steady() + dynamodb_retry_delay(dynamodb, request->attempts++) * 1000;
	return dynamodb_may_retry(dynamodb, &reply->failure, failure);
}

/* Reports what is known of the oldest requests, up to the first key that is not. */
static bool
report(struct dynamodb_getting *getting, struct failure *failure)
{
	while (getting->active > 0) {
		struct request *request = &getting->requests[getting->oldest];

		for (; request->reported < request->count; request->reported++) {
			const struct entry *entry = &request->entries[request->reported];

			entry = &request->entries[entry->same];
			if (!entry->known)
				return true;
			if (!getting->visit(getting->context, request->first + request->reported,
			        entry->item, failure))
				return false;
		}
		clear(request);
		getting->oldest = (getting->oldest + 1) % getting->room;
		getting->active--;
	}
	return true;
}

/* Starts the requests that are due. *wait: milliseconds until the next is; -1: none waits. */
static bool
ask_all(struct dynamodb_getting *getting, int *wait, struct failure *failure)
{
	const struct aws *aws = getting->dynamodb->aws;
	int64_t now = clock_steady();
	bool good = true;

	*wait = -1;
	for (size_t i = 0; i < getting->room && good; i++) {
		struct request *request = &getting->requests[(getting->oldest + i) % getting->room];
		int64_t due;
		int left;

		if (i == getting->active) {
			if (getting->next == getting->count ||
			    (i > 0 && getting->held + i * getting->expected >= HELD))
				return true;
			fill(request);
		}
		due = dynamodb_earliest(getting->dynamodb, request->due);
		left = due > now ? (int)((due - now + 999) / 1000) : 0;
		if (request->in_flight || request->done)
			continue;
		if (left == 0 && aws_room(aws) > 0)
			good = ask(request, failure);
		else if (left > 0 && (*wait < 0 || left < *wait))
			*wait = left;
	}
	return good;
}

static bool
get_all(struct dynamodb_getting *getting, struct failure *failure)
{
	struct aws *aws = getting->dynamodb->aws;
	struct aws_reply reply;
	struct failure ignored;
	int wait;

	while (getting->active > 0 || getting->next < getting->count) {
		if (caller_is_stopped(&getting->dynamodb->settings.caller))
			return fail_stopped(failure);
		if (!ask_all(getting, &wait, failure) || !aws_wait(aws, -1, -1, wait, failure))
			return false;
		while (aws_next(aws, &reply)) {
			if (!take_reply(getting, &reply, failure)) {
				report(getting, &ignored);
				return false;
			}
		}
		if (!report(getting, failure))
			return false;
	}
	return true;
}

bool
dynamodb_get(struct table *table, struct prepared **keys, size_t count, bool typed,
    bool (*visit)(void *context, size_t index, struct span item, struct failure *failure),
    void *context, struct failure *failure)
{
	struct dynamodb *dynamodb = (struct dynamodb *)table;
	struct dynamodb_getting *getting = dynamodb->getting;
	bool good;

	if (getting == NULL)
		getting = dynamodb->getting = open_getting(dynamodb);
	getting->keys = keys;
	getting->count = count;
	getting->next = 0;
	getting->typed = typed;
	getting->visit = visit;
	getting->context = context;
	good = get_all(getting, failure);
	while (getting->next < count)
		free(keys[getting->next++]);
	return good;
}
