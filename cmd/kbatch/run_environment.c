/* run_environment: makes the environment of a command. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "kbatch/run_environment.h"
#include "text/timestamp.h"

extern char **environ;

/* A kbatch that runs this one may have set them; programs disagree on which of two counts. */
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

void
run_environment_make(
    struct run_environment *environment, const struct attempt *attempt, bool counts)
{
	char(*next)[RUN_VARIABLE_SIZE] = environment->variables;
	char start[TIMESTAMP_SIZE], end[TIMESTAMP_SIZE];
	size_t inherited = 0, count = 0;

	while (environ[inherited] != NULL)
		inherited++;
	environment->all = memory_new(inherited + RUN_VARIABLES + 1, sizeof *environment->all);
	if (counts) {
		snprintf(*next++, RUN_VARIABLE_SIZE, "FX_BATCH_RECORDS=%zu", attempt->count);
		snprintf(*next++, RUN_VARIABLE_SIZE, "FX_BATCH_RETRY=%u", attempt->retry);
	}
	if (attempt->windowed) {
		timestamp_format(attempt->window_start, true, start);
		timestamp_format(attempt->window_end, true, end);
		snprintf(*next++, RUN_VARIABLE_SIZE, "FX_WINDOW_START=%s", start);
		snprintf(*next++, RUN_VARIABLE_SIZE, "FX_WINDOW_END=%s", end);
		snprintf(*next++, RUN_VARIABLE_SIZE, "FX_WINDOW_FINAL=%d", attempt->window_final);
	}
	while (environment->variables + count < next) {
		environment->all[count] = environment->variables[count];
		count++;
	}
	for (size_t i = 0; i < inherited; i++) {
		if (!is_ours(environ[i]))
			environment->all[count++] = environ[i];
	}
}

void
run_environment_free(struct run_environment *environment)
{
	free(environment->all);
}
