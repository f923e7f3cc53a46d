/* shared: makes an answer in the crew, and replies to all who wait for it. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "serve/shared.h"

enum { WAITING = 1024, REST = 4 /* times as long as making it took */ };

struct waiting {
	struct request *request;
	size_t body;
	unsigned status;
};

struct shared {
	struct crew_work work;
	struct shared_settings settings;
	pthread_mutex_t mutex; /* guards all below */
	bool making;
	int64_t until; /* clock_steady: when a new answer is due; 0: there is none yet */
	struct shared_answer answer;
	struct waiting waiting[WAITING];
	size_t count;
};

static void
reply(const struct waiting *to, const struct shared_answer *answer)
{
	const struct buffer *from = &answer->bodies[to->body];
	struct reply made = {.status = to->status != 0 ? to->status : answer->status,
	    .type = "application/json",
	    .tagged = true};

	buffer_init(&made.body, from->length);
	buffer_add(&made.body, from->data, from->length);
	request_reply(to->request, &made);
}

static void
init_answer(const struct shared *shared, struct shared_answer *answer)
{
	answer->status = 200;
	for (size_t i = 0; i < SHARED_BODIES; i++)
		buffer_init(&answer->bodies[i], shared->settings.ceiling);
}

static void
free_answer(struct shared_answer *answer)
{
	for (size_t i = 0; i < SHARED_BODIES; i++)
		buffer_free(&answer->bodies[i]);
}

static void
keep(struct shared *shared, const struct shared_answer *answer, int64_t took)
{
	int64_t rest = took * REST;

	shared->until =
	    clock_steady() + (rest > shared->settings.age ? rest : shared->settings.age);
	shared->answer.status = answer->status;
	for (size_t i = 0; i < SHARED_BODIES; i++) {
		buffer_clear(&shared->answer.bodies[i]);
		buffer_add(
		    &shared->answer.bodies[i], answer->bodies[i].data, answer->bodies[i].length);
	}
}

/* In the crew. */
static void
run(struct crew_work *work, void *context)
{
	struct shared *shared = (struct shared *)work;
	struct waiting waiting[WAITING];
	struct shared_answer answer;
	struct failure failure = {.kind = FAILURE_NONE};
	int64_t began = clock_steady();
	bool made;
	size_t count;

	init_answer(shared, &answer);
	made = shared->settings.make(shared->settings.owner, context, &answer, &failure);
	pthread_mutex_lock(&shared->mutex);
	shared->making = false;
	count = shared->count;
	shared->count = 0;
	memcpy(waiting, shared->waiting, count * sizeof *waiting);
	if (made)
		keep(shared, &answer, clock_steady() - began);
	pthread_mutex_unlock(&shared->mutex);
	for (size_t i = 0; i < count; i++) {
		if (made)
			reply(&waiting[i], &answer);
		else
			request_failed(waiting[i].request, &failure);
	}
	free_answer(&answer);
}

struct shared *
shared_open(const struct shared_settings *settings)
{
	struct shared *shared = memory_new(1, sizeof *shared);

	shared->settings = *settings;
	shared->work.run = run;
	pthread_mutex_init(&shared->mutex, NULL);
	init_answer(shared, &shared->answer);
	return shared;
}

void
shared_close(struct shared *shared)
{
	if (shared == NULL)
		return;
	free_answer(&shared->answer);
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
	struct shared_answer kept = {.status = 200};
	bool good, joined = false;

	pthread_mutex_lock(&shared->mutex);
	good = shared->until != 0 && clock_steady() <= shared->until;
	if (good) {
		const struct buffer *from = &shared->answer.bodies[body];

		kept.status = shared->answer.status;
		buffer_init(&kept.bodies[body], from->length);
		buffer_add(&kept.bodies[body], from->data, from->length);
	} else {
		joined = join(shared, &one);
	}
	pthread_mutex_unlock(&shared->mutex);
	if (good)
		reply(&one, &kept);
	else if (!joined)
		request_problem(request, 503, "too many requests wait");
	buffer_free(&kept.bodies[body]);
}
