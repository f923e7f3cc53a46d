/*
 * json_text: strings and names; and that the code for processors without SSE2,
 * which is compiled in here under other names, agrees with the linked one.
 */
#undef __SSE2__
#define json_stop portable_stop
#define json_pass_text portable_pass_text
#define json_unescape portable_unescape
#define json_text_is portable_text_is
#define json_add_string portable_add_string
#define json_is_utf8 portable_is_utf8
#define json_nul portable_nul
#include "../../lib/text/json_text.c"
#undef json_stop
#undef json_pass_text
#undef json_unescape
#undef json_text_is
#undef json_add_string
#undef json_is_utf8
#undef json_nul
#undef JSON_H
#undef JSON_TEXT_H

const char *json_pass_text(struct json_scan *scan, const char *at);
size_t json_unescape(struct span inside, char *to);
bool json_text_is(struct span inside, struct span plain);
bool json_add_string(struct buffer *buffer, const void *bytes, size_t length);
bool json_is_utf8(struct span text);

#include <stdlib.h>
#include "tap.h"

static const struct {
	const char *inside;
	struct span plain;
} undone[] = {
    {"", {"", 0}},
    {"abc", {"abc", 3}},
    {"\\\"\\\\\\/\\b\\f\\n\\r\\t", {"\"\\/\b\f\n\r\t", 8}},
    {"\\u0000", {"\0", 1}},
    {"a\\u0041\\u007fz", {"aA\x7Fz", 4}},
    {"\\u0080\\u07FF", {"\xC2\x80\xDF\xBF", 4}},
    {"\\u0800\\uFFFF", {"\xE0\xA0\x80\xEF\xBF\xBF", 6}},
    {"\\uD800\\uDC00\\uDBFF\\uDFFF", {"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", 8}},
    {"\xE2\x82\xAC\\u20ac", {"\xE2\x82\xAC\xE2\x82\xAC", 6}},
    {"\\\\u0041", {"\\u0041", 6}},
};

static void
test_unescape(void)
{
	char to[100];

	for (size_t i = 0; i < sizeof undone / sizeof undone[0]; i++) {
		struct span inside = span_of(undone[i].inside);
		size_t length = json_unescape(inside, to);
		is_span((struct span){to, length}, undone[i].plain, "escapes undone");
		ok(json_text_is(inside, undone[i].plain), "  and the same text");
		ok(!json_text_is(inside, (struct span){"abc\0", 4}), "  and no other");
	}
	memcpy(to, "x\\ny", 4);
	is_number((int64_t)json_unescape((struct span){to, 4}, to), 3, "in place");
	is_span((struct span){to, 3}, span_of("x\ny"), "  it comes out too");
	is_number((int64_t)json_unescape((struct span){NULL, 0}, to), 0, "nothing of nothing");
}

static void
test_text_is(void)
{
	ok(json_text_is((struct span){NULL, 0}, (struct span){"", 0}), "nothing is nothing");
	ok(!json_text_is(span_of("a"), span_of("")), "something is not nothing");
	ok(!json_text_is(span_of(""), span_of("a")), "nor the other way round");
	ok(!json_text_is(span_of("a\\n"), span_of("a\\n")), "a written escape is not itself");
	ok(json_text_is(span_of("a\\\\n"), span_of("a\\n")), "but an escaped backslash is one");
	ok(!json_text_is(span_of("\\u0041b"), span_of("A")), "the beginning is not enough");
	ok(!json_text_is(span_of("\\u0041"), span_of("Ab")), "nor for the other");
	ok(!json_text_is(span_of("\\u00e9"), span_of("\xC3")), "nor a part of a character");
}

static void
test_add_string(void)
{
	static const struct {
		struct span bytes;
		const char *string;
	} written[] = {
	    {{NULL, 0}, "\"\""},
	    {{"plain \x7F", 7}, "\"plain \x7F\""},
	    {{"\"\\/\b\f\n\r\t", 8}, "\"\\\"\\\\/\\b\\f\\n\\r\\t\""},
	    {{"\0\x01\x1F", 3}, "\"\\u0000\\u0001\\u001f\""},
	    {{"\xE2\x82\xAC\xF0\x9F\x98\x80", 7}, "\"\xE2\x82\xAC\xF0\x9F\x98\x80\""},
	    {{"a\xFFz", 3}, "\"a\xEF\xBF\xBDz\""},
	    {{"\xE2\x82z\xE2\x82", 5}, "\"\xEF\xBF\xBDz\xEF\xBF\xBD\""},
	    {{"\xED\xA0\x80", 3}, "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
	    {{"\xC0\xAF", 2}, "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
	};
	struct buffer buffer;

	for (size_t i = 0; i < sizeof written / sizeof written[0]; i++) {
		buffer_init(&buffer, 100);
		ok(json_add_string(&buffer, written[i].bytes.start, written[i].bytes.length),
		    "fits");
		is_span(buffer_span(&buffer), span_of(written[i].string), "written as a string");
		buffer_free(&buffer);
		buffer_init(&buffer, strlen(written[i].string) + 1);
		buffer_add(&buffer, "xy", 2);
		ok(!json_add_string(&buffer, written[i].bytes.start, written[i].bytes.length),
		    "a byte more than the ceiling: refused");
		is_span(buffer_span(&buffer), span_of("xy"), "  and nothing of it is left");
		buffer_free(&buffer);
	}
}

static void
test_utf8(void)
{
	ok(json_is_utf8((struct span){NULL, 0}), "nothing is UTF-8");
	ok(json_is_utf8((struct span){"\0\n\"\\ \x7F", 6}), "so is all of ASCII");
	ok(json_is_utf8(span_of("\xC2\x80 sixteen bytes and more \xF4\x8F\xBF\xBF")),
	    "and the rest");
	ok(!json_is_utf8(span_of("sixteen bytes and more \xF4\x90\x80\x80")), "above U+10FFFF");
	ok(!json_is_utf8(span_of("\xED\xA0\x80")), "a surrogate");
	ok(!json_is_utf8(span_of("\xC0\x80")), "overlong");
	ok(!json_is_utf8(span_of("a\xE2\x82")), "cut off");
}

/* Both ways through a string's inside end alike. */
static bool
agree(struct span text)
{
	struct json_scan one = {.end = text.start + text.length}, other = one;
	const char *end = json_pass_text(&one, text.start);

	return end == portable_pass_text(&other, text.start) && one.stopped == other.stopped &&
	       one.escaped == other.escaped &&
	       (end != NULL || strcmp(one.reason, other.reason) == 0) &&
	       json_is_utf8(text) == portable_is_utf8(text);
}

/* Every byte in every place of a text of every length up to a few blocks. */
static void
test_every_place(void)
{
	unsigned ends_wrong = 0, disagree = 0;

	for (size_t length = 1; length <= 40; length++) {
		char *text = malloc(length);
		for (size_t place = 0; text != NULL && place < length; place++) {
			for (int byte = 0; byte < 256; byte++) {
				struct json_scan scan = {.end = text + length};
				memset(text, 'a', length);
				text[place] = (char)byte;
				const char *end = json_pass_text(&scan, text);
				bool plain = byte >= ' ' && byte < 0x80 && byte != '\\';
				if (byte == '"')
					ends_wrong += end != text + place;
				else
					ends_wrong +=
					    end != NULL ||
					    scan.stopped != text + (plain ? length : place);
				disagree += !agree((struct span){text, length});
			}
		}
		free(text);
	}
	is_number(ends_wrong, 0, "every byte is seen in every place");
	is_number(disagree, 0, "and by the portable code too");
}

static void
test_random(void)
{
	static const char alphabet[] =
	    "aaaaaaaa\\\\u0dD8Cc\"n\n\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80";
	uint32_t state = 20251021;
	unsigned disagree = 0;
	char text[60];

	for (int round = 0; round < 100000; round++) {
		size_t length = 0;
		do {
			state = state * 1664525 + 1013904223;
			text[length++] = alphabet[(state >> 16) % (sizeof alphabet - 1)];
		} while (length < sizeof text && state >> 26 != 0);
		disagree += !agree((struct span){text, length});
	}
	is_number(disagree, 0, "nor do they differ over random strings");
}

int
main(void)
{
	test_unescape();
	test_text_is();
	test_add_string();
	test_utf8();
	test_every_place();
	test_random();
	return done();
}
