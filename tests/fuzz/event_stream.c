/*
 * event_stream: the input as bytes of a stream, and as the headers and payload of a message whose
 * checksums are right. What is read lies within the message, and pieces of any size give the same.
 */
#include <stdint.h>
#include <string.h>
#include <zlib.h>

#include "aws/client/event_stream.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
lies_within(struct span part, struct span whole)
{
	return part.start == NULL || (part.start >= whole.start &&
	                                 part.start + part.length <= whole.start + whole.length);
}

/* Reads all messages, and returns a checksum of what they hold. */
static uLong
read_all(struct span bytes, size_t piece)
{
	struct event_stream stream;
	struct event event;
	struct failure failure;
	enum event_news news = EVENT_NONE;
	uLong sum = 0;

	event_stream_init(&stream);
	for (size_t at = 0; at < bytes.length && news != EVENT_DAMAGED; at += piece) {
		size_t left = bytes.length - at;

		must(event_stream_add(
		    &stream, (struct span){bytes.start + at, left < piece ? left : piece}));
		while ((news = event_stream_next(&stream, &event, &failure)) == EVENT_READ) {
			struct span whole = buffer_span(&stream.message);

			must(lies_within(event.kind, whole) && lies_within(event.type, whole));
			must(lies_within(event.text, whole) && lies_within(event.payload, whole));
			sum = crc32_z(sum, (const unsigned char *)whole.start, whole.length);
		}
		must(!event_stream_has_news(&stream) || news == EVENT_DAMAGED);
	}
	event_stream_free(&stream);
	return news == EVENT_DAMAGED ? ~sum : sum;
}

static void
add_number(struct buffer *to, unsigned long number)
{
	char bytes[] = {
	    (char)(number >> 24), (char)(number >> 16), (char)(number >> 8), (char)number};

	buffer_add(to, bytes, 4);
}

/* The input as a message whose first byte says how much of the rest is headers. */
static void
add_message(struct buffer *to, const uint8_t *data, size_t size)
{
	size_t headers = data[0] < size - 1 ? data[0] : size - 1;

	add_number(to, 16 + size - 1);
	add_number(to, headers);
	add_number(to, crc32_z(0, (const unsigned char *)to->data, 8));
	buffer_add(to, data + 1, size - 1);
	add_number(to, crc32_z(0, (const unsigned char *)to->data, to->length));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = {(const char *)data, size};
	struct buffer message;

	if (size == 0)
		return 0;
	must(read_all(bytes, size) == read_all(bytes, 1 + size / 3));
	buffer_init(&message, 1 << 20);
	add_message(&message, data, size);
	bytes = buffer_span(&message);
	must(read_all(bytes, bytes.length) == read_all(bytes, 7));
	buffer_free(&message);
	return 0;
}
