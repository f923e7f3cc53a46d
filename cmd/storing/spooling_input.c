/* spooling_input: reads lines, and passes them to a keeping sink while it has room. */
#include "storing/spooling.h"

/* Reads no more. why: reported once all lines before are done; or NULL. */
static void
stop(struct spooling *spooling, const struct failure *why)
{
	spooling->reading = false;
	if (why != NULL && spooling->stopped.kind == FAILURE_NONE)
		spooling->stopped = *why;
	spooling->sink->kind->finish(spooling->sink);
}

void
spooling_reader_gone(struct spooling *spooling)
{
	struct failure gone;

	fail_reader_gone(&gone);
	stop(spooling, &gone);
	spooling->watch = -1;
	spooling->intake->receipts.quiet = true;
	/* The rest of the receipts needs no room then. */
	output_drop(spooling->tool->output);
}

/* Sets a refused line aside; its position is kept in its place. */
static bool
set_aside(struct spooling *spooling, const struct arrival *arrival, const char *reason,
    struct failure *failure)
{
	struct sink_kept kept = {.text = arrival->position};

	if (!intake_set_aside(spooling->intake, &arrival->line, reason, NULL, failure))
		return false;
	if (arrival->position.start == NULL)
		return true;
	kept.kind = intake_is_valid(&arrival->line) ? SINK_KEPT_REFUSED : SINK_KEPT_INVALID;
	return spooling->sink->kind->keep(spooling->sink, &kept, failure);
}

static bool
enter(struct spooling *spooling, const struct line *line, struct failure *failure)
{
	struct arrival arrival;
	struct failure refused; /* large: only its kind is cleared for each line */
	struct sink_kept mark = {.kind = SINK_KEPT_MARK};

	refused.kind = FAILURE_NONE;
	intake_read(spooling->intake, line, &arrival);
	if (arrival.kind == POSITION_MARK) {
		mark.text = arrival.line.text;
		return spooling->sink->kind->keep(spooling->sink, &mark, failure);
	}
	if (intake_take(spooling->intake, &arrival, NULL, 0, &refused))
		return true;
	if (refused.kind == FAILURE_REFUSED)
		return set_aside(spooling, &arrival, refused.text, failure);
	*failure = refused;
	return false;
}

/* Passes the lines that were read to the sink; returns whether any was. */
static bool
enter_lines(struct spooling *spooling)
{
	struct sink *sink = spooling->sink;
	struct failure failure;
	bool entered = false;

	while (spooling->reading &&
	       (spooling->has_next || lines_next(spooling->lines, &spooling->next))) {
		if (!spooling->has_next && intake_ignores(spooling->intake, &spooling->next))
			continue;
		spooling->has_next = !sink->kind->has_room(sink, spooling->next.text.length);
		if (spooling->has_next)
			break;
		entered = true;
		if (!enter(spooling, &spooling->next, &failure))
			stop(spooling, &failure);
	}
	return entered;
}

void
spooling_read(struct spooling *spooling)
{
	struct sink *sink = spooling->sink;
	enum lines_status status;
	struct failure failure;

	if (spooling->reading && tool_stop != 0) {
		fail_stopped(&failure);
		stop(spooling, &failure);
	}
	if (!spooling->reading || enter_lines(spooling) || spooling->has_next)
		return;
	status = lines_wait(
	    spooling->lines, spooling->watch, sink->kind->keeps(sink) ? 0 : -1, &failure);
	if (status == LINES_READY)
		return;
	spooling->ended = status == LINES_END;
	if (failure.kind == FAILURE_READER_GONE && !spooling->ended)
		spooling_reader_gone(spooling);
	else
		stop(spooling, spooling->ended ? NULL : &failure);
}
