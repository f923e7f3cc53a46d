/* base64: RFC 4648's vectors, what must be refused, and every length to and fro. */
#include <stdlib.h>
#include "text/base64.h"
#include "tap.h"

static const char *const vectors[][2] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}, {"\xFB\xEF\xFF", "++//"}};

static void
test_vectors(void)
{
	struct buffer buffer;

	buffer_init(&buffer, 100);
	buffer_reserve(&buffer, 1);
	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		buffer_clear(&buffer);
		ok(base64_encode(&buffer, vectors[i][0], strlen(vectors[i][0])), "written");
		is_span(buffer_span(&buffer), span_of(vectors[i][1]), "  as it should");
		buffer_clear(&buffer);
		ok(base64_decode(&buffer, span_of(vectors[i][1])), "read");
		is_span(buffer_span(&buffer), span_of(vectors[i][0]), "  as it was");
	}
	buffer_clear(&buffer);
	ok(base64_decode(&buffer, (struct span){NULL, 0}), "nothing is read");
	ok(base64_encode(&buffer, NULL, 0), "and written");
	is_number((int64_t)buffer.length, 0, "as nothing");
	buffer_free(&buffer);
}

static void
test_refused(void)
{
	static const char *const refused[] = {"Z", "Zg", "Zg=", "Zg===", "=",
	    "==", "===", "====", "Z===", "Zg==Zg==", "Zg=a", "Zm9=v", "Zm9v\n", "Zm 9", " Zm9",
	    "Zm9v    ", "\nZm9vYg", "Zm-_", "Zm9\xC3", "Zm.v", "Zh==", "Zm9=", "-Zm9", "----",
	    "Zm9vYm8=Zm9v"};
	struct buffer buffer;

	buffer_init(&buffer, 100);
	buffer_add(&buffer, "before", 6);
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		ok(!base64_decode(&buffer, span_of(refused[i])), "refused: number %zu", i);
		is_span(buffer_span(&buffer), span_of("before"), "  and nothing added");
	}
	ok(!base64_decode(&buffer, (struct span){"Zm\0v", 4}), "a NUL is refused");
	buffer_free(&buffer);
}

static void
test_ceiling(void)
{
	struct buffer buffer;

	buffer_init(&buffer, 8);
	ok(base64_encode(&buffer, "fooba", 5), "exactly at the ceiling");
	ok(!base64_encode(&buffer, "f", 1), "above it");
	is_span(buffer_span(&buffer), span_of("Zm9vYmE="), "leaves what was there");
	buffer_free(&buffer);
	buffer_init(&buffer, 4);
	ok(base64_decode(&buffer, span_of("Zm9vYg==")), "exactly at the ceiling");
	ok(!base64_decode(&buffer, span_of("Zg==")), "above it");
	is_span(buffer_span(&buffer), span_of("foob"), "leaves what was there");
	buffer_free(&buffer);
}

/* Lengths around the pieces in which it is done; what is bad in the last one. */
static void
test_lengths(void)
{
	enum { LONGEST = 3 * 3072 + 4 };
	char *bytes = malloc(LONGEST);
	struct buffer text, back;
	unsigned wrong = 0;

	buffer_init(&text, 2 * LONGEST);
	buffer_init(&back, 2 * LONGEST);
	for (size_t i = 0; bytes != NULL && i < LONGEST; i++)
		bytes[i] = (char)(i * 7 + i / 256);
	for (size_t length = 0; bytes != NULL && length <= LONGEST; length++) {
		buffer_clear(&text);
		buffer_clear(&back);
		wrong += !base64_encode(&text, bytes, length) ||
		         text.length != (length + 2) / 3 * 4 ||
		         !base64_decode(&back, buffer_span(&text)) || back.length != length ||
		         (length > 0 && memcmp(back.data, bytes, length) != 0);
	}
	is_number(wrong, 0, "every length to and fro");
	buffer_clear(&back);
	text.data[text.length - 4] = '!';
	ok(!base64_decode(&back, buffer_span(&text)), "a bad byte near the end of a long text");
	is_number((int64_t)back.length, 0, "adds nothing");
	text.data[text.length - 4] = 'A';
	text.data[text.length - 3] = 'B';
	text.data[text.length - 2] = '=';
	text.data[text.length - 1] = '=';
	ok(!base64_decode(&back, buffer_span(&text)), "stray bits at the end of a long text");
	is_number((int64_t)back.length, 0, "add nothing");
	buffer_free(&text);
	buffer_free(&back);
	free(bytes);
}

int
main(void)
{
	test_vectors();
	test_refused();
	test_ceiling();
	test_lengths();
	return done();
}
