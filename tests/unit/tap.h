/*
 * tap: what a unit test says, in the Test Anything Protocol. Each test is a
 * line of its own; main ends in `return done();`, which prints the plan.
 */
#ifndef TAP_H
#define TAP_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "base/span.h"

static unsigned tap_tests, tap_failed;

/* Reports a test by its name; returns good, so that more can be said where it is not. */
static inline bool __attribute__((format(printf, 2, 3))) ok(bool good, const char *name, ...)
{
	va_list arguments;

	tap_tests++;
	tap_failed += !good;
	printf("%s %u - ", good ? "ok" : "not ok", tap_tests);
	va_start(arguments, name);
	vprintf(name, arguments);
	va_end(arguments);
	putchar('\n');
	return good;
}

/* Bytes, control bytes and all but ASCII escaped, so that they stay on their line. */
static inline void
tap_show(const char *what, struct span text)
{
	printf("# %s: ", what);
	if (text.start == NULL)
		printf("none");
	for (size_t i = 0; text.start != NULL && i < text.length; i++) {
		unsigned char byte = (unsigned char)text.start[i];
		printf(byte >= ' ' && byte < 0x7F ? "%c" : "\\x%02X", byte);
	}
	putchar('\n');
}

static inline bool
is_span(struct span got, struct span expected, const char *name)
{
	bool same = (got.start == NULL) == (expected.start == NULL) && span_equal(got, expected);

	ok(same, "%s", name);
	if (!same) {
		tap_show("got", got);
		tap_show("expected", expected);
	}
	return same;
}

/* Either may be NULL. */
static inline bool
is_text(const char *got, const char *expected, const char *name)
{
	struct span none = {NULL, 0};

	return is_span(
	    got != NULL ? span_of(got) : none, expected != NULL ? span_of(expected) : none, name);
}

static inline bool
is_number(int64_t got, int64_t expected, const char *name)
{
	bool same = got == expected;

	ok(same, "%s", name);
	if (!same)
		printf("# got: %" PRId64 "\n# expected: %" PRId64 "\n", got, expected);
	return same;
}

/* The exit status: 1 where a test failed, or where the output could not be written. */
static inline int
done(void)
{
	printf("1..%u\n", tap_tests);
	return tap_failed > 0 || fflush(stdout) != 0;
}

#endif
