/* results: a queue of the lines that have a result, and the reasons of those that were given up. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "text/json.h"
#include "kbatch/results.h"

/* Filled while runs are polled, then emptied: each line of the backlog is in it once at most. */
struct results {
	struct result queue[BACKLOG_LINES];
	size_t count;
	size_t first;
};

struct results *
results_open(void)
{
	return memory_new(1, sizeof(struct results));
}

void
results_close(struct results *results)
{
	free(results);
}

void
results_add(struct results *results, backlog_number number, enum result_kind kind,
    const struct outcome *outcome)
{
	results->queue[results->count++] = (struct result){number, kind, outcome};
}

bool
results_next(struct results *results, struct result *result)
{
	if (results->first == results->count) {
		results->first = results->count = 0;
		return false;
	}
	*result = results->queue[results->first++];
	return true;
}

void
results_explain(const struct result *result, const char *error, const char *name, int64_t max_age,
    struct failure *refused)
{
	const char *text = result->outcome->text;
	struct shown shown;

	if (error != NULL)
		text = show(&shown, error, strlen(error));
	if (result->kind == RESULT_TOO_OLD)
		fail(refused, FAILURE_REFUSED, "older than %g s (--max-age): %s",
		    (double)max_age / 1e6, text);
	else if (error != NULL)
		fail(refused, FAILURE_REFUSED, "%s: %s", name, text);
	else
		fail(refused, FAILURE_REFUSED, "%s", text);
}

void
results_add_details(const struct result *result, struct buffer *details)
{
	const struct outcome *outcome = result->outcome;

	if (outcome->end == OUTCOME_KILLED)
		buffer_add_format(details, ",\"signal\":%d", outcome->number);
	else if (outcome->end == OUTCOME_EXITED)
		buffer_add_format(details, ",\"status\":%d", outcome->number);
	if (outcome->last_stderr_length > 0) {
		buffer_add_text(details, ",\"words\":");
		json_add_string(details, outcome->last_stderr, outcome->last_stderr_length);
	}
}
