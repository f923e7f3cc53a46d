/* shared: makes an answer in the crew, and replies to all who wait for it. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "serve/shared.h"

enum {
	WAITING = 1024,
	REST = 4, /* times as long as making it took */
	FAILED = 1000000 /* us until it is tried again */
};

struct waiting {
	struct request *request;
	size_t body;
	unsigned status;
};

/* An answer that was made. */
struct made {
	unsigned users; /* guarded by the mutex: shared, and whoever replies with it */
	unsigned status;
	struct body bodies[SHARED_BODIES];
};

struct shared {
	struct crew_work work;
	struct shared_settings settings;
	pthread_mutex_t mutex; /* guards all below */
	bool making;
	int64_t until; /* clock_steady: when a new answer is due */
	int64_t failed_until; /* clock_steady: till then the failure is the answer */
	struct failure failure; /* of the last attempt */
	struct made *made; /* NULL: there is none yet */
	struct waiting waiting[WAITING];
	size_t count;
};

static void
reply(const struct waiting *to, const struct made *made)
{
	struct reply given = {.status = to->status != 0 ? to->status : made->status,
	    .type = "application/json",
	    .ready = &made->bodies[to->body],
	    .tagged = true};

	request_reply(to->request, &given);
}

/* The last user frees it; the caller has the mutex. NULL is allowed. */
static void
leave(struct made *made)
{
	if (made == NULL || --made->users > 0)
		return;
	for (size_t i = 0; i < SHARED_BODIES; i++)
		body_free(&made->bodies[i]);
	free(made);
}

/* NULL: failure says why. */
static struct made *
make(struct shared *shared, void *context, struct failure *failure)
{
	struct made *made = memory_new(1, sizeof *made);
	struct shared_answer answer = {.status = 200};
	bool good;

	made->users = 1;
	for (size_t i = 0; i < SHARED_BODIES; i++)
		buffer_init(&answer.bodies[i], shared->settings.ceiling);
	good = shared->settings.make(shared->settings.owner, context, &answer, failure);
	made->status = answer.status;
	for (size_t i = 0; i < SHARED_BODIES; i++)
		body_make(&made->bodies[i], &answer.bodies[i]);
	if (good)
		return made;
	leave(made);
	return NULL;
}

/* The caller has the mutex. */
static void
keep(struct shared *shared, struct made *made, int64_t took)
{
	int64_t rest = took * REST;

	shared->until =
	    clock_steady() + (rest > shared->settings.age ? rest : shared->settings.age);
	leave(shared->made);
	shared->made = made;
	made->users++;
}

/* The caller has the mutex. */
static void
note_failure(struct shared *shared, const struct failure *failure)
{
	shared->failure = *failure;
	shared->failed_until = clock_steady() + FAILED;
}

/* In the crew. */
static void
run(struct crew_work *work, void *context)
{
	struct shared *shared = (struct shared *)work;
	struct waiting waiting[WAITING];
	struct failure failure = {.kind = FAILURE_NONE};
	int64_t began = clock_steady();
	struct made *made = make(shared, context, &failure);
	size_t count;

	pthread_mutex_lock(&shared->mutex);
	shared->making = false;
	count = shared->count;
	shared->count = 0;
	memcpy(waiting, shared->waiting, count * sizeof *waiting);
	if (made != NULL)
		keep(shared, made, clock_steady() - began);
	else
		note_failure(shared, &failure);
	pthread_mutex_unlock(&shared->mutex);
	for (size_t i = 0; i < count; i++) {
		if (made != NULL)
			reply(&waiting[i], made);
		else
			trouble_reply(shared->settings.trouble, waiting[i].request,
			    shared->settings.what, &failure);
	}
	pthread_mutex_lock(&shared->mutex);
	leave(made);
	pthread_mutex_unlock(&shared->mutex);
}

struct shared *
shared_open(const struct shared_settings *settings)
{
	struct shared *shared = memory_new(1, sizeof *shared);

	shared->settings = *settings;
	shared->work.run = run;
	pthread_mutex_init(&shared->mutex, NULL);
	return shared;
}

void
shared_close(struct shared *shared)
{
	if (shared == NULL)
		return;
	leave(shared->made);
	pthread_mutex_destroy(&shared->mutex);
	free(shared);
}

/* Adds the request to those who wait, and lets the answer be made. False: there is no room. */
static bool
join(struct shared *shared, const struct waiting *one)
{
	if (shared->count == WAITING ||
	    (!shared->making && !crew_add(shared->settings.crew, &shared->work)))
		return false;
	shared->making = true;
	shared->waiting[shared->count++] = *one;
	return true;
}

void
shared_reply(struct shared *shared, struct request *request, size_t body, unsigned status)
{
	const struct waiting one = {request, body, status};
	struct made *made;
	struct failure failure;
	bool joined = false, failed = false;

	pthread_mutex_lock(&shared->mutex);
	made = clock_steady() <= shared->until ? shared->made : NULL;
	if (made != NULL)
		made->users++;
	else if (clock_steady() < shared->failed_until) {
		failed = true;
		failure = shared->failure;
	} else
		joined = join(shared, &one);
	pthread_mutex_unlock(&shared->mutex);
	if (made != NULL)
		reply(&one, made);
	else if (failed)
		trouble_reply(shared->settings.trouble, request, shared->settings.what, &failure);
	else if (!joined)
		request_later(request, 503, crew_delay(shared->settings.crew),
		    "too many requests wait for the same: ask again later");
	pthread_mutex_lock(&shared->mutex);
	leave(made);
	pthread_mutex_unlock(&shared->mutex);
}
