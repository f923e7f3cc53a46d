/* utf8: one sequence of UTF-8 at a time (RFC 3629: not overlong, no surrogates, up to U+10FFFF). */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The length of the sequence at at, which is before end. If it is invalid (*whole false): the
 * bytes that one U+FFFD replaces, those that could have begun a sequence, at least one.
 */
static inline size_t
utf8_sequence(const char *at, const char *end, bool *whole)
{
	const unsigned char *byte = (const unsigned char *)at;
	size_t room = (size_t)(end - at), size, i;
	/* After some first bytes the second has a narrower range. */
	unsigned char low = 0x80, high = 0xBF;

	*whole = true;
	if (byte[0] < 0x80)
		return 1;
	*whole = false;
	if (byte[0] < 0xC2 || byte[0] > 0xF4)
		return 1;
	size = byte[0] < 0xE0 ? 2 : byte[0] < 0xF0 ? 3 : 4;
	if (byte[0] == 0xE0)
		low = 0xA0;
	else if (byte[0] == 0xED)
		high = 0x9F;
	else if (byte[0] == 0xF0)
		low = 0x90;
	else if (byte[0] == 0xF4)
		high = 0x8F;
	for (i = 1; i < size; i++) {
		if (i == room || byte[i] < low || byte[i] > high)
			return i;
		low = 0x80;
		high = 0xBF;
	}
	*whole = true;
	return size;
}

#endif
