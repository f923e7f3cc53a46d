/* command: starts bash on a pipeline, waits for its end, and ends it. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fxcron/command.h"
#include "system/spawn.h"
#include "tool/tool.h"

enum { KILL_AFTER = 30, SECOND = 1000000 /* us */ };

static const int watched[] = {SIGTERM, SIGINT, SIGHUP, SIGALRM, SIGCHLD};

enum { WATCHED = sizeof watched / sizeof *watched };

static void
on_hangup(int number)
{
	tool_stop = number;
}

/* Interrupts a wait. */
static void
on_child(int number)
{
	(void)number;
}

void
command_begin(void)
{
	struct sigaction old;
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < WATCHED; i++)
		sigaddset(&set, watched[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigaction(SIGCHLD, &(struct sigaction){.sa_handler = on_child}, NULL);
	if (sigaction(SIGHUP, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
		sigaction(SIGHUP, &(struct sigaction){.sa_handler = on_hangup}, NULL);
}

/* Waits for a signal; until: of clock_steady, at the latest. Only here are signals delivered. */
static void
wait_signal(int64_t until)
{
	int64_t left = until - clock_steady();
	struct timespec time;
	sigset_t none;

	if (left < 0)
		left = 0;
	time = (struct timespec){.tv_sec = left / SECOND, .tv_nsec = left % SECOND * 1000};
	sigemptyset(&none);
	pselect(0, NULL, NULL, NULL, until == INT64_MAX ? NULL : &time, &none);
}

bool
command_pause(int64_t seconds)
{
	int64_t until = clock_steady() + seconds * SECOND;

	while (tool_stop == 0 && clock_steady() < until)
		wait_signal(until);
	return tool_stop == 0;
}

static void
signal_group(pid_t pid, int number)
{
	kill(-pid, number);
	if (number == SIGTERM)
		kill(-pid, SIGCONT);
}

void
command_await(void)
{
	wait_signal(INT64_MAX);
}

/* Waits for its end. True: it reached the deadline. status: as of waitpid. */
static bool
wait_end(pid_t pid, int64_t deadline, int *status)
{
	int64_t next = deadline;
	bool limited = false, ending = false;
	pid_t ended;

	while ((ended = waitpid(pid, status, WNOHANG)) == 0 || (ended < 0 && errno == EINTR)) {
		bool due = clock_steady() >= next;

		if (ending && due) {
			signal_group(pid, SIGKILL);
			next = INT64_MAX;
		} else if (!ending && (due || tool_stop != 0)) {
			limited = tool_stop == 0;
			ending = true;
			signal_group(pid, SIGTERM);
			next = clock_steady() + KILL_AFTER * INT64_C(1000000);
		}
		wait_signal(next);
	}
	if (ended < 0)
		*status = 0xFF00;
	return limited;
}

/*
 * bash handles a signal only when the pipeline that it waits for has ended. With the trap it lives
 * until then, so that its end is the end of the whole pipeline.
 */
bool
command_run(const struct entry *entry, const char *shell, int64_t limit,
    struct command_result *result, struct failure *failure)
{
	char *text = memory_format("trap 'exit 143' TERM\n%s", entry->command);
	char *name = memory_format("fxcron:%s", entry->name != NULL ? entry->name : "");
	char *const words[] = {(char *)(uintptr_t)shell, "-o", "pipefail", "-c", text, name, NULL};
	int64_t start = clock_steady();
	int64_t deadline = limit > 0 ? start + limit * SECOND : INT64_MAX;
	struct spawn bash = {.words = words,
	    .input = -1,
	    .output = -1,
	    .error = -1,
	    .grouped = true,
	    .survives = true};
	int status, error;
	pid_t pid;

	error = spawn_start(&bash, &pid);
	free(text);
	free(name);
	if (error != 0)
		return fail_errno(failure, error, "could not start %s", shell);
	result->limited = wait_end(pid, deadline, &status);
	result->seconds = (clock_steady() - start) / SECOND;
	result->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	return true;
}
