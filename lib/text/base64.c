/* base64: converts three bytes to four digits, and back. */
#include <stdint.h>
#include <string.h>
#include "text/base64.h"

enum { NOT_ONE = 64 };

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The value of a digit; NOT_ONE: it is not a digit. */
/* clang-format off */
static const unsigned char values[128] = {
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 64, 62, 64, 64, 64, 63, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 64, 64,
	64, 64, 64, 64, 64, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 64, 64, 64, 64, 64, 64, 26, 27, 28,
	29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48,
	49, 50, 51, 64, 64, 64, 64, 64,
};
/* clang-format on */

static unsigned
value_of(char digit)
{
	unsigned char c = (unsigned char)digit;

	return c < sizeof values ? values[c] : NOT_ONE;
}

size_t
base64_write(char *to, const void *bytes, size_t length)
{
	const unsigned char *at = bytes;
	char *start = to;
	uint32_t group;

	for (; length >= 3; at += 3, length -= 3, to += 4) {
		group = (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
		to[0] = digits[group >> 18];
		to[1] = digits[group >> 12 & 63];
		to[2] = digits[group >> 6 & 63];
		to[3] = digits[group & 63];
	}
	if (length > 0) {
		group = (uint32_t)at[0] << 16 | (length > 1 ? (uint32_t)at[1] << 8 : 0);
		to[0] = digits[group >> 18];
		to[1] = digits[group >> 12 & 63];
		to[2] = length > 1 ? digits[group >> 6 & 63] : '=';
		to[3] = '=';
		to += 4;
	}
	return (size_t)(to - start);
}

bool
base64_encode(struct buffer *to, const void *bytes, size_t length)
{
	if (length > SIZE_MAX / 4 * 3 - 3 || !buffer_reserve(to, (length + 2) / 3 * 4))
		return false;
	if (length > 0)
		to->length += base64_write(to->data + to->length, bytes, length);
	return true;
}

/* The last group, which ends in padding times "="; its unused bits must be zero. */
static bool
read_last(unsigned char *to, const char *at, size_t padding)
{
	unsigned first = value_of(at[0]), second = value_of(at[1]);
	unsigned third = padding < 2 ? value_of(at[2]) : 0;
	uint32_t group = first << 18 | second << 12 | third << 6;

	if (((first | second | third) & NOT_ONE) || (group & (padding == 1 ? 0xFF : 0xFFFF)))
		return false;
	to[0] = (unsigned char)(group >> 16);
	if (padding == 1)
		to[1] = (unsigned char)(group >> 8);
	return true;
}

bool
base64_decode(struct buffer *to, struct span text)
{
	size_t padding = 0;
	const char *at = text.start, *end;
	unsigned char *out;

	if (text.length % 4 != 0)
		return false;
	while (padding < 2 && padding < text.length && text.start[text.length - 1 - padding] == '=')
		padding++;
	if (!buffer_reserve(to, text.length / 4 * 3 - padding))
		return false;
	if (text.length == 0)
		return true;
	out = (unsigned char *)to->data + to->length;
	for (end = at + text.length - (padding > 0 ? 4 : 0); at < end; at += 4, out += 3) {
		unsigned a = value_of(at[0]), b = value_of(at[1]), c = value_of(at[2]),
		         d = value_of(at[3]);
		uint32_t group = a << 18 | b << 12 | c << 6 | d;

		if ((a | b | c | d) & NOT_ONE)
			return false;
		out[0] = (unsigned char)(group >> 16);
		out[1] = (unsigned char)(group >> 8);
		out[2] = (unsigned char)group;
	}
	if (padding > 0 && !read_last(out, at, padding))
		return false;
	to->length += text.length / 4 * 3 - padding;
	return true;
}
