/* webhook: publishes messages by one POST each to a URL that is a secret. */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "net/http.h"
#include "secret/secret.h"
#include "text/redact.h"
#include "text/url.h"
#include "topic/kind.h"
#include "topic/webhook/body.h"
#include "topic/webhook/verdict.h"

enum {
	CONNECT_TIMEOUT = 5000, /* ms */
	BODY = 8 * 1024 * 1024, /* a text whose bytes are all escaped */
	REPLY = 64 * 1024,
	SAID = 1000, /* bytes of a reply that are looked at for a message */
	PART = 8 /* bytes of a part of the URL that is removed by itself */
};

struct webhook {
	struct topic topic;
	enum topic_format format;
	const char *name; /* of the secret; safe to print, unlike the URL */
	struct caller caller;
	struct buffer url; /* text, without NUL; wiped */
	struct http *http;
};

static void
close_webhook(struct sink *sink)
{
	struct webhook *webhook = (struct webhook *)sink;

	http_close(webhook->http);
	topic_free(&webhook->topic);
	buffer_wipe(&webhook->url);
	free(webhook);
}

static enum sender_fit
add(struct sender *sender, struct sender_call *call, struct sender_item *item)
{
	(void)sender, (void)call, (void)item;
	return SENDER_FITS;
}

static bool
start(struct sender *sender, struct sender_call *call, struct failure *failure)
{
	struct webhook *webhook = (struct webhook *)sender;
	const struct message *message = (const struct message *)call->items.first;
	const char *type = body_write(webhook->format, message, &call->body);
	struct http_header headers[2] = {{"Content-Type", type}};
	char *title = message->subject.start != NULL
	                  ? memory_copy(message->subject.start, message->subject.length)
	                  : NULL;
	struct http_request request = {.url = buffer_text(&webhook->url),
	    .headers = headers,
	    .header_count = title != NULL ? 2 : 1,
	    .body = buffer_span(&call->body),
	    .ceiling = REPLY,
	    .context = call};
	bool started;

	headers[1] = (struct http_header){"Title", title};
	started = type != NULL ? http_start(webhook->http, &request, failure)
	                       : fail(failure, FAILURE_PERMANENT, "the request is too long");
	free(title);
	return started;
}

static bool
wait(struct sender *sender, int input, int watch, int timeout, struct failure *failure)
{
	return http_wait(((struct webhook *)sender)->http, input, watch, timeout, failure);
}

/* Removes the URL from text from outside, and each long part of its path and query. */
static void
hide(const struct webhook *webhook, struct buffer *text)
{
	struct span url = buffer_span(&webhook->url);
	const char *at = memmem(url.start, url.length, "://", 3), *end = url.start + url.length;

	redact(text, url);
	at = at != NULL ? memchr(at + 3, '/', (size_t)(end - at - 3)) : NULL;
	while (at != NULL && at < end) {
		const char *next = ++at;

		while (next < end && strchr("/?&=#:", *next) == NULL)
			next++;
		if (next - at >= PART)
			redact(text, (struct span){at, (size_t)(next - at)});
		at = next;
	}
}

/* What the server says in its answer, safe to print; "": nothing. */
static const char *
said(const struct webhook *webhook, struct span body, struct shown *shown)
{
	struct buffer text;

	if (body.length > SAID)
		body.length = SAID;
	buffer_init(&text, 16 * SAID);
	buffer_add(&text, body.start, body.length);
	hide(webhook, &text);
	while (text.length > 0 && strchr(" \r\n", text.data[text.length - 1]) != NULL)
		text.length--;
	show(shown, text.data != NULL ? text.data : "", text.length);
	buffer_free(&text);
	return shown->text;
}

static bool
describe(const struct webhook *webhook, const struct http_reply *from, const char *advice,
    enum failure_kind kind, struct failure *failure)
{
	struct shown shown, shown_name;
	const char *text = said(webhook, from->body, &shown);

	show(&shown_name, webhook->name, strlen(webhook->name));
	return fail(failure, kind, "webhook %.200s: status %d%s%.300s%s%s%s", shown_name.text,
	    from->status, text[0] != '\0' ? " (" : "", text, text[0] != '\0' ? ")" : "",
	    advice != NULL ? ": " : "", advice != NULL ? advice : "");
}

/* No complete answer arrived. Its text is libcurl's or ours. */
static void
take_error(const struct webhook *webhook, const struct http_reply *from, struct sender_reply *reply)
{
	struct shown shown, shown_name;
	struct span error = span_of(from->error);

	show(&shown_name, webhook->name, strlen(webhook->name));
	fail(&reply->failure, from->final ? FAILURE_PERMANENT : FAILURE_TEMPORARY,
	    "webhook %.200s: %s", shown_name.text, said(webhook, error, &shown));
}

/* Discord says before its limit is reached that it is. */
static int64_t
announced_wait(const struct webhook *webhook)
{
	const char *left = http_reply_header(webhook->http, "X-RateLimit-Remaining");
	const char *reset = http_reply_header(webhook->http, "X-RateLimit-Reset-After");

	if (left == NULL || reset == NULL || strcmp(left, "0") != 0)
		return 0;
	return verdict_seconds(span_of(reset));
}

static void
take_answer(
    const struct webhook *webhook, const struct http_reply *from, struct sender_reply *reply)
{
	switch (verdict_of(from->status)) {
	case VERDICT_DONE:
		reply->failure.kind = FAILURE_NONE;
		reply->wait = announced_wait(webhook);
		return;
	case VERDICT_REFUSED:
		reply->unfit = true;
		describe(webhook, from, NULL, FAILURE_REFUSED, &reply->failure);
		return;
	case VERDICT_THROTTLED:
		reply->throttled = true;
		if (from->retry_after < 0)
			reply->wait = verdict_wait(from->body);
		break;
	case VERDICT_AGAIN:
		break;
	case VERDICT_BARRED:
		/* The URL in the keyring may be outdated. */
		secret_forget(webhook->name, &webhook->caller);
		describe(webhook, from, verdict_advice(from->status), FAILURE_PERMANENT,
		    &reply->failure);
		return;
	}
	if (from->retry_after > 0)
		reply->wait = from->retry_after;
	describe(webhook, from, NULL, FAILURE_TEMPORARY, &reply->failure);
}

static bool
next(struct sender *sender, struct sender_reply *reply)
{
	struct webhook *webhook = (struct webhook *)sender;
	struct http_reply from;

	if (!http_next(webhook->http, &from))
		return false;
	reply->call = from.context;
	if (from.error != NULL)
		take_error(webhook, &from, reply);
	else
		take_answer(webhook, &from, reply);
	return true;
}

static void
count(const struct sink *sink, struct sink_counters *counters)
{
	const struct sender *sender = (const struct sender *)sink;

	counters->retries = sender->retries;
	counters->throttled = sender->throttled;
}

/* What the service would not take. */
static bool
check(const struct topic *topic, const struct message *message, struct failure *failure)
{
	return body_check(((const struct webhook *)topic)->format, message, failure);
}

static const struct sender_kind sending = {.add = add, .start = start, .wait = wait, .next = next};

static const struct sink_kind kind = {TOPIC_SINK, .count = count, .close = close_webhook};

static bool
check_settings(const struct topic_settings *settings, struct failure *failure)
{
	if (settings->subject != NULL && settings->format != TOPIC_NTFY)
		return fail(failure, FAILURE_PERMANENT,
		    "--subject is for SNS and for --format ntfy; elsewhere write it in --text");
	if (settings->attributes != NULL || settings->group != NULL ||
	    settings->deduplication != NULL)
		return fail(failure, FAILURE_PERMANENT,
		    "--attribute, --group-id and --deduplication-id are for SNS, not for webhooks");
	return true;
}

/* The URL, which is never quoted. */
static bool
read_url(struct webhook *webhook, struct failure *failure)
{
	struct secret_settings secret = {.caller = webhook->caller};
	struct buffer *url = &webhook->url;
	struct failure why;
	struct shown shown;
	struct span host;
	bool missing;

	if (!secret_read(webhook->name, &secret, url, &missing, failure))
		return false;
	show(&shown, webhook->name, strlen(webhook->name));
	if (url->length == 0)
		return fail(failure, FAILURE_PERMANENT, "%s: the secret is empty", shown.text);
	for (size_t i = 0; i < url->length; i++) {
		if ((unsigned char)url->data[i] <= ' ' || url->data[i] == 0x7F)
			return fail(failure, FAILURE_PERMANENT,
			    "%s: the secret is not a URL: it holds a blank or a control character",
			    shown.text);
	}
	return url_host(buffer_text(url), &host, &why) ||
	       fail(failure, FAILURE_PERMANENT, "%s: the webhook's URL %.300s", shown.text,
	           why.text);
}

static struct http *
open_http(const struct topic_settings *settings, unsigned connections, struct failure *failure)
{
	struct http_settings http = {.agent = settings->caller.agent,
	    .connect_timeout = CONNECT_TIMEOUT,
	    .timeout = settings->timeout,
	    .connections = connections};

	return http_open(&http, failure);
}

struct sink *
topic_webhook_open(const struct topic_settings *settings, struct failure *failure)
{
	struct sender_settings sender = {.most = 1,
	    .in_flight = settings->in_flight > 0 ? settings->in_flight : 1,
	    .ceiling = BODY,
	    .caller = settings->caller};
	struct webhook *webhook;

	if (!check_settings(settings, failure))
		return NULL;
	webhook = memory_new(1, sizeof *webhook);
	webhook->name = settings->name;
	webhook->format = settings->format;
	webhook->caller = settings->caller;
	webhook->topic.check = check;
	webhook->topic.sender.sink = (struct sink){.kind = &kind, .skips_blanks = true};
	sender_init(&webhook->topic.sender, &sending, &sender);
	if (topic_init(&webhook->topic, settings, false, failure) && read_url(webhook, failure))
		webhook->http = open_http(settings, sender.in_flight, failure);
	if (webhook->http == NULL) {
		close_webhook(&webhook->topic.sender.sink);
		return NULL;
	}
	return &webhook->topic.sender.sink;
}
