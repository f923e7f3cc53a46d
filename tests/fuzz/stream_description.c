/*
 * stream_description: the input as a reply to DescribeStreamSummary and to ListShards. What is read
 * is within its bounds, and a shard has a name that is part of a position.
 */
#include <stdint.h>
#include <string.h>

#include "must.h"
#include "stream/kinesis/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
list(struct span reply)
{
	struct kinesis kinesis = {.name = (char[]){"there"}};
	struct kinesis_reading *reading = kinesis_reading_open(&kinesis);
	struct failure failure;
	bool whole;

	/* The second time, the shards are known. */
	for (int times = 0; times < 2; times++) {
		if (!kinesis_list_take(reading, reply, &whole, &failure))
			continue;
		must(whole == (reading->token == NULL));
		kinesis_promote(reading);
	}
	for (size_t i = 0; i < reading->count; i++) {
		const struct kinesis_shard *shard = reading->shards[i];
		struct position position;
		char text[POSITION_SIZE];

		must(snprintf(text, sizeof text, "%s:0", shard->name) < (int)sizeof text);
		must(position_parse(span_of(text), &position));
		must(kinesis_find(reading, span_of(shard->name)) == shard);
	}
	kinesis_list_ask(reading);
	kinesis_reading_close(reading);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span reply = {(const char *)data, size};
	struct kinesis_summary summary;

	kinesis_summary_read(&summary, reply);
	must(memchr(summary.id, '\0', sizeof summary.id) != NULL && summary.id[0] != '\0');
	must(memchr(summary.status, '\0', sizeof summary.status) != NULL);
	must(summary.record_max >= 1024 && summary.record_max <= (size_t)1 << 30);
	must(summary.retention > 0 && summary.retention < INT64_MAX / 1000);
	list(reply);
	return 0;
}
