/*
 * transfer: private to http.c and transfer.c: one request of http. http.c keeps the transfers,
 * transfer.c sets libcurl's options and receives its data.
 */
#ifndef NET_TRANSFER_H
#define NET_TRANSFER_H

#include "base/buffer.h"
#include "net/http.h"
#include "net/curl.h"
#include "net/trust.h"

enum {
	TRANSFER_HEADERS_MOST = 64 * 1024, /* bytes of all headers and trailers of a request */
	TRANSFER_ENCODING = 40
};

struct transfer {
	const struct http_curl *curl;
	CURL *easy; /* reused for later requests */
	struct curl_slist *headers;
	void *context;
	bool (*take)(void *context, struct span bytes); /* as in the request */
	void *take_context;
	bool paused; /* because take did not take */
	char *url;
	bool file;
	bool has_body;
	bool too_long; /* the body exceeds the ceiling */
	bool long_headers; /* the headers and trailers exceed theirs */
	size_t header_bytes; /* of all replies to this request, also of redirects */
	char encoding[TRANSFER_ENCODING]; /* of the body, though none was requested; "": none */
	unsigned redirects;
	int64_t timeout; /* ms */
	int64_t started; /* clock_steady */
	int64_t looked; /* clock_steady of the last check of the progress */
	int64_t idle; /* us without progress */
	int64_t idle_most; /* us; 0: no limit */
	curl_off_t moved; /* bytes, in both directions */
	struct buffer body;
	struct buffer replied; /* the reply's header lines, each ended by a NUL */
	char *no_proxy; /* in place of the variable; NULL: libcurl reads that */
	char said[CURL_ERROR_SIZE]; /* libcurl's message about the last failure */
	struct transfer *next; /* in the list of those in flight or idle */
};

/* NULL: libcurl has no more handles. */
struct transfer *transfer_open(
    const struct http_curl *curl, const struct http_settings *settings, const struct trust *trust);
void transfer_close(struct transfer *transfer);

bool transfer_prepare(struct transfer *transfer, const struct http_settings *settings,
    const struct http_request *request, struct failure *failure);
/* Wipes and frees the data of this request; keeps the handle and its connection. */
void transfer_clear(struct transfer *transfer);
/* A header of the reply; NULL: it has no such header. */
const char *transfer_header(const struct transfer *transfer, const char *name);
/* After the end: if it is a redirect that may be followed, prepares the next request. */
bool transfer_follows(struct transfer *transfer);

#endif
