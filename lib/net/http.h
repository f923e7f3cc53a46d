/*
 * http: several requests in flight at once, over libcurl. TLS is always
 * verified; plain http goes to this machine alone, or to where the user named
 * it; a redirect is followed to the same host over https alone, and not at all
 * with a body; a reply has a ceiling.
 */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/failure.h"
#include "base/span.h"

struct http_settings {
	const char *agent; /* User-Agent */
	int64_t connect_timeout; /* ms */
	int64_t timeout; /* ms, for the whole, redirects included */
	int64_t idle; /* ms that are waited without a byte either way; 0: all of timeout */
	unsigned connections; /* kept, and in use, at the most */
	const char *ca_bundle; /* certificates to trust instead of the system's; NULL: those */
};

struct http_header {
	const char *name;
	const char *value;
};

struct http_request {
	const char *url; /* https, http where it may be, or file where it may be */
	const char *method; /* NULL: GET, or POST where there is a body */
	const char *accept; /* media type; NULL: none asked for */
	const struct http_header *headers; /* besides those; copied */
	size_t header_count;
	struct span body; /* start NULL: none; borrowed until the reply has been handed out */
	size_t ceiling; /* bytes of the reply's body */
	int64_t timeout; /* ms; 0: that of the settings */
	bool as_is; /* "." and ".." in its path stay what they are */
	bool file; /* file: is allowed */
	bool plain; /* http: is allowed to any host: the user named it */
	bool direct; /* by way of no proxy */
	void *context; /* comes back with the reply */
};

/* What came back: valid until the next http_next. */
struct http_reply {
	void *context;
	const char *error; /* why there is no whole reply; NULL: there is */
	bool untrusted; /* error: the server could not prove who it is */
	bool sent; /* error: something of the request had left before */
	int status; /* of HTTP; of a file 200, or 404 where there is none */
	struct span body;
	int64_t retry_after; /* ms; -1: not said */
	int64_t took; /* microseconds */
};

struct http;

struct http *http_open(const struct http_settings *settings, struct failure *failure);
void http_close(struct http *http);

/* Everything in request is copied, but for its body. */
bool http_start(struct http *http, const struct http_request *request, struct failure *failure);
/*
 * Moves all requests on, waiting at most timeout ms for something to happen on
 * them or on input (-1: none) to be readable, or watch (-1: none) to lose its reader.
 */
bool http_wait(struct http *http, int input, int watch, int timeout, struct failure *failure);
bool http_next(struct http *http, struct http_reply *reply);
/* The request with this context is given up; there will be no reply. */
void http_give_up(struct http *http, const void *context);
/* A header of the reply that was handed out last; NULL where it has none of that name. */
const char *http_reply_header(const struct http *http, const char *name);

#endif
