/*
 * http: several GET requests in flight at once, over libcurl. TLS is always
 * verified; plain http goes to this machine alone; a redirect is followed to
 * the same host over https alone; a reply has a ceiling.
 */
#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "failure.h"
#include "span.h"

struct http_settings {
	const char *agent; /* User-Agent */
	int64_t connect_timeout; /* ms */
	int64_t timeout; /* ms, for the whole, redirects included */
	unsigned connections; /* kept, and in use, at the most */
};

struct http_request {
	const char *url; /* https, http to this machine, or file where it may be */
	const char *accept; /* media type */
	size_t ceiling; /* bytes of the reply's body */
	bool file; /* file: is allowed */
	void *context; /* comes back with the reply */
};

/* What came back: valid until the next http_next. */
struct http_reply {
	void *context;
	const char *error; /* why there is no whole reply; NULL: there is */
	bool untrusted; /* error: the server could not prove who it is */
	int status; /* of HTTP; of a file 200, or 404 where there is none */
	struct span body;
	int64_t retry_after; /* ms; -1: not said */
	int64_t took; /* microseconds */
};

struct http;

struct http *http_open(const struct http_settings *settings, struct failure *failure);
void http_close(struct http *http);

/* Everything in request is copied. */
bool http_start(struct http *http, const struct http_request *request, struct failure *failure);
/*
 * Moves all requests on, waiting at most timeout ms for something to happen on
 * them or on input (-1: none) to be readable, or watch (-1: none) to lose its reader.
 */
bool http_wait(struct http *http, int input, int watch, int timeout, struct failure *failure);
bool http_next(struct http *http, struct http_reply *reply);

/* May a redirect from one URL to the other be followed? */
bool http_may_follow(const char *from, const char *to);

#endif
