/* event_stream: known messages, cut anywhere, damaged anywhere, and lengths that are invalid. */
#include <stdlib.h>
#include <zlib.h>

#include "aws/client/event_stream.h"
#include "tap.h"

/* From the tests of the AWS SDKs. */
static const char empty[] = "000000100000000005c248eb7d98c8ff";
static const char plain[] = "0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936";
static const char typed[] = "0000003d0000002007fd83960c636f6e74656e742d74797065070010"
                            "6170706c69636174696f6e2f6a736f6e7b27666f6f273a27626172277d8d9c08b1";

static struct failure failure;

static void
add_hex(struct buffer *to, const char *hex)
{
	for (; hex[0] != '\0'; hex += 2) {
		char pair[3] = {hex[0], hex[1], '\0'};
		char byte = (char)strtoul(pair, NULL, 16);

		buffer_add(to, &byte, 1);
	}
}

static void
add_number(struct buffer *to, unsigned long number)
{
	char bytes[] = {
	    (char)(number >> 24), (char)(number >> 16), (char)(number >> 8), (char)number};

	buffer_add(to, bytes, 4);
}

static void
add_checksum(struct buffer *to, size_t from)
{
	add_number(to, crc32_z(0, (const unsigned char *)to->data + from, to->length - from));
}

static void
add_message(struct buffer *to, struct span headers, struct span payload)
{
	size_t from = to->length;

	add_number(to, 16 + headers.length + payload.length);
	add_number(to, headers.length);
	add_checksum(to, from);
	buffer_add(to, headers.start, headers.length);
	buffer_add(to, payload.start, payload.length);
	add_checksum(to, from);
}

/* A header whose value is a text. */
static void
add_header(struct buffer *to, const char *name, const char *value)
{
	char length[] = {(char)strlen(name), 7, (char)(strlen(value) >> 8), (char)strlen(value)};

	buffer_add(to, length, 1);
	buffer_add_text(to, name);
	buffer_add(to, length + 1, 3);
	buffer_add_text(to, value);
}

static enum event_news
read_one(struct span bytes, struct event *event)
{
	static struct event_stream stream;
	static bool begun;

	if (!begun)
		event_stream_init(&stream);
	begun = true;
	event_stream_clear(&stream);
	event_stream_add(&stream, bytes);
	return event_stream_next(&stream, event, &failure);
}

static void
test_known(void)
{
	struct buffer bytes;
	struct event event;

	buffer_init(&bytes, 4096);
	add_hex(&bytes, empty);
	ok(read_one(buffer_span(&bytes), &event) == EVENT_READ, "an empty message");
	is_number((int64_t)event.payload.length, 0, "  no payload");
	buffer_clear(&bytes);
	add_hex(&bytes, plain);
	ok(read_one(buffer_span(&bytes), &event) == EVENT_READ, "without headers");
	is_span(event.payload, span_of("{'foo':'bar'}"), "  the payload");
	ok(event.kind.start == NULL && event.type.start == NULL, "  no type");
	buffer_clear(&bytes);
	add_hex(&bytes, typed);
	ok(read_one(buffer_span(&bytes), &event) == EVENT_READ, "with a header");
	is_span(event.payload, span_of("{'foo':'bar'}"), "  the payload");
	buffer_free(&bytes);
}

static void
test_headers(void)
{
	struct buffer headers, bytes;
	struct event event;

	buffer_init(&headers, 4096);
	buffer_init(&bytes, 4096);
	/* One of each type of value, then those that are wanted. */
	add_hex(&headers, "016100"
	                  "016201"
	                  "01630207"
	                  "0164030007"
	                  "01650400000007"
	                  "0166050000000000000007"
	                  "01670600020708"
	                  "0168080000000000000007"
	                  "016909"
	                  "00000000000000000000000000000007");
	add_header(&headers, ":message-type", "exception");
	add_header(&headers, ":exception-type", "ResourceInUseException");
	add_header(&headers, ":error-message", "");
	add_message(&bytes, buffer_span(&headers), span_of("{}"));
	ok(read_one(buffer_span(&bytes), &event) == EVENT_READ, "all types of headers");
	is_span(event.kind, span_of("exception"), "  the kind");
	is_span(event.type, span_of("ResourceInUseException"), "  the type");
	is_span(event.text, (struct span){"", 0}, "  an empty text");
	is_span(event.payload, span_of("{}"), "  the payload");
	for (size_t length = 1; length < headers.length; length++) {
		enum event_news news;

		buffer_clear(&bytes);
		add_message(&bytes, (struct span){headers.data, length}, span_of(""));
		news = read_one(buffer_span(&bytes), &event);
		if (news != EVENT_DAMAGED && news != EVENT_READ)
			ok(false, "headers cut off after %zu", length);
	}
	buffer_clear(&bytes);
	add_message(&bytes, (struct span){headers.data, headers.length - 1}, span_of(""));
	ok(read_one(buffer_span(&bytes), &event) == EVENT_DAMAGED, "headers that are cut off");
	buffer_clear(&bytes);
	add_message(&bytes, (struct span){"\1a\12", 3}, span_of(""));
	ok(read_one(buffer_span(&bytes), &event) == EVENT_DAMAGED, "an unknown type of value");
	buffer_clear(&bytes);
	add_message(&bytes, (struct span){"\0\0", 2}, span_of(""));
	ok(read_one(buffer_span(&bytes), &event) == EVENT_DAMAGED, "a header without a name");
	buffer_free(&headers);
	buffer_free(&bytes);
}

static void
test_damage(void)
{
	struct buffer bytes;
	struct event event;
	size_t missed = 0;

	buffer_init(&bytes, 4096);
	add_hex(&bytes, typed);
	for (size_t bit = 0; bit < 8 * bytes.length; bit++) {
		bytes.data[bit / 8] ^= (char)(1 << bit % 8);
		missed += read_one(buffer_span(&bytes), &event) != EVENT_DAMAGED;
		bytes.data[bit / 8] ^= (char)(1 << bit % 8);
	}
	is_number((int64_t)missed, 0, "a bit is wrong, anywhere: damaged");
	for (size_t length = 0; length < bytes.length; length++)
		missed += read_one((struct span){bytes.data, length}, &event) != EVENT_NONE;
	is_number((int64_t)missed, 0, "cut off anywhere: nothing yet");
	buffer_free(&bytes);
}

/* Lengths with the right checksum. */
static enum event_news
read_lengths(unsigned long total, unsigned long headers)
{
	struct buffer bytes;
	struct event event;
	enum event_news news;

	buffer_init(&bytes, 4096);
	add_number(&bytes, total);
	add_number(&bytes, headers);
	add_checksum(&bytes, 0);
	buffer_add(&bytes, "0123456789", 10);
	news = read_one(buffer_span(&bytes), &event);
	buffer_free(&bytes);
	return news;
}

static void
test_lengths(void)
{
	ok(read_lengths(15, 0) == EVENT_DAMAGED, "shorter than a message");
	ok(read_lengths(0, 0) == EVENT_DAMAGED, "no length");
	ok(read_lengths(100, 85) == EVENT_DAMAGED, "headers longer than the message");
	ok(read_lengths(100, 84) == EVENT_NONE, "headers only");
	ok(read_lengths(100, 0xFFFFFFFF) == EVENT_DAMAGED, "endless headers");
	ok(read_lengths(EVENT_MOST + 1, 0) == EVENT_DAMAGED, "too long");
	ok(read_lengths(EVENT_MOST, 0) == EVENT_NONE, "as long as may be");
	ok(read_lengths(EVENT_MOST, EVENT_HEADERS_MOST + 1) == EVENT_DAMAGED, "headers too long");
}

/* Three messages, in pieces of each size. */
static void
test_pieces(void)
{
	struct event_stream stream;
	struct buffer bytes;
	struct event event;
	size_t wrong = 0;

	buffer_init(&bytes, 4096);
	add_hex(&bytes, typed);
	add_hex(&bytes, empty);
	add_hex(&bytes, plain);
	event_stream_init(&stream);
	for (size_t piece = 1; piece <= bytes.length; piece++) {
		size_t messages = 0;

		for (size_t at = 0; at < bytes.length; at += piece) {
			size_t left = bytes.length - at;

			event_stream_add(
			    &stream, (struct span){bytes.data + at, left < piece ? left : piece});
			while (event_stream_has_news(&stream) &&
			       event_stream_next(&stream, &event, &failure) == EVENT_READ)
				wrong +=
				    messages++ != 1 && !span_is(event.payload, "{'foo':'bar'}");
		}
		wrong += messages != 3;
	}
	is_number((int64_t)wrong, 0, "three messages, in pieces of each size");
	event_stream_free(&stream);
	buffer_free(&bytes);
}

static void
test_ceiling(void)
{
	struct event_stream stream;
	char *large = calloc(1, EVENT_MOST);
	struct buffer bytes;
	struct event event;

	buffer_init(&bytes, EVENT_MOST);
	add_message(&bytes, (struct span){"", 0}, (struct span){large, EVENT_MOST - 16});
	event_stream_init(&stream);
	ok(event_stream_add(&stream, buffer_span(&bytes)), "the longest message");
	ok(event_stream_add(&stream, (struct span){large, 65536}), "and what follows it");
	ok(!event_stream_add(&stream, (struct span){large, EVENT_MOST}), "but not another");
	ok(event_stream_next(&stream, &event, &failure) == EVENT_READ, "it is read");
	is_number((int64_t)event.payload.length, EVENT_MOST - 16, "  whole");
	ok(event_stream_next(&stream, &event, &failure) == EVENT_DAMAGED, "zeros are no message");
	event_stream_free(&stream);
	buffer_free(&bytes);
	free(large);
}

int
main(void)
{
	test_known();
	test_headers();
	test_damage();
	test_lengths();
	test_pieces();
	test_ceiling();
	return done();
}
