/* shards: lists the shards of a stream. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "stream/dynamodbstreams/changes.h"
#include "text/json_pointer.h"

enum {
	SHARDS = 100000, /* at most */
	BODY_CEILING = 64 * 1024,
	STATUS = 24,
	PAGES_AT_ONCE = 5,
	LIST_EVERY = 60000, /* ms, while following, so that no child shard is missed */
	CHILD_EVERY = 5000 /* ms, while a shard is expected that is not listed yet */
};

static void
free_shard(struct changes_shard *shard)
{
	free(shard->name);
	free(shard->parent);
	free(shard->end);
	free(shard->iterator);
	buffer_free(&shard->body);
	free(shard);
}

void
changes_shards_free(struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++)
		free_shard(changes->shards[i]);
	for (size_t i = 0; i < changes->departed_count; i++)
		free(changes->departed[i]);
	free(changes->shards);
	free(changes->departed);
	free(changes->names);
	free(changes->list_after);
	buffer_free(&changes->list_body);
}

struct changes_shard *
changes_shard_named(const struct changes *changes, struct span name)
{
	for (size_t i = 0; i < changes->count; i++) {
		if (span_is(name, changes->shards[i]->name))
			return changes->shards[i];
	}
	return NULL;
}

bool
changes_is_listed(const struct changes *changes, const struct changes_shard *shard)
{
	/* More: the next listing, which has begun, has it too. */
	return shard->listed >= changes->listing;
}

struct changes_shard *
changes_parent(const struct changes *changes, const struct changes_shard *shard)
{
	struct changes_shard *parent =
	    shard->parent != NULL ? changes_shard_named(changes, span_of(shard->parent)) : NULL;

	return parent != NULL && changes_is_listed(changes, parent) ? parent : NULL;
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
changes_is_listing(const struct changes *changes)
{
	return changes->list_flying || changes->list_after != NULL;
}

struct changes_shard *
changes_add_shard(struct changes *changes, struct span name)
{
	struct changes_shard *shard = memory_new(1, sizeof *shard);

	if (changes->count == changes->capacity) {
		changes->capacity = 2 * changes->capacity + 16;
		changes->shards =
		    memory_resize(changes->shards, changes->capacity, sizeof *changes->shards);
	}
	buffer_init(&shard->body, BODY_CEILING);
	shard->name = memory_copy(name.start, name.length);
	shard->number = changes->numbered++;
	shard->from = FROM_TRIM_HORIZON;
	changes->shards[changes->count++] = shard;
	return shard;
}

/* Keeps the last sequence number of a shard, without the zeros that emulators begin it with. */
static void
set_end(struct changes_shard *shard, struct span found)
{
	char *end = copy_plain(found);
	size_t zeros, digits;

	if (end == NULL)
		return;
	zeros = strspn(end, "0");
	digits = strspn(end + zeros, "0123456789");
	if (digits > 0 && digits <= POSITION_SEQUENCE && end[zeros + digits] == '\0') {
		free(shard->end);
		shard->end = memory_copy(end + zeros, digits);
	}
	free(end);
}

static bool
take_shard(struct changes *changes, const struct json_pointers *paths, struct span element,
    struct failure *failure)
{
	struct position position;
	struct changes_shard *shard;
	struct span found[3];
	char *name, *probe;
	bool good;

	json_pointers_follow(paths, element, found);
	name = copy_plain(found[0]);
	probe = memory_format("%s:0", name != NULL ? name : "");
	good = position_parse(span_of(probe), &position) && changes->count < SHARDS;
	free(probe);
	if (!good) {
		free(name);
		return fail(failure, FAILURE_TEMPORARY,
		    "DynamoDB Streams's DescribeStream holds a shard whose name is invalid");
	}
	shard = changes_shard_named(changes, span_of(name));
	if (shard == NULL) {
		shard = changes_add_shard(changes, span_of(name));
		shard->parent = copy_plain(found[1]);
	}
	free(name);
	set_end(shard, found[2]);
	shard->listed = changes->listing + 1;
	return true;
}

static bool
take_shards(struct changes *changes, struct span array, struct failure *failure)
{
	static const char *const pointers[] = {
	    "/ShardId", "/ParentShardId", "/SequenceNumberRange/EndingSequenceNumber"};
	struct json_pointers *paths = json_pointers_compile(pointers, 3, &(size_t){0});
	struct json_cursor list = json_enter(array);
	struct span element;
	bool good = true;

	while (good && json_next_element(&list, &element))
		good = take_shard(changes, paths, element, failure);
	json_pointers_free(paths);
	return good;
}

bool
changes_list_take(struct changes *changes, struct span reply, bool *whole, char status[STATUS],
    struct failure *failure)
{
	static const char *const pointers[] = {"/StreamDescription/Shards",
	    "/StreamDescription/LastEvaluatedShardId", "/StreamDescription/StreamStatus"};
	struct json_pointers *paths;
	struct json_error error;
	struct span found[3];
	char *text;

	if (!json_check(reply, JSON_DEPTH, &error))
		return fail(failure, FAILURE_TEMPORARY,
		    "DynamoDB Streams's reply to DescribeStream is not JSON");
	paths = json_pointers_compile(pointers, 3, &(size_t){0});
	json_pointers_follow(paths, reply, found);
	json_pointers_free(paths);
	if (found[0].start == NULL || json_kind(found[0]) != JSON_ARRAY)
		return fail(failure, FAILURE_TEMPORARY,
		    "DynamoDB Streams's DescribeStream did not list the shards");
	if (!take_shards(changes, found[0], failure))
		return false;
	free(changes->list_after);
	changes->list_after = copy_plain(found[1]);
	*whole = changes->list_after == NULL;
	text = copy_plain(found[2]);
	changes->off = text != NULL && strcmp(text, "DISABLED") == 0;
	if (status != NULL)
		snprintf(status, STATUS, "%s", text != NULL ? text : "");
	free(text);
	if (*whole)
		changes->listing++;
	return true;
}

void
changes_list_ask(struct changes *changes)
{
	struct buffer *body = &changes->list_body;

	if (body->ceiling == 0)
		buffer_init(body, BODY_CEILING);
	buffer_clear(body);
	buffer_add_text(body, "{\"StreamArn\":");
	json_add_string(body, changes->arn, strlen(changes->arn));
	if (changes->list_after != NULL)
		buffer_add_format(body, ",\"ExclusiveStartShardId\":\"%s\"", changes->list_after);
	buffer_add_text(body, "}");
}

bool
changes_list_page(
    struct changes *changes, bool *whole, char status[STATUS], struct failure *failure)
{
	struct aws_call call = {.action = "DescribeStream", .ceiling = CHANGES_LIST_CEILING};
	struct aws_reply reply;

	changes_list_ask(changes);
	call.body = buffer_span(&changes->list_body);
	return changes_call(changes, &call, &reply, failure) &&
	       changes_list_take(changes, reply.body, whole, status, failure);
}

bool
changes_list(struct changes *changes, struct failure *failure)
{
	bool whole = false;

	for (unsigned pages = 1; !whole; pages++) {
		if (!changes_list_page(changes, &whole, NULL, failure))
			return false;
		if (!whole && pages >= PAGES_AT_ONCE &&
		    !changes_pause(changes, CHANGES_PAGE_EVERY, failure))
			return false;
	}
	return true;
}

bool
changes_has_child(const struct changes *changes, const struct changes_shard *shard)
{
	for (size_t i = 0; i < changes->count; i++) {
		const char *parent = changes->shards[i]->parent;

		if (parent != NULL && strcmp(parent, shard->name) == 0)
			return true;
	}
	return false;
}

/* Is a shard still to be listed: the child of one that has been read to its end, or one that is
 * named? */
static bool
awaits_shard(const struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++) {
		const struct changes_shard *shard = changes->shards[i];

		if (shard->gone || (shard->finished && changes_is_listed(changes, shard) &&
		                       !changes_has_child(changes, shard)))
			return true;
	}
	return false;
}

void
changes_want_list(struct changes *changes, bool later)
{
	int64_t delay = !later ? 0 : awaits_shard(changes) ? CHILD_EVERY : LIST_EVERY;

	changes->list_wanted = changes->only == NULL || !later;
	changes->list_due = clock_steady() + delay * 1000;
}

void
changes_forget(struct changes *changes)
{
	size_t kept = 0;

	for (size_t i = 0; i < changes->count; i++) {
		struct changes_shard *shard = changes->shards[i];
		bool unread = shard->stage == CHANGES_ENDED ||
		              (changes->shared && shard->stage == CHANGES_WAITS);
		bool over = unread && !shard->taken && !shard->in_flight && !shard->lost_some &&
		            shard != changes->current &&
		            changes->listing - shard->listed >= CHANGES_ABSENT;

		if (!over) {
			changes->shards[kept++] = shard;
			continue;
		}
		/* Callers may still have the name. */
		changes->departed = memory_resize(
		    changes->departed, changes->departed_count + 1, sizeof *changes->departed);
		changes->departed[changes->departed_count++] = shard->name;
		shard->name = NULL;
		free_shard(shard);
	}
	changes->count = kept;
}

size_t
changes_shards(struct stream *stream, const char *const **shards, struct failure *failure)
{
	struct changes *changes = (struct changes *)stream;
	size_t count = 0;

	*shards = NULL;
	/* Shards close every few hours: whoever looks again and again sees the new ones. */
	if (!changes->fresh && !changes->begun && !changes_list(changes, failure))
		return 0;
	changes->fresh = false;
	changes->names = memory_resize(changes->names, changes->count + 1, sizeof *changes->names);
	for (size_t i = 0; i < changes->count; i++) {
		if (changes_is_listed(changes, changes->shards[i]))
			changes->names[count++] = changes->shards[i]->name;
	}
	*shards = changes->names;
	if (count == 0)
		fail(
		    failure, FAILURE_TEMPORARY, "DynamoDB Streams's DescribeStream lists no shard");
	return count;
}
