/* json_text: strings and names: checks, compares, escapes and unescapes them. */
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#	include <emmintrin.h>
#endif
#include "text/json_text.h"
#include "base/utf8.h"

enum { UNICODE_ESCAPE = 6 }; /* \u0041 */

const char *
json_stop(struct json_scan *scan, const char *at, const char *reason)
{
	scan->stopped = at;
	scan->reason = reason;
	return NULL;
}

static bool
is_plain(char c)
{
	return (unsigned char)c >= ' ' && (unsigned char)c < 0x80 && c != '"' && c != '\\';
}

/* The first byte that is not plain ASCII text inside a string, or end. */
static inline const char *
pass_plain(const char *at, const char *end)
{
#ifdef __SSE2__
	const __m128i space = _mm_set1_epi8(' ');
	const __m128i quote = _mm_set1_epi8('"');
	const __m128i backslash = _mm_set1_epi8('\\');

	for (; end - at >= 16; at += 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
		/* Bytes are signed here, so all from 0x80 up are below a space, too. */
		__m128i other = _mm_or_si128(_mm_cmplt_epi8(bytes, space),
		    _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)));
		unsigned found = (unsigned)_mm_movemask_epi8(other);
		if (found != 0)
			return at + __builtin_ctz(found);
	}
#else
	const uint64_t each = UINT64_C(0x0101010101010101);

	for (; end - at >= 8; at += 8) {
		uint64_t bytes, other;
		memcpy(&bytes, at, sizeof bytes);
		/* A borrow marks a byte below the subtracted one; only the lowest mark is exact. */
		other = bytes | (bytes - each * ' ') | ((bytes ^ each * '"') - each) |
		        ((bytes ^ each * '\\') - each);
		if ((other & each * 0x80) != 0)
			break;
	}
#endif
	while (at < end && is_plain(*at))
		at++;
	return at;
}

/* The value of the four hexadecimal digits at at; -1: there are none. */
static long
read_hex(const char *at, const char *end)
{
	long code = 0;

	if (end - at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = at[i];
		if (c >= '0' && c <= '9')
			code = code * 16 + (c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			code = code * 16 + ((c | 0x20) - 'a' + 10);
		else
			return -1;
	}
	return code;
}

/* The letters after a backslash, and the byte that each stands for. */
static const char escapes[] = "\"\\/bfnrt";
static const char escaped_bytes[] = "\"\\/\b\f\n\r\t";

static bool
is_high(long code)
{
	return code >= 0xD800 && code <= 0xDBFF;
}

static bool
is_low(long code)
{
	return code >= 0xDC00 && code <= 0xDFFF;
}

/*
 * The code point of the escape at at, a backslash; *bytes is its length, 0 if it is invalid. An
 * unpaired surrogate is returned as it is.
 */
static long
read_escape(const char *at, const char *end, size_t *bytes)
{
	const char *letter;
	long code, low;

	*bytes = 0;
	if (end - at < 2 || at[1] == '\0')
		return 0;
	letter = strchr(escapes, at[1]);
	if (letter != NULL) {
		*bytes = 2;
		return escaped_bytes[letter - escapes];
	}
	code = at[1] == 'u' ? read_hex(at + 2, end) : -1;
	if (code < 0)
		return 0;
	*bytes = UNICODE_ESCAPE;
	if (!is_high(code) || end - at < 2 * UNICODE_ESCAPE || at[6] != '\\' || at[7] != 'u')
		return code;
	low = read_hex(at + 8, end);
	if (!is_low(low))
		return code;
	*bytes = 2 * UNICODE_ESCAPE;
	return 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
}

static const char *
pass_escape(struct json_scan *scan, const char *at)
{
	size_t bytes;
	long code = read_escape(at, scan->end, &bytes);

	scan->escaped = true;
	if (bytes == 0)
		return json_stop(scan, at, "an invalid escape");
	if (is_high(code) || is_low(code))
		return json_stop(scan, at, "an unpaired surrogate");
	return at + bytes;
}

/* Continues at a byte that is not plain. Few strings have one, so it is kept out of the fast path. */
__attribute__((noinline)) static const char *
pass_other(struct json_scan *scan, const char *at)
{
	bool whole;
	size_t bytes;

	for (;;) {
		if (at == scan->end)
			return json_stop(scan, at, "an unterminated string");
		if (*at == '"')
			return at;
		if (*at == '\\') {
			at = pass_escape(scan, at);
			if (at == NULL)
				return NULL;
		} else if ((unsigned char)*at < ' ') {
			return json_stop(scan, at, "a control character in a string");
		}
		while (at < scan->end && (unsigned char)*at >= 0x80) {
			bytes = utf8_sequence(at, scan->end, &whole);
			if (!whole)
				return json_stop(scan, at, "invalid UTF-8 in a string");
			at += bytes;
		}
		at = pass_plain(at, scan->end);
	}
}

const char *
json_pass_text(struct json_scan *scan, const char *at)
{
	at = pass_plain(at, scan->end);
	return at < scan->end && *at == '"' ? at : pass_other(scan, at);
}

/* Returns how many bytes, up to 4. */
static size_t
put_utf8(long code, char *to)
{
	if (code < 0x80) {
		to[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		to[0] = (char)(0xC0 | code >> 6);
		to[1] = (char)(0x80 | (code & 0x3F));
		return 2;
	}
	if (code < 0x10000) {
		to[0] = (char)(0xE0 | code >> 12);
		to[1] = (char)(0x80 | (code >> 6 & 0x3F));
		to[2] = (char)(0x80 | (code & 0x3F));
		return 3;
	}
	to[0] = (char)(0xF0 | code >> 18);
	to[1] = (char)(0x80 | (code >> 12 & 0x3F));
	to[2] = (char)(0x80 | (code >> 6 & 0x3F));
	to[3] = (char)(0x80 | (code & 0x3F));
	return 4;
}

/* The next backslash from at on, or end. */
static const char *
next_escape(const char *at, const char *end)
{
	const char *found = at < end ? memchr(at, '\\', (size_t)(end - at)) : NULL;

	return found != NULL ? found : end;
}

size_t
json_unescape(struct span inside, char *to)
{
	const char *at = inside.start, *end = json_end(inside);
	size_t length = 0, bytes;

	while (at < end) {
		const char *escape = next_escape(at, end);
		memmove(to + length, at, (size_t)(escape - at));
		length += (size_t)(escape - at);
		at = escape;
		if (at < end) {
			long code = read_escape(at, end, &bytes);
			if (bytes == 0)
				break;
			length += put_utf8(code, to + length);
			at += bytes;
		}
	}
	return length;
}

/* Compares the unescaped inside with plain without storing it. */
static bool
escaped_text_is(struct span inside, struct span plain)
{
	const char *at = inside.start, *end = json_end(inside);
	const char *match = plain.start, *match_end = json_end(plain);
	char text[4];

	while (at < end) {
		const char *escape = next_escape(at, end);
		size_t run = (size_t)(escape - at), bytes;
		if ((size_t)(match_end - match) < run || memcmp(at, match, run) != 0)
			return false;
		at = escape;
		match += run;
		if (at < end) {
			long code = read_escape(at, end, &bytes);
			run = put_utf8(code, text);
			if (bytes == 0 || (size_t)(match_end - match) < run ||
			    memcmp(text, match, run) != 0)
				return false;
			at += bytes;
			match += run;
		}
	}
	return match == match_end;
}

bool
json_text_is(struct span inside, struct span plain)
{
	/* Unescaping never makes a text longer. */
	if (inside.length < plain.length)
		return false;
	if (inside.length == 0)
		return true;
	if (memchr(inside.start, '\\', inside.length) == NULL)
		return span_equal(inside, plain);
	return plain.length > 0 && escaped_text_is(inside, plain);
}

/* Adds the byte or sequence at at, which is not plain. Returns its length. */
static size_t
add_escaped(struct buffer *buffer, const char *at, const char *end, bool *added)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char byte = (unsigned char)*at;
	char unicode[UNICODE_ESCAPE] = {'\\', 'u', '0', '0', hex[byte >> 4 & 15], hex[byte & 15]};
	const char *short_form = byte != '\0' ? strchr(escaped_bytes, *at) : NULL;
	bool whole;
	size_t bytes;

	if (byte >= 0x80) {
		bytes = utf8_sequence(at, end, &whole);
		*added =
		    whole ? buffer_add(buffer, at, bytes) : buffer_add_text(buffer, "\xEF\xBF\xBD");
		return bytes;
	}
	if (short_form != NULL) {
		char two[2] = {'\\', escapes[short_form - escaped_bytes]};
		*added = buffer_add(buffer, two, sizeof two);
	} else {
		*added = buffer_add(buffer, unicode, sizeof unicode);
	}
	return 1;
}

bool
json_add_string(struct buffer *buffer, const void *bytes, size_t length)
{
	const char *at = bytes, *end = json_end((struct span){bytes, length});
	size_t before = buffer->length;
	bool added = buffer_add(buffer, "\"", 1);

	while (added && at < end) {
		const char *run_end = pass_plain(at, end);
		added = run_end == at || buffer_add(buffer, at, (size_t)(run_end - at));
		at = run_end;
		if (added && at < end)
			at += add_escaped(buffer, at, end, &added);
	}
	added = added && buffer_add(buffer, "\"", 1);
	if (!added)
		buffer->length = before;
	return added;
}

bool
json_is_utf8(struct span text)
{
	const char *at = text.start, *end = json_end(text);
	bool whole = true;

	while (whole && at < end) {
		at = pass_plain(at, end);
		if (at < end)
			at += utf8_sequence(at, end, &whole);
	}
	return whole;
}

const char *
json_nul(struct span text)
{
	const char *at = text.start, *end = json_end(text);

	for (; end - at >= UNICODE_ESCAPE; at += *at == '\\' ? 2 : 1) {
		if (memcmp(at, "\\u0000", UNICODE_ESCAPE) == 0)
			return at;
	}
	return NULL;
}
