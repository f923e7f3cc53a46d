/* request: takes replies from any thread, and lets the connection continue. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "text/json.h"
#include "web/accept.h"
#include "web/internal.h"

enum {
	LARGEST_FREE = 64 * 1024, /* bytes of a body that always finds room */
	DETAIL = 1000 /* bytes */
};

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

/* Hands the response to the server, unless the client has got another one. */
static void
give(struct request *request, struct MHD_Response *response, unsigned status, size_t bytes)
{
	struct server *server = request->server;
	bool over;

	pthread_mutex_lock(&server->mutex);
	over = request->until == 0;
	request->until = 0;
	if (!over) {
		request->response = response;
		request->status = status;
		request->bytes = bytes;
		server->counts.bytes += bytes;
		if (status >= 400 && status < 500)
			server->counts.refused++;
	}
	if (!over && request->suspended) {
		request->suspended = false;
		MHD_resume_connection(request->mhd);
	}
	pthread_mutex_unlock(&server->mutex);
	if (over && response != NULL)
		MHD_destroy_response(response);
	request_release(request);
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

/* Does the client not take the type? Then the request was replied to. */
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
	size_t bytes;

	if (reply->status == MHD_HTTP_OK && refuses(request, reply->type)) {
		buffer_free(&reply->body);
		return;
	}
	bytes = reply->ready != NULL ? reply->ready->plain.length : reply->body.length;
	if (bytes > LARGEST_FREE && !has_room(request, bytes)) {
		buffer_free(&reply->body);
		connections_end_slowest(request->server);
		request_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE,
		    "replies that slow clients have not taken fill the memory for them: ask again "
		    "later, or for less");
		return;
	}
	response = reply_make(request, reply, &status, &bytes);
	give(request, response, status, bytes);
}

/* seconds: when to try again; 0: it does not help. */
static void
reply_problem(struct request *request, unsigned status, unsigned seconds, const char *detail)
{
	struct reply reply = {.status = status, .type = "application/problem+json"};
	char later[16];
	size_t headers = 0;

	buffer_init(&reply.body, DETAIL * 6 + 200);
	buffer_add_format(&reply.body,
	    "{\"title\":\"%s\",\"status\":%u,\"detail\":", MHD_get_reason_phrase_for(status),
	    status);
	json_add_string(&reply.body, detail, strlen(detail));
	buffer_add_text(&reply.body, "}\n");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		reply.headers[headers++] = (struct reply_header){"Allow", REPLY_ALLOW};
	if (status == MHD_HTTP_UNAUTHORIZED)
		reply.headers[headers++] = (struct reply_header){"WWW-Authenticate", "Bearer"};
	if (seconds > 0) {
		snprintf(later, sizeof later, "%u", seconds);
		reply.headers[headers++] = (struct reply_header){"Retry-After", later};
	}
	request_reply(request, &reply);
}

void
request_problem(struct request *request, unsigned status, const char *format, ...)
{
	char detail[DETAIL];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(detail, sizeof detail, format, arguments);
	va_end(arguments);
	reply_problem(request, status, status == MHD_HTTP_SERVICE_UNAVAILABLE ? 1 : 0, detail);
}

void
request_later(struct request *request, unsigned status, unsigned seconds, const char *format, ...)
{
	char detail[DETAIL];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(detail, sizeof detail, format, arguments);
	va_end(arguments);
	reply_problem(request, status, seconds > 0 ? seconds : 1, detail);
}

/* In the server's thread: the next bytes of a stream. */
static ssize_t
read_stream(void *context, uint64_t at, char *to, size_t room)
{
	struct request *request = context;
	struct server *server = request->server;
	size_t length;
	bool gone;

	(void)at;
	/* The mutex is not held while it reads: a wake in between is noted as woken. */
	pthread_mutex_lock(&server->mutex);
	request->woken = false;
	gone = request->gone;
	pthread_mutex_unlock(&server->mutex);
	if (gone)
		return MHD_CONTENT_READER_END_WITH_ERROR;
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
	enum { BLOCK = 4 * 1024 };
	struct MHD_Response *response;

	if (refuses(request, stream->type)) {
		stream->close(stream->context);
		return;
	}
	if (request->head) {
		/* The end of a body without a length would be sent, too. */
		response = MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
		stream->close(stream->context);
	} else {
		response = MHD_create_response_from_callback(
		    MHD_SIZE_UNKNOWN, BLOCK, read_stream, request, close_stream);
		request->streams = true;
		request->stream = *stream;
		request->holders++; /* nobody else has it yet */
	}
	if (response == NULL)
		memory_exhausted();
	reply_add_common(request, response);
	MHD_add_response_header(response, "Content-Type", stream->type);
	MHD_add_response_header(response, "Cache-Control", "no-store");
	give(request, response, MHD_HTTP_OK, 0);
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
