/* http: the requests in flight, on one multi handle of libcurl. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/http_date.h"
#include "net/redirect.h"
#include "net/sockets.h"
#include "net/transfer.h"
#include "base/memory.h"
#include "text/url.h"

enum {
	IDLE_CHECK = 500, /* ms: a signal may arrive between the check of a flag and a wait */
	LINE_TOO_LONG = 100 /* CURLE_TOO_LARGE of libcurl 8.6 */
};

struct http {
	const struct http_curl *curl;
	CURLM *multi;
	struct sockets sockets;
	struct transfer *in_flight;
	int count; /* of those in flight */
	struct transfer *idle; /* handles for later requests */
	struct http_settings settings;
	struct transfer *finished; /* its reply is borrowed */
	char redirect[REDIRECT_TEXT];
	struct trust trust;
	char error[TRUST_TEXT];
};

struct http *
http_open(const struct http_settings *settings, struct failure *failure)
{
	const struct http_curl *curl = http_curl_load(failure);

	if (curl == NULL)
		return NULL;
	if (curl->global_init(CURL_GLOBAL_DEFAULT) != 0) {
		fail(failure, FAILURE_TEMPORARY, "libcurl cannot be started");
		return NULL;
	}
	struct http *http = memory_new(1, sizeof(*http));
	http->curl = curl;
	http->settings = *settings;
	trust_find(&http->trust, settings);
	http->multi = curl->multi_init();
	if (http->multi == NULL) {
		fail(failure, FAILURE_TEMPORARY, "libcurl cannot be started");
		http_close(http);
		return NULL;
	}
	sockets_init(&http->sockets, curl, http->multi);
	curl->multi_setopt(
	    http->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)settings->connections);
	/* A connection for each request: one that pauses must not hold others. */
	curl->multi_setopt(http->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
	curl->multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)settings->connections);
	return http;
}

/* Also cancels the requests in flight. */
void
http_close(struct http *http)
{
	if (http == NULL)
		return;
	transfer_close(http->finished);
	while (http->in_flight != NULL) {
		struct transfer *transfer = http->in_flight;
		http->in_flight = transfer->next;
		http->curl->multi_remove_handle(http->multi, transfer->easy);
		transfer_close(transfer);
	}
	while (http->idle != NULL) {
		struct transfer *transfer = http->idle;
		http->idle = transfer->next;
		transfer_close(transfer);
	}
	http->curl->multi_cleanup(http->multi);
	sockets_free(&http->sockets);
	http->curl->global_cleanup();
	free(http);
}

/* An idle handle, or a new one. */
static struct transfer *
take_transfer(struct http *http)
{
	struct transfer *transfer = http->idle;

	if (transfer == NULL)
		return transfer_open(http->curl, &http->settings, &http->trust);
	http->idle = transfer->next;
	return transfer;
}

static void
park(struct http *http, struct transfer *transfer)
{
	if (transfer == NULL)
		return;
	transfer_clear(transfer);
	transfer->next = http->idle;
	http->idle = transfer;
}

bool
http_start(struct http *http, const struct http_request *request, struct failure *failure)
{
	struct transfer *transfer = take_transfer(http);

	if (transfer == NULL)
		return fail(failure, FAILURE_TEMPORARY, "libcurl cannot start a request");
	if (!transfer_prepare(transfer, &http->settings, request, failure)) {
		park(http, transfer);
		return false;
	}
	if (http->curl->multi_add_handle(http->multi, transfer->easy) != CURLM_OK) {
		transfer_close(transfer);
		return fail(failure, FAILURE_TEMPORARY, "libcurl cannot start a request");
	}
	transfer->next = http->in_flight;
	http->in_flight = transfer;
	http->count++;
	return true;
}

bool
http_wait(struct http *http, int input, int watch, int timeout, struct failure *failure)
{
	CURLMcode code = sockets_turn(&http->sockets);

	if (timeout < 0 || timeout > IDLE_CHECK)
		timeout = IDLE_CHECK;
	/* Do not wait if one has already ended (a file, for example). */
	if (http->sockets.running < http->count)
		timeout = 0;
	if (code == CURLM_OK)
		code = sockets_wait(&http->sockets, input, watch, timeout);
	if (code != CURLM_OK)
		return fail(failure, FAILURE_TEMPORARY, "libcurl failed: %s",
		    http->curl->multi_strerror(code));
	return true;
}

/* libcurl reports a line that exceeds its own limit as a lack of memory. */
static bool
is_long_line(const struct transfer *transfer, CURLcode code)
{
	return code == CURLE_OUT_OF_MEMORY || (int)code == LINE_TOO_LONG ||
	       (code == CURLE_RECV_ERROR && strstr(transfer->said, "Out of memory") != NULL);
}

/* Does the status of a proxy mean that a retry will not help? */
static bool
is_refusal(long status)
{
	return status >= 400 && status < 500 && status != 408 && status != 425 && status != 429;
}

/* Was there none for its socket? Others may have been closed since. */
static bool
is_short_of_descriptors(struct http *http, const struct transfer *transfer)
{
	long error = 0;
	int probe;

	http->curl->easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &error);
	if (error == EMFILE || error == ENFILE)
		return true;
	probe = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
	if (probe >= 0)
		close(probe);
	return probe < 0 && (errno == EMFILE || errno == ENFILE);
}

/* Our own or libcurl's text: that of a server may quote a key. */
static const char *
describe(struct http *http, const struct transfer *transfer, CURLcode code)
{
	struct shown shown;
	long proxy = 0;
	http->curl->easy_getinfo(transfer->easy, CURLINFO_HTTP_CONNECTCODE, &proxy);
	if (transfer->long_headers)
		snprintf(http->error, sizeof(http->error),
		    "the headers and trailers of its reply are longer than %d bytes",
		    TRANSFER_HEADERS_MOST);
	else if (code == CURLE_WRITE_ERROR && transfer->encoding[0] != '\0')
		snprintf(http->error, sizeof(http->error),
		    "its reply is encoded (%s), which was not requested",
		    show(&shown, transfer->encoding, strlen(transfer->encoding)));
	else if (is_long_line(transfer, code))
		snprintf(http->error, sizeof(http->error),
		    "a header or trailer of its reply is too long, or there is no memory for it");
	else if (transfer->too_long || code == CURLE_FILESIZE_EXCEEDED)
		snprintf(http->error, sizeof(http->error), "its reply is longer than %zu bytes",
		    transfer->body.ceiling);
	else if (code == CURLE_OPERATION_TIMEDOUT || code == CURLE_ABORTED_BY_CALLBACK)
		snprintf(http->error, sizeof(http->error), "no complete reply within %.1f seconds",
		    (double)(clock_steady() - transfer->started) / 1e6);
	else if (trust_is_lacking(code))
		return trust_describe(&http->trust, code, transfer->said, http->error);
	else if (proxy == 407)
		snprintf(http->error, sizeof(http->error),
		    "the proxy requires a valid user and password (status 407): set https_proxy to "
		    "http://USER:PASSWORD@HOST:PORT");
	else if (is_refusal(proxy))
		snprintf(http->error, sizeof(http->error),
		    "the proxy refuses to connect to this host (status %ld): see https_proxy and "
		    "no_proxy",
		    proxy);
	else if (proxy >= 300)
		snprintf(
		    http->error, sizeof(http->error), "the proxy answered with status %ld", proxy);
	else if (code == CURLE_FILE_COULDNT_READ_FILE)
		snprintf(http->error, sizeof(http->error),
		    "its file could not be opened: see its permissions, and ulimit -n");
	else if (code == CURLE_COULDNT_CONNECT && is_short_of_descriptors(http, transfer))
		snprintf(http->error, sizeof(http->error),
		    "there are too few file descriptors for its connection: see ulimit -n");
	else if (strstr(transfer->said, "chunked-encoding") != NULL)
		snprintf(http->error, sizeof(http->error), "its chunked encoding is invalid");
	else if (code == CURLE_PARTIAL_FILE || code == CURLE_GOT_NOTHING ||
	         code == CURLE_RECV_ERROR)
		snprintf(http->error, sizeof(http->error), "its reply was cut off");
	else
		snprintf(http->error, sizeof(http->error), "%s", http->curl->easy_strerror(code));
	return http->error;
}

/* The target of a redirect that was not followed because of it; NULL: it is not one. */
static const char *
redirect_of(struct http *http, const struct transfer *transfer)
{
	char *url = NULL;

	http->curl->easy_getinfo(transfer->easy, CURLINFO_REDIRECT_URL, &url);
	if (url == NULL || (!transfer->has_body && redirect_is_allowed(transfer->url, url)))
		return NULL;
	redirect_show(url, http->redirect);
	return http->redirect;
}

/* Of a file that could not be read; libcurl does not say why. */
static bool
is_missing(const struct transfer *transfer)
{
	struct buffer path;
	bool missing;

	buffer_init(&path, SIZE_MAX / 2);
	url_decode(&path, span_of(transfer->url + strlen("file:")));
	missing = access(buffer_text(&path), F_OK) < 0 && errno == ENOENT;
	buffer_free(&path);
	return missing;
}

static void
fill_reply(struct http *http, struct transfer *transfer, CURLcode code, struct http_reply *reply)
{
	long status = 0, sent = 0, proxy = 0;
	http->curl->easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	*reply = (struct http_reply){.context = transfer->context,
	    .status = (int)status,
	    .body = buffer_span(&transfer->body),
	    .retry_after = http_date_wait(transfer_header(transfer, "Retry-After"),
	        transfer_header(transfer, "Date"), clock_now()),
	    .took = clock_steady() - transfer->started};
	if (transfer->file)
		reply->status = 200;
	if (code == CURLE_FILE_COULDNT_READ_FILE && transfer->file && is_missing(transfer))
		reply->status = 404;
	else if (code != CURLE_OK)
		reply->error = describe(http, transfer, code);
	reply->too_long = transfer->too_long || code == CURLE_FILESIZE_EXCEEDED;
	http->curl->easy_getinfo(transfer->easy, CURLINFO_HTTP_CONNECTCODE, &proxy);
	reply->final = trust_is_lacking(code) || (code != CURLE_OK && is_refusal(proxy));
	if (code == CURLE_OK)
		reply->redirect = redirect_of(http, transfer);
	http->curl->easy_getinfo(transfer->easy, CURLINFO_REQUEST_SIZE, &sent);
	reply->sent = sent > 0;
	if (reply->body.start == NULL)
		reply->body.start = "";
}

static void
finish(struct http *http, const struct transfer *transfer)
{
	struct transfer **at = &http->in_flight;

	while (*at != transfer)
		at = &(*at)->next;
	*at = transfer->next;
	http->count--;
}

bool
http_next(struct http *http, struct http_reply *reply)
{
	const struct http_curl *curl = http->curl;
	CURLMsg *message;
	int left;

	park(http, http->finished);
	http->finished = NULL;
	while ((message = curl->multi_info_read(http->multi, &left)) != NULL) {
		struct transfer *transfer = NULL;
		CURLcode code = message->data.result;
		CURL *easy = message->easy_handle;
		if (message->msg != CURLMSG_DONE)
			continue;
		curl->easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&transfer);
		curl->multi_remove_handle(http->multi, easy);
		if (code == CURLE_OK && transfer_follows(transfer) &&
		    curl->multi_add_handle(http->multi, easy) == CURLM_OK)
			continue;
		finish(http, transfer);
		http->finished = transfer;
		fill_reply(http, transfer, code, reply);
		return true;
	}
	return false;
}

static struct transfer *
find(const struct http *http, const void *context)
{
	struct transfer *transfer = http->in_flight;

	while (transfer != NULL && transfer->context != context)
		transfer = transfer->next;
	return transfer;
}

void
http_resume(struct http *http, const void *context)
{
	struct transfer *transfer = find(http, context);

	if (transfer == NULL || !transfer->paused)
		return;
	transfer->paused = false;
	http->curl->easy_pause(transfer->easy, CURLPAUSE_CONT);
}

void
http_give_up(struct http *http, const void *context)
{
	struct transfer *transfer = find(http, context);

	if (transfer == NULL)
		return;
	http->curl->multi_remove_handle(http->multi, transfer->easy);
	finish(http, transfer);
	transfer_close(transfer);
}

const char *
http_reply_header(const struct http *http, const char *name)
{
	const struct transfer *transfer = http->finished;

	return transfer != NULL ? transfer_header(transfer, name) : NULL;
}
