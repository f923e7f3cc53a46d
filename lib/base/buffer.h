/*
 * buffer: a growing run of bytes with a ceiling given at the start. An addition that would
 * exceed the ceiling adds nothing and returns false.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include "base/span.h"

struct buffer {
	char *data; /* NULL until something is added; not NUL-terminated: see buffer_text */
	size_t length;
	size_t capacity;
	size_t ceiling;
};

void buffer_init(struct buffer *buffer, size_t ceiling);
void buffer_free(struct buffer *buffer);
void buffer_wipe(struct buffer *buffer); /* as buffer_free, but overwrites the bytes first */
void buffer_clear(struct buffer *buffer); /* keeps the memory */
bool buffer_add_format(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The slow path of buffer_reserve. */
bool buffer_grow(struct buffer *buffer, size_t more);
struct span buffer_span(const struct buffer *buffer);
/* The bytes as text: puts a NUL after them, which length does not count. "" if there are none. */
const char *buffer_text(const struct buffer *buffer);
/* As buffer_text, but the caller owns the text and frees it; the buffer is empty afterwards. */
char *buffer_take_text(struct buffer *buffer);

/* Makes room at data + length for at least that many further bytes; the caller adds to length. */
static inline bool
buffer_reserve(struct buffer *buffer, size_t more)
{
	return (more <= buffer->capacity - buffer->length &&
	           buffer->length + more <= buffer->ceiling) ||
	       buffer_grow(buffer, more);
}

static inline bool
buffer_add(struct buffer *buffer, const void *bytes, size_t length)
{
	if (!buffer_reserve(buffer, length))
		return false;
	if (length > 0)
		memcpy(buffer->data + buffer->length, bytes, length);
	buffer->length += length;
	return true;
}

static inline bool
buffer_add_text(struct buffer *buffer, const char *text)
{
	return buffer_add(buffer, text, strlen(text));
}

#endif
