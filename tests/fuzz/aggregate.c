/*
 * aggregate: the input as the protobuf bytes of an aggregate whose MD5 is right, and
 * as a record as it is; members lie within it, and reading twice gives the same.
 */
#include <stdint.h>
#include <string.h>

#include "stream/kinesis/aggregate.h"
#include "base/buffer.h"
#include "text/md5.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
lies_within(struct span part, struct span whole)
{
	return part.length == 0 || (part.start >= whole.start &&
	                               part.start + part.length <= whole.start + whole.length);
}

static void
try(struct span record)
{
	static struct aggregate aggregate;
	struct aggregate_member member;
	struct failure failure;
	size_t count = 0;

	if (aggregate_open(&aggregate, record, &failure) != AGGREGATE_SOUND)
		return;
	must(aggregate.count <= record.length / 2);
	while (aggregate_next(&aggregate, &member)) {
		count++;
		must(aggregate.next == count);
		must(lies_within(member.data, record) && lies_within(member.key, record));
		must(lies_within(member.hash_key, record));
		(void)aggregate_is_within(&member, span_of("0"),
		    span_of("340282366920938463463374607431768211455"), &failure);
	}
	must(count == aggregate.count);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char digest[MD5_BYTES];
	struct buffer record;
	struct failure failure;

	try((struct span){(const char *)data, size});
	must(md5((struct span){(const char *)data, size}, digest, &failure));
	buffer_init(&record, 1 << 20);
	buffer_add(&record, "\xF3\x89\x9A\xC2", 4);
	buffer_add(&record, data, size);
	buffer_add(&record, digest, sizeof digest);
	try(buffer_span(&record));
	buffer_free(&record);
	return 0;
}
