/* http: see http.h. */
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "buffer.h"
#include "clock.h"
#include "http.h"
#include "memory.h"

enum {
	REDIRECTS = 3,
	IDLE_CHECK = 500, /* ms: a signal may fall between a look and a wait */
	RETRY_MOST = 366 * 86400 /* seconds; a later Retry-After counts as this one */
};

struct transfer {
	CURL *easy;
	struct curl_slist *headers;
	void *context;
	char *url;
	bool file;
	bool too_long;
	unsigned redirects;
	int64_t started; /* clock_steady */
	struct buffer body;
	struct transfer *next; /* of those in flight */
};

struct http {
	CURLM *multi;
	struct transfer *flying;
	struct http_settings settings;
	struct transfer *finished; /* whose reply is borrowed */
	char error[160];
};

struct http *
http_open(const struct http_settings *settings, struct failure *failure)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0) {
		fail(failure, FAILURE_TEMPORARY, "libcurl cannot be started");
		return NULL;
	}
	struct http *http = memory_new(1, sizeof(*http));
	http->settings = *settings;
	http->multi = curl_multi_init();
	if (http->multi == NULL) {
		fail(failure, FAILURE_TEMPORARY, "libcurl cannot be started");
		http_close(http);
		return NULL;
	}
	curl_multi_setopt(http->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)settings->connections);
	curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)settings->connections);
	return http;
}

/* A reply may quote the key: nothing of it is left behind. */
static void
free_body(struct buffer *body)
{
	if (body->data != NULL)
		memory_wipe(body->data, body->capacity);
	buffer_free(body);
}

static void
free_transfer(struct transfer *transfer)
{
	if (transfer == NULL)
		return;
	curl_easy_cleanup(transfer->easy);
	curl_slist_free_all(transfer->headers);
	memory_wipe(transfer->url, strlen(transfer->url));
	free(transfer->url);
	free_body(&transfer->body);
	free(transfer);
}

/* A request that is still on its way is given up. */
void
http_close(struct http *http)
{
	if (http == NULL)
		return;
	free_transfer(http->finished);
	while (http->flying != NULL) {
		struct transfer *transfer = http->flying;
		http->flying = transfer->next;
		curl_multi_remove_handle(http->multi, transfer->easy);
		free_transfer(transfer);
	}
	curl_multi_cleanup(http->multi);
	curl_global_cleanup();
	free(http);
}

/* As buffer_reserve, but what the body grows out of is wiped. */
static bool
make_room(struct buffer *body, size_t more)
{
	struct buffer larger;
	if (more <= body->capacity - body->length)
		return true;
	buffer_init(&larger, body->ceiling);
	if (!buffer_reserve(&larger, body->length + more))
		return false;
	buffer_add(&larger, body->data, body->length);
	free_body(body);
	*body = larger;
	return true;
}

static size_t
take_body(char *bytes, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	if (make_room(&transfer->body, size * count) &&
	    buffer_add(&transfer->body, bytes, size * count))
		return size * count;
	transfer->too_long = true;
	return 0;
}

static bool
is_https(const char *url)
{
	return strncmp(url, "https://", 8) == 0;
}

/* What libcurl may speak for this one. */
static const char *
protocol_of(const struct transfer *transfer)
{
	if (is_https(transfer->url))
		return "https";
	return transfer->file ? "file" : "http";
}

static void
allow_protocol(struct transfer *transfer)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	curl_easy_setopt(transfer->easy, CURLOPT_PROTOCOLS_STR, protocol_of(transfer));
#else
	const char *name = protocol_of(transfer);
	long protocol = strcmp(name, "https") == 0  ? CURLPROTO_HTTPS
	                : strcmp(name, "file") == 0 ? CURLPROTO_FILE
	                                            : CURLPROTO_HTTP;
	curl_easy_setopt(transfer->easy, CURLOPT_PROTOCOLS, protocol);
#endif
}

static void
set_options(struct http *http, struct transfer *transfer, const struct http_request *request)
{
	CURL *easy = transfer->easy;
	curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
	curl_easy_setopt(easy, CURLOPT_URL, transfer->url);
	allow_protocol(transfer);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)http->settings.connect_timeout);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)http->settings.timeout);
	curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)request->ceiling);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, http->settings.agent);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
	/* What is for this machine does not go by way of a proxy. */
	if (!is_https(transfer->url))
		curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	char *accept = memory_format("Accept: %s", request->accept);
	transfer->headers = curl_slist_append(NULL, accept);
	free(accept);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
}

bool
http_start(struct http *http, const struct http_request *request, struct failure *failure)
{
	struct transfer *transfer = memory_new(1, sizeof(*transfer));
	transfer->context = request->context;
	transfer->url = memory_copy_text(request->url);
	transfer->file = request->file;
	transfer->started = clock_steady();
	buffer_init(&transfer->body, request->ceiling);
	transfer->easy = curl_easy_init();
	if (transfer->easy != NULL) {
		set_options(http, transfer, request);
		if (curl_multi_add_handle(http->multi, transfer->easy) == CURLM_OK) {
			transfer->next = http->flying;
			http->flying = transfer;
			return true;
		}
	}
	free_transfer(transfer);
	return fail(failure, FAILURE_TEMPORARY, "libcurl cannot start a request");
}

bool
http_wait(struct http *http, int input, int watch, int timeout, struct failure *failure)
{
	struct curl_waitfd others[2];
	unsigned count = 0;
	int running, happened, flying = 0;

	if (input >= 0)
		others[count++] = (struct curl_waitfd){.fd = input, .events = CURL_WAIT_POLLIN};
	if (watch >= 0)
		others[count++] = (struct curl_waitfd){.fd = watch};
	if (timeout < 0 || timeout > IDLE_CHECK)
		timeout = IDLE_CHECK;
	CURLMcode code = curl_multi_perform(http->multi, &running);
	for (const struct transfer *transfer = http->flying; transfer != NULL;
	     transfer = transfer->next)
		flying++;
	/* What has ended already (a file, say) is not to be waited for. */
	if (running < flying)
		timeout = 0;
	if (code == CURLM_OK)
		code = curl_multi_poll(http->multi, others, count, timeout, &happened);
	if (code == CURLM_OK)
		code = curl_multi_perform(http->multi, &running);
	if (code != CURLM_OK)
		return fail(failure, FAILURE_TEMPORARY, "libcurl cannot go on: %s",
		    curl_multi_strerror(code));
	return true;
}

static char *
url_part(CURLU *url, CURLUPart part)
{
	char *text = NULL;
	return curl_url_get(url, part, &text, CURLU_DEFAULT_PORT) == CURLUE_OK ? text : NULL;
}

bool
http_may_follow(const char *from, const char *to)
{
	CURLU *first = curl_url(), *second = curl_url();
	bool may = first != NULL && second != NULL &&
	           curl_url_set(first, CURLUPART_URL, from, 0) == CURLUE_OK &&
	           curl_url_set(second, CURLUPART_URL, to, CURLU_DISALLOW_USER) == CURLUE_OK;
	if (may) {
		char *scheme = url_part(second, CURLUPART_SCHEME);
		char *hosts[2] = {
		    url_part(first, CURLUPART_HOST), url_part(second, CURLUPART_HOST)};
		char *ports[2] = {
		    url_part(first, CURLUPART_PORT), url_part(second, CURLUPART_PORT)};
		char *was = url_part(first, CURLUPART_SCHEME);
		may = scheme != NULL && was != NULL && strcmp(scheme, "https") == 0 &&
		      hosts[0] != NULL && hosts[1] != NULL && strcasecmp(hosts[0], hosts[1]) == 0 &&
		      ports[0] != NULL && ports[1] != NULL &&
		      (strcmp(ports[0], ports[1]) == 0 || strcmp(was, "https") != 0);
		char *parts[] = {scheme, was, hosts[0], hosts[1], ports[0], ports[1]};
		for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
			curl_free(parts[i]);
	}
	curl_url_cleanup(first);
	curl_url_cleanup(second);
	return may;
}

/* Sends a transfer that was redirected on its way again, where it may go there. */
static bool
follow(struct http *http, struct transfer *transfer)
{
	char *target = NULL;
	int64_t left = http->settings.timeout - (clock_steady() - transfer->started) / 1000;
	curl_easy_getinfo(transfer->easy, CURLINFO_REDIRECT_URL, &target);
	if (target == NULL || left <= 0 || transfer->redirects == REDIRECTS ||
	    !http_may_follow(transfer->url, target))
		return false;
	transfer->redirects++;
	char *url = memory_copy_text(target);
	memory_wipe(transfer->url, strlen(transfer->url));
	free(transfer->url);
	transfer->url = url;
	buffer_clear(&transfer->body);
	curl_easy_setopt(transfer->easy, CURLOPT_URL, url);
	curl_easy_setopt(transfer->easy, CURLOPT_TIMEOUT_MS, (long)left);
	allow_protocol(transfer);
	return curl_multi_add_handle(http->multi, transfer->easy) == CURLM_OK;
}

static bool
is_distrust(CURLcode code)
{
	return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
	       code == CURLE_SSL_ISSUER_ERROR || code == CURLE_SSL_INVALIDCERTSTATUS;
}

/* In words of ours or libcurl's own: a server's may quote a key. */
static const char *
describe(struct http *http, const struct transfer *transfer, CURLcode code)
{
	if (transfer->too_long || code == CURLE_FILESIZE_EXCEEDED)
		snprintf(http->error, sizeof(http->error), "its reply is longer than %zu bytes",
		    transfer->body.ceiling);
	else if (code == CURLE_OPERATION_TIMEDOUT)
		snprintf(http->error, sizeof(http->error), "no whole reply in %.1f seconds",
		    (double)(clock_steady() - transfer->started) / 1e6);
	else if (code == CURLE_PARTIAL_FILE || code == CURLE_GOT_NOTHING ||
	         code == CURLE_RECV_ERROR)
		snprintf(http->error, sizeof(http->error), "its reply was cut off");
	else
		snprintf(http->error, sizeof(http->error), "%s", curl_easy_strerror(code));
	return http->error;
}

static void
fill_reply(struct http *http, struct transfer *transfer, CURLcode code, struct http_reply *reply)
{
	long status = 0;
	curl_off_t retry_after = 0;
	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &retry_after);
	if (retry_after > RETRY_MOST)
		retry_after = RETRY_MOST;
	*reply = (struct http_reply){.context = transfer->context,
	    .status = (int)status,
	    .body = buffer_span(&transfer->body),
	    .retry_after = retry_after > 0 ? (int64_t)retry_after * 1000 : -1,
	    .took = clock_steady() - transfer->started};
	if (transfer->file)
		reply->status = 200;
	if (code == CURLE_FILE_COULDNT_READ_FILE && transfer->file)
		reply->status = 404;
	else if (code != CURLE_OK)
		reply->error = describe(http, transfer, code);
	reply->untrusted = is_distrust(code);
	if (reply->body.start == NULL)
		reply->body.start = "";
}

bool
http_next(struct http *http, struct http_reply *reply)
{
	CURLMsg *message;
	int left;

	free_transfer(http->finished);
	http->finished = NULL;
	while ((message = curl_multi_info_read(http->multi, &left)) != NULL) {
		struct transfer *transfer = NULL;
		CURLcode code = message->data.result;
		CURL *easy = message->easy_handle;
		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&transfer);
		curl_multi_remove_handle(http->multi, easy);
		if (code == CURLE_OK && follow(http, transfer))
			continue;
		for (struct transfer **at = &http->flying; *at != NULL; at = &(*at)->next) {
			if (*at == transfer) {
				*at = transfer->next;
				break;
			}
		}
		http->finished = transfer;
		fill_reply(http, transfer, code, reply);
		return true;
	}
	return false;
}
