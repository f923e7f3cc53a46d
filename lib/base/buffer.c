/* buffer: growing, adding, and the bytes as a span or as text. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"

enum { SMALLEST = 256 };

void
buffer_init(struct buffer *buffer, size_t ceiling)
{
	*buffer = (struct buffer){.ceiling = ceiling};
}

void
buffer_free(struct buffer *buffer)
{
	free(buffer->data);
	buffer_init(buffer, buffer->ceiling);
}

void
buffer_wipe(struct buffer *buffer)
{
	if (buffer->data != NULL)
		memory_wipe(buffer->data, buffer->capacity);
	buffer_free(buffer);
}

void
buffer_clear(struct buffer *buffer)
{
	buffer->length = 0;
}

bool
buffer_grow(struct buffer *buffer, size_t more)
{
	size_t wanted = buffer->capacity < SMALLEST ? SMALLEST : buffer->capacity;

	if (more > buffer->ceiling || buffer->length > buffer->ceiling - more)
		return false;
	if (buffer->length + more <= buffer->capacity)
		return true;
	while (wanted < buffer->length + more)
		wanted *= 2;
	if (wanted > buffer->ceiling)
		wanted = buffer->ceiling;
	/* One byte more than capacity: for the NUL of buffer_text. */
	buffer->data = memory_resize(buffer->data, wanted + 1, 1);
	buffer->capacity = wanted;
	return true;
}

bool
buffer_add_format(struct buffer *buffer, const char *format, ...)
{
	va_list arguments, again;
	int length;
	bool fits;

	va_start(arguments, format);
	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	fits = length >= 0 && buffer_reserve(buffer, (size_t)length);
	/* An untouched buffer has no memory yet. */
	if (fits && length > 0) {
		vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, again);
		buffer->length += (size_t)length;
	}
	va_end(again);
	return fits;
}

struct span
buffer_span(const struct buffer *buffer)
{
	return (struct span){buffer->data, buffer->length};
}

const char *
buffer_text(const struct buffer *buffer)
{
	if (buffer->data == NULL)
		return "";
	buffer->data[buffer->length] = '\0';
	return buffer->data;
}

char *
buffer_take_text(struct buffer *buffer)
{
	char *text = buffer->data;

	if (text == NULL)
		return memory_copy_text("");
	text[buffer->length] = '\0';
	buffer_init(buffer, buffer->ceiling);
	return text;
}
