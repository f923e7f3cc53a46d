/* base64: OpenSSL turns the groups; what it is lenient about is checked here. */
#include <stdint.h>
#include <string.h>
#include <openssl/evp.h>
#include "base64.h"

/*
 * Piece by piece, as OpenSSL's lengths are ints, and as it writes a NUL behind
 * text and zeros for padding, for which a buffer at its ceiling has no room.
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

static bool
is_digit(unsigned char c)
{
	unsigned char letter = c | 0x20;

	return (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

static bool
all_digits(struct span text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (!is_digit((unsigned char)text.start[i]))
			return false;
	}
	return true;
}

/* Whole groups to bytes, without what stands for the padding: that must be zeros. */
static bool
add_piece(struct buffer *to, struct span text, size_t padding)
{
	unsigned char bytes[PIECE];
	int written = EVP_DecodeBlock(bytes, (const unsigned char *)text.start, (int)text.length);

	if (written < 0 || (size_t)written != text.length / 4 * 3)
		return false;
	for (size_t i = 1; i <= padding; i++) {
		if (bytes[(size_t)written - i] != 0)
			return false;
	}
	return buffer_add(to, bytes, (size_t)written - padding);
}

bool
base64_decode(struct buffer *to, struct span text)
{
	size_t before = to->length, padding = 0, at, piece;

	if (text.length % 4 != 0)
		return false;
	while (padding < 2 && padding < text.length && text.start[text.length - 1 - padding] == '=')
		padding++;
	if (!all_digits((struct span){text.start, text.length - padding}) ||
	    !buffer_reserve(to, text.length / 4 * 3 - padding))
		return false;
	for (at = 0; at < text.length; at += piece) {
		bool last = text.length - at <= PIECE_TEXT;
		piece = last ? text.length - at : PIECE_TEXT;
		if (!add_piece(to, (struct span){text.start + at, piece}, last ? padding : 0)) {
			to->length = before;
			return false;
		}
	}
	return true;
}
