/* base64: OpenSSL writes the groups; they are read here, which is faster, and strict. */
#include <stdint.h>
#include <string.h>
#include <openssl/evp.h>
#include "base64.h"

/*
 * Piece by piece, as OpenSSL's lengths are ints, and as it writes a NUL behind
 * the text, for which a buffer at its ceiling has no room.
 */
enum { PIECE = 3072, PIECE_TEXT = PIECE / 3 * 4 };

bool
base64_encode(struct buffer *to, const void *bytes, size_t length)
{
	unsigned char text[PIECE_TEXT + 1];
	const unsigned char *at = bytes;

	if (length > SIZE_MAX / 4 * 3 - 3 || !buffer_reserve(to, (length + 2) / 3 * 4))
		return false;
	while (length > 0) {
		size_t piece = length < PIECE ? length : PIECE;
		int written = EVP_EncodeBlock(text, at, (int)piece);
		if (!buffer_add(to, text, (size_t)written))
			return false;
		at += piece;
		length -= piece;
	}
	return true;
}

size_t
base64_write(char *to, const void *bytes, size_t length)
{
	return (size_t)EVP_EncodeBlock((unsigned char *)to, bytes, (int)length);
}

enum { NO = 0x80, FIRST = 0x20, LAST = 0x80 };

/* What a digit from FIRST to before LAST stands for. */
static const unsigned char values[LAST - FIRST] = {
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, 62, NO, NO, NO, 63,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, NO, NO, NO, NO, NO, NO,
    NO, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, NO, NO, NO, NO, NO,
    NO, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, NO, NO, NO, NO, NO,
};

static unsigned
value_of(char digit)
{
	unsigned at = (unsigned)(unsigned char)digit - FIRST;

	return at < LAST - FIRST ? values[at] : (unsigned)NO;
}

/* Whole groups without padding. False: some digit is none. */
static bool
decode(const char *text, size_t groups, char *to)
{
	unsigned wrong = 0;

	for (size_t i = 0; i < groups; i++, text += 4, to += 3) {
		unsigned a = value_of(text[0]), b = value_of(text[1]);
		unsigned c = value_of(text[2]), d = value_of(text[3]);

		wrong |= a | b | c | d;
		to[0] = (char)(a << 2 | b >> 4);
		to[1] = (char)(b << 4 | c >> 2);
		to[2] = (char)(c << 6 | d);
	}
	return (wrong & NO) == 0;
}

/* The last group, of which some digits are padding: what they would add must be zeros. */
static bool
decode_last(const char *text, size_t padding, char *to)
{
	char group[4] = {text[0], text[1], padding == 2 ? 'A' : text[2], 'A'}, bytes[3];

	if (!decode(group, 1, bytes) || bytes[2] != 0 || (padding == 2 && bytes[1] != 0))
		return false;
	memcpy(to, bytes, 3 - padding);
	return true;
}

bool
base64_decode(struct buffer *to, struct span text)
{
	size_t padding = 0, groups = text.length / 4, length;

	if (text.length % 4 != 0)
		return false;
	while (padding < 2 && padding < text.length && text.start[text.length - 1 - padding] == '=')
		padding++;
	length = groups * 3 - padding;
	if (!buffer_reserve(to, length))
		return false;
	if (length == 0)
		return true;
	groups -= padding > 0;
	if (!decode(text.start, groups, to->data + to->length) ||
	    (padding > 0 &&
	        !decode_last(
	            text.start + 4 * groups, padding, to->data + to->length + 3 * groups)))
		return false;
	to->length += length;
	return true;
}
