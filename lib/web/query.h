/* query: the path and the arguments of a request's target: "/v1/items?key=BTC%2FUSD&limit=10". */
#ifndef WEB_QUERY_H
#define WEB_QUERY_H

#include <stdbool.h>

#include "base/pool.h"
#include "base/span.h"

enum { QUERY_ARGUMENTS = 16, QUERY_LENGTH = 8 * 1024 /* bytes of a target */ };

struct query_argument {
	/* Decoded. */
	const char *name;
	struct span value; /* may hold NUL, and has one behind it */
};

struct query {
	const char *path; /* decoded, begins with a slash */
	struct query_argument arguments[QUERY_ARGUMENTS];
	size_t count;
};

/*
 * Reads a target. Texts are in pool. False: *reason says why it is invalid, as the end of a
 * sentence about the target: it is too long, has an invalid escape, or decodes to bytes that are
 * not UTF-8, or to a path or a name with NUL.
 */
bool query_read(struct query *query, struct span target, struct pool *pool, const char **reason);
/* The value of an argument; start NULL: it is not there. *times: how often it is. */
struct span query_find(const struct query *query, const char *name, size_t *times);

#endif
