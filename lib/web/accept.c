/* accept: compares the elements of a list; the most specific one counts. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/span.h"
#include "web/accept.h"

/* Takes the next element off a list. name: without parameters. weight: of its q, else 1. */
static bool
next(const char **list, struct span *name, double *weight)
{
	const char *at = *list + strspn(*list, " \t,"), *parameters;
	size_t length = strcspn(at, ",");

	if (length == 0)
		return false;
	*list = at + length;
	name->start = at;
	name->length = strcspn(at, ",; \t");
	*weight = 1;
	parameters = memchr(at, ';', length);
	while (parameters != NULL && parameters < at + length) {
		parameters += 1 + strspn(parameters + 1, " \t");
		if (strncasecmp(parameters, "q=", 2) == 0)
			*weight = strtod(parameters + 2, NULL);
		parameters = memchr(parameters, ';', (size_t)(at + length - parameters));
	}
	return true;
}

static bool
is_name(struct span name, const char *text, size_t length)
{
	return name.length == length && strncasecmp(name.start, text, length) == 0;
}

bool
accept_has(const char *header, const char *coding)
{
	struct span name;
	double weight;

	while (next(&header, &name, &weight)) {
		if (is_name(name, coding, strlen(coding)))
			return weight > 0;
	}
	return false;
}

/* How well a range fits a type: 3 exactly, 2 by the part before the slash, 1 as any, 0 not. */
static int
fit(struct span range, const char *type)
{
	size_t length = strcspn(type, ";"), slash = strcspn(type, "/");

	if (is_name(range, type, length))
		return 3;
	if (range.length == slash + 2 && strncasecmp(range.start, type, slash + 1) == 0 &&
	    range.start[slash + 1] == '*')
		return 2;
	return range.length == 3 && memcmp(range.start, "*/*", 3) == 0;
}

bool
accept_takes(const char *header, const char *type)
{
	struct span range;
	double weight, found = 0;
	int best = 0;
	bool any = false;

	while (next(&header, &range, &weight)) {
		int fits = fit(range, type);

		any = true;
		if (fits <= best)
			continue;
		best = fits;
		found = weight;
	}
	return found > 0 || !any;
}
