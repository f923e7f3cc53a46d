/*
 * change_shards: the input as replies to ListStreams and DescribeStream of DynamoDB Streams, and
 * inside their lists. The names of shards are those of positions, and what is sent back is JSON.
 */
#include <stdint.h>
#include <stdlib.h>

#include "stream/dynamodbstreams/changes.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char table[] = "there", arn[] = "arn:aws:dynamodb:us-east-1:1:table/there/stream/2025";

static void
check_shard(const struct changes_shard *shard)
{
	struct position position;
	char text[POSITION_SIZE];
	struct failure failure;

	changes_latest(shard, 7, text);
	must(shard->end == NULL || position_parse(span_of(text), &position));
	must(changes_set_place((struct changes_shard *)shard, text, &failure));
	must(shard->end == NULL || changes_is_done(shard));
}

static void
try_list(struct span reply)
{
	struct changes changes = {.table = table, .arn = arn};
	struct json_error error;
	struct failure failure;
	char status[24];
	bool whole;

	/* Twice: shards that are known. */
	for (int i = 0; i < 2 && changes_list_take(&changes, reply, &whole, status, &failure);
	     i++) {
		for (size_t j = 0; j < changes.count; j++)
			check_shard(changes.shards[j]);
		changes_list_ask(&changes);
		must(json_check(buffer_span(&changes.list_body), 2, &error));
		if (whole)
			changes_promote(&changes);
	}
	changes_shards_free(&changes);
}

static void
try_streams(struct span reply)
{
	struct changes changes = {.table = table};
	struct failure failure;
	struct json_error error;
	char *after = NULL;

	if (changes_find_take(&changes, reply, &after, &failure) && after != NULL)
		must(json_check(span_of(after), 1, &error) &&
		     json_kind(span_of(after)) == JSON_STRING);
	must((changes.arn == NULL) == (changes.label == NULL));
	free(after);
	free(changes.arn);
	free(changes.label);
}

static void
try_inside(const char *before, const uint8_t *data, size_t size, const char *after,
    void (*try)(struct span))
{
	struct buffer reply;

	buffer_init(&reply, 1 << 20);
	buffer_add_text(&reply, before);
	buffer_add(&reply, data, size);
	buffer_add_text(&reply, after);
	try(buffer_span(&reply));
	buffer_free(&reply);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span reply = {(const char *)data, size};

	try_list(reply);
	try_streams(reply);
	try_inside("{\"StreamDescription\":{\"Shards\":[", data, size, "]}}", try_list);
	try_inside("{\"Streams\":[", data, size, "]}", try_streams);
	return 0;
}
