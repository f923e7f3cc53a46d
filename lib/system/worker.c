/* worker: a thread that waits for work, and reports its end through a pipe. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
#include "system/thread.h"
#include "system/worker.h"

struct worker {
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t wake;
	void (*work)(void *context); /* NULL: none waits; guarded by mutex, as the next two */
	void *context;
	bool closed;
	bool started; /* the thread */
	bool busy;
	int ends[2]; /* a byte for each work that has ended */
};

static void *
run(void *argument)
{
	struct worker *worker = argument;

	pthread_mutex_lock(&worker->mutex);
	for (;;) {
		while (worker->work == NULL && !worker->closed)
			pthread_cond_wait(&worker->wake, &worker->mutex);
		if (worker->work == NULL)
			break;
		pthread_mutex_unlock(&worker->mutex);
		worker->work(worker->context);
		pthread_mutex_lock(&worker->mutex);
		worker->work = NULL;
		/* There is room: the byte of the last work was read. */
		while (write(worker->ends[1], "", 1) < 0 && errno == EINTR)
			;
	}
	pthread_mutex_unlock(&worker->mutex);
	return NULL;
}

static bool
open_pipe(int ends[2])
{
	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	return true;
}

struct worker *
worker_open(struct failure *failure)
{
	struct worker *worker = memory_new(1, sizeof *worker);

	pthread_mutex_init(&worker->mutex, NULL);
	pthread_cond_init(&worker->wake, NULL);
	if (!open_pipe(worker->ends)) {
		fail_errno(failure, errno, "could not create a pipe");
		free(worker);
		return NULL;
	}
	worker->started = thread_start(&worker->thread, run, worker, failure);
	if (worker->started)
		return worker;
	worker_close(worker);
	return NULL;
}

void
worker_close(struct worker *worker)
{
	if (worker == NULL)
		return;
	pthread_mutex_lock(&worker->mutex);
	worker->closed = true;
	pthread_cond_signal(&worker->wake);
	pthread_mutex_unlock(&worker->mutex);
	if (worker->started)
		pthread_join(worker->thread, NULL);
	close(worker->ends[0]);
	close(worker->ends[1]);
	pthread_cond_destroy(&worker->wake);
	pthread_mutex_destroy(&worker->mutex);
	free(worker);
}

void
worker_start(struct worker *worker, void (*work)(void *context), void *context)
{
	pthread_mutex_lock(&worker->mutex);
	worker->work = work;
	worker->context = context;
	worker->busy = true;
	pthread_cond_signal(&worker->wake);
	pthread_mutex_unlock(&worker->mutex);
}

bool
worker_is_busy(const struct worker *worker)
{
	return worker->busy;
}

bool
worker_finished(struct worker *worker)
{
	char byte;

	if (worker->busy && read(worker->ends[0], &byte, 1) == 1)
		worker->busy = false;
	/* The thread may still hold the mutex for its last steps; worker_start waits for it. */
	return !worker->busy;
}

int
worker_fd(const struct worker *worker)
{
	return worker->ends[0];
}
