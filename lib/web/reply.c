/* reply: compresses and tags a body, and puts the headers on it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <openssl/evp.h>

#include "base/memory.h"
#include "web/internal.h"

enum {
	TAG = 40, /* "…-gzip" */
	LEAST_COMPRESSED = 1024, /* bytes that are worth it */
	LEVEL = 1,
	GZIP_WINDOW = 15 + 16
};

/* A strong entity tag: a quoted hash of the body. */
static bool
make_tag(struct span body, bool compressed, char tag[TAG])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	char *to = tag;

	if (EVP_Digest(body.start, body.length, digest, NULL, EVP_sha256(), NULL) != 1)
		return false;
	*to++ = '"';
	for (int i = 0; i < 12; i++)
		to += sprintf(to, "%02x", digest[i]);
	strcpy(to, compressed ? "-gzip\"" : "\"");
	return true;
}

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

/* False: body is as it was. */
static bool
compress_body(struct buffer *body)
{
	z_stream gzip = {.zalloc = NULL};
	struct buffer to;
	bool made;

	if (deflateInit2(&gzip, LEVEL, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	buffer_init(&to, body->length);
	buffer_reserve(&to, body->length);
	gzip.next_in = (unsigned char *)body->data;
	gzip.avail_in = (unsigned)body->length;
	gzip.next_out = (unsigned char *)to.data;
	gzip.avail_out = (unsigned)body->length;
	made = deflate(&gzip, Z_FINISH) == Z_STREAM_END;
	to.length = gzip.total_out;
	deflateEnd(&gzip);
	if (made) {
		buffer_free(body);
		*body = to;
	} else {
		buffer_free(&to);
	}
	return made;
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

struct MHD_Response *
reply_make(struct request *request, struct reply *reply, unsigned *status, size_t *bytes)
{
	bool tagged = reply->tagged && reply->status == MHD_HTTP_OK, compressed = false;
	struct MHD_Response *response;
	char tag[TAG];

	if (request->gzip && reply->body.length >= LEAST_COMPRESSED)
		compressed = compress_body(&reply->body);
	tagged = tagged && make_tag(buffer_span(&reply->body), compressed, tag);
	*status = reply->status;
	if (tagged && request->if_none_match != NULL && matches(request->if_none_match, tag)) {
		*status = MHD_HTTP_NOT_MODIFIED;
		buffer_free(&reply->body);
	}
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
	if (compressed && *status != MHD_HTTP_NOT_MODIFIED)
		add(response, "Content-Encoding", "gzip");
	if (request->excess || is_ending(request->server))
		add(response, "Connection", "close");
	for (size_t i = 0; i < REPLY_HEADERS && reply->headers[i].name != NULL; i++)
		add(response, reply->headers[i].name, reply->headers[i].value);
	return response;
}
