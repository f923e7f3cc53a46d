/* buffer: what is added is there, and nothing passes the ceiling. */
#include "base/buffer.h"
#include "tap.h"

static void
test_additions(void)
{
	struct buffer buffer;

	buffer_init(&buffer, 1000);
	ok(buffer.data == NULL, "nothing is held before something is added");
	ok(buffer_add(&buffer, NULL, 0), "nothing can be added");
	ok(buffer_add(&buffer, "a\0b", 3), "bytes");
	ok(buffer_add_text(&buffer, "-text-"), "text");
	ok(buffer_add_format(&buffer, "%s=%d", "number", 42), "a format");
	is_span(
	    buffer_span(&buffer), (struct span){"a\0b-text-number=42", 18}, "all of it in order");
	buffer_clear(&buffer);
	is_number((int64_t)buffer.length, 0, "cleared");
	ok(buffer.capacity > 0, "the memory is kept");
	buffer_free(&buffer);
	ok(buffer.data == NULL && buffer.capacity == 0, "and given back");
	ok(buffer_add_text(&buffer, "again"), "it can be used again");
	buffer_free(&buffer);
}

static void
test_ceiling(void)
{
	struct buffer buffer;

	buffer_init(&buffer, 10);
	ok(buffer_add(&buffer, "0123456", 7), "under the ceiling");
	ok(!buffer_add(&buffer, "789A", 4), "above it");
	is_span(buffer_span(&buffer), span_of("0123456"), "  adds nothing");
	ok(!buffer_add_format(&buffer, "%d", 12345), "nor does a format");
	is_span(buffer_span(&buffer), span_of("0123456"), "  which leaves what was there");
	ok(buffer_add(&buffer, "789", 3), "exactly at it");
	ok(!buffer_add(&buffer, "A", 1), "then no more");
	ok(buffer_add(&buffer, "", 0), "but nothing, which is no more");
	ok(buffer.capacity <= 10, "no memory above it");
	ok(!buffer_reserve(&buffer, SIZE_MAX), "more than can be counted");
	ok(!buffer_reserve(&buffer, SIZE_MAX - 5),
	    "more than can be counted, appended");
	buffer_free(&buffer);
	buffer_init(&buffer, SIZE_MAX / 2);
	ok(buffer_reserve(&buffer, 100000) && buffer.capacity >= 100000, "room in advance");
	is_number((int64_t)buffer.length, 0, "which is no addition");
	buffer_free(&buffer);
	buffer_init(&buffer, 10);
	ok(buffer_add_format(&buffer, "%s", "") && buffer.length == 0,
	    "an empty text, formatted, to an untouched buffer");
	buffer_free(&buffer);
}

/* Byte by byte through every size at which it grows. */
static void
test_growth(void)
{
	struct buffer buffer;
	unsigned wrong = 0;

	buffer_init(&buffer, 100000);
	for (unsigned i = 0; i < 100000; i++) {
		char byte = (char)(i * 31 + i / 251);
		wrong += !buffer_add(&buffer, &byte, 1);
	}
	for (unsigned i = 0; i < 100000; i++)
		wrong += buffer.data[i] != (char)(i * 31 + i / 251);
	is_number(wrong, 0, "every byte is where it belongs");
	buffer_free(&buffer);
}

int
main(void)
{
	test_additions();
	test_ceiling();
	test_growth();
	return done();
}
