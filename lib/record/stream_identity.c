/* stream_identity: compares what identifies streams. */
#include <string.h>

#include "record/stream_identity.h"
#include "text/number.h"

bool
stream_identity_same(const char *a, const char *b)
{
	struct number x, y;
	char one[64], other[64];
	size_t length;

	if (strcmp(a, b) == 0)
		return true;
	if (strcmp(a, STREAM_ID_UNKNOWN) == 0 || strcmp(b, STREAM_ID_UNKNOWN) == 0)
		return *a != '\0' && *b != '\0';
	if (number_read(span_of(a), &x) != NULL || number_read(span_of(b), &y) != NULL)
		return false;
	length = number_format(&x, one);
	return number_format(&y, other) == length && memcmp(one, other, length) == 0;
}
