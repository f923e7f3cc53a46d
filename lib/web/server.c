/* server: the callbacks of libmicrohttpd: connections, requests, and when they end. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "system/thread.h"
#include "web/accept.h"
#include "web/internal.h"

enum {
	/*
	 * Bytes: the target and all headers. More than 32 KiB are mapped, and given back to the
	 * system when the connection ends.
	 */
	CONNECTION_MEMORY = 36 * 1024,
	STEP = 5000000, /* ns */
	STEPS = 400 /* which replies at the end may take */
};

/* The target, as it was sent, is the start of a request. */
static void *
begin_request(void *context, const char *target, struct MHD_Connection *mhd)
{
	struct server *server = context;
	struct request *request = memory_new(1, sizeof *request);
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	request->server = server;
	request->mhd = mhd;
	request->holders = 1;
	request->connection = info != NULL ? info->socket_context : NULL;
	target_read(request, target);
	pthread_mutex_lock(&server->mutex);
	request->next = server->requests;
	if (request->next != NULL)
		request->next->previous = request;
	server->requests = request;
	server->counts.requests++;
	if (request->connection != NULL) {
		request->connection->request = request;
		request->excess = request->connection->excess;
	}
	pthread_mutex_unlock(&server->mutex);
	return request;
}

static void
end_request(
    void *context, struct MHD_Connection *mhd, void **with, enum MHD_RequestTerminationCode code)
{
	struct server *server = context;
	struct request *request = *with;

	(void)mhd;
	(void)code;
	if (request == NULL)
		return;
	*with = NULL;
	if (request->response != NULL)
		MHD_destroy_response(request->response);
	pthread_mutex_lock(&server->mutex);
	if (request->next != NULL)
		request->next->previous = request->previous;
	if (request->previous != NULL)
		request->previous->next = request->next;
	else
		server->requests = request->next;
	server->counts.bytes -= request->bytes;
	if (request->connection != NULL) {
		request->connection->request = NULL;
		connection_enter(server, request->connection, PHASE_READING);
	}
	request->suspended = false;
	request->until = 0;
	pthread_mutex_unlock(&server->mutex);
	request_release(request);
}

/* What the handler may look at later, when the headers are gone. */
static void
read_headers(struct request *request, const char *method)
{
	const char *encoding = request_header(request, "Accept-Encoding");
	const char *tags = request_header(request, "If-None-Match");
	const char *types = request_header(request, "Accept");

	request->head = strcmp(method, "HEAD") == 0;
	request->gzip = encoding != NULL && accept_has(encoding, "gzip");
	if (types != NULL)
		request->accept = pool_copy(&request->pool, types, strlen(types) + 1).start;
	if (tags != NULL) {
		request->if_none_match = pool_copy(&request->pool, tags, strlen(tags) + 1).start;
	}
}

/* What a browser asks before a page of another origin may send the token. */
static void
answer_preflight(struct request *request)
{
	struct reply reply = {.status = MHD_HTTP_NO_CONTENT,
	    .headers = {{"Access-Control-Allow-Methods", REPLY_ALLOW},
	        {"Access-Control-Allow-Headers", "Authorization, Last-Event-ID"},
	        {"Access-Control-Max-Age", "600"}}};

	request_reply(request, &reply);
}

static void
check_and_handle(struct request *request, const char *method)
{
	const struct server_settings *settings = &request->server->settings;
	size_t times;
	struct access_claim claim = {.host = headers_only(request, "Host"),
	    .authorization = headers_only(request, "Authorization"),
	    .cookies = headers_only(request, "Cookie")};

	/* That of the target counts, but there has to be one header. */
	if (claim.host != NULL && request->host != NULL)
		claim.host = request->host;
	if (request->excess) {
		request_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE,
		    "all connections are in use: --connections allows more");
		return;
	}
	if (request->asterisk && strcmp(method, "OPTIONS") != 0)
		request->invalid = "may be * only for OPTIONS";
	if (request->invalid != NULL) {
		request_problem(request,
		    request->too_long ? MHD_HTTP_URI_TOO_LONG : MHD_HTTP_BAD_REQUEST,
		    "the target %s", request->invalid);
		return;
	}
	if (settings->access.origin != NULL && strcmp(method, "OPTIONS") == 0) {
		answer_preflight(request);
		return;
	}
	if (strcmp(request->query.path, "/") == 0)
		claim.token = query_find(&request->query, "token", &times);
	switch (access_check(&settings->access, &claim)) {
	case ACCESS_WRONG_HOST:
		request_problem(
		    request, MHD_HTTP_MISDIRECTED_REQUEST, "the server is not known by that Host");
		return;
	case ACCESS_NO_TOKEN:
		request_problem(request, MHD_HTTP_UNAUTHORIZED,
		    "the token is missing or wrong: the server printed its address with the token "
		    "when "
		    "it started");
		return;
	default:
		break;
	}
	if (!request->head && strcmp(method, "GET") != 0)
		request_problem(
		    request, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD are possible");
	else if (headers_announce_body(request))
		request_problem(request, MHD_HTTP_BAD_REQUEST, "a request has no body here");
	else
		settings->handle(settings->context, request);
}

/* Sends the reply if there is one, else suspends the connection. */
static enum MHD_Result
send_or_wait(struct request *request)
{
	struct server *server = request->server;
	struct MHD_Response *response;

	pthread_mutex_lock(&server->mutex);
	response = request->response;
	if (response == NULL) {
		request->suspended = true;
		MHD_suspend_connection(request->mhd);
	} else {
		if (request->connection != NULL)
			connection_enter(server, request->connection,
			    request->streams ? PHASE_STREAM : PHASE_SENDING);
	}
	pthread_mutex_unlock(&server->mutex);
	return response == NULL ? MHD_YES
	                        : MHD_queue_response(request->mhd, request->status, response);
}

/*
 * Called for the headers, for each part of a body, at the request's end, and again when the
 * connection is resumed.
 */
static enum MHD_Result
take_request(void *context, struct MHD_Connection *mhd, const char *url, const char *method,
    const char *version, const char *body, size_t *length, void **with)
{
	struct server *server = context;
	struct request *request = *with;

	(void)mhd;
	(void)url;
	(void)version;
	(void)body;
	/* With a body the reply comes before it, and the connection ends. */
	if (!request->begun && !headers_announce_body(request)) {
		request->begun = true;
		return MHD_YES;
	}
	request->begun = true;
	*length = 0;
	if (!request->handled) {
		request->handled = true;
		pthread_mutex_lock(&server->mutex);
		if (request->connection != NULL)
			connection_enter(server, request->connection, PHASE_WORK);
		request->holders++;
		request->until = clock_steady() + (int64_t)server->settings.most_time * 1000;
		pthread_mutex_unlock(&server->mutex);
		read_headers(request, method);
		check_and_handle(request, method);
	}
	return send_or_wait(request);
}

static void
note_connection(void *context, struct MHD_Connection *mhd, void **with,
    enum MHD_ConnectionNotificationCode code)
{
	struct server *server = context;
	struct connection *connection = *with;

	pthread_mutex_lock(&server->mutex);
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		connection = memory_new(1, sizeof *connection);
		connection->socket =
		    MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
		connection_limit_silence(server, connection);
		connection_enter(server, connection, PHASE_READING);
		connection->next = server->connections;
		if (connection->next != NULL)
			connection->next->previous = connection;
		else
			pthread_cond_signal(&server->changed);
		server->connections = connection;
		server->counts.connections++;
		server->counts.open++;
		connection->excess = !connections_limit(server, connection);
		*with = connection;
	} else if (connection != NULL) {
		if (connection->next != NULL)
			connection->next->previous = connection->previous;
		if (connection->previous != NULL)
			connection->previous->next = connection->next;
		else
			server->connections = connection->next;
		server->counts.open--;
		server->ended -= connection->ended;
		*with = NULL;
		free(connection);
	}
	pthread_mutex_unlock(&server->mutex);
}

static bool
start_daemon(struct server *server, const struct listener *listener, struct failure *failure)
{
	const struct server_settings *settings = &server->settings;
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_INTERNAL_POLLING_THREAD |
	                 MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO;
	int own = fcntl(listener->fd, F_DUPFD_CLOEXEC, 0); /* the daemon closes it */
	struct MHD_OptionItem options[] = {{MHD_OPTION_LISTEN_SOCKET, own, NULL},
	    {MHD_OPTION_CONNECTION_LIMIT, settings->connections + SERVER_EXCESS, NULL},
	    {MHD_OPTION_CONNECTION_TIMEOUT, settings->patience, NULL},
	    {MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL},
	    {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)end_request, server},
	    {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)note_connection, server},
	    {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)begin_request, server},
	    {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL}, {MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, NULL},
	    {MHD_OPTION_END, 0, NULL}};
	struct MHD_OptionItem tls[] = {
	    {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)settings->certificate},
	    {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)settings->key},
	    {MHD_OPTION_HTTPS_PRIORITIES, 0,
	        (void *)(uintptr_t) "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
	    {MHD_OPTION_END, 0, NULL}};

	/* Without a socket it would open one at all addresses. */
	if (own < 0)
		return fail_errno(failure, errno, "could not take the socket");
	if (settings->certificate != NULL)
		flags |= MHD_USE_TLS;
	else
		tls[0].option = MHD_OPTION_END;
	server->daemon = MHD_start_daemon(flags, 0, NULL, NULL, take_request, server,
	    MHD_OPTION_ARRAY, options, MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
	return server->daemon != NULL ||
	       fail(failure, FAILURE_PERMANENT,
	           settings->certificate != NULL ? "could not start the server: the TLS library "
	                                           "takes no such certificate or key"
	                                         : "could not start the server");
}

struct server *
server_start(const struct listener *listener, const struct server_settings *settings,
    struct failure *failure)
{
	struct server *server = memory_new(1, sizeof *server);
	pthread_condattr_t attributes;

	server->settings = *settings;
	pthread_mutex_init(&server->mutex, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&server->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	if (start_daemon(server, listener, failure)) {
		server->has_janitor = thread_start(&server->janitor, janitor_run, server, failure);
		if (server->has_janitor)
			return server;
	}
	server_end(server);
	server_close(server);
	return NULL;
}

void
server_end(struct server *server)
{
	pthread_mutex_lock(&server->mutex);
	server->ending = true;
	pthread_cond_signal(&server->changed);
	for (struct request *at = server->requests; at != NULL; at = at->next) {
		if (at->suspended && at->streams) {
			at->suspended = false;
			MHD_resume_connection(at->mhd);
		}
	}
	pthread_mutex_unlock(&server->mutex);
	if (server->has_janitor)
		pthread_join(server->janitor, NULL);
	server->has_janitor = false;
	if (server->daemon != NULL) {
		int socket = MHD_quiesce_daemon(server->daemon);

		if (socket >= 0)
			close(socket);
	}
}

void
server_close(struct server *server)
{
	if (server == NULL)
		return;
	if (server->daemon != NULL) {
		const struct timespec step = {.tv_nsec = STEP};

		for (int i = 0; i < STEPS && connections_are_busy(server); i++)
			nanosleep(&step, NULL);
		MHD_stop_daemon(server->daemon);
	}
	free(server->polled);
	pthread_cond_destroy(&server->changed);
	pthread_mutex_destroy(&server->mutex);
	free(server);
}
