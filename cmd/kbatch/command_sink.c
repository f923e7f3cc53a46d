/* command_sink: what the storing loop asks of kbatch: lines in, results out. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "kbatch/command_sink.h"
#include "kbatch/jobs.h"
#include "kbatch/lanes.h"

enum { READ_AHEAD = 1024 * 1024 /* lines are copied from there */, LONGEST_DETAILS = 4096 };

struct command_sink {
	struct sink sink;
	struct command_sink_settings settings;
	struct shown name; /* of the command */
	struct lanes lanes;
	struct jobs jobs;
	struct child_stderr_limit stderr_limit;
	struct buffer details; /* of the last result */
};

static bool
take(struct sink *sink, struct span record, uint64_t ticket, struct failure *failure)
{
	struct command_sink *to = (struct command_sink *)sink;
	uint64_t lane;

	if (!lanes_find(&to->lanes, record, &lane, failure))
		return false;
	jobs_add(&to->jobs, record, ticket, lane);
	return true;
}

static bool
poll_jobs(struct sink *sink, int input, int watch, int timeout, struct failure *failure)
{
	struct command_sink *to = (struct command_sink *)sink;

	/* The reader is watched as long as there is one. */
	return jobs_poll(
	    &to->jobs, input, watch, timeout, watch < 0 && !to->settings.quiet, failure);
}

static bool
next_result(struct sink *sink, struct sink_result *reported)
{
	struct command_sink *from = (struct command_sink *)sink;
	struct work *work = &from->jobs.work;
	struct result result;
	const struct backlog_line *line;

	if (!results_next(work->results, &result))
		return false;
	line = backlog_line(work->backlog, result.number);
	reported->ticket = line->ticket;
	reported->outcome = result.kind == RESULT_DONE ? SINK_DONE : SINK_REFUSED;
	reported->details = NULL;
	if (result.kind == RESULT_LAST)
		reported->refused = work->stop_reason;
	if (result.kind == RESULT_DONE || result.kind == RESULT_LAST)
		return true;
	results_explain(&result, line->error, from->name.text, work->max_age, &reported->refused);
	buffer_clear(&from->details);
	results_add_details(&result, &from->details);
	if (from->details.length > 0)
		reported->details = buffer_text(&from->details);
	return true;
}

static void
count(const struct sink *sink, struct sink_counters *counters)
{
	counters->retries = ((const struct command_sink *)sink)->jobs.work.retries;
	counters->throttled = 0;
}

static bool
is_busy(const struct sink *sink, bool reading)
{
	const struct jobs *jobs = &((const struct command_sink *)sink)->jobs;

	return jobs_are_active(jobs) || (reading && jobs_have_command(jobs));
}

static void
close_sink(struct sink *sink)
{
	struct command_sink *closed = (struct command_sink *)sink;

	jobs_close(&closed->jobs);
	child_stderr_limit_end(&closed->stderr_limit);
	backlog_close(closed->jobs.work.backlog);
	results_close(closed->jobs.work.results);
	lanes_free(&closed->lanes);
	buffer_free(&closed->details);
	free(closed);
}

static const struct sink_kind command_kind = {.objects = true,
    .whole_lines = true,
    .unconfined = true,
    .read_ahead = READ_AHEAD,
    .take = take,
    .poll = poll_jobs,
    .next_result = next_result,
    .count = count,
    .busy = is_busy,
    .close = close_sink};

struct sink *
command_sink_open(struct tool *tool, const struct command_sink_settings *settings)
{
	struct command_sink *sink = memory_new(1, sizeof *sink);
	struct run_settings *run = &sink->settings.run;

	sink->sink.kind = &command_kind;
	sink->settings = *settings;
	run->name = show(&sink->name, run->command[0], strlen(run->command[0]));
	run->lines = settings->dispatch.lines;
	run->longest = tool_line_ceiling(tool);
	sink->stderr_limit = (struct child_stderr_limit){.tool = tool, .name = run->name};
	sink->jobs = (struct jobs){.dispatch = settings->dispatch,
	    .count = settings->jobs,
	    .work = {.tool = tool,
	        .backlog = backlog_open(settings->jobs > 1),
	        .results = results_open(),
	        .rules = settings->retry,
	        .first_backoff = settings->first_backoff,
	        .max_age = settings->max_age,
	        .stop_before = UINT64_MAX}};
	backoff_init(&sink->jobs.work.backoff, (uint64_t)getpid() ^ (uint64_t)clock_now());
	lanes_init(&sink->lanes, settings->key, settings->jobs, tool->max_line);
	/* If it were ignored, as whoever started us may have set it, exit statuses would be lost. */
	signal(SIGCHLD, SIG_DFL);
	jobs_open(&sink->jobs, run, &sink->stderr_limit);
	buffer_init(&sink->details, LONGEST_DETAILS);
	return &sink->sink;
}
