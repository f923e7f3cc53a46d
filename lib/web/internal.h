/* internal: private to the server and its requests. */
#ifndef WEB_INTERNAL_H
#define WEB_INTERNAL_H

#include <microhttpd.h>
#include <poll.h>
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
	int64_t since; /* clock_steady: when the phase began */
	int64_t until; /* when it must be over; 0: at any time */
	struct request *request; /* the one that it is at; NULL: none */
	bool ended; /* it was shut down, and is closed soon */
	bool excess; /* there were too many: its requests get 503 */
};

struct server {
	struct server_settings settings;
	struct MHD_Daemon *daemon;
	pthread_t janitor;
	pthread_mutex_t mutex; /* guards all below, and the phases of connections and requests */
	pthread_cond_t changed; /* there is a first connection, or the end has come; steady */
	bool has_janitor, ending;
	unsigned ended; /* connections */
	struct connection *connections;
	struct request *requests;
	struct server_counts counts;
	struct pollfd *polled; /* room for those of streams */
	size_t polled_most;
};

struct request {
	struct request *previous, *next;
	struct server *server;
	struct MHD_Connection *mhd;
	struct connection *connection;
	struct pool pool;
	struct query query;
	const char *invalid; /* why the target is; NULL: it is valid */
	const char *host; /* in a target such as http://host/path; NULL: it has none */
	bool asterisk; /* the target is *, for OPTIONS */
	bool too_long; /* the target */
	bool excess; /* its connection is */
	bool head, begun;
	bool gzip; /* the client takes it */
	const char *accept; /* in pool; NULL: anything */
	const char *if_none_match; /* in pool; NULL: none */
	/* Guarded by the server's mutex: */
	unsigned holders; /* who free it, the last of them: its connection, the handler, a stream */
	int64_t until; /* clock_steady: when it is replied to at the latest; 0: it was */
	bool gone; /* the client of a stream */
	bool suspended;
	bool woken; /* since the stream was last read */
	bool handled; /* passed to the handler, or replied to */
	struct MHD_Response *response; /* NULL: none yet */
	unsigned status;
	size_t bytes; /* of the response */
	bool streams;
	struct reply_stream stream;
};

/* Reads a target, as it was sent. */
void target_read(struct request *request, const char *target);

/* reply: makes what is sent. */
/* Takes the body over. bytes: of the body that is sent. */
struct MHD_Response *reply_make(
    struct request *request, struct reply *reply, unsigned *status, size_t *bytes);
/* What every reply says. */
void reply_add_common(const struct request *request, struct MHD_Response *response);
/* The value of the header Allow. */
#define REPLY_ALLOW "GET, HEAD"

/* headers: The value of a header that is there once, without a NUL; NULL: there is none. */
const char *headers_only(struct request *request, const char *name);
bool headers_announce_body(struct request *request);

/* The last holder frees it. */
void request_release(struct request *request);

/* janitor: a thread, until the server is ending. */
void *janitor_run(void *server);

/* connections: when they must be over. The caller of those but the last two has the mutex. */
/* A client that does not answer any more is not waited for longer than patience. */
void connection_limit_silence(struct server *server, const struct connection *connection);
void connection_enter(struct server *server, struct connection *connection, enum phase phase);
void connections_sweep(struct server *server, int64_t now);
/* Makes room if there are too many. False: each of them is in use. */
bool connections_limit(struct server *server, const struct connection *newest);
/* Ends the one that takes longest to take its reply. */
void connections_end_slowest(struct server *server);
/* Is a reply on its way, or the end of a stream? */
bool connections_are_busy(struct server *server);

#endif
