/* thin: which items stay. */

#include "serve/thin.h"
#include "tap.h"

static char got[1000];

static bool
note(void *context, struct span text)
{
	(void)context;
	strncat(got, text.start, text.length);
	strcat(got, " ");
	return true;
}

/* Adds items at 0, 1, … with these values, and compares those that stay. */
static void
stays(const char *values, int64_t end, unsigned parts, const char *expected, const char *name)
{
	struct thin *thin = thin_open(0, end, parts);
	uint64_t count = 0;

	for (const char *at = values; *at != '\0'; at += strcspn(at, " "), at += *at == ' ') {
		struct span text = {at, strcspn(at, " ")};

		thin_add(thin, (int64_t)count++, text, text);
	}
	got[0] = '\0';
	ok(thin_visit(thin, note, NULL) && thin_added(thin) == count, "%s", name);
	is_text(got, expected, name);
	thin_close(thin);
}

static bool
refuse(void *context, struct span text)
{
	(void)text;
	return ++*(int *)context < 2;
}

int
main(void)
{
	struct span one = span_of("1"), two = span_of("2"), three = span_of("3");
	struct thin *thin;
	int calls = 0;

	stays("", 10, 3, "", "no item");
	stays("7", 0, 1, "7 ", "one item is passed once");
	stays("1 2 3", 2, 100, "1 2 3 ", "more parts than items");
	stays("5 1 9 4 6", 4, 1, "5 1 9 6 ", "least, greatest, first and last");
	stays("5 9 1 4 6", 4, 1, "5 9 1 6 ", "in the order of time");
	stays("3 3 3 3", 3, 1, "3 3 ", "of equal ones the first, and the last of all");
	stays("1 2 3 4 5 6 7 8", 7, 2, "1 4 5 8 ", "each part has its own");
	stays("0 1.00000000000000000002 1.00000000000000000001 1.00000000000000000003 0", 4, 1,
	    "0 1.00000000000000000003 0 ", "numbers that only late digits tell apart: the greatest");
	stays("2 1.00000000000000000002 1.00000000000000000001 1.00000000000000000003 2", 4, 1,
	    "2 1.00000000000000000001 2 ", "the least");
	stays("-2 -1.00000000000000000001 -1.00000000000000000003 -1.00000000000000000002 -2", 4, 1,
	    "-2 -1.00000000000000000001 -2 ", "the greatest of negative ones");
	stays("-2e-5 -0.00002 -2.0e-5 0.0 0 -0", 5, 1, "-2e-5 0.0 -0 ", "equal in other forms");
	stays("1 1e-130 2e-130 0 9.9e125 9.8e125 1", 6, 1, "1 0 9.9e125 1 ", "the limits of numbers");
	stays("1 2 3", 1, 2, "1 2 3 ", "a time after the end belongs to the last part");
	thin = thin_open(10, 20, 2);
	thin_add(thin, 5, one, one);
	thin_add(thin, INT64_MAX, two, two);
	thin_add(thin, INT64_MIN, three, three);
	ok(!thin_visit(thin, refuse, &calls) && calls == 2, "a visit that ends");
	thin_close(thin);
	return done();
}
