/* shards: lists the shards of a stream. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "text/json_pointer.h"
#include "stream/kinesis/read.h"

enum {
	SHARDS = 100000, /* at most; more than any stream has */
	BODY_CEILING = 64 * 1024,
	RESTARTS = 5, /* of a listing whose token has expired */
	LIST_EVERY = 60000, /* ms, while following, so that no child shard is missed */
	EXPECTED_EVERY = 5000 /* ms, while a shard is expected that is not listed yet */
};

struct kinesis_reading *
kinesis_reading_open(struct kinesis *kinesis)
{
	struct kinesis_reading *reading = memory_new(1, sizeof *reading);

	reading->kinesis = kinesis;
	buffer_init(&reading->list_body, BODY_CEILING);
	backoff_init(&reading->backoff, (uint64_t)clock_steady());
	return reading;
}

static void
free_shard(struct kinesis_shard *shard)
{
	free(shard->name);
	free(shard->parents[0]);
	free(shard->parents[1]);
	free(shard->hash_first);
	free(shard->hash_last);
	free(shard->last);
	free(shard->iterator);
	kinesis_subscription_free(shard->subscription);
	buffer_free(&shard->body);
	free(shard);
}

void
kinesis_reading_close(struct kinesis_reading *reading)
{
	if (reading == NULL)
		return;
	for (size_t i = 0; i < reading->count; i++)
		free_shard(reading->shards[i]);
	free(reading->shards);
	free(reading->names);
	free(reading->only);
	free(reading->token);
	buffer_free(&reading->list_body);
	buffer_free(&reading->last_event);
	kinesis_records_free(&reading->records);
	free(reading);
}

struct kinesis_shard *
kinesis_find(const struct kinesis_reading *reading, struct span name)
{
	for (size_t i = 0; i < reading->count; i++) {
		if (span_is(name, reading->shards[i]->name))
			return reading->shards[i];
	}
	return NULL;
}

bool
kinesis_is_listed(const struct kinesis_reading *reading, const struct kinesis_shard *shard)
{
	/* More: the next listing, which has begun, has it too. */
	return shard->listed >= reading->listing;
}

/* The text of a string without escapes; NULL: it is anything else. */
static char *
copy_plain(struct span string)
{
	struct span inside;

	if (string.start == NULL || json_kind(string) != JSON_STRING)
		return NULL;
	inside = json_inside(string);
	if (inside.length == 0 || memchr(inside.start, '\\', inside.length) != NULL)
		return NULL;
	return memory_copy(inside.start, inside.length);
}

bool
kinesis_is_listing(const struct kinesis_reading *reading)
{
	return reading->list_flying || reading->token != NULL;
}

struct kinesis_shard *
kinesis_add_shard(struct kinesis_reading *reading, struct span name)
{
	struct kinesis_shard *shard = memory_new(1, sizeof *shard);

	if (reading->count == reading->capacity) {
		reading->capacity = 2 * reading->capacity + 16;
		reading->shards =
		    memory_resize(reading->shards, reading->capacity, sizeof *reading->shards);
	}
	buffer_init(&shard->body, BODY_CEILING);
	shard->name = memory_copy(name.start, name.length);
	shard->number = reading->count;
	shard->from = FROM_TRIM_HORIZON;
	reading->shards[reading->count++] = shard;
	return shard;
}

/* One Shard of ListShards. */
static bool
take_shard(struct kinesis_reading *reading, const struct json_pointers *paths, struct span element,
    struct failure *failure)
{
	struct position position;
	struct kinesis_shard *shard;
	struct span found[6];
	char *name, *probe, *end;
	bool good;

	json_pointers_follow(paths, element, found);
	name = copy_plain(found[0]);
	probe = memory_format("%s:0", name != NULL ? name : "");
	good = position_parse(span_of(probe), &position) && reading->count < SHARDS;
	free(probe);
	if (!good) {
		free(name);
		return fail(failure, FAILURE_TEMPORARY,
		    "Kinesis's ListShards holds a shard whose name is invalid");
	}
	shard = kinesis_find(reading, span_of(name));
	if (shard == NULL) {
		shard = kinesis_add_shard(reading, span_of(name));
		shard->parents[0] = copy_plain(found[1]);
		shard->parents[1] = copy_plain(found[2]);
		shard->hash_first = copy_plain(found[3]);
		shard->hash_last = copy_plain(found[4]);
	}
	free(name);
	/* Emulators write "null" for an absent number. */
	end = copy_plain(found[5]);
	shard->open = end == NULL || strcmp(end, "null") == 0;
	shard->listed = reading->listing + 1;
	free(shard->last);
	shard->last = shard->open ? NULL : end;
	if (shard->open)
		free(end);
	return true;
}

bool
kinesis_list_take(
    struct kinesis_reading *reading, struct span reply, bool *whole, struct failure *failure)
{
	static const char *const pointers[] = {"/ShardId", "/ParentShardId",
	    "/AdjacentParentShardId", "/HashKeyRange/StartingHashKey",
	    "/HashKeyRange/EndingHashKey", "/SequenceNumberRange/EndingSequenceNumber"};
	struct json_wanted wanted[] = {{.name = {"Shards", 6}}, {.name = {"NextToken", 9}}};
	struct json_cursor list;
	struct json_error error;
	struct json_pointers *paths;
	struct span element;
	bool good = true;

	if (!json_find(reply, JSON_DEPTH, wanted, 2, NULL, &error) ||
	    wanted[0].value.start == NULL || json_kind(wanted[0].value) != JSON_ARRAY)
		return fail(
		    failure, FAILURE_TEMPORARY, "Kinesis's ListShards did not list the shards");
	paths = json_pointers_compile(pointers, 6, &(size_t){0});
	list = json_enter(wanted[0].value);
	while (good && json_next_element(&list, &element))
		good = take_shard(reading, paths, element, failure);
	json_pointers_free(paths);
	free(reading->token);
	reading->token = NULL;
	/* With its escapes, as it is sent back. */
	if (wanted[1].value.start != NULL && json_kind(wanted[1].value) == JSON_STRING)
		reading->token = memory_copy(wanted[1].value.start, wanted[1].value.length);
	*whole = reading->token == NULL;
	if (good && *whole)
		reading->listing++;
	return good;
}

void
kinesis_list_ask(struct kinesis_reading *reading)
{
	buffer_clear(&reading->list_body);
	buffer_add_text(&reading->list_body, "{");
	/* The token stands for the other parameters. */
	if (reading->token != NULL)
		buffer_add_format(&reading->list_body, "\"NextToken\":%s", reading->token);
	else
		kinesis_add_name(reading->kinesis, &reading->list_body);
	buffer_add_text(&reading->list_body, "}");
}

bool
kinesis_list(struct kinesis_reading *reading, struct failure *failure)
{
	unsigned restarts = 0;
	bool whole = false;

	while (!whole) {
		struct aws_call call = {.action = "ListShards", .ceiling = KINESIS_LIST_CEILING};
		struct aws_reply reply;

		kinesis_list_ask(reading);
		call.body = buffer_span(&reading->list_body);
		if (kinesis_call(reading->kinesis, &call, &reply, failure)) {
			if (!kinesis_list_take(reading, reply.body, &whole, failure))
				return false;
		} else if (reading->token != NULL && restarts++ < RESTARTS &&
		           strcmp(reply.code, "ExpiredNextTokenException") == 0) {
			free(reading->token);
			reading->token = NULL;
		} else {
			return false;
		}
	}
	return true;
}

/* Is a shard that was named still to be listed? */
static bool
awaits_shard(const struct kinesis_reading *reading)
{
	for (size_t i = 0; i < reading->count; i++) {
		if (reading->shards[i]->gone)
			return true;
	}
	return false;
}

void
kinesis_want_list(struct kinesis_reading *reading, bool later)
{
	int64_t delay = !later ? 0 : awaits_shard(reading) ? EXPECTED_EVERY : LIST_EVERY;

	reading->list_wanted = reading->only == NULL || !later;
	reading->list_due = clock_steady() + delay * 1000;
}

size_t
kinesis_shards(struct stream *stream, const char *const **shards, struct failure *failure)
{
	struct kinesis *kinesis = (struct kinesis *)stream;
	struct kinesis_reading *reading = kinesis->reading;
	size_t count = 0;

	*shards = NULL;
	if (reading == NULL)
		reading = kinesis->reading = kinesis_reading_open(kinesis);
	if (reading->listing == 0 && !kinesis_list(reading, failure))
		return 0;
	reading->names = memory_resize(reading->names, reading->count + 1, sizeof *reading->names);
	for (size_t i = 0; i < reading->count; i++) {
		if (kinesis_is_listed(reading, reading->shards[i]))
			reading->names[count++] = reading->shards[i]->name;
	}
	*shards = reading->names;
	if (count == 0)
		fail(failure, FAILURE_TEMPORARY, "Kinesis's ListShards lists no shard");
	return count;
}
