/* fetch_answer: keeps a reply, retries the request, or gives it up. */
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "rate/fetch_job.h"
#include "text/redact.h"
#include "rate/reply.h"
#include "text/timestamp.h"
#include "text/xml_json.h"

enum {
	TRIES = 3, /* of a request that fails temporarily */
	BURSTS = 3, /* how often a subject waits after "too many requests" */
	BACKOFF_FIRST = 500,
	BACKOFF_MOST = 8000,
	BURST_WAIT = 1100, /* if neither the reply nor the definition says how long */
	QUOTA_WAIT = 3600 * 1000,
	PARTINGS = 10, /* of requests in a run whose subjects were refused together */
	LONGEST = 24 * 3600 * 1000 /* the longest wait that a provider can ask for */
};

static int64_t
at_most(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* No process sends a request before until. */
static bool
pause_all(struct fetch *fetch, int64_t now, int64_t until, enum rate_limit_reason reason,
    struct failure *failure)
{
	for (size_t i = 0; i < fetch->count; i++) {
		struct job *job = fetch_job_at(fetch, i);
		if (job->state == GRANTED)
			fetch_job_set_state(fetch, job, WAITING);
	}
	return fetch->limiter == NULL ||
	       rate_limit_pause(fetch->limiter, now, until, reason, failure);
}

static void
give_up_for_now(struct fetch *fetch, struct job *job, const char *why,
    enum rate_limit_reason reason, int64_t wait)
{
	char sentence[400], time[TIMESTAMP_SIZE];
	struct failure failure;
	int64_t now = clock_now();
	int64_t until = now + at_most(wait, LONGEST);
	if (!pause_all(fetch, now, until, reason, &failure)) {
		fetch_job_fail(fetch, job, &failure);
		return;
	}
	snprintf(sentence, sizeof(sentence), "%s: not asked again before %s", why,
	    timestamp_format(until, false, time));
	fetch_job_give_up(fetch, job, FAILURE_TEMPORARY, sentence);
}

/* Too many requests: all wait; this subject is retried, unless it has waited too often. */
static void
wait_out_burst(struct fetch *fetch, struct job *job, const char *why, int64_t wait)
{
	struct failure failure;
	int64_t now = clock_now();
	if (wait > FETCH_PATIENCE) {
		give_up_for_now(fetch, job, why, RATE_LIMIT_BURST, wait);
		return;
	}
	/* A random part, so that not all retry at once; still within the patience. */
	wait =
	    at_most(wait + backoff_delay(&fetch->backoff, job->bursts, 100, 1000), FETCH_PATIENCE);
	if (!pause_all(fetch, now, now + wait, RATE_LIMIT_BURST, &failure)) {
		fetch_job_fail(fetch, job, &failure);
		return;
	}
	if (++job->bursts > BURSTS) {
		fetch_job_give_up(fetch, job, FAILURE_TEMPORARY, why);
		return;
	}
	fetch_job_note_wait(fetch, job, why, wait);
	fetch->retries += job->leader == NULL;
	job->due = now + wait;
	fetch_job_set_state(fetch, job, WAITING);
}

static void
retry(struct fetch *fetch, struct job *job, const char *why, int64_t retry_after, int64_t wait)
{
	char sentence[300];
	if (retry_after > FETCH_PATIENCE) {
		give_up_for_now(fetch, job, why, RATE_LIMIT_RETRY_AFTER, retry_after);
		return;
	}
	if (++job->tries >= TRIES) {
		snprintf(sentence, sizeof(sentence), "%s: tried %d times", why, TRIES);
		fetch_job_give_up(fetch, job, FAILURE_TEMPORARY, sentence);
		return;
	}
	int64_t delay = backoff_delay(&fetch->backoff, job->tries - 1, BACKOFF_FIRST, BACKOFF_MOST);
	if (wait > delay)
		delay = wait;
	if (retry_after > delay)
		delay = retry_after;
	fetch_job_note_wait(fetch, job, why, delay);
	fetch->retries += job->leader == NULL;
	job->due = clock_now() + delay;
	fetch_job_set_state(fetch, job, WAITING);
}

/* Removes line ends: in valid JSON they are never inside a string. */
static void
keep_body(struct fetch *fetch, struct job *job, struct span body)
{
	bool good = buffer_reserve(&job->body, body.length);
	for (size_t i = 0; good && i < body.length; i++)
		if (body.start[i] != '\n' && body.start[i] != '\r')
			job->body.data[job->body.length++] = body.start[i];
	redact(&job->body, fetch->settings.key);
	fetch_job_set_state(fetch, job, DONE);
}

/* How long to wait: as the reply says, else the definition, else usual. */
static int64_t
named_wait(const struct http_reply *reply, const struct said *said, int64_t usual)
{
	if (reply->retry_after > 0)
		return reply->retry_after;
	return said->wait > 0 ? said->wait : usual;
}

/* body: of the reply, as JSON, unless there is a problem. */
static void
take_body(struct fetch *fetch, struct job *job, const struct http_reply *reply, struct span body,
    const char *problem)
{
	struct job *leader = job->leader != NULL ? job->leader : job;
	char sentence[300];
	struct said said;
	reply_read(fetch->settings.provider, &job->subject, reply->status, reply->retry_after >= 0,
	    body, problem, &said);
	leader->as_one = leader->as_one && said.means == MEANS_SUBJECT && !said.missing;
	fetch->throttles +=
	    job->leader == NULL && (said.means == MEANS_BURST || said.means == MEANS_QUOTA);
	const char *why = said.sentence;
	if (reply->status < 200 || reply->status > 299) {
		snprintf(
		    sentence, sizeof(sentence), "%.250s (HTTP %d)", said.sentence, reply->status);
		why = sentence;
	}
	switch (said.means) {
	case MEANS_RECORD:
	case MEANS_UNKNOWN:
		keep_body(fetch, job, body);
		break;
	case MEANS_SUBJECT:
		fetch_job_give_up(fetch, job, FAILURE_REFUSED, why);
		break;
	case MEANS_KEY:
	case MEANS_BARRED:
		fetch_job_give_up(fetch, job, FAILURE_PERMANENT, why);
		break;
	case MEANS_BURST:
		wait_out_burst(fetch, job, why, named_wait(reply, &said, BURST_WAIT));
		break;
	case MEANS_QUOTA:
		give_up_for_now(
		    fetch, job, why, RATE_LIMIT_QUOTA, named_wait(reply, &said, QUOTA_WAIT));
		break;
	case MEANS_TROUBLE:
		retry(fetch, job, why, reply->retry_after, said.wait);
		break;
	}
}

static void
take_xml(struct fetch *fetch, struct job *job, const struct http_reply *reply)
{
	struct buffer json;
	char sentence[100];
	const char *problem;

	buffer_init(&json, job->body.ceiling);
	problem = xml_json(reply->body, &json);
	if (problem == NULL) {
		take_body(fetch, job, reply, buffer_span(&json), NULL);
	} else {
		snprintf(sentence, sizeof sentence, "its reply is not XML: %s", problem);
		/* An error may be JSON; a record may not. */
		take_body(fetch, job, reply, reply->body,
		    reply->status >= 200 && reply->status <= 299 ? sentence : NULL);
	}
	buffer_free(&json);
}

/* RFC 8259, 8.1: a byte-order mark may be ignored. */
static void
take_answer(struct fetch *fetch, struct job *job, const struct http_reply *reply)
{
	static const char mark[] = "\xef\xbb\xbf";
	struct span body = reply->body;

	if (fetch->settings.provider->xml) {
		take_xml(fetch, job, reply);
		return;
	}
	if (span_begins(body, mark))
		body = (struct span){body.start + strlen(mark), body.length - strlen(mark)};
	take_body(fetch, job, reply, body, NULL);
}

/* Its target may hold the key. */
static void
give_up_redirect(struct fetch *fetch, struct job *job, const struct http_reply *reply)
{
	struct buffer text;
	buffer_init(&text, 1024);
	buffer_add_format(&text,
	    "it redirects to another host or to http, which is not followed (HTTP %d): %s",
	    reply->status, reply->redirect);
	redact(&text, fetch->settings.key);
	fetch_job_give_up(fetch, job, FAILURE_PERMANENT, buffer_text(&text));
	buffer_free(&text);
}

/* For one of the subjects that the request asked for. */
static void
take_reply(struct fetch *fetch, struct job *job, const struct http_reply *reply)
{
	job->due = clock_now();
	if (reply->redirect != NULL)
		give_up_redirect(fetch, job, reply);
	else if (reply->error == NULL)
		take_answer(fetch, job, reply);
	else if (reply->final)
		fetch_job_give_up(fetch, job, FAILURE_PERMANENT, reply->error);
	else
		retry(fetch, job, reply->error, -1, -1);
}

/*
 * The provider refused several subjects as one, of which perhaps only one is unknown: the request
 * is repeated in two parts.
 */
static void
ask_in_parts(struct fetch *fetch, struct job *job, unsigned count)
{
	job->failure.kind = FAILURE_NONE;
	job->most = (count + 1) / 2;
	job->due = clock_now();
	fetch_job_set_state(fetch, job, WAITING);
}

void
fetch_answer_take(struct fetch *fetch, const struct http_reply *reply)
{
	struct job *leader = reply->context;
	size_t i;

	leader->as_one = leader->asked > 1 && fetch->partings < PARTINGS && reply->error == NULL &&
	                 reply->redirect == NULL;
	for (i = 0; i < fetch->count; i++) {
		if (fetch_job_at(fetch, i)->leader == leader)
			take_reply(fetch, fetch_job_at(fetch, i), reply);
	}
	take_reply(fetch, leader, reply);
	for (i = 0; i < fetch->count; i++) {
		struct job *job = fetch_job_at(fetch, i);
		if (leader->as_one && (job == leader || job->leader == leader))
			ask_in_parts(fetch, job, leader->asked);
		if (job->leader == leader)
			job->leader = NULL;
	}
	fetch->partings += leader->as_one;
	fetch->retries += leader->as_one;
}
