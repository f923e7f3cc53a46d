/* span: a run of bytes that belongs to someone else, and comparisons of such runs. */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Not NUL-terminated. start NULL: there is none. */
struct span {
	const char *start;
	size_t length;
};

static inline struct span
span_of(const char *text)
{
	return (struct span){text, strlen(text)};
}

/* Is it equal to text? */
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

/* Below 0, 0 or above 0, as memcmp; if one begins with the other, the shorter is first. */
static inline int
span_compare(struct span a, struct span b)
{
	size_t common = a.length < b.length ? a.length : b.length;
	int order = common > 0 ? memcmp(a.start, b.start, common) : 0;

	return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

/* As span_compare, for decimal numbers without sign or leading zeros. */
static inline int
span_compare_decimals(struct span a, struct span b)
{
	if (a.length != b.length)
		return a.length < b.length ? -1 : 1;
	return memcmp(a.start, b.start, a.length);
}

#endif
