/* run_environment: what a command may want to know of its batch. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "text/timestamp.h"
#include "kbatch/run.h"

extern char **environ;

/* A kbatch above us may have set the same: which of two counts, programs disagree about. */
static bool
is_ours(const char *variable)
{
	static const char *const names[] = {"FX_BATCH_RECORDS=", "FX_BATCH_RETRY=",
	    "FX_WINDOW_START=", "FX_WINDOW_END=", "FX_WINDOW_FINAL="};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strncmp(variable, names[i], strlen(names[i])) == 0)
			return true;
	}
	return false;
}

char **
run_environment(struct run *run)
{
	size_t count = 0, more = 0, lines;
	char **environment, start[TIMESTAMP_SIZE], end[TIMESTAMP_SIZE];
	int64_t window = run->course->settings.window;

	while (environ[count] != NULL)
		count++;
	environment = memory_new(count + RUN_VARIABLES + 1, sizeof *environment);
	batch_now(&run->batch, &lines);
	if (!run->course->settings.persistent) {
		snprintf(run->variables[more++], RUN_VARIABLE, "FX_BATCH_RECORDS=%zu", lines);
		snprintf(run->variables[more++], RUN_VARIABLE, "FX_BATCH_RETRY=%u",
		    batch_failures(&run->batch));
	}
	if (window > 0) {
		timestamp_format(run->window, true, start);
		timestamp_format(run->window + window, true, end);
		snprintf(run->variables[more++], RUN_VARIABLE, "FX_WINDOW_START=%s", start);
		snprintf(run->variables[more++], RUN_VARIABLE, "FX_WINDOW_END=%s", end);
		snprintf(run->variables[more++], RUN_VARIABLE, "FX_WINDOW_FINAL=%d",
		    run->final && batch_is_last(&run->batch));
	}
	for (size_t i = 0; i < more; i++)
		environment[i] = run->variables[i];
	for (size_t i = 0; i < count; i++) {
		if (!is_ours(environ[i]))
			environment[more++] = environ[i];
	}
	return environment;
}
