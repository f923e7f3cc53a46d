/*
 * aggregate: the input as the protobuf bytes of an aggregate whose MD5 is right, and
 * as a record as it is; members lie within it, and what the writer makes of them is read alike.
 */
#include <stdint.h>
#include <string.h>

#include "stream/kinesis/aggregate_writer.h"
#include "base/buffer.h"
#include "text/digest.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
lies_within(struct span part, struct span whole)
{
	return part.length == 0 || (part.start >= whole.start &&
	                               part.start + part.length <= whole.start + whole.length);
}

/* Is it also JSON text, and a key that Kinesis accepts? */
static bool
is_plain(struct span key)
{
	return key.length > 0 && key.length <= 256 && memchr(key.start, '\\', key.length) == NULL;
}

/* Writes a member as the only one of another aggregate. */
static void
write_again(const struct aggregate_member *member)
{
	static struct aggregate_writer *writer;
	static struct aggregate aggregate;
	struct record record = {
	    .data = member->data, .key = member->key, .hash_key = member->hash_key};
	struct aggregate_member again;
	struct failure failure;

	if (!is_plain(member->key))
		return;
	if (writer == NULL)
		writer = aggregate_writer_open();
	aggregate_writer_begin(writer);
	must(aggregate_writer_add(writer, &record, &failure) == AGGREGATE_ADDED);
	must(aggregate_open(&aggregate, aggregate_writer_end(writer, &failure), &failure) ==
	     AGGREGATE_SOUND);
	must(aggregate_next(&aggregate, &again));
	must(span_equal(again.data, member->data) && span_equal(again.key, member->key));
	must((again.hash_key.start == NULL) == (member->hash_key.start == NULL) &&
	     span_equal(again.hash_key, member->hash_key));
	must(!aggregate_next(&aggregate, &again));
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
		write_again(&member);
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
