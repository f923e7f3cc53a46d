/*
 * http: several requests in flight at once, by libcurl. TLS is always verified; plain http is
 * allowed only to this machine or to an endpoint that the user named; a redirect is followed only
 * to the same host by https, and never with a body; a reply has a ceiling.
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
	int64_t timeout; /* ms, for a whole request including redirects */
	int64_t idle; /* ends a request after this many ms without a byte; 0: no limit */
	unsigned connections; /* the most in use, and the most kept open */
	const char *ca_bundle; /* certificates to trust; NULL: those of the environment (trust.h) */
	const char *ca_setting; /* the setting that names ca_bundle; NULL: there is none */
};

struct http_header {
	const char *name;
	const char *value;
};

struct http_request {
	const char *url; /* https, or http or file if allowed below */
	const char *method; /* NULL: GET, or POST with a body */
	const char *accept; /* media type to ask for; NULL: none */
	const struct http_header *headers; /* more headers; copied */
	size_t header_count;
	struct span body; /* start NULL: none; borrowed until http_next returns the reply */
	size_t ceiling; /* bytes of the reply's body */
	int64_t timeout; /* ms; 0: that of the settings */
	bool as_is; /* "." and ".." in its path are not resolved */
	bool file; /* file: is allowed */
	bool plain; /* http: is allowed to any host, as the user named it */
	bool direct; /* without a proxy */
	void *context; /* returned with the reply */
	/*
	 * Takes the body of a reply of status 2xx as it arrives, by HTTP/2 if the server speaks
	 * that over TLS; NULL: the reply has the body. False: not now, the request pauses until
	 * http_resume, and the same bytes come again.
	 */
	bool (*take)(void *context, struct span bytes);
	void *take_context;
};

/* A reply; valid until the next http_next. */
struct http_reply {
	void *context;
	const char *error; /* why the reply is missing or incomplete; NULL: it is complete */
	bool final; /* with error: no retry helps: a certificate is not trusted, or the proxy
	               refuses */
	/* The target, without user and query, of a redirect that was not followed because it leads
	 * to another host or to http; NULL: none. */
	const char *redirect;
	bool sent; /* with error: a part of the request was sent */
	bool too_long; /* with error: the body exceeds the ceiling */
	int status; /* of HTTP; for a file 200, or 404 if it is missing */
	struct span body;
	int64_t retry_after; /* ms; -1: there is no such header, or it is invalid */
	int64_t took; /* microseconds */
};

struct http;

struct http *http_open(const struct http_settings *settings, struct failure *failure);
void http_close(struct http *http);

/* Copies all of request but its body. */
bool http_start(struct http *http, const struct http_request *request, struct failure *failure);
/*
 * Drives all requests. Waits up to timeout ms for one of them to progress, for input (-1: none) to
 * become readable, or for watch (-1: none) to lose its reader.
 */
bool http_wait(struct http *http, int input, int watch, int timeout, struct failure *failure);
bool http_next(struct http *http, struct http_reply *reply);
/* Cancels the request with this context; there will be no reply. */
void http_give_up(struct http *http, const void *context);
/* Continues the request with this context, if it has paused. It may call take. */
void http_resume(struct http *http, const void *context);
/* A header of the reply that was returned last; NULL: it has no such header. */
const char *http_reply_header(const struct http *http, const char *name);

#endif
