/*
 * access: who may ask. A server on this machine can be reached by its other users, and by any web
 * page that a browser shows here; so a client proves that it knows the token, and names a host that
 * the server is known by (a page of another site cannot do either).
 */
#ifndef WEB_ACCESS_H
#define WEB_ACCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

enum { ACCESS_HOSTS = 16 };

struct access {
	const char *token; /* NULL: none is wanted */
	const char *cookie; /* the name of the cookie that holds the token */
	/* As in the header Host; count 0: any. The port that browsers leave out may be missing. */
	const char *hosts[ACCESS_HOSTS];
	size_t host_count;
	bool secure; /* with TLS */
	const char *origin; /* pages of this origin ("https://example.com") may ask; NULL: none */
};

/* What a request says of itself; NULL: the header is missing. */
struct access_claim {
	const char *host, *authorization, *cookies;
	struct span token; /* of the query, only for the page itself; start NULL: it has none */
};

enum access_verdict {
	ACCESS_GRANTED,
	ACCESS_WRONG_HOST, /* 421 */
	ACCESS_NO_TOKEN /* 401 */
};

enum access_verdict access_check(const struct access *access, const struct access_claim *claim);

#endif
