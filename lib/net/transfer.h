/*
 * http_transfer: one request of http, on its way. http.c keeps them,
 * http_transfer.c is about what libcurl is told and what it hands over.
 */
#ifndef NET_TRANSFER_H
#define NET_TRANSFER_H

#include "base/buffer.h"
#include "net/http.h"
#include "net/curl.h"

struct transfer {
	const struct http_curl *curl;
	CURL *easy; /* used again for the next */
	struct curl_slist *headers;
	void *context;
	char *url;
	bool file;
	bool has_body;
	bool too_long;
	unsigned redirects;
	int64_t timeout; /* ms */
	int64_t started; /* clock_steady */
	int64_t looked; /* clock_steady, when it was last looked whether bytes had moved */
	int64_t idle; /* us that none have */
	int64_t idle_most; /* us; 0: any */
	curl_off_t moved; /* bytes, both ways */
	struct buffer body;
	struct buffer replied; /* the reply's header lines, each ended by a NUL */
	struct transfer *next; /* of those in flight, or of those that rest */
};

/* NULL where libcurl has no more. */
struct transfer *transfer_open(const struct http_curl *curl, const struct http_settings *settings);
void transfer_close(struct transfer *transfer);

bool transfer_prepare(struct transfer *transfer, const struct http_settings *settings,
    const struct http_request *request, struct failure *failure);
/* Wipes and frees what belongs to this request; the handle and its connection stay. */
void transfer_clear(struct transfer *transfer);
/* After a redirect: is it to be sent on its way again? */
bool transfer_follows(struct transfer *transfer);

#endif
