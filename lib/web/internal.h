/* internal: private to the server and its requests. */
#ifndef WEB_INTERNAL_H
#define WEB_INTERNAL_H

#include <microhttpd.h>
#include <pthread.h>

#include "web/server.h"

/* What a connection is at. */
enum phase {
	PHASE_READING, /* a request, or nothing since the last one */
	PHASE_WORK, /* the reply is being made */
	PHASE_SENDING, /* the reply */
	PHASE_STREAM /* a reply without an end */
};

struct connection {
	struct connection *previous, *next;
	int socket;
	enum phase phase;
	int64_t until; /* clock_steady: when the phase must be over; 0: at any time */
};

struct server {
	struct server_settings settings;
	struct MHD_Daemon *daemon;
	pthread_t janitor;
	pthread_mutex_t mutex; /* guards all below, and the phases of connections and requests */
	pthread_cond_t ended;
	bool has_janitor, ending;
	struct connection *connections;
	struct request *requests;
	struct server_counts counts;
};

struct request {
	struct request *previous, *next;
	struct server *server;
	struct MHD_Connection *mhd;
	struct connection *connection;
	struct pool pool;
	struct query query;
	const char *invalid; /* why the target is; NULL: it is valid */
	bool head, begun;
	bool gzip; /* the client takes it */
	const char *accept; /* in pool; NULL: anything */
	const char *if_none_match; /* in pool; NULL: none */
	/* Guarded by the server's mutex: */
	unsigned holders; /* who free it, the last of them: the connection, and a stream */
	bool suspended;
	bool woken; /* since the stream was last read */
	bool handled; /* passed to the handler, or replied to */
	struct MHD_Response *response; /* NULL: none yet */
	unsigned status;
	size_t bytes; /* of the response */
	bool streams;
	struct reply_stream stream;
};

/* reply: makes what is sent. */
struct MHD_Response *reply_make(struct request *request, struct reply *reply, unsigned *status);
/* What every reply says. */
void reply_add_common(const struct request *request, struct MHD_Response *response);
/* The value of the header Allow. */
#define REPLY_ALLOW "GET, HEAD"

/* request: hands the response to the server. */
void request_give(struct request *request, struct MHD_Response *response, unsigned status);

/* The last holder frees it. */
void request_release(struct request *request);

/* connections: when they must be over. */
void connection_enter(struct server *server, struct connection *connection, enum phase phase);
void connections_sweep(struct server *server, int64_t now);

#endif
