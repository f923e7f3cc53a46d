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

/* Are the bytes those of text? */
static inline bool
span_is(struct span span, const char *text)
{
	size_t length = strlen(text);

	return span.length == length && (length == 0 || memcmp(span.start, text, length) == 0);
}

static inline bool
span_begins(struct span span, const char *text)
{
	size_t length = strlen(text);

	return span.length >= length && (length == 0 || memcmp(span.start, text, length) == 0);
}

static inline bool
span_equal(struct span a, struct span b)
{
	return a.length == b.length && (a.length == 0 || memcmp(a.start, b.start, a.length) == 0);
}

/* Byte by byte, as memcmp; of two that begin alike the shorter is first. Below 0, 0, above 0. */
static inline int
span_compare(struct span a, struct span b)
{
	size_t common = a.length < b.length ? a.length : b.length;
	int order = common > 0 ? memcmp(a.start, b.start, common) : 0;

	return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

/* The same for decimal numbers without a sign or leading zeros: the longer is the larger. */
static inline int
span_compare_decimals(struct span a, struct span b)
{
	if (a.length != b.length)
		return a.length < b.length ? -1 : 1;
	return memcmp(a.start, b.start, a.length);
}

#endif
