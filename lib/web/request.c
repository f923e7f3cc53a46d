/* request: takes replies from any thread, and lets the connection continue. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/json.h"
#include "web/accept.h"
#include "web/internal.h"

enum { LARGEST_FREE = 64 * 1024 /* a body that always finds room */ };

const struct query *
request_query(const struct request *request)
{
	return &request->query;
}

const char *
request_header(struct request *request, const char *name)
{
	return MHD_lookup_connection_value(request->mhd, MHD_HEADER_KIND, name);
}

struct pool *
request_pool(struct request *request)
{
	return &request->pool;
}

void
request_server_counts(struct request *request, struct server_counts *counts)
{
	struct server *server = request->server;

	pthread_mutex_lock(&server->mutex);
	*counts = server->counts;
	pthread_mutex_unlock(&server->mutex);
}

void
request_give(struct request *request, struct MHD_Response *response, unsigned status)
{
	struct server *server = request->server;

	pthread_mutex_lock(&server->mutex);
	request->response = response;
	request->status = status;
	server->counts.bytes += request->bytes;
	if (status >= 400 && status < 500)
		server->counts.refused++;
	if (request->suspended) {
		request->suspended = false;
		MHD_resume_connection(request->mhd);
	}
	pthread_mutex_unlock(&server->mutex);
}

/* Is there room for a body? It is what slow clients could fill the memory with. */
static bool
has_room(struct request *request, size_t bytes)
{
	struct server *server = request->server;
	bool room;

	pthread_mutex_lock(&server->mutex);
	room = bytes <= server->settings.most_bytes &&
	       server->counts.bytes <= server->settings.most_bytes - bytes;
	pthread_mutex_unlock(&server->mutex);
	return room;
}

/* Does the client not take the type? Then the request has its reply. */
static bool
refuses(struct request *request, const char *type)
{
	if (request->accept == NULL || accept_takes(request->accept, type))
		return false;
	request_problem(request, MHD_HTTP_NOT_ACCEPTABLE, "there is only %s here", type);
	return true;
}

void
request_reply(struct request *request, struct reply *reply)
{
	struct MHD_Response *response;
	unsigned status;

	if (reply->status == MHD_HTTP_OK && refuses(request, reply->type)) {
		buffer_free(&reply->body);
		return;
	}
	if (reply->body.length > LARGEST_FREE && !has_room(request, reply->body.length)) {
		buffer_free(&reply->body);
		request_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE,
		    "too many replies wait for their clients");
		return;
	}
	response = reply_make(request, reply, &status);
	request->bytes = reply->body.length;
	request_give(request, response, status);
}

void
request_problem(struct request *request, unsigned status, const char *format, ...)
{
	struct reply reply = {.status = status, .type = "application/problem+json"};
	char detail[1000];
	va_list arguments;
	size_t headers = 0;

	va_start(arguments, format);
	vsnprintf(detail, sizeof detail, format, arguments);
	va_end(arguments);
	buffer_init(&reply.body, sizeof detail * 6 + 200);
	buffer_add_format(&reply.body,
	    "{\"title\":\"%s\",\"status\":%u,\"detail\":", MHD_get_reason_phrase_for(status),
	    status);
	json_add_string(&reply.body, detail, strlen(detail));
	buffer_add_text(&reply.body, "}\n");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		reply.headers[headers++] = (struct reply_header){"Allow", REPLY_ALLOW};
	if (status == MHD_HTTP_UNAUTHORIZED)
		reply.headers[headers++] = (struct reply_header){"WWW-Authenticate", "Bearer"};
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE || status == MHD_HTTP_TOO_MANY_REQUESTS)
		reply.headers[headers++] = (struct reply_header){"Retry-After", "1"};
	request_reply(request, &reply);
}

void
request_failed(struct request *request, const struct failure *failure)
{
	bool later = failure->kind == FAILURE_TEMPORARY || failure->kind == FAILURE_STOPPED;

	request_problem(request,
	    later ? MHD_HTTP_SERVICE_UNAVAILABLE : MHD_HTTP_INTERNAL_SERVER_ERROR, "%s",
	    failure->text);
}

/* In the server's thread: the next bytes of a stream. */
static ssize_t
read_stream(void *context, uint64_t at, char *to, size_t room)
{
	struct request *request = context;
	struct server *server = request->server;
	size_t length;

	(void)at;
	/* The mutex is not held while it reads: a wake in between is noted as woken. */
	pthread_mutex_lock(&server->mutex);
	request->woken = false;
	pthread_mutex_unlock(&server->mutex);
	length = request->stream.read(request->stream.context, to, room);
	if (length == REQUEST_END)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (length > 0)
		return (ssize_t)length;
	pthread_mutex_lock(&server->mutex);
	if (server->ending) {
		pthread_mutex_unlock(&server->mutex);
		return MHD_CONTENT_READER_END_OF_STREAM;
	}
	if (!request->woken) {
		request->suspended = true;
		MHD_suspend_connection(request->mhd);
	}
	pthread_mutex_unlock(&server->mutex);
	return 0;
}

void
request_release(struct request *request)
{
	struct server *server = request->server;
	bool last;

	pthread_mutex_lock(&server->mutex);
	last = --request->holders == 0;
	pthread_mutex_unlock(&server->mutex);
	if (!last)
		return;
	pool_free(&request->pool);
	free(request);
}

/* The response goes after the request. */
static void
close_stream(void *context)
{
	struct request *request = context;

	request->stream.close(request->stream.context);
	request_release(request);
}

void
request_stream(struct request *request, const struct reply_stream *stream)
{
	enum { BLOCK = 16 * 1024 };
	struct MHD_Response *response = MHD_create_response_from_callback(
	    MHD_SIZE_UNKNOWN, BLOCK, read_stream, request, close_stream);

	request->streams = true;
	request->stream = *stream;
	request->holders++; /* nobody else has it yet */
	reply_add_common(request, response);
	MHD_add_response_header(response, "Content-Type", stream->type);
	MHD_add_response_header(response, "Cache-Control", "no-store");
	request_give(request, response, MHD_HTTP_OK);
}

void
request_wake(struct request *request)
{
	struct server *server = request->server;

	pthread_mutex_lock(&server->mutex);
	request->woken = true;
	if (request->suspended && request->streams) {
		request->suspended = false;
		MHD_resume_connection(request->mhd);
	}
	pthread_mutex_unlock(&server->mutex);
}
