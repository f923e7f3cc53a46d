/* sending: the loop of a storing tool whose lines go to a service. */
#include <unistd.h>

#include "base/clock.h"
#include "record/position.h"
#include "storing/sending.h"

/* While nobody takes the receipts and requests are on their way: how often to look again. */
enum { SLOW_READER = 2 /* ms */ };

static void
take_results(struct sending *sending)
{
	struct sink *sink = sending->sink;
	struct sink_result result;

	while (sink->kind->next_result(sink, &result)) {
		struct waiting *waiting = window_find(sending->window, result.ticket);

		if (result.outcome != SINK_REFUSED) {
			window_tell(sending->window, waiting, FATE_DONE, NULL);
			sending->tool->stats.done++;
			sending->tool->stats.present += result.outcome == SINK_PRESENT;
			continue;
		}
		window_tell(sending->window, waiting, FATE_REFUSED, result.refused.text);
		window_detail(waiting, result.details);
		if (sending->intake->rejects == NULL)
			sending_stop(sending, NULL);
	}
}

/* Those that can be told now. *stopped: why it goes no further. */
static size_t
tell_oldest(struct sending *sending, struct failure *stopped)
{
	size_t room = output_room(sending->tool->output), told = 0;
	bool empty = output_held(sending->tool->output) == 0;

	while (told < window_count(sending->window)) {
		struct waiting *waiting = window_at(sending->window, told);
		size_t length = waiting->line.text.length + POSITION_SIZE + 1;

		if (waiting->fate == FATE_OPEN)
			break;
		if (waiting->fate == FATE_LAST) {
			*stopped = sending->stopped;
			break;
		}
		if (length > room && (!empty || told > 0))
			break;
		room = length > room ? 0 : room - length;
		if (!intake_tell_with(sending->intake, &waiting->line, waiting->position,
		        waiting->reason, waiting->details, stopped))
			break;
		told++;
	}
	return told;
}

static bool
flush(struct sending *sending, struct failure *failure)
{
	struct output *output = sending->tool->output;

	/* With nothing on its way there is nothing to look after: it may block. */
	if (window_open_count(sending->window) > 0 ? output_try(output, failure)
	                                           : output_flush(output, failure))
		return true;
	if (failure->kind != FAILURE_READER_GONE || sending->intake->receipts.quiet)
		return failure->kind == FAILURE_READER_GONE;
	sending_reader_gone(sending);
	return true;
}

/* Receipts for what is done, behind everything before it. False: here it ends. */
static bool
tell(struct sending *sending, struct failure *failure)
{
	struct intake *intake = sending->intake;
	struct stats *stats = &sending->tool->stats;
	struct failure stopped = {.kind = FAILURE_NONE};
	size_t told = tell_oldest(sending, &stopped);

	if (told > 0 && !window_at(sending->window, 0)->mark)
		stats_commit(stats, clock_steady() - window_at(sending->window, 0)->since);
	if (intake->rejects != NULL && !rejects_sync(intake->rejects, failure))
		return false;
	if (!receipts_give(&intake->receipts, sending->tool->output, failure) &&
	    failure->kind != FAILURE_READER_GONE)
		return false;
	window_drop(sending->window, told);
	if (!flush(sending, failure))
		return false;
	*failure = stopped;
	return stopped.kind == FAILURE_NONE;
}

/* Some that are known and that the output had no room for. */
static bool
has_receipts(const struct sending *sending)
{
	return window_count(sending->window) > 0 &&
	       window_at(sending->window, 0)->fate != FATE_OPEN;
}

/* Moves on what is on its way, until something has happened. */
static bool
move(struct sending *sending, struct failure *failure)
{
	struct sink *sink = sending->sink;
	bool room = sending->reading && !sending->has_next && window_has_room(sending->window, 0);
	int timeout = -1;
	bool moved;

	if (output_held(sending->tool->output) > 0 && sending->watch >= 0)
		timeout = SLOW_READER;
	/* More may have arrived already, or will have room once receipts are told: it goes along. */
	if (room ? !sending->idle : sending->reading && timeout < 0 && has_receipts(sending))
		timeout = 0;
	moved = sink->kind->poll(
	    sink, room && timeout != 0 ? STDIN_FILENO : -1, sending->watch, timeout, failure);
	take_results(sending);
	if (sending->watch >= 0 && output_reader_gone(sending->watch))
		sending_reader_gone(sending);
	return moved;
}

static void
count_troubles(struct sending *sending)
{
	struct stats *stats = &sending->tool->stats;
	struct sink_counters counters;

	sending->sink->kind->count(sending->sink, &counters);
	stats->retries = counters.retries;
	stats->throttled = counters.throttled;
}

static bool
loop(struct sending *sending, struct failure *failure)
{
	struct failure told;

	while (sending->reading || window_count(sending->window) > 0 || sending_is_busy(sending)) {
		sending_read(sending);
		if (sending_is_busy(sending) && !move(sending, failure)) {
			/* What is done has its receipts all the same. */
			if (!tell(sending, &told))
				tool_failed(sending->tool, &told);
			return false;
		}
		if (!tell(sending, failure))
			return false;
		count_troubles(sending);
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

	count_troubles(&sending);
	window_close(sending.window);
	return looped && sending.ended;
}
