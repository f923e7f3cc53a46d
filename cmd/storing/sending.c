/* sending: the loop for a polled sink. */
#include <unistd.h>

#include "base/clock.h"
#include "record/position.h"
#include "storing/sending.h"

/* How often to try again while the reader takes no receipts and requests are in flight. */
enum { SLOW_READER = 2 /* ms */ };

static void
take_results(struct sending *sending)
{
	struct sink *sink = sending->sink;
	struct sink_result result;

	while (sink->kind->next_result(sink, &result)) {
		struct window_line *waiting = window_find(sending->window, result.ticket);

		if (result.outcome != SINK_REFUSED) {
			window_set_result(sending->window, waiting, RESULT_DONE, NULL);
			sending->tool->stats.done++;
			sending->tool->stats.present += result.outcome == SINK_PRESENT;
			continue;
		}
		window_set_result(sending->window, waiting, RESULT_REFUSED, result.refused.text);
		window_set_details(waiting, result.details);
		if (sending->intake->rejects == NULL)
			sending_stop(sending, NULL);
	}
}

/* Settles the oldest lines with results; returns how many. *stopped: why no more can be. */
static size_t
settle_oldest(struct sending *sending, struct failure *stopped)
{
	size_t room = output_room(sending->tool->output), settled = 0;
	bool empty = output_held(sending->tool->output) == 0;

	while (settled < window_count(sending->window)) {
		struct window_line *waiting = window_at(sending->window, settled);
		size_t length = waiting->line.text.length + POSITION_SIZE + 1;

		if (waiting->result == RESULT_OPEN)
			break;
		if (waiting->result == RESULT_FATAL) {
			*stopped = sending->stopped;
			break;
		}
		if (length > room && (!empty || settled > 0))
			break;
		room = length > room ? 0 : room - length;
		if (!intake_settle(sending->intake, &waiting->line, waiting->position,
		        waiting->reason, waiting->details, stopped))
			break;
		settled++;
	}
	return settled;
}

static bool
flush(struct sending *sending, struct failure *failure)
{
	struct output *output = sending->tool->output;

	/* With nothing in flight it may block. */
	if (window_open_count(sending->window) > 0 ? output_try(output, failure)
	                                           : output_flush(output, failure))
		return true;
	if (failure->kind != FAILURE_READER_GONE || sending->intake->receipts.quiet)
		return failure->kind == FAILURE_READER_GONE;
	sending_reader_gone(sending);
	return true;
}

/* Writes the receipts that are due. False: the work ends here. */
static bool
settle(struct sending *sending, struct failure *failure)
{
	struct intake *intake = sending->intake;
	struct stats *stats = &sending->tool->stats;
	struct failure stopped = {.kind = FAILURE_NONE};
	size_t settled = settle_oldest(sending, &stopped);

	if (settled > 0 && !window_at(sending->window, 0)->mark)
		stats_commit(stats, clock_steady() - window_at(sending->window, 0)->since);
	if (intake->rejects != NULL && !rejects_sync(intake->rejects, failure))
		return false;
	if (!receipts_write(&intake->receipts, sending->tool->output, failure) &&
	    failure->kind != FAILURE_READER_GONE)
		return false;
	window_drop(sending->window, settled);
	if (!flush(sending, failure))
		return false;
	*failure = stopped;
	return stopped.kind == FAILURE_NONE;
}

/* Are there receipts for which the output had no room? */
static bool
has_unwritten(const struct sending *sending)
{
	return window_count(sending->window) > 0 &&
	       window_at(sending->window, 0)->result != RESULT_OPEN;
}

/* Polls the sink until something has happened. */
static bool
poll_sink(struct sending *sending, struct failure *failure)
{
	struct sink *sink = sending->sink;
	bool room = sending->reading && !sending->has_next && window_has_room(sending->window, 0);
	int timeout = -1;
	bool polled;

	if (output_held(sending->tool->output) > 0 && sending->watch >= 0)
		timeout = SLOW_READER;
	/* More lines may have arrived, or will have room once receipts are written: they go along. */
	if (room ? !sending->idle : sending->reading && timeout < 0 && has_unwritten(sending))
		timeout = 0;
	polled = sink->kind->poll(
	    sink, room && timeout != 0 ? STDIN_FILENO : -1, sending->watch, timeout, failure);
	take_results(sending);
	if (sending->watch >= 0 && output_reader_gone(sending->watch))
		sending_reader_gone(sending);
	return polled;
}

static void
count_retries(struct sending *sending)
{
	struct stats *stats = &sending->tool->stats;
	struct sink_counters counters;

	sending->sink->kind->count(sending->sink, &counters);
	stats->retries = counters.retries;
	stats->throttled = counters.throttled;
}

/* Where the source has to begin again. */
static void
name_line(const struct sending *sending, struct failure *failure)
{
	struct failure sunk = *failure;

	if (failure->kind == FAILURE_TEMPORARY && window_count(sending->window) > 0)
		fail(failure, sunk.kind, "%s; line %llu is the first that is not safe", sunk.text,
		    (unsigned long long)window_at(sending->window, 0)->line.number);
}

static bool
loop(struct sending *sending, struct failure *failure)
{
	struct failure other;

	while (sending->reading || window_count(sending->window) > 0 || sending_is_busy(sending)) {
		sending_read(sending);
		if (sending_is_busy(sending) && !poll_sink(sending, failure)) {
			/* Lines that are done still get their receipts. */
			if (!settle(sending, &other))
				tool_failed(sending->tool, &other);
			name_line(sending, failure);
			return false;
		}
		if (!settle(sending, failure))
			return false;
		count_retries(sending);
		tool_tick(sending->tool, true, "");
	}
	*failure = sending->stopped;
	return true;
}

bool
sending_loop(struct intake *intake, struct lines *lines, struct failure *failure)
{
	struct sending sending = {.intake = intake,
	    .sink = intake->sink,
	    .tool = intake->tool,
	    .lines = lines,
	    .window = window_open(),
	    .reading = true,
	    .watch = intake->receipts.quiet ? -1 : STDOUT_FILENO};
	bool looped = loop(&sending, failure);

	count_retries(&sending);
	window_close(sending.window);
	return looped && sending.ended;
}
