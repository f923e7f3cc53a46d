/* reply: compresses and tags a body, and puts the headers on it. */
#include <stdlib.h>
#include <string.h>

#include "web/internal.h"

/* Is the tag in a list such as: "a", W/"b" */
static bool
matches(const char *list, const char *tag)
{
	size_t length = strlen(tag);

	for (const char *at = list; (at = strstr(at, tag)) != NULL; at += length) {
		char after = at[length];

		if (after == '\0' || after == ',' || after == ' ' || after == '\t')
			return true;
	}
	return strcmp(list, "*") == 0;
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

/* Compresses the body, or copies the form of the ready one that the client takes. */
static bool
choose_form(const struct request *request, struct reply *reply)
{
	const struct body *ready = reply->ready;
	bool compressed = request->gzip && ready != NULL && ready->gzip.length > 0;
	struct buffer gzip;

	if (ready != NULL) {
		struct span text = buffer_span(compressed ? &ready->gzip : &ready->plain);

		buffer_init(&reply->body, text.length);
		buffer_add(&reply->body, text.start, text.length);
	} else if (request->gzip && body_compress(buffer_span(&reply->body), &gzip)) {
		compressed = true;
		buffer_free(&reply->body);
		reply->body = gzip;
	}
	return compressed;
}

struct MHD_Response *
reply_make(struct request *request, struct reply *reply, unsigned *status, size_t *bytes)
{
	bool tagged = reply->tagged && reply->status == MHD_HTTP_OK, compressed = false;
	const struct body *ready = reply->ready;
	struct MHD_Response *response;
	char tag[BODY_TAG];

	if (tagged && ready != NULL)
		strcpy(tag, ready->tag);
	tagged =
	    tagged && (ready != NULL ? tag[0] != '\0' : body_tag(buffer_span(&reply->body), tag));
	*status = reply->status;
	if (tagged && is_known(request, tag)) {
		*status = MHD_HTTP_NOT_MODIFIED;
		buffer_free(&reply->body);
	} else {
		compressed = choose_form(request, reply);
	}
	if (compressed && tagged)
		body_tag_gzip(tag);
	*bytes = reply->body.length;
	response = with_body(&reply->body);
	if (response == NULL)
		return NULL;
	reply_add_common(request, response);
	if (tagged)
		add(response, "ETag", tag);
	add(response, "Cache-Control", tagged ? "private, no-cache" : "no-store");
	if (reply->type != NULL)
		add(response, "Vary", "Accept-Encoding");
	if (reply->type != NULL && *status != MHD_HTTP_NOT_MODIFIED)
		add(response, "Content-Type", reply->type);
	if (compressed)
		add(response, "Content-Encoding", "gzip");
	if (request->excess || is_ending(request->server))
		add(response, "Connection", "close");
	for (size_t i = 0; i < REPLY_HEADERS && reply->headers[i].name != NULL; i++)
		add(response, reply->headers[i].name, reply->headers[i].value);
	return response;
}
