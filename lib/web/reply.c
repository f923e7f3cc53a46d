/* reply: compresses and tags a body, and puts the headers on it. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "web/internal.h"

/* Is the tag in a valid list such as: "a", W/"b" (RFC 9110, 13.1.2) */
static bool
matches(const char *list, const char *tag)
{
	const char *at = list + strspn(list, " \t,");
	bool found = false;

	if (strcmp(at, "*") == 0)
		return true;
	while (*at != '\0') {
		size_t length;

		at += strncmp(at, "W/", 2) == 0 ? 2 : 0;
		if (*at != '"')
			return false;
		length = strcspn(at + 1, "\" \t") + 2;
		if (at[length - 1] != '"')
			return false;
		found = found || (length == strlen(tag) && memcmp(at, tag, length) == 0);
		at += length;
		at += strspn(at, " \t");
		if (*at != '\0' && *at != ',')
			return false;
		at += strspn(at, " \t,");
	}
	return found;
}

static ssize_t
read_nothing(void *context, uint64_t at, char *to, size_t room)
{
	(void)context, (void)at, (void)to, (void)room;
	return MHD_CONTENT_READER_END_WITH_ERROR;
}

/* Of a 304: libmicrohttpd announces the length of a body (RFC 9110, 8.6) that it does not send. */
static struct MHD_Response *
without_body(size_t length)
{
	enum { BLOCK = 1024 };

	return MHD_create_response_from_callback(length, BLOCK, read_nothing, NULL, NULL);
}

static struct MHD_Response *
with_body(struct buffer *body)
{
	/* Its memory is freed with the response. */
	struct MHD_Response *response =
	    body->length > 0
	        ? MHD_create_response_from_buffer_with_free_callback(body->length, body->data, free)
	        : MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);

	if (response == NULL || body->length == 0)
		buffer_free(body);
	return response;
}

static void
add(struct MHD_Response *response, const char *name, const char *value)
{
	MHD_add_response_header(response, name, value);
}

void
reply_add_common(const struct request *request, struct MHD_Response *response)
{
	const char *origin = request->server->settings.access.origin;

	add(response, "X-Content-Type-Options", "nosniff");
	add(response, "Referrer-Policy", "no-referrer");
	add(response, "Cross-Origin-Resource-Policy",
	    origin != NULL ? "cross-origin" : "same-origin");
	if (origin != NULL) {
		add(response, "Access-Control-Allow-Origin", origin);
		add(response, "Access-Control-Expose-Headers", "ETag, Next-Cursor, Retry-After");
		add(response, "Vary", "Origin");
	}
}

static bool
is_ending(struct server *server)
{
	bool ending;

	pthread_mutex_lock(&server->mutex);
	ending = server->ending;
	pthread_mutex_unlock(&server->mutex);
	return ending;
}

/* Has the client the body? Then tag becomes that of the form that it has. */
static bool
is_known(const struct request *request, char tag[BODY_TAG])
{
	char gzip[BODY_TAG];

	if (request->if_none_match == NULL)
		return false;
	if (matches(request->if_none_match, tag))
		return true;
	strcpy(gzip, tag);
	body_tag_gzip(gzip);
	if (!matches(request->if_none_match, gzip))
		return false;
	strcpy(tag, gzip);
	return true;
}

/*
 * Compresses the body, or copies the form of the ready one that the client takes, unless it knows
 * it. length: of that form.
 */
static bool
choose_form(const struct request *request, struct reply *reply, bool known, size_t *length)
{
	const struct body *ready = reply->ready;
	bool compressed = request->gzip && ready != NULL && ready->gzip.length > 0;
	struct buffer gzip;

	if (ready != NULL) {
		struct span text = buffer_span(compressed ? &ready->gzip : &ready->plain);

		*length = text.length;
		buffer_init(&reply->body, text.length);
		if (!known)
			buffer_add(&reply->body, text.start, text.length);
		return compressed;
	}
	if (request->gzip && body_compress(buffer_span(&reply->body), &gzip)) {
		compressed = true;
		buffer_free(&reply->body);
		reply->body = gzip;
	}
	*length = reply->body.length;
	return compressed;
}

/* The headers that depend on the form of the body. */
static void
add_form(struct MHD_Response *response, const struct reply *reply, bool known, bool compressed)
{
	if (reply->type != NULL)
		add(response, "Vary", "Accept-Encoding");
	if (reply->type != NULL && !known)
		add(response, "Content-Type", reply->type);
	if (compressed && !known)
		add(response, "Content-Encoding", "gzip");
}

struct MHD_Response *
reply_make(struct request *request, struct reply *reply, unsigned *status, size_t *bytes)
{
	bool tagged = reply->tagged && reply->status == MHD_HTTP_OK, compressed, known;
	const struct body *ready = reply->ready;
	struct MHD_Response *response;
	char tag[BODY_TAG];
	size_t length;

	if (tagged && ready != NULL)
		strcpy(tag, ready->tag);
	tagged =
	    tagged && (ready != NULL ? tag[0] != '\0' : body_tag(buffer_span(&reply->body), tag));
	known = tagged && is_known(request, tag);
	*status = known ? MHD_HTTP_NOT_MODIFIED : reply->status;
	compressed = choose_form(request, reply, known, &length);
	if (compressed && tagged && !known)
		body_tag_gzip(tag);
	if (known)
		buffer_free(&reply->body);
	*bytes = reply->body.length;
	response = known ? without_body(length) : with_body(&reply->body);
	if (response == NULL)
		memory_exhausted();
	reply_add_common(request, response);
	if (tagged)
		add(response, "ETag", tag);
	add(response, "Cache-Control", tagged ? "private, no-cache" : "no-store");
	add_form(response, reply, known, compressed);
	if (request->excess || is_ending(request->server))
		add(response, "Connection", "close");
	for (size_t i = 0; i < REPLY_HEADERS && reply->headers[i].name != NULL; i++)
		add(response, reply->headers[i].name, reply->headers[i].value);
	return response;
}
