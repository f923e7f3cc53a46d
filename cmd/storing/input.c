/* input: reads, stops reading, and writes the receipts of what was read. */
#include <unistd.h>

#include "storing/input.h"

struct input
input_begin(struct intake *intake, struct lines *lines)
{
	return (struct input){.intake = intake,
	    .sink = intake->sink,
	    .tool = intake->tool,
	    .lines = lines,
	    .reading = true,
	    .watch = intake->receipts.quiet ? -1 : STDOUT_FILENO};
}

void
input_stop(struct input *input, const struct failure *why)
{
	input->reading = false;
	if (why != NULL && input->stopped.kind == FAILURE_NONE)
		input->stopped = *why;
	if (input->sink->kind->finish != NULL)
		input->sink->kind->finish(input->sink);
}

void
input_reader_gone(struct input *input)
{
	struct failure gone;

	fail_reader_gone(&gone);
	input_stop(input, &gone);
	input->watch = -1;
	input->intake->receipts.quiet = true;
	/* The rest of the receipts needs no room then. */
	output_drop(input->tool->output);
}

bool
input_wait(struct input *input, int timeout)
{
	struct failure failure;
	enum lines_status status = lines_wait(input->lines, input->watch, timeout, &failure);

	if (status == LINES_READY)
		return true;
	input->ended = status == LINES_END;
	if (failure.kind == FAILURE_READER_GONE)
		input_reader_gone(input);
	else
		input_stop(input, input->ended ? NULL : &failure);
	return false;
}

bool
input_poll(struct input *input, bool room, int timeout, struct failure *failure)
{
	bool polled = input->sink->kind->poll(
	    input->sink, room && timeout != 0 ? STDIN_FILENO : -1, input->watch, timeout, failure);

	if (input->watch >= 0 && output_reader_gone(input->watch))
		input_reader_gone(input);
	return polled;
}

bool
input_add_receipts(struct input *input, struct failure *failure)
{
	struct intake *intake = input->intake;

	if (intake->rejects != NULL && !rejects_sync(intake->rejects, failure))
		return false;
	return receipts_write(&intake->receipts, input->tool->output, failure) ||
	       failure->kind == FAILURE_READER_GONE;
}

bool
input_flush(struct input *input, bool blocks, struct failure *failure)
{
	struct output *output = input->tool->output;

	if (blocks ? output_flush(output, failure) : output_try(output, failure))
		return true;
	if (failure->kind != FAILURE_READER_GONE || input->intake->receipts.quiet)
		return failure->kind == FAILURE_READER_GONE;
	input_reader_gone(input);
	return true;
}

void
input_count(struct input *input)
{
	const struct sink_kind *kind = input->sink->kind;
	struct stats *stats = &input->tool->stats;
	struct sink_counters counters = {.entries = 0};

	kind->count(input->sink, &counters);
	stats->retries = counters.retries;
	stats->throttled = counters.throttled;
	stats->entries = counters.entries;
	if (kind->keep != NULL)
		stats->batches = counters.batches;
}
