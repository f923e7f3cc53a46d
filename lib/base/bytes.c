/* bytes: writes and reads numbers. */
#include "base/bytes.h"

void
bytes_put(unsigned char *bytes, uint64_t number, size_t length)
{
	for (size_t i = 0; i < length; i++, number >>= 8)
		bytes[i] = number & 0xFF;
}

uint64_t
bytes_get(const unsigned char *bytes, size_t length)
{
	uint64_t number = 0;

	while (length-- > 0)
		number = number << 8 | bytes[length];
	return number;
}

const unsigned char *
bytes_take(struct span *bytes, size_t length)
{
	const char *start = bytes->start;

	if (bytes->length < length)
		return NULL;
	bytes->start += length;
	bytes->length -= length;
	return (const unsigned char *)start;
}

bool
bytes_take_number(struct span *bytes, size_t length, uint64_t *number)
{
	const unsigned char *start = bytes_take(bytes, length);

	if (start != NULL)
		*number = bytes_get(start, length);
	return start != NULL;
}
