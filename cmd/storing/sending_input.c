/* sending_input: reads lines while others are in flight. */
#include "base/clock.h"
#include "storing/entry.h"
#include "storing/sending.h"

bool
sending_is_busy(const struct sending *sending)
{
	const struct sink *sink = sending->sink;

	return window_open_count(sending->window) > 0 ||
	       (sink->kind->busy != NULL && sink->kind->busy(sink, sending->reading));
}

void
sending_stop(struct sending *sending, const struct failure *why)
{
	sending->reading = false;
	if (why != NULL && sending->stopped.kind == FAILURE_NONE)
		sending->stopped = *why;
}

void
sending_reader_gone(struct sending *sending)
{
	struct failure gone;

	fail_reader_gone(&gone);
	sending_stop(sending, &gone);
	sending->watch = -1;
	sending->intake->receipts.quiet = true;
	/* The rest of the receipts needs no room then. */
	output_drop(sending->tool->output);
}

static void
enter(struct sending *sending, const struct line *line, int64_t now)
{
	struct failure refused; /* large: only its kind is cleared for each line */
	struct window_line *waiting = entry_make(sending->intake, sending->window, line, &refused);

	waiting->since = now;
	if (waiting->result == RESULT_FATAL)
		sending_stop(sending, &refused);
	else if (waiting->result == RESULT_REFUSED && sending->intake->rejects == NULL)
		sending_stop(sending, NULL);
}

/* Adds the lines that were read. False: the window is full, or no more is wanted. */
static bool
enter_lines(struct sending *sending, size_t *entered)
{
	int64_t now = clock_steady();

	while (sending->has_next || lines_next(sending->lines, &sending->next)) {
		if (!sending->has_next && intake_ignores(sending->intake, &sending->next))
			continue;
		sending->has_next = !window_has_room(sending->window, sending->next.text.length);
		if (sending->has_next)
			return false;
		enter(sending, &sending->next, now);
		++*entered;
		if (!sending->reading)
			return false;
	}
	return true;
}

void
sending_read(struct sending *sending)
{
	enum lines_status status;
	struct failure failure;
	size_t entered = 0;
	bool blocks;

	sending->idle = false;
	if (!sending->reading || !enter_lines(sending, &entered) || entered > 0)
		return;
	if (!window_has_room(sending->window, 0))
		return;
	blocks = window_count(sending->window) == 0 && !sending_is_busy(sending);
	status = lines_wait(sending->lines, sending->watch, blocks ? -1 : 0, &failure);
	if (status == LINES_READY) {
		enter_lines(sending, &entered);
		sending->idle = entered == 0;
		return;
	}
	sending->ended = status == LINES_END;
	if (failure.kind == FAILURE_READER_GONE)
		sending_reader_gone(sending);
	else
		sending_stop(sending, status == LINES_END ? NULL : &failure);
}
