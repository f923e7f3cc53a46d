/* crc32: see crc32.h. Source: RFC 1952, section 8; four bytes at a time. */
#include "text/crc32.h"

#define POLYNOMIAL UINT32_C(0xEDB88320)

static void
fill(uint32_t tables[4][256])
{
	for (uint32_t byte = 0; byte < 256; byte++) {
		uint32_t rest = byte;

		for (int bit = 0; bit < 8; bit++)
			rest = rest >> 1 ^ (rest & 1 ? POLYNOMIAL : 0);
		tables[0][byte] = rest;
	}
	for (int at = 1; at < 4; at++) {
		for (uint32_t byte = 0; byte < 256; byte++) {
			uint32_t before = tables[at - 1][byte];

			tables[at][byte] = before >> 8 ^ tables[0][before & 0xFF];
		}
	}
}

uint32_t
crc32_of(struct span bytes)
{
	static uint32_t tables[4][256]; /* always the same, once they are filled */
	const unsigned char *byte = (const unsigned char *)bytes.start;
	size_t left = bytes.length;
	uint32_t rest = 0xFFFFFFFF;

	if (tables[0][1] == 0)
		fill(tables);
	for (; left >= 4; left -= 4, byte += 4) {
		rest ^= (uint32_t)byte[0] | (uint32_t)byte[1] << 8 | (uint32_t)byte[2] << 16 |
		        (uint32_t)byte[3] << 24;
		rest = tables[3][rest & 0xFF] ^ tables[2][rest >> 8 & 0xFF] ^
		       tables[1][rest >> 16 & 0xFF] ^ tables[0][rest >> 24];
	}
	for (; left > 0; left--, byte++)
		rest = rest >> 8 ^ tables[0][(rest ^ *byte) & 0xFF];
	return ~rest;
}
