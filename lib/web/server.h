/*
 * server: an HTTP server for a few clients or a thousand, on libmicrohttpd: one thread of its own
 * does all input and output. A slow client, or one that sends nothing, costs the others nothing,
 * and its connection ends.
 */
#ifndef WEB_SERVER_H
#define WEB_SERVER_H

#include "web/access.h"
#include "web/listener.h"
#include "web/request.h"

/* Connections beyond the limit, which get 503. */
enum { SERVER_EXCESS = 32 };

struct server_settings {
	const char *certificate, *key; /* PEM text; NULL: HTTP without TLS */
	unsigned connections; /* at most */
	unsigned most_time; /* ms until a request is replied to */
	unsigned patience; /* s: a request arrives in that time, and a reply gets on in it */
	size_t most_bytes; /* of replies that clients have not taken yet, all together */
	struct access access;
	/* Called in the server's thread, for GET and HEAD that may ask; it must not block. */
	void (*handle)(void *context, struct request *request);
	void *context;
};

struct server;

/* listener stays the caller's. settings is copied; the texts in it are borrowed. */
struct server *server_start(const struct listener *listener, const struct server_settings *settings,
    struct failure *failure);
/* Takes no more connections, and ends replies without an end; requests in work may still reply. */
void server_end(struct server *server);
/* After server_end, and once all requests have been replied to. NULL is allowed. */
void server_close(struct server *server);

#endif
