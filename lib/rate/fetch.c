/* fetch: the queue of jobs, and when each may start. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "rate/fetch_job.h"
#include "base/memory.h"
#include "text/timestamp.h"

enum { CONNECT_TIMEOUT = 5000 };

struct fetch *
fetch_open(const struct fetch_settings *settings, struct failure *failure)
{
	const struct provider *provider = settings->provider;
	struct http_settings http = {.agent = settings->caller.agent,
	    .connect_timeout = CONNECT_TIMEOUT,
	    .timeout = settings->timeout,
	    .connections = settings->in_flight};
	struct fetch *fetch = memory_new(1, sizeof(*fetch));

	fetch->settings = *settings;
	fetch->room = 2 * (size_t)settings->in_flight + provider->subjects_per_request;
	fetch->jobs = memory_new(fetch->room, sizeof(*fetch->jobs));
	backoff_init(&fetch->backoff, (uint64_t)clock_now() ^ (uint64_t)getpid() << 32);
	fetch->samples = provider_samples();
	fetch->http = http_open(&http, failure);
	/* Recorded replies have no limits, so no file is needed. */
	bool recorded = strncmp(provider->url, "file:", 5) == 0;
	if (fetch->http != NULL && !recorded)
		fetch->limiter = rate_limit_open(settings->state, provider->limits,
		    provider->limit_count, &fetch->settings.caller, failure);
	if (fetch->http == NULL || (!recorded && fetch->limiter == NULL)) {
		fetch_close(fetch);
		return NULL;
	}
	return fetch;
}

void
fetch_close(struct fetch *fetch)
{
	if (fetch == NULL)
		return;
	for (size_t i = 0; i < fetch->room; i++)
		buffer_free(&fetch->jobs[i].body);
	buffer_free(&fetch->handed_out);
	http_close(fetch->http);
	rate_limit_close(fetch->limiter);
	free(fetch->samples);
	free(fetch->jobs);
	free(fetch);
}

bool
fetch_has_room(const struct fetch *fetch)
{
	return fetch->count < fetch->room;
}

size_t
fetch_pending(const struct fetch *fetch)
{
	return fetch->count;
}

uint64_t
fetch_retries(const struct fetch *fetch)
{
	return fetch->retries;
}

uint64_t
fetch_throttles(const struct fetch *fetch)
{
	return fetch->throttles;
}

void
fetch_ask(struct fetch *fetch, const struct subject *subject, uint64_t line)
{
	struct job *job = fetch_job_at(fetch, fetch->count++);
	*job = (struct job){.subject = *subject, .line = line, .state = WAITING};
	job->most = fetch->settings.provider->subjects_per_request;
	buffer_init(&job->body, 4 * fetch->settings.provider->reply_bytes + 64);
}

static const char *
reason_text(enum rate_limit_reason reason)
{
	switch (reason) {
	case RATE_LIMIT_BURST:
		return "it reported too many requests";
	case RATE_LIMIT_QUOTA:
		return "its quota of requests is spent";
	case RATE_LIMIT_RETRY_AFTER:
		return "it asked to retry later";
	case RATE_LIMIT_REACHED:
		break;
	}
	return "its rate limit is reached";
}

/* Takes a turn for a job that is due. */
static void
grant(struct fetch *fetch, struct job *job, int64_t now)
{
	char sentence[300], time[TIMESTAMP_SIZE];
	struct rate_limit_turn turn = {true, now, RATE_LIMIT_REACHED};
	struct failure failure;
	if (fetch->limiter != NULL &&
	    !rate_limit_take(fetch->limiter, now, FETCH_PATIENCE, &turn, &failure)) {
		fetch_job_fail(fetch, job, &failure);
		return;
	}
	if (!turn.granted) {
		snprintf(sentence, sizeof(sentence), "%s: not asked again before %s",
		    reason_text(turn.reason), timestamp_format(turn.at, false, time));
		fetch_job_give_up(fetch, job, FAILURE_TEMPORARY, sentence);
		return;
	}
	job->due = turn.at;
	fetch_job_set_state(fetch, job, GRANTED);
	if (turn.at - now >= 1000)
		fetch_job_note_wait(fetch, job, reason_text(turn.reason), turn.at - now);
}

/* The subjects of a request: that of its job, and others that wait. */
static size_t
gather(struct fetch *fetch, struct job *leader, struct subject subjects[PROVIDER_SUBJECTS])
{
	unsigned count = 1, most = leader->most;

	subjects[0] = leader->subject;
	for (size_t i = 0; i < fetch->count && count < most; i++) {
		struct job *job = fetch_job_at(fetch, i);
		if (job->state != WAITING || job->most <= count)
			continue;
		job->leader = leader;
		fetch_job_set_state(fetch, job, FLYING);
		subjects[count++] = job->subject;
		most = job->most < most ? job->most : most;
	}
	leader->asked = count;
	return count;
}

/* No request was made. */
static void
fail_all(struct fetch *fetch, struct job *leader, const struct failure *failure)
{
	for (size_t i = 0; i < fetch->count; i++) {
		struct job *job = fetch_job_at(fetch, i);
		if (job->leader == leader) {
			job->leader = NULL;
			fetch_job_fail(fetch, job, failure);
		}
	}
	fetch_job_fail(fetch, leader, failure);
}

static void
start(struct fetch *fetch, struct job *job)
{
	const struct provider *provider = fetch->settings.provider;
	struct subject subjects[PROVIDER_SUBJECTS];
	struct failure failure;
	struct buffer url;

	buffer_init(&url, 0);
	size_t count = gather(fetch, job, subjects);
	bool good = provider_url(
	    provider, subjects, count, fetch->settings.key, fetch->samples, &url, &failure);
	if (good) {
		struct http_request request = {.url = buffer_text(&url),
		    .accept = provider->accept,
		    .ceiling = provider->reply_bytes,
		    .file = strncmp(provider->url, "file:", 5) == 0,
		    .context = job};
		good = http_start(fetch->http, &request, &failure);
	}
	if (good)
		fetch_job_set_state(fetch, job, FLYING);
	else
		fail_all(fetch, job, &failure);
	buffer_wipe(&url);
}

/* May a job wait, to share the request of one that has its turn? */
static bool
can_share(const struct fetch *fetch)
{
	if (fetch->settings.provider->subjects_per_request > 1)
		for (size_t i = 0; i < fetch->count; i++)
			if (fetch_job_at(fetch, i)->state == GRANTED)
				return true;
	return false;
}

/* Starts what is due. *next: when the next is due; -1: not before a reply arrives. */
static void
start_due(struct fetch *fetch, int64_t *next)
{
	*next = -1;
	for (size_t i = 0; i < fetch->count; i++) {
		struct job *job = fetch_job_at(fetch, i);
		int64_t now = clock_now();
		/* Checked for each: a signal may have ended the wait for a turn. */
		bool stopped = caller_is_stopped(&fetch->settings.caller) || fetch->over;
		if (stopped && (job->state == WAITING || job->state == GRANTED))
			fetch_job_give_up(
			    fetch, job, FAILURE_STOPPED, "stopped before it was fetched");
		if (job->state == WAITING && job->due <= now &&
		    fetch->active < fetch->settings.in_flight && !can_share(fetch))
			grant(fetch, job, now);
		if (job->state == GRANTED && job->due <= now)
			start(fetch, job);
		bool waits =
		    job->state == GRANTED || (job->state == WAITING && !can_share(fetch) &&
		                                 fetch->active < fetch->settings.in_flight);
		if (waits && (*next < 0 || job->due < *next))
			*next = job->due;
	}
}

bool
fetch_wait(struct fetch *fetch, int input, int watch, struct failure *failure)
{
	struct http_reply reply;
	int64_t next;
	int timeout = -1;

	start_due(fetch, &next);
	if (next >= 0) {
		int64_t left = next - clock_now();
		timeout = left < 0 ? 0 : left > 60000 ? 60000 : (int)left;
	}
	/* Do not wait if an answer can be returned. */
	if (fetch->count > 0 && fetch_job_at(fetch, 0)->state == DONE)
		timeout = 0;
	if (!http_wait(fetch->http, input, watch, timeout, failure))
		return false;
	while (http_next(fetch->http, &reply))
		fetch_answer_take(fetch, &reply);
	return true;
}

bool
fetch_next(struct fetch *fetch, struct fetched *fetched)
{
	if (fetch->count == 0 || fetch_job_at(fetch, 0)->state != DONE)
		return false;
	struct job *job = fetch_job_at(fetch, 0);
	buffer_free(&fetch->handed_out);
	fetch->handed_out = job->body;
	job->body = (struct buffer){0};
	*fetched = (struct fetched){
	    job->subject, job->line, job->failure, job->due, buffer_span(&fetch->handed_out)};
	fetch->first = (fetch->first + 1) % fetch->room;
	fetch->count--;
	return true;
}
