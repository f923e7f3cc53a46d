/*
 * buffer: bytes that grow, up to a ceiling given at the start. An addition
 * that would pass the ceiling adds nothing and returns false.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include "base/span.h"

struct buffer {
	char *data; /* NULL until something was added; not NUL-terminated */
	size_t length;
	size_t capacity;
	size_t ceiling;
};

void buffer_init(struct buffer *buffer, size_t ceiling);
void buffer_free(struct buffer *buffer);
void buffer_clear(struct buffer *buffer); /* keeps the memory */
bool buffer_add(struct buffer *buffer, const void *bytes, size_t length);
bool buffer_add_text(struct buffer *buffer, const char *text);
bool buffer_add_format(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Room for at least so many more bytes at data + length; the caller adds to length. */
bool buffer_reserve(struct buffer *buffer, size_t more);
struct span buffer_span(const struct buffer *buffer);

#endif
