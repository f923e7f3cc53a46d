/* fetch_job: private to fetch.c, fetch_job.c and fetch_answer.c: a subject on its way, the queue. */
#ifndef RATE_FETCH_JOB_H
#define RATE_FETCH_JOB_H

#include "base/backoff.h"
#include "rate/fetch.h"
#include "net/http.h"
#include "rate/rate_limit.h"

enum { FETCH_PATIENCE = 60 * 1000 }; /* ms; a longer wait is left to a later run */

enum job_state { WAITING, GRANTED, FLYING, DONE };

struct job {
	struct subject subject;
	uint64_t line;
	struct job *leader; /* FLYING: the job whose request asks for this subject, too */
	unsigned asked; /* FLYING, without a leader: how many subjects its request asks for */
	unsigned most; /* that a request which asks for this subject may ask for */
	bool as_one; /* its reply refuses all its subjects, for a reason that one may have given */
	enum job_state state;
	int64_t due; /* WAITING, GRANTED: when it may start; DONE: when the reply arrived */
	unsigned tries;
	unsigned bursts;
	struct buffer body;
	struct failure failure;
};

struct fetch {
	struct fetch_settings settings;
	struct http *http;
	struct rate_limiter *limiter;
	struct backoff backoff;
	char *samples;
	struct job *jobs; /* a ring */
	size_t room;
	size_t first;
	size_t count;
	size_t active; /* GRANTED or FLYING */
	bool over; /* a permanent failure: no more requests are started */
	unsigned partings; /* how often the subjects of a request were asked for in two parts */
	uint64_t retries;
	uint64_t throttles;
	struct buffer handed_out;
};

static inline struct job *
fetch_job_at(const struct fetch *fetch, size_t index)
{
	return &fetch->jobs[(fetch->first + index) % fetch->room];
}

void fetch_job_set_state(struct fetch *fetch, struct job *job, enum job_state state);
/* The job is DONE and has failed: with "SUBJECT: PROVIDER: WHY", or with failure. */
void fetch_job_give_up(
    struct fetch *fetch, struct job *job, enum failure_kind kind, const char *why);
void fetch_job_fail(struct fetch *fetch, struct job *job, const struct failure *failure);
/* For -v: reports that the job waits, in ms. */
void fetch_job_note_wait(struct fetch *fetch, const struct job *job, const char *why, int64_t wait);

/* fetch_answer.c: decides by the reply whether the job is done, retried or given up. */
void fetch_answer_take(struct fetch *fetch, const struct http_reply *reply);

#endif
