/* sending: the loop for a polled sink. */
#include "base/clock.h"
#include "record/position.h"
#include "storing/entry.h"
#include "storing/input.h"
#include "storing/sending.h"
#include "storing/window.h"

/* How often to try again while the reader takes no receipts and requests are in flight. */
enum { SLOW_READER = 2 /* ms */ };

struct sending {
	struct input input;
	struct window *window;
	bool idle; /* no more input had arrived */
};

/* Does the sink need poll? */
static bool
is_busy(const struct sending *sending)
{
	const struct sink *sink = sending->input.sink;

	return window_open_count(sending->window) > 0 ||
	       (sink->kind->busy != NULL && sink->kind->busy(sink, sending->input.reading));
}

static void
enter(struct sending *sending, const struct line *line, int64_t now)
{
	struct failure refused; /* large: only its kind is cleared for each line */
	struct input *input = &sending->input;
	struct window_line *waiting = entry_make(input->intake, sending->window, line, &refused);

	waiting->since = now;
	if (waiting->result == RESULT_FATAL)
		input_stop(input, &refused);
	else if (waiting->result == RESULT_REFUSED && input->intake->rejects == NULL)
		input_stop(input, NULL);
}

/* Adds the lines that were read. False: the window is full, or no more is wanted. */
static bool
enter_lines(struct sending *sending, size_t *entered)
{
	struct input *input = &sending->input;
	int64_t now = clock_steady();

	while (input->has_next || lines_next(input->lines, &input->next)) {
		if (!input->has_next && intake_ignores(input->intake, &input->next))
			continue;
		input->has_next = !window_has_room(sending->window, input->next.text.length);
		if (input->has_next)
			return false;
		enter(sending, &input->next, now);
		++*entered;
		if (!input->reading)
			return false;
	}
	return true;
}

/* Reads the input that has arrived; waits for input if there is nothing else to do. */
static void
read_input(struct sending *sending)
{
	size_t entered = 0;
	bool blocks;

	sending->idle = false;
	if (!sending->input.reading || !enter_lines(sending, &entered) || entered > 0)
		return;
	if (!window_has_room(sending->window, 0))
		return;
	blocks = window_count(sending->window) == 0 && !is_busy(sending);
	if (!input_wait(&sending->input, blocks ? -1 : 0))
		return;
	enter_lines(sending, &entered);
	sending->idle = entered == 0;
}

static void
take_results(struct sending *sending)
{
	struct input *input = &sending->input;
	struct sink *sink = input->sink;
	struct sink_result result;

	while (sink->kind->next_result(sink, &result)) {
		struct window_line *waiting = window_find(sending->window, result.ticket);

		if (result.outcome != SINK_REFUSED) {
			window_set_result(sending->window, waiting, RESULT_DONE, NULL);
			input->tool->stats.done++;
			input->tool->stats.present += result.outcome == SINK_PRESENT;
			continue;
		}
		window_set_result(sending->window, waiting, RESULT_REFUSED, result.refused.text);
		window_set_details(waiting, result.details);
		if (input->intake->rejects == NULL)
			input_stop(input, NULL);
	}
}

/* Settles the oldest lines with results; returns how many. *stopped: why no more can be. */
static size_t
settle_oldest(struct sending *sending, struct failure *stopped)
{
	const struct input *input = &sending->input;
	size_t room = output_room(input->tool->output), settled = 0;
	bool empty = output_held(input->tool->output) == 0;

	while (settled < window_count(sending->window)) {
		struct window_line *waiting = window_at(sending->window, settled);
		size_t length = waiting->line.text.length + POSITION_SIZE + 1;

		if (waiting->result == RESULT_OPEN)
			break;
		if (waiting->result == RESULT_FATAL) {
			*stopped = input->stopped;
			break;
		}
		if (length > room && (!empty || settled > 0))
			break;
		room = length > room ? 0 : room - length;
		if (!intake_settle(input->intake, &waiting->line, waiting->position,
		        waiting->reason, waiting->details, stopped))
			break;
		settled++;
	}
	return settled;
}

/* Writes the receipts that are due; blocks: waits for the reader. False: the work ends here. */
static bool
settle(struct sending *sending, bool blocks, struct failure *failure)
{
	struct input *input = &sending->input;
	struct failure stopped = {.kind = FAILURE_NONE};
	size_t settled = settle_oldest(sending, &stopped);

	if (settled > 0 && !window_at(sending->window, 0)->mark)
		stats_commit(
		    &input->tool->stats, clock_steady() - window_at(sending->window, 0)->since);
	if (!input_add_receipts(input, failure))
		return false;
	window_drop(sending->window, settled);
	if (!input_flush(input, blocks, failure))
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

/* Lines that are done get their receipts although the sink has failed, or was stopped. */
static void
settle_last(struct sending *sending)
{
	struct failure failure;

	/* One turn writes as many as the output has room for, and then empties it. */
	do {
		if (!settle(sending, true, &failure)) {
			tool_failed(sending->input.tool, &failure);
			return;
		}
	} while (has_unwritten(sending));
}

/* Polls the sink until something has happened. */
static bool
poll_sink(struct sending *sending, struct failure *failure)
{
	struct input *input = &sending->input;
	bool room = input->reading && !input->has_next && window_has_room(sending->window, 0);
	int timeout = -1;
	bool polled;

	if (output_held(input->tool->output) > 0 && input->watch >= 0)
		timeout = SLOW_READER;
	/* More lines may have arrived, or will have room once receipts are written: they go along. */
	if (room ? !sending->idle : input->reading && timeout < 0 && has_unwritten(sending))
		timeout = 0;
	polled = input_poll(input, room, timeout, failure);
	take_results(sending);
	return polled;
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
	struct input *input = &sending->input;

	while (input->reading || window_count(sending->window) > 0 || is_busy(sending)) {
		read_input(sending);
		if (is_busy(sending) && !poll_sink(sending, failure)) {
			settle_last(sending);
			name_line(sending, failure);
			return false;
		}
		/* With nothing in flight it may block. */
		if (!settle(sending, window_open_count(sending->window) == 0, failure))
			return false;
		input_count(input);
		tool_tick(input->tool, true, "");
	}
	*failure = input->stopped;
	return true;
}

bool
sending_loop(struct intake *intake, struct lines *lines, struct failure *failure)
{
	struct sending sending = {.input = input_begin(intake, lines), .window = window_open()};
	bool looped = loop(&sending, failure);

	input_count(&sending.input);
	window_close(sending.window);
	return looped && sending.input.ended;
}
