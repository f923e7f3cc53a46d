/* fetch_job: what fetch.c and fetch_answer.c share; nobody else needs it. */
#ifndef RATE_FETCH_JOB_H
#define RATE_FETCH_JOB_H

#include "base/backoff.h"
#include "rate/fetch.h"
#include "net/http.h"
#include "rate/rate_limit.h"

enum { FETCH_PATIENCE = 60 * 1000 }; /* ms; a longer wait is left to another run */

enum job_state { WAITING, GRANTED, FLYING, DONE };

struct job {
	struct pair pair;
	uint64_t line;
	enum job_state state;
	int64_t due; /* WAITING, GRANTED: not before; DONE: when it came */
	unsigned tries;
	unsigned bursts;
	struct buffer body;
	struct failure failure;
};

struct fetch {
	struct fetch_settings settings;
	struct http *http;
	struct pace *pace;
	struct backoff backoff;
	char *samples;
	struct job *jobs; /* a ring */
	size_t room;
	size_t first;
	size_t count;
	size_t active; /* GRANTED or FLYING */
	bool over; /* a person must look: nothing more is asked */
	uint64_t retries;
	uint64_t throttles;
	struct buffer handed_out;
};

static inline struct job *
fetch_job_at(const struct fetch *fetch, size_t index)
{
	return &fetch->jobs[(fetch->first + index) % fetch->room];
}

/* fetch.c */
void fetch_set_state(struct fetch *fetch, struct job *job, enum job_state state);
/* Done, without an answer. */
void fetch_give_up(struct fetch *fetch, struct job *job, enum failure_kind kind, const char *why);
void fetch_give_up_failed(struct fetch *fetch, struct job *job, const struct failure *failure);
/* Tells the caller that the job waits, ms. */
void fetch_note(struct fetch *fetch, const struct job *job, const char *why, int64_t wait);

/* fetch_answer.c */
void fetch_take_reply(struct fetch *fetch, const struct http_reply *reply);

#endif
