/* span: a run of bytes that belongs to someone else. */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* start may be NULL where there is none; the bytes are not NUL-terminated. */
struct span {
	const char *start;
	size_t length;
};

static inline struct span
span_of(const char *text)
{
	return (struct span){text, strlen(text)};
}

static inline bool
span_equal(struct span a, struct span b)
{
	return a.length == b.length && (a.length == 0 || memcmp(a.start, b.start, a.length) == 0);
}

#endif
