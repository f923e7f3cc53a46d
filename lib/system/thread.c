/* thread: starts threads with all signals blocked. */
#include <signal.h>

#include "system/thread.h"

bool
thread_start(pthread_t *thread, void *(*run)(void *context), void *context, struct failure *failure)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(thread, NULL, run, context);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error == 0 || fail_errno(failure, error, "could not start a thread");
}
