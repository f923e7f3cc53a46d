/* memory: allocation that ends the process if it fails, and wiping. */
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

enum { STATUS_TEMPORARY = 75 };

static const char *
program_name(void)
{
#ifdef __linux__
	return program_invocation_short_name;
#else
	return getprogname();
#endif
}

/* Nothing can be cleaned up without memory; records without a receipt will be sent again. */
_Noreturn void
memory_exhausted(void)
{
	char message[64];
	int length = snprintf(message, sizeof message, "%.40s: out of memory\n", program_name());
	ssize_t ignored = write(STDERR_FILENO, message, (size_t)length);

	(void)ignored;
	_exit(STATUS_TEMPORARY);
}

void *
memory_new(size_t count, size_t size)
{
	void *memory = calloc(count > 0 ? count : 1, size > 0 ? size : 1);

	if (memory == NULL)
		memory_exhausted();
	return memory;
}

void *
memory_resize(void *old, size_t count, size_t size)
{
	void *memory;

	if (size > 0 && count > SIZE_MAX / size)
		memory_exhausted();
	memory = realloc(old, count * size > 0 ? count * size : 1);
	if (memory == NULL)
		memory_exhausted();
	return memory;
}

char *
memory_copy(const void *bytes, size_t length)
{
	char *copy = memory_new(length + 1, 1);

	if (length > 0)
		memcpy(copy, bytes, length);
	return copy;
}

char *
memory_copy_text(const char *text)
{
	return memory_copy(text, strlen(text));
}

char *
memory_format(const char *format, ...)
{
	va_list arguments;
	char *text;
	int length;

	va_start(arguments, format);
	length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		memory_exhausted();
	return text;
}

void
memory_wipe(void *bytes, size_t length)
{
	/* volatile: the compiler cannot know which function this is, so it must call it. */
	static void *(*const volatile fill)(void *, int, size_t) = memset;

	if (length > 0)
		fill(bytes, 0, length);
}

void
memory_wipe_text(char *text)
{
	if (text != NULL)
		memory_wipe(text, strlen(text));
	free(text);
}
