/* failure: fills a struct failure, derives exit statuses, escapes text from outside. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/failure.h"

enum { SHOWN_BYTES = 200 };

bool
fail(struct failure *failure, enum failure_kind kind, const char *format, ...)
{
	va_list arguments;

	failure->kind = kind;
	va_start(arguments, format);
	vsnprintf(failure->text, sizeof failure->text, format, arguments);
	va_end(arguments);
	return false;
}

bool
failure_is_short(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM;
}

static enum failure_kind
kind_of_errno(int error)
{
	if (failure_is_short(error))
		return FAILURE_TEMPORARY;
	switch (error) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
	case EIO:
	case EAGAIN:
	case ENOBUFS:
	case ETXTBSY:
	case EBUSY:
	case ENOLCK:
	case ESTALE:
	case ETIMEDOUT:
		return FAILURE_TEMPORARY;
	case EPIPE:
	case ECONNRESET:
		return FAILURE_READER_GONE;
	default:
		return FAILURE_PERMANENT;
	}
}

bool
fail_errno(struct failure *failure, int error, const char *format, ...)
{
	va_list arguments;
	size_t length;

	failure->kind = kind_of_errno(error);
	va_start(arguments, format);
	vsnprintf(failure->text, sizeof failure->text, format, arguments);
	va_end(arguments);
	length = strlen(failure->text);
	snprintf(failure->text + length, sizeof failure->text - length, ": %s", strerror(error));
	return false;
}

bool
fail_stopped(struct failure *failure)
{
	return fail(failure, FAILURE_STOPPED, "stopped by a signal");
}

bool
fail_reader_gone(struct failure *failure)
{
	return fail(failure, FAILURE_READER_GONE, "nobody reads the output any more");
}

int
failure_status(enum failure_kind kind)
{
	switch (kind) {
	case FAILURE_REFUSED:
		return 1;
	case FAILURE_TEMPORARY:
		return 75;
	case FAILURE_PERMANENT:
		return 2;
	case FAILURE_NONE:
	case FAILURE_READER_GONE:
	case FAILURE_STOPPED:
		break;
	}
	return 0;
}

int
failure_worse_status(int a, int b)
{
	static const int worst_first[] = {2, 75, 1};

	for (size_t i = 0; i < sizeof worst_first / sizeof *worst_first; i++) {
		if (a == worst_first[i] || b == worst_first[i])
			return worst_first[i];
	}
	return 0;
}

/* Characters that are invisible or change the order of others: Unicode's category Cf, and its
 * separators of lines and paragraphs. Source: DerivedGeneralCategory.txt of Unicode 15.1. */
static bool
is_format(unsigned long character)
{
	static const struct {
		unsigned long first, last;
	} ranges[] = {{0xAD, 0xAD}, {0x600, 0x605}, {0x61C, 0x61C}, {0x6DD, 0x6DD}, {0x70F, 0x70F},
	    {0x890, 0x891}, {0x8E2, 0x8E2}, {0x180E, 0x180E}, {0x200B, 0x200F}, {0x2028, 0x202E},
	    {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0x110BD, 0x110BD},
	    {0x110CD, 0x110CD}, {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A},
	    {0xE0001, 0xE007F}};

	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
		if (character >= ranges[i].first && character <= ranges[i].last)
			return true;
	}
	return false;
}

size_t
show_sequence(const void *text, size_t length)
{
	const unsigned char *bytes = text;
	unsigned char first = bytes[0];
	size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
	unsigned long character = size == 1 ? first : first & (0x7FU >> size);

	if (first < 0x20 || first == 0x7F || (first >= 0x80 && first < 0xC2) || first > 0xF4)
		return 0;
	if (size > length)
		return 0;
	for (size_t i = 1; i < size; i++) {
		if ((bytes[i] & 0xC0) != 0x80)
			return 0;
		character = character << 6 | (bytes[i] & 0x3F);
	}
	/* C1 controls, overlong forms, surrogates, above U+10FFFF, no characters (U+FFFE). */
	if ((character >= 0x80 && character < 0xA0) || (size == 3 && character < 0x800) ||
	    (character >= 0xD800 && character <= 0xDFFF) || (size == 4 && character < 0x10000) ||
	    character > 0x10FFFF || (character & 0xFFFE) == 0xFFFE)
		return 0;
	return is_format(character) ? 0 : size;
}

const char *
show(struct shown *shown, const void *bytes, size_t length)
{
	const unsigned char *from = bytes;
	size_t shown_bytes = length < SHOWN_BYTES ? length : SHOWN_BYTES;
	char *to = shown->text;

	for (size_t i = 0; i < shown_bytes;) {
		size_t size = show_sequence(from + i, length - i);

		if (size > 0 && i + size > shown_bytes)
			break;
		if (size == 0) {
			to += sprintf(to, "\\x%02x", from[i++]);
			continue;
		}
		memcpy(to, from + i, size);
		to += size;
		i += size;
	}
	strcpy(to, length > SHOWN_BYTES ? "\xE2\x80\xA6" : "");
	return shown->text;
}
