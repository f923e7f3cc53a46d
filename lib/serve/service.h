/*
 * service: what fxserve answers: items of a table, its keys and latest values, the records of a
 * stream as they come, how the pipeline is, and the page that shows all of it.
 */
#ifndef SERVE_SERVICE_H
#define SERVE_SERVICE_H

#include "base/caller.h"
#include "health/checks.h"
#include "table/table.h"
#include "web/server.h"

struct service_settings {
	const char *table; /* NULL: none */
	const char *stream; /* NULL: none */
	bool table_may_come, stream_may_come; /* it need not exist yet, if it is embedded */
	const char *alerts; /* a stream of what fxalert writes; NULL: none */
	const char *dygraphs; /* the directory of dygraph.min.js and dygraph.min.css */
	bool wants_dygraphs; /* a warning if they are missing */
	const char *token; /* that clients need; NULL: none */
	const char *cookie; /* the name of the cookie that holds it */
	bool secure; /* the cookie is for TLS */
	const char *const *keys; /* the partition keys that are shown, the last NULL; NULL: all */
	const char *const *groups; /* of the stream, that /v1/health checks; the last NULL */
	struct allowed_lag allowed; /* of each group */
	const char *max_age_text; /* of the newest record, and in ms */
	int64_t max_age;
	unsigned disk; /* percent that may be used */
	unsigned crew; /* queries at once */
	uint64_t most_rows; /* that one request reads */
	int64_t most_time; /* ms that one query takes, with its wait for the crew */
	unsigned rate; /* capacity units a second of DynamoDB */
	struct caller caller;
};

struct service;

/*
 * Adds what the service needs to the rights that a tool keeps. Embedded tables and streams are
 * opened for that; false: failure says why they cannot be. For one that may come its directory is
 * created.
 */
bool service_sandbox(
    const struct service_settings *settings, struct sandbox *sandbox, struct failure *failure);
/* NULL: failure says why. settings is copied, the texts in it are borrowed. */
struct service *service_open(const struct service_settings *settings, struct failure *failure);
/*
 * Opens what may have come. True: something is still missing, so that it should be called again
 * after a while. Always by the thread that opened the service.
 */
bool service_look(struct service *service);
/* For struct server_settings. */
void service_handle(void *service, struct request *request);
/* Finishes the requests that are in work. The server must have ended. */
void service_end(struct service *service);
/* The server must be closed. NULL is allowed. */
void service_close(struct service *service);

#endif
