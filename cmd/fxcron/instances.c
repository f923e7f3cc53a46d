/* instances: starts the loops, passes a signal on to them, and starts one again that was killed, or
 * that could not start its command for now. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#	include <sys/prctl.h>
#endif

#include "base/memory.h"
#include "fxcron/command.h"
#include "fxcron/instances.h"
#include "fxcron/messages.h"

enum { TEMPORARY = 75 };

struct instances {
	struct fxcron *fx;
	const char *shell;
	void (*loop)(struct fxcron *fx, const char *shell, struct failure *failure);
	pid_t *pids; /* 0: it has ended */
	size_t count;
};

/* In the new process, which ends with the one that started it: that holds our name in the lock. */
static _Noreturn void
become_instance(const struct instances *own, pid_t parent)
{
	struct failure failure = {.kind = FAILURE_NONE};

#ifdef __linux__
	prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
	if (getppid() == parent)
		own->loop(own->fx, own->shell, &failure);
	messages_failed(own->fx, &failure);
	_exit(own->fx->tool.status);
}

static bool
start(struct instances *own, size_t number, struct failure *failure)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0)
		become_instance(own, parent);
	own->pids[number] = pid > 0 ? pid : 0;
	return pid > 0 || fail_errno(failure, errno, "could not start an instance");
}

static void
signal_all(const struct instances *own)
{
	for (size_t i = 0; i < own->count; i++) {
		if (own->pids[i] > 0)
			kill(own->pids[i], SIGTERM);
	}
}

/* Takes note of one that has ended. *again: it was started again, and others may have ended. */
static bool
take_end(struct instances *own, size_t number, int status, bool *again, struct failure *failure)
{
	bool retry = !WIFEXITED(status) || WEXITSTATUS(status) == TEMPORARY;

	own->pids[number] = 0;
	if (WIFEXITED(status) && (!retry || tool_stop != 0)) {
		tool_note_status(&own->fx->tool, WEXITSTATUS(status));
		return true;
	}
	*again = true;
	return !command_pause(1) || start(own, number, failure);
}

static bool
collect(struct instances *own, struct failure *failure)
{
	bool good = true, again;
	int status;

	do {
		again = false;
		for (size_t i = 0; i < own->count; i++) {
			if (own->pids[i] > 0 && waitpid(own->pids[i], &status, WNOHANG) > 0)
				good = take_end(own, i, status, &again, failure) && good;
		}
	} while (again && good);
	return good;
}

static bool
is_running(const struct instances *own)
{
	for (size_t i = 0; i < own->count; i++) {
		if (own->pids[i] > 0)
			return true;
	}
	return false;
}

void
instances_run(struct fxcron *fx, const char *shell,
    void (*loop)(struct fxcron *fx, const char *shell, struct failure *failure),
    struct failure *failure)
{
	struct instances own = {
	    .fx = fx, .shell = shell, .loop = loop, .count = (size_t)fx->entry.instances};
	bool good = true, stopping = false;

	own.pids = memory_new(own.count, sizeof *own.pids);
	for (size_t i = 0; good && i < own.count; i++)
		good = start(&own, i, failure);
	while (good = collect(&own, failure) && good, is_running(&own)) {
		if (!stopping && (tool_stop != 0 || !good)) {
			stopping = true;
			signal_all(&own);
		}
		command_await();
	}
	free(own.pids);
}
