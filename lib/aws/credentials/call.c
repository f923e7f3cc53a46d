/* call: sends one request at a time, with waits between attempts. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/backoff.h"
#include "base/clock.h"
#include "aws/credentials/call.h"
#include "base/memory.h"

enum {
	CEILING = 128 * 1024,
	LOOK = 200 /* ms between checks of the stop flag */,
	FIRST = 50,
	MOST = 5000
};

void
call_free(struct answer *answer)
{
	buffer_wipe(&answer->body);
}

static bool
is_stopped(const struct search *search)
{
	return caller_is_stopped(&search->settings->caller);
}

/* Scheme, host and port of a URL, without a user's name and password. */
static void
describe_error(const char *url, const char *error, char text[CALL_TEXT])
{
	const char *scheme_end = strstr(url, "://");
	int scheme = scheme_end != NULL ? (int)(scheme_end - url) + 3 : 0;
	const char *host = url + scheme;
	size_t length = strcspn(host, "/?#");
	const char *user_end = memrchr(host, '@', length);

	if (user_end != NULL) {
		length -= (size_t)(user_end + 1 - host);
		host = user_end + 1;
	}
	snprintf(text, CALL_TEXT, "%.*s%.*s: %s", scheme, url, (int)length, host, error);
}

static void
take_reply(
    struct http *http, const struct http_reply *reply, const char *url, struct answer *answer)
{
	const char *date = http_reply_header(http, "date");
	call_free(answer);
	buffer_init(&answer->body, CEILING);
	answer->status = reply->error != NULL ? 0 : reply->status;
	answer->sent = reply->sent;
	answer->final = reply->final;
	if (reply->error != NULL)
		describe_error(url, reply->error, answer->error);
	snprintf(answer->date, sizeof(answer->date), "%s", date != NULL ? date : "");
	if (reply->error == NULL)
		buffer_add(&answer->body, reply->body.start, reply->body.length);
}

static bool
try_once(struct search *search, struct http *http, const struct call *call, struct answer *answer,
    struct failure *failure)
{
	struct http_request request = {.url = call->url,
	    .method = call->method,
	    .headers = call->headers,
	    .header_count = call->header_count,
	    .body = call->body,
	    .ceiling = CEILING,
	    .plain = call->plain,
	    .direct = call->direct};
	struct http_reply reply;
	if (!http_start(http, &request, failure))
		return false;
	while (!http_next(http, &reply)) {
		if (is_stopped(search))
			return fail_stopped(failure);
		if (!http_wait(http, -1, -1, LOOK, failure))
			return false;
	}
	take_reply(http, &reply, call->url, answer);
	return true;
}

static bool
rest(struct search *search, struct http *http, int64_t delay, struct failure *failure)
{
	int64_t end = clock_steady() + delay * 1000, left;
	while ((left = (end - clock_steady()) / 1000) > 0) {
		if (is_stopped(search))
			return fail_stopped(failure);
		if (!http_wait(http, -1, -1, (int)(left < LOOK ? left : LOOK), failure))
			return false;
	}
	return true;
}

bool
call_is_transient(const struct answer *answer)
{
	static const char *const codes[] = {"<Code>Throttling", "<Code>IDPCommunicationError",
	    "<Code>RequestLimitExceeded", "<Code>TooManyRequests", "<Code>RequestTimeout"};
	struct span body = buffer_span(&answer->body);
	if (answer->final)
		return false;
	if (answer->status == 0 || answer->status == 429 || answer->status >= 500)
		return true;
	for (size_t i = 0; answer->status == 400 && i < sizeof(codes) / sizeof(*codes); i++)
		if (body.length > 0 &&
		    memmem(body.start, body.length, codes[i], strlen(codes[i])) != NULL)
			return true;
	return false;
}

const char *
call_describe(const struct answer *answer, char text[CALL_TEXT])
{
	if (answer->status == 0)
		snprintf(text, CALL_TEXT, "%s", answer->error);
	else
		snprintf(text, CALL_TEXT, "HTTP %d", answer->status);
	return text;
}

bool
call_make(
    struct search *search, const struct call *call, struct answer *answer, struct failure *failure)
{
	struct http_settings settings = {.agent = search->settings->caller.agent,
	    .connect_timeout = call->timeout,
	    .timeout = call->timeout,
	    .connections = 1};
	struct backoff backoff;
	settings.ca_bundle = aws_config_ca_bundle(search->config, &settings.ca_setting);
	*answer = (struct answer){.status = 0};
	backoff_init(&backoff, (uint64_t)clock_steady() ^ (uint64_t)getpid());
	struct http *http = http_open(&settings, failure);
	if (http == NULL)
		return false;
	bool good = true;
	for (unsigned attempt = 0; good; attempt++) {
		good = try_once(search, http, call, answer, failure);
		if (!good || attempt + 1 >= call->attempts || !call_is_transient(answer))
			break;
		good = rest(search, http, backoff_delay(&backoff, attempt, FIRST, MOST), failure);
	}
	http_close(http);
	return good;
}
