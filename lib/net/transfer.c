/* transfer: the options of a request and the data of its reply. */
#include <stdlib.h>
#include <strings.h>
#include "base/clock.h"
#include "net/body.h"
#include "net/proxy.h"
#include "net/redirect.h"
#include "net/transfer.h"
#include "base/memory.h"
#include "text/url.h"

enum {
	REDIRECTS = 3,
	RECEIVE = 64 * 1024, /* bytes read at once */
	LOOK = 1000000 /* us: libcurl checks the progress at least this often */
};

static void
free_url(struct transfer *transfer)
{
	memory_wipe_text(transfer->url);
	transfer->url = NULL;
}

/* Is the body to be handed over as it arrives? */
static bool
is_handed_over(const struct transfer *transfer)
{
	long status = 0;

	if (transfer->take == NULL)
		return false;
	transfer->curl->easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	return status / 100 == 2;
}

static size_t
take_body(char *bytes, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	curl_off_t expected = -1;

	if (transfer->encoding[0] != '\0')
		return 0;
	if (is_handed_over(transfer)) {
		transfer->paused =
		    !transfer->take(transfer->take_context, (struct span){bytes, size * count});
		return transfer->paused ? CURL_WRITEFUNC_PAUSE : size * count;
	}
	if (transfer->body.length == 0)
		transfer->curl->easy_getinfo(
		    transfer->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &expected);
	if ((expected <= 0 || body_expect(&transfer->body, (size_t)expected)) &&
	    body_make_room(&transfer->body, size * count) &&
	    buffer_add(&transfer->body, bytes, size * count))
		return size * count;
	transfer->too_long = true;
	return 0;
}

/* At the end of the headers. Only "identity" was requested. */
static void
note_encoding(struct transfer *transfer)
{
	const char *encoding = transfer_header(transfer, "Content-Encoding");

	if (encoding == NULL || *encoding == '\0' || strcasecmp(encoding, "identity") == 0)
		return;
	snprintf(transfer->encoding, sizeof transfer->encoding, "%s", encoding);
}

static size_t
take_header(char *bytes, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	size_t length = size * count;

	transfer->header_bytes += length;
	transfer->long_headers = transfer->header_bytes > TRANSFER_HEADERS_MOST;
	if (transfer->long_headers)
		return 0;
	/* Another reply begins, of a redirect or after status 100. */
	if (length >= 5 && memcmp(bytes, "HTTP/", 5) == 0) {
		buffer_clear(&transfer->replied);
		transfer->encoding[0] = '\0';
	}
	while (length > 0 && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r'))
		length--;
	buffer_add(&transfer->replied, bytes, length);
	buffer_add(&transfer->replied, "", 1);
	if (length == 0)
		note_encoding(transfer);
	return size * count;
}

const char *
transfer_header(const struct transfer *transfer, const char *name)
{
	const char *line = transfer->replied.data;
	size_t length = strlen(name);

	if (transfer->replied.length == 0)
		return NULL;
	for (const char *end = line + transfer->replied.length; line < end;
	     line += strlen(line) + 1) {
		if (strncasecmp(line, name, length) == 0 && line[length] == ':')
			return line + length + 1 + strspn(line + length + 1, " \t");
	}
	return NULL;
}

/* Not 0: ends the transfer. Time in which libcurl was not driven does not count as idle. */
static int
check_progress(
    void *context, curl_off_t to_come, curl_off_t came, curl_off_t to_go, curl_off_t gone)
{
	struct transfer *transfer = context;
	int64_t now = clock_steady(), since = now - transfer->looked;

	(void)to_come, (void)to_go;
	transfer->looked = now;
	transfer->idle += since < LOOK ? since : LOOK;
	if (came + gone != transfer->moved || transfer->paused)
		transfer->idle = 0;
	transfer->moved = came + gone;
	return transfer->idle > transfer->idle_most;
}

/* The only protocol that libcurl may use for it. */
static const char *
protocol_of(const struct transfer *transfer)
{
	if (strncasecmp(transfer->url, "https://", 8) == 0)
		return "https";
	return transfer->file ? "file" : "http";
}

static void
allow_protocol(struct transfer *transfer)
{
	const char *name = protocol_of(transfer);
#if LIBCURL_VERSION_NUM >= 0x075500
	transfer->curl->easy_setopt(transfer->easy, CURLOPT_PROTOCOLS_STR, name);
#else
	long protocol = strcmp(name, "https") == 0  ? CURLPROTO_HTTPS
	                : strcmp(name, "file") == 0 ? CURLPROTO_FILE
	                                            : CURLPROTO_HTTP;
	transfer->curl->easy_setopt(transfer->easy, CURLOPT_PROTOCOLS, protocol);
#endif
}

static bool
is_local(const char *url)
{
	const char *host = strstr(url, "://");

	if (host == NULL)
		return false;
	host += 3;
	size_t length = *host == '[' ? strcspn(host, "]/") + 1 : strcspn(host, ":/?#");
	return url_is_local((struct span){host, length});
}

/* The options that all requests of one http share. */
static void
set_lasting_options(struct transfer *transfer, const struct http_settings *settings)
{
	const struct http_curl *curl = transfer->curl;
	CURL *easy = transfer->easy;

	curl->easy_setopt(easy, CURLOPT_PRIVATE, transfer);
	curl->easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->said);
	curl->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl->easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl->easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	curl->easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl->easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)RECEIVE);
	curl->easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)settings->connect_timeout);
	if (settings->idle > 0) {
		transfer->idle_most = settings->idle * 1000;
		curl->easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
		curl->easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, check_progress);
		curl->easy_setopt(easy, CURLOPT_XFERINFODATA, transfer);
	}
	curl->easy_setopt(easy, CURLOPT_USERAGENT, settings->agent);
	curl->easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl->easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
	curl->easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	curl->easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
}

struct transfer *
transfer_open(
    const struct http_curl *curl, const struct http_settings *settings, const struct trust *trust)
{
	CURL *easy = curl->easy_init();

	if (easy == NULL)
		return NULL;
	struct transfer *transfer = memory_new(1, sizeof(*transfer));
	transfer->curl = curl;
	transfer->easy = easy;
	buffer_init(&transfer->replied, 2 * TRANSFER_HEADERS_MOST);
	transfer->no_proxy = proxy_exceptions();
	set_lasting_options(transfer, settings);
	trust_set(trust, curl, easy);
	return transfer;
}

void
transfer_close(struct transfer *transfer)
{
	if (transfer == NULL)
		return;
	transfer->curl->easy_cleanup(transfer->easy);
	transfer_clear(transfer);
	buffer_free(&transfer->body);
	buffer_free(&transfer->replied);
	free(transfer->no_proxy);
	free(transfer);
}

void
transfer_clear(struct transfer *transfer)
{
	/* A header may hold a token. */
	for (struct curl_slist *header = transfer->headers; header != NULL; header = header->next)
		memory_wipe(header->data, strlen(header->data));
	transfer->curl->slist_free_all(transfer->headers);
	transfer->headers = NULL;
	free_url(transfer);
	body_clear(&transfer->body);
	buffer_clear(&transfer->replied);
	transfer->has_body = transfer->too_long = transfer->long_headers = transfer->paused = false;
	transfer->take = NULL;
	transfer->encoding[0] = transfer->said[0] = '\0';
	transfer->header_bytes = 0;
	transfer->redirects = 0;
}

static void
add_header(struct transfer *transfer, const char *name, const char *value)
{
	size_t name_length = strlen(name), value_length = strlen(value);
	size_t size = name_length + 2 + value_length + 1;
	char small[512], *line = size <= sizeof(small) ? small : memory_new(size, 1);

	memcpy(line, name, name_length);
	memcpy(line + name_length, ": ", 2);
	memcpy(line + name_length + 2, value, value_length + 1);
	transfer->headers = transfer->curl->slist_append(transfer->headers, line);
	memory_wipe(line, size);
	if (line != small)
		free(line);
}

static void
set_headers(struct transfer *transfer, const struct http_request *request)
{
	const struct http_curl *curl = transfer->curl;

	if (request->accept != NULL)
		add_header(transfer, "Accept", request->accept);
	else
		transfer->headers = curl->slist_append(transfer->headers, "Accept:");
	transfer->headers = curl->slist_append(transfer->headers, "Accept-Encoding: identity");
	if (transfer->has_body)
		transfer->headers = curl->slist_append(transfer->headers, "Expect:");
	for (size_t i = 0; i < request->header_count; i++)
		add_header(transfer, request->headers[i].name, request->headers[i].value);
	curl->easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers);
}

static void
set_method(struct transfer *transfer, const struct http_request *request)
{
	const struct http_curl *curl = transfer->curl;
	const char *usual = transfer->has_body ? "POST" : "GET";
	bool other = request->method != NULL && strcmp(request->method, usual) != 0;

	if (transfer->has_body) {
		curl->easy_setopt(transfer->easy, CURLOPT_POST, 1L);
		curl->easy_setopt(transfer->easy, CURLOPT_POSTFIELDS, request->body.start);
		curl->easy_setopt(
		    transfer->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.length);
	} else {
		curl->easy_setopt(transfer->easy, CURLOPT_HTTPGET, 1L);
	}
	/* As a custom request, libcurl would wait for the body of a HEAD. */
	if (other && strcmp(request->method, "HEAD") == 0) {
		curl->easy_setopt(transfer->easy, CURLOPT_NOBODY, 1L);
		other = false;
	}
	curl->easy_setopt(transfer->easy, CURLOPT_CUSTOMREQUEST, other ? request->method : NULL);
}

/* A body that is handed over needs HTTP/2, which a connection that is kept may not speak. */
static void
set_version(struct transfer *transfer, const struct http_request *request)
{
	const struct http_curl *curl = transfer->curl;
	bool streams = request->take != NULL;

	curl->easy_setopt(transfer->easy, CURLOPT_HTTP_VERSION,
	    streams ? (long)CURL_HTTP_VERSION_2TLS : (long)CURL_HTTP_VERSION_1_1);
	curl->easy_setopt(transfer->easy, CURLOPT_FRESH_CONNECT, (long)streams);
	curl->easy_setopt(transfer->easy, CURLOPT_FORBID_REUSE, (long)streams);
	curl->easy_setopt(transfer->easy, CURLOPT_MAXFILESIZE_LARGE,
	    streams ? (curl_off_t)0 : (curl_off_t)request->ceiling);
}

/* A line break would end the header and begin another. */
static bool
has_control(const struct http_request *request)
{
	for (size_t i = 0; i < request->header_count; i++)
		for (const char *at = request->headers[i].value; *at != '\0'; at++)
			if (((unsigned char)*at < ' ' && *at != '\t') || *at == 0x7F)
				return true;
	return false;
}

bool
transfer_prepare(struct transfer *transfer, const struct http_settings *settings,
    const struct http_request *request, struct failure *failure)
{
	const struct http_curl *curl = transfer->curl;
	CURL *easy = transfer->easy;
	bool local = is_local(request->url);

	if (strncasecmp(request->url, "http://", 7) == 0 && !local && !request->plain)
		return fail(failure, FAILURE_PERMANENT,
		    "plain http is allowed only to this machine and to endpoints that you name");
	if (has_control(request))
		return fail(failure, FAILURE_PERMANENT,
		    "a request header holds a line break or another control character");
	transfer->context = request->context;
	transfer->take = request->take;
	transfer->take_context = request->take_context;
	transfer->url = memory_copy_text(request->url);
	transfer->file = request->file;
	transfer->has_body = request->body.start != NULL;
	transfer->timeout = request->timeout > 0 ? request->timeout : settings->timeout;
	transfer->started = transfer->looked = clock_steady();
	transfer->idle = transfer->moved = 0;
	transfer->body.ceiling = request->ceiling;
	curl->easy_setopt(easy, CURLOPT_URL, transfer->url);
	curl->easy_setopt(easy, CURLOPT_PATH_AS_IS, (long)request->as_is);
	allow_protocol(transfer);
	curl->easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)transfer->timeout);
	set_version(transfer, request);
	/* No proxy for this machine. */
	curl->easy_setopt(easy, CURLOPT_NOPROXY,
	    local || request->direct || request->file ? "*" : transfer->no_proxy);
	set_method(transfer, request);
	set_headers(transfer, request);
	return true;
}

bool
transfer_follows(struct transfer *transfer)
{
	const struct http_curl *curl = transfer->curl;
	char *target = NULL;
	int64_t left = transfer->timeout - (clock_steady() - transfer->started) / 1000;

	curl->easy_getinfo(transfer->easy, CURLINFO_REDIRECT_URL, &target);
	if (target == NULL || transfer->has_body || left <= 0 || transfer->redirects == REDIRECTS ||
	    !redirect_is_allowed(transfer->url, target))
		return false;
	transfer->redirects++;
	char *url = memory_copy_text(target);
	free_url(transfer);
	transfer->url = url;
	body_clear(&transfer->body);
	curl->easy_setopt(transfer->easy, CURLOPT_URL, url);
	curl->easy_setopt(transfer->easy, CURLOPT_TIMEOUT_MS, (long)left);
	allow_protocol(transfer);
	return true;
}
