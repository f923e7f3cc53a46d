/*
 * request: one request of a client, and its reply. A handler (web/server.h) replies to it once, at
 * once or later, from any thread; until then the connection waits and costs nothing. After the
 * reply the request must not be used. If the reply takes too long, the client gets 503, and what
 * the handler replies afterwards goes nowhere.
 */
#ifndef WEB_REQUEST_H
#define WEB_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "web/body.h"
#include "web/query.h"

struct request;

/* GET and HEAD are the same for a handler: the body of a HEAD's reply is not sent. */
const struct query *request_query(const struct request *request);
/* A header's first value, NULL: none. Only until the handler returns. */
const char *request_header(struct request *request, const char *name);
/* Memory that lives as long as the request. */
struct pool *request_pool(struct request *request);

/* Figures of the server since its start. */
struct server_counts {
	uint64_t connections, requests, refused; /* refused: 4xx */
	unsigned open; /* connections now */
	size_t bytes; /* of replies that wait for their clients */
};
void request_server_counts(struct request *request, struct server_counts *counts);

struct reply_header {
	const char *name, *value;
};

enum { REPLY_HEADERS = 6 };

struct reply {
	unsigned status; /* 200, … */
	const char *type; /* "application/json"; NULL: there is no body */
	struct buffer body; /* taken over */
	const struct body *ready; /* NULL, or instead of body; copied */
	struct reply_header headers[REPLY_HEADERS]; /* name NULL: no more; copied */
	bool tagged; /* it may be kept by the client, and asked for with If-None-Match */
};

/* The body is compressed here, if the client takes gzip and it is worth it. */
void request_reply(struct request *request, struct reply *reply);
/*
 * Replies with an error as a JSON problem (RFC 9457): its title is that of the status, its detail a
 * sentence without a full stop.
 */
void request_problem(struct request *request, unsigned status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same, with the number of seconds after which the client should try again: 429, 503. */
void request_later(struct request *request, unsigned status, unsigned seconds, const char *format,
    ...) __attribute__((format(printf, 4, 5)));

/*
 * A reply without an end, for events. read is called in the server's thread and must not block: it
 * fills up to room bytes and returns how many; 0: none now, so that it is called again after
 * request_wake; REQUEST_END: no more. close is called once, when the client or the server ends it;
 * after it request_wake must not be called.
 */
#define REQUEST_END SIZE_MAX
struct reply_stream {
	const char *type;
	size_t (*read)(void *context, char *to, size_t room);
	void (*close)(void *context);
	void *context;
};
void request_stream(struct request *request, const struct reply_stream *stream);
/* There is something to read again. Any thread; cheap if it waits for nothing. */
void request_wake(struct request *request);

#endif
