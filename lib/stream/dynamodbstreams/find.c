/* find: finds the newest stream of a table. */
#include <stdlib.h>

#include "base/memory.h"
#include "stream/dynamodbstreams/changes.h"
#include "text/json.h"
#include "text/json_pointer.h"

enum {
	CEILING = 1024 * 1024,
	BODY = 8 * 1024,
	PAGES = 100, /* at most: a table has one stream, and those that were switched off today */
	LABEL = 64
};

static const char between[] = "/stream/";

/* The text of a string without escapes; start NULL: it is anything else. */
static struct span
plain(struct span string)
{
	struct span inside = {NULL, 0};

	if (string.start != NULL && json_kind(string) == JSON_STRING)
		inside = json_inside(string);
	if (inside.length == 0 || memchr(inside.start, '\\', inside.length) != NULL)
		inside.start = NULL;
	return inside;
}

/* Keeps the ARN if its label is that of a newer stream: labels are times, which sort as text. */
static void
keep_newest(struct changes *changes, struct span arn)
{
	char *text = memory_copy(arn.start, arn.length), *label = strstr(text, between);
	bool good = label != NULL && strlen(label + strlen(between)) - 1 < LABEL;

	if (good)
		label += strlen(between);
	if (!good || (changes->label != NULL && strcmp(label, changes->label) <= 0)) {
		free(text);
		return;
	}
	free(changes->arn);
	free(changes->label);
	changes->arn = text;
	changes->label = memory_copy_text(label);
}

bool
changes_find_take(struct changes *changes, struct span reply, char **after, struct failure *failure)
{
	static const char *const pointers[] = {"/StreamArn", "/TableName"};
	struct json_wanted wanted[] = {
	    {.name = {"Streams", 7}}, {.name = {"LastEvaluatedStreamArn", 22}}};
	struct json_pointers *paths;
	struct json_cursor list;
	struct json_error error;
	struct span element, found[2];

	free(*after);
	*after = NULL;
	if (!json_find(reply, JSON_DEPTH, wanted, 2, NULL, &error) ||
	    (wanted[0].value.start != NULL && json_kind(wanted[0].value) != JSON_ARRAY))
		return fail(
		    failure, FAILURE_TEMPORARY, "DynamoDB Streams's ListStreams listed no streams");
	paths = json_pointers_compile(pointers, 2, &(size_t){0});
	list = json_enter(wanted[0].value.start != NULL ? wanted[0].value : span_of("[]"));
	while (json_next_element(&list, &element)) {
		json_pointers_follow(paths, element, found);
		found[0] = plain(found[0]);
		found[1] = plain(found[1]);
		if (found[0].start != NULL && found[1].start != NULL &&
		    span_is(found[1], changes->table))
			keep_newest(changes, found[0]);
	}
	json_pointers_free(paths);
	if (wanted[1].value.start != NULL && json_kind(wanted[1].value) == JSON_STRING &&
	    wanted[1].value.length > 2)
		*after = memory_copy(wanted[1].value.start, wanted[1].value.length);
	return true;
}

static bool
ask_page(struct changes *changes, char **after, bool *missing, struct failure *failure)
{
	struct aws_call call = {.action = "ListStreams", .ceiling = CEILING};
	struct aws_reply reply;
	struct buffer body;
	bool good;

	buffer_init(&body, BODY);
	buffer_add_text(&body, "{\"TableName\":");
	json_add_string(&body, changes->table, strlen(changes->table));
	if (*after != NULL)
		buffer_add_format(&body, ",\"ExclusiveStartStreamArn\":%s", *after);
	buffer_add_text(&body, "}");
	call.body = buffer_span(&body);
	good = changes_call(changes, &call, &reply, failure);
	*missing = !good && strcmp(reply.code, "ResourceNotFoundException") == 0;
	good = good && changes_find_take(changes, reply.body, after, failure);
	buffer_free(&body);
	return good;
}

bool
changes_find(struct changes *changes, bool *missing, struct failure *failure)
{
	char *after = NULL;
	unsigned pages = 0;
	bool good;

	do
		good = ask_page(changes, &after, missing, failure);
	while (good && after != NULL && ++pages < PAGES);
	free(after);
	if (!good || changes->arn != NULL)
		return good;
	*missing = true;
	return fail(failure, FAILURE_PERMANENT,
	    "the table %s has no stream, or there is no such table: `aws dynamodb update-table "
	    "--table-name %s --stream-specification "
	    "StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES` switches its stream on",
	    changes->table, changes->table);
}
