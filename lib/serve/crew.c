/* crew: threads that take works from one queue. */
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "serve/crew.h"
#include "system/thread.h"

struct member {
	struct crew *crew;
	void *context;
	pthread_t thread;
};

struct crew {
	pthread_mutex_t mutex; /* guards the rest but members */
	pthread_cond_t wake;
	struct crew_work *first, **last;
	size_t waiting, most;
	int64_t waited; /* us: the work that was taken last */
	bool closed;
	size_t count; /* threads that run */
	struct member members[];
};

static void *
run(void *argument)
{
	struct member *member = argument;
	struct crew *crew = member->crew;

	pthread_mutex_lock(&crew->mutex);
	while (crew->first != NULL || !crew->closed) {
		struct crew_work *work = crew->first;

		if (work == NULL) {
			pthread_cond_wait(&crew->wake, &crew->mutex);
			continue;
		}
		crew->first = work->next;
		if (crew->first == NULL)
			crew->last = &crew->first;
		crew->waiting--;
		crew->waited = clock_steady() - work->added;
		pthread_mutex_unlock(&crew->mutex);
		work->run(work, member->context);
		pthread_mutex_lock(&crew->mutex);
	}
	pthread_mutex_unlock(&crew->mutex);
	return NULL;
}

struct crew *
crew_open(void **contexts, size_t count, size_t most, struct failure *failure)
{
	struct crew *crew = memory_new(1, sizeof *crew + count * sizeof crew->members[0]);
	bool started = true;

	pthread_mutex_init(&crew->mutex, NULL);
	pthread_cond_init(&crew->wake, NULL);
	crew->last = &crew->first;
	crew->most = most;
	while (crew->count < count && started) {
		struct member *member = &crew->members[crew->count];

		*member = (struct member){.crew = crew, .context = contexts[crew->count]};
		started = thread_start(&member->thread, run, member, failure);
		crew->count += started;
	}
	if (started)
		return crew;
	crew_close(crew);
	return NULL;
}

bool
crew_add(struct crew *crew, struct crew_work *work)
{
	bool added;

	pthread_mutex_lock(&crew->mutex);
	added = crew->waiting < crew->most && !crew->closed;
	if (added) {
		work->next = NULL;
		work->added = clock_steady();
		*crew->last = work;
		crew->last = &work->next;
		crew->waiting++;
		pthread_cond_signal(&crew->wake);
	}
	pthread_mutex_unlock(&crew->mutex);
	return added;
}

unsigned
crew_delay(struct crew *crew)
{
	enum { SECOND = 1000000 };
	int64_t delay;

	pthread_mutex_lock(&crew->mutex);
	delay = crew->waited;
	if (crew->first != NULL && clock_steady() - crew->first->added > delay)
		delay = clock_steady() - crew->first->added;
	pthread_mutex_unlock(&crew->mutex);
	return delay > SECOND ? (unsigned)((delay + SECOND - 1) / SECOND) : 1;
}

void
crew_end(struct crew *crew)
{
	if (crew == NULL)
		return;
	pthread_mutex_lock(&crew->mutex);
	crew->closed = true;
	pthread_cond_broadcast(&crew->wake);
	pthread_mutex_unlock(&crew->mutex);
	for (size_t i = 0; i < crew->count; i++)
		pthread_join(crew->members[i].thread, NULL);
	crew->count = 0;
}

void
crew_close(struct crew *crew)
{
	if (crew == NULL)
		return;
	crew_end(crew);
	pthread_cond_destroy(&crew->wake);
	pthread_mutex_destroy(&crew->mutex);
	free(crew);
}
