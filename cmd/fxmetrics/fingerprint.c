/* fingerprint: computes the checksum of cksum(1) bit by bit, which is fast enough for one line. */
#include <stdint.h>
#include <stdio.h>

#include "fxmetrics/fingerprint.h"

static uint32_t
add_byte(uint32_t crc, unsigned char byte)
{
	enum { POLYNOMIAL = 0x04C11DB7 };

	crc ^= (uint32_t)byte << 24;
	for (int bit = 0; bit < 8; bit++)
		crc = crc << 1 ^ (crc >> 31 != 0 ? POLYNOMIAL : 0);
	return crc;
}

const char *
fingerprint(struct span bytes, char text[FINGERPRINT_SIZE])
{
	uint32_t crc = 0;

	for (size_t i = 0; i < bytes.length; i++)
		crc = add_byte(crc, (unsigned char)bytes.start[i]);
	for (size_t length = bytes.length; length > 0; length >>= 8)
		crc = add_byte(crc, (unsigned char)length);
	snprintf(text, FINGERPRINT_SIZE, "%lu-%zu", (unsigned long)(uint32_t)~crc, bytes.length);
	return text;
}
