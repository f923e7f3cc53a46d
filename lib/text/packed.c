/* packed: writes and reads the numbers of a saved state. */
#include "text/packed.h"

/* Times are within these: 0001-01-01 and the end of 9999. */
static const int64_t earliest = INT64_C(-62135596800000), latest = INT64_C(253402300799999);

void
packed_put(unsigned char *bytes, uint64_t number, size_t length)
{
	for (size_t i = 0; i < length; i++, number >>= 8)
		bytes[i] = number & 0xFF;
}

void
packed_put_whole(unsigned char bytes[16], decimal_whole whole)
{
	packed_put(bytes, (uint64_t)whole, 8);
	packed_put(bytes + 8, (uint64_t)(whole >> 64), 8);
}

uint64_t
packed_get(const unsigned char *bytes, size_t length)
{
	uint64_t number = 0;

	while (length-- > 0)
		number = number << 8 | bytes[length];
	return number;
}

decimal_whole
packed_get_whole(const unsigned char bytes[16])
{
	decimal_whole high = (int64_t)packed_get(bytes + 8, 8);

	return high * ((decimal_whole)1 << 64) + packed_get(bytes, 8);
}

bool
packed_add(struct buffer *to, uint64_t number, size_t length)
{
	unsigned char bytes[8];

	packed_put(bytes, number, length);
	return buffer_add(to, bytes, length);
}

const unsigned char *
packed_take(struct span *bytes, size_t length)
{
	const char *start = bytes->start;

	if (bytes->length < length)
		return NULL;
	bytes->start += length;
	bytes->length -= length;
	return (const unsigned char *)start;
}

bool
packed_take_number(struct span *bytes, size_t length, uint64_t *number)
{
	const unsigned char *start = packed_take(bytes, length);

	if (start != NULL)
		*number = packed_get(start, length);
	return start != NULL;
}

bool
packed_is_time(int64_t time)
{
	return time >= earliest && time <= latest;
}

bool
packed_is_value(struct decimal value)
{
	decimal_whole most = decimal_power(DECIMAL_DIGITS) - 1;

	return value.places >= 0 && value.places <= DECIMAL_DIGITS && value.whole <= most &&
	       value.whole >= -most;
}

void
packed_put_decimal(unsigned char bytes[PACKED_DECIMAL], struct decimal decimal)
{
	packed_put_whole(bytes, decimal.whole);
	bytes[16] = (unsigned char)decimal.places;
}

struct decimal
packed_get_decimal(const unsigned char bytes[PACKED_DECIMAL])
{
	return (struct decimal){packed_get_whole(bytes), bytes[16]};
}
