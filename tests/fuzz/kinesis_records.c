/*
 * kinesis_records: the input as a reply to GetRecords, and as the contents of its Records. Each
 * record that is returned has a position that can be parsed, and bytes that can be read.
 */
#include <stdint.h>
#include <stdlib.h>

#include "stream/kinesis/records.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads every byte, so that the sanitizer sees one that is not allocated. */
static void
touch(struct span bytes)
{
	static volatile char byte;

	for (size_t i = 0; i < bytes.length; i++)
		byte = bytes.start[i];
	(void)byte;
}

static void
try(struct span reply)
{
	static struct kinesis_records records;
	struct kinesis_filter filter = {.keys = true,
	    .hash_first = span_of("1"),
	    .hash_last = span_of("170141183460469231731687303715884105728")};
	struct failure failure;
	bool more = true;

	if (!kinesis_records_open(&records, reply, &failure))
		return;
	touch(records.iterator);
	touch(records.continuation);
	while (more && kinesis_records_next(&records, &filter, &more, &failure)) {
		for (size_t i = 0; i < records.count; i++) {
			const struct chunk_place *place = &records.places[i];
			struct position position;
			char text[POSITION_SIZE];

			touch(records.records[i].data);
			touch(records.records[i].key);
			snprintf(text, sizeof text, "s:%.*s", (int)place->sequence.length,
			    place->sequence.start);
			must(position_parse(span_of(text), &position));
			must(place->sub >= 0 || place->last);
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer reply;

	try((struct span){(const char *)data, size});
	buffer_init(&reply, 1 << 20);
	buffer_add_text(&reply, "{\"Records\":[{\"SequenceNumber\":\"7\",\"Data\":\"e30=\"},");
	buffer_add(&reply, data, size);
	buffer_add_text(&reply, "],\"NextShardIterator\":\"x\"}");
	try(buffer_span(&reply));
	buffer_free(&reply);
	return 0;
}
