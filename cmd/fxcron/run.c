/* run: sets the environment, takes the lock, runs the command and reports its end. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/environment.h"
#include "base/memory.h"
#include "fxcron/command.h"
#include "fxcron/instances.h"
#include "fxcron/log.h"
#include "fxcron/messages.h"
#include "fxcron/run.h"
#include "fxcron/status.h"
#include "schedule/lock.h"
#include "schedule/restart.h"
#include "system/executable.h"
#include "system/program.h"

enum {
	RUN_LIMIT = 3600, /* seconds */
	NEEDS_ATTENTION = 2,
	TEMPORARY = 75,
	NOT_EXECUTABLE = 126,
	NOT_FOUND = 127
};

/* The environment of the command: its variables, and the tools beside fxcron first in PATH. */
static void
set_environment(const struct entry *entry)
{
	const char *path = getenv("PATH");
	char *tools = executable_directory(), *longer, *around;

	if (path == NULL || path[0] == '\0')
		path = "/usr/bin:/bin";
	longer =
	    memory_format("%s%s%s", tools != NULL ? tools : "", tools != NULL ? ":" : "", path);
	around = memory_format(":%s:", longer);
	if (strstr(around, ":/usr/local/bin:") == NULL) {
		free(around);
		around = longer;
		longer = memory_format("%s:/usr/local/bin", around);
	}
	setenv("PATH", longer, 1);
	for (size_t i = 0; i < entry->variables.count; i++) {
		const char *setting = entry->variables.list[i];
		char *name = memory_copy(setting, strcspn(setting, "="));

		setenv(name, setting + strlen(name) + 1, 1);
		free(name);
	}
	free(tools);
	free(longer);
	free(around);
}

static char *
find_shell(struct failure *failure)
{
	char *shell = program_find("bash", getenv("PATH"));

	if (shell == NULL)
		fail(failure, FAILURE_PERMANENT, "bash is missing: install it");
	else
		setenv("SHELL", shell, 1);
	return shell;
}

static bool
pause_by_chance(int64_t delay)
{
	uint64_t chance = (uint64_t)clock_steady() * UINT64_C(0x9E3779B97F4A7C15) +
	                  (uint64_t)getpid() * UINT64_C(0xBF58476D1CE4E5B9);

	chance ^= chance >> 29;
	return delay == 0 || command_pause((int64_t)(chance % (uint64_t)(delay + 1)));
}

static void
report(struct fxcron *fx, const struct command_result *result, int64_t limit)
{
	long long seconds = (long long)result->seconds, most = (long long)limit;
	const char *meaning = status_meaning(fx->entry.command, result->status);
	bool lost = result->status == NOT_EXECUTABLE || result->status == NOT_FOUND;

	if (tool_stop != 0)
		messages_detail(fx, "ended by a signal after %lld s", seconds);
	else if (result->limited)
		messages_say(fx, "ended with %d after %lld s: its limit is %lld s", result->status,
		    seconds, most);
	else if (result->status == 0)
		messages_detail(fx, "ended with 0 after %lld s", seconds);
	else if (meaning != NULL)
		messages_say(fx, "ended with %d after %lld s: %s%s", result->status, seconds,
		    meaning, lost ? getenv("PATH") : "");
	else
		messages_say(fx, "ended with %d after %lld s: a command exited with status %d",
		    result->status, seconds, result->status);
}

/* One run; fills result, whose status is 75 if the limit ended it. */
static bool
run_once(struct fxcron *fx, const char *shell, int64_t limit, struct command_result *result,
    struct failure *failure)
{
	if (!command_run(&fx->entry, shell, limit, result, failure))
		return false;
	report(fx, result, limit);
	if (result->limited)
		result->status = TEMPORARY;
	return true;
}

static void
run_loop(struct fxcron *fx, const char *shell, struct failure *failure)
{
	int64_t limit = fx->entry.limit == ENTRY_LIMIT_DEFAULT ? 0 : fx->entry.limit;
	struct command_result result;
	unsigned backoff = 1, wait;

	while (tool_stop == 0 && run_once(fx, shell, limit, &result, failure)) {
		wait = restart_wait(result.status, result.seconds, &backoff);
		if (wait == 0) {
			tool_note_status(&fx->tool, NEEDS_ATTENTION);
			messages_say(fx, "not started again: it needs attention");
			return;
		}
		if (result.status > 1 && tool_stop == 0)
			messages_say(fx, "retrying in %u s", wait);
		command_pause(wait);
	}
}

/* *held: another run or loop holds the lock. */
static bool
take_lock(struct fxcron *fx, bool *held, struct failure *failure)
{
	int lock;

	*held = false;
	if (fx->entry.name == NULL)
		return true;
	if (!lock_take(&fx->place, fx->entry.name, &lock, failure))
		return false;
	*held = lock < 0;
	return true;
}

static void
run_single(struct fxcron *fx, const char *shell, struct failure *failure)
{
	int64_t limit = fx->entry.limit == ENTRY_LIMIT_DEFAULT ? RUN_LIMIT : fx->entry.limit;
	struct command_result result;

	if (run_once(fx, shell, limit, &result, failure))
		fx->tool.status = result.status;
}

/* A loop takes the lock before its delay, so that only one waits. */
static void
run_locked(struct fxcron *fx, bool loop, const char *shell, struct failure *failure)
{
	bool held;

	if (!loop && !pause_by_chance(fx->entry.delay))
		return;
	if (!take_lock(fx, &held, failure))
		return;
	if (held && loop) {
		messages_detail(fx, "is running already");
		return;
	}
	log_open(fx);
	if (held) {
		messages_say(fx, "skipped: the last run has not ended");
		fx->tool.status = TEMPORARY;
	} else if (!loop) {
		run_single(fx, shell, failure);
	} else if (pause_by_chance(fx->entry.delay)) {
		if (fx->entry.instances > 1)
			instances_run(fx, shell, run_loop, failure);
		else
			run_loop(fx, shell, failure);
	}
}

void
run(struct fxcron *fx, bool loop, struct failure *failure)
{
	struct caller caller = messages_caller(fx);
	char *shell;

	set_environment(&fx->entry);
	command_begin();
	if (!place_open(&fx->place, &caller, environment_all(), failure))
		return;
	shell = find_shell(failure);
	if (shell != NULL)
		run_locked(fx, loop, shell, failure);
	else
		log_open(fx);
	free(shell);
}

void
run_finish(void)
{
	log_close();
}
