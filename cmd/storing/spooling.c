/* spooling: the loop for a keeping sink. */
#include "record/position.h"
#include "storing/input.h"
#include "storing/spooling.h"

/* How often to try again while the reader takes no receipts and objects are being stored. */
enum {
	SLOW_READER = 2, /* ms */
	USUAL = 64 * 1024 /* bytes: the output has room for any but a very long line */
};

struct spooling {
	struct input input;
	bool more; /* more receipts may be due */
	bool failed; /* the sink has failed: nothing is in flight */
};

/* Sets a refused line aside; its position is kept in its place. */
static bool
set_aside(
    struct input *input, const struct arrival *arrival, const char *reason, struct failure *failure)
{
	struct sink_kept kept = {.text = arrival->position};

	if (!intake_set_aside(input->intake, &arrival->line, reason, NULL, failure))
		return false;
	if (arrival->position.start == NULL)
		return true;
	kept.kind = intake_is_valid(&arrival->line) ? SINK_KEPT_REFUSED : SINK_KEPT_INVALID;
	return input->sink->kind->keep(input->sink, &kept, failure);
}

static bool
enter(struct input *input, const struct line *line, struct failure *failure)
{
	struct arrival arrival;
	struct failure refused; /* large: only its kind is cleared for each line */
	struct sink_kept mark = {.kind = SINK_KEPT_MARK};

	refused.kind = FAILURE_NONE;
	intake_read(input->intake, line, &arrival);
	if (arrival.kind == POSITION_MARK) {
		mark.text = arrival.line.text;
		return input->sink->kind->keep(input->sink, &mark, failure);
	}
	if (intake_take(input->intake, &arrival, NULL, 0, &refused))
		return true;
	if (refused.kind == FAILURE_REFUSED)
		return set_aside(input, &arrival, refused.text, failure);
	*failure = refused;
	return false;
}

/* Passes the lines that were read to the sink; returns whether any was. */
static bool
enter_lines(struct input *input)
{
	struct sink *sink = input->sink;
	struct failure failure;
	bool entered = false;

	while (input->reading && (input->has_next || lines_next(input->lines, &input->next))) {
		if (!input->has_next && intake_ignores(input->intake, &input->next))
			continue;
		input->has_next = !sink->kind->has_room(sink, input->next.text.length);
		if (input->has_next)
			break;
		entered = true;
		if (!enter(input, &input->next, &failure))
			input_stop(input, &failure);
	}
	return entered;
}

/* Reads the input that has arrived; waits for input if there is nothing else to do. */
static void
read_input(struct input *input)
{
	struct failure failure;

	if (input->reading && tool_stop != 0) {
		fail_stopped(&failure);
		input_stop(input, &failure);
	}
	if (input->reading && !enter_lines(input) && !input->has_next)
		input_wait(input, input->sink->kind->keeps(input->sink) ? 0 : -1);
}

/* Polls the sink until something has happened. */
static bool
poll_sink(struct spooling *spooling, struct failure *failure)
{
	struct input *input = &spooling->input;
	bool room = input->reading && !input->has_next;
	int timeout = -1;

	if (spooling->more || (room && lines_pending(input->lines) > 0))
		timeout = 0;
	if (output_held(input->tool->output) > 0)
		timeout = SLOW_READER;
	return input_poll(input, room, timeout, failure);
}

/* Adds the receipt of what was kept. */
static void
add_receipt(struct input *input, const struct sink_kept *kept)
{
	struct receipts *receipts = &input->intake->receipts;
	struct positioned found;

	input->tool->stats.done += kept->kind == SINK_KEPT_RECORD;
	if (receipts->quiet)
		return;
	if (kept->kind == SINK_KEPT_REFUSED || kept->kind == SINK_KEPT_INVALID) {
		receipts_note_position(receipts, kept->text);
		receipts_add_mark(receipts, kept->kind == SINK_KEPT_REFUSED, kept->text);
		return;
	}
	if (kept->kind == SINK_KEPT_RECORD)
		receipts_note_position(receipts,
		    position_of_line(kept->text, &found) != POSITION_NONE ? found.text
		                                                          : (struct span){NULL, 0});
	receipts_add(receipts, kept->text);
}

/* Adds the receipts that are due and for which the output has room. */
static bool
settle_oldest(struct spooling *spooling, struct failure *failure)
{
	struct input *input = &spooling->input;
	size_t room = output_room(input->tool->output), added = 0;
	struct sink_kept kept;
	bool found = true;

	for (size_t count = 0; count < LINES_BATCH / 2 && added + USUAL < room; count++) {
		if (!input->sink->kind->next_kept(input->sink, &kept, &found, failure))
			return false;
		if (!found)
			break;
		add_receipt(input, &kept);
		added += kept.text.length + POSITION_SIZE + 1;
	}
	spooling->more = found;
	return true;
}

/* Writes the receipts that are due. False: the work ends here. */
static bool
settle(struct spooling *spooling, struct failure *failure)
{
	struct input *input = &spooling->input;

	/* With nothing in flight it may block. */
	return settle_oldest(spooling, failure) && input_add_receipts(input, failure) &&
	       input_flush(
	           input, spooling->failed || !input->sink->kind->keeps(input->sink), failure);
}

/* The sink has failed. Lines that are done still get their receipts. */
static void
settle_last(struct spooling *spooling)
{
	struct input *input = &spooling->input;
	struct failure failure, again;

	spooling->failed = true;
	do {
		if (!settle(spooling, &failure)) {
			tool_failed(input->tool, &failure);
			return;
		}
		/* For the memory of what it returned; it has failed already. */
		(void)input->sink->kind->poll(input->sink, -1, -1, 0, &again);
	} while (spooling->more);
}

static bool
loop(struct spooling *spooling, struct failure *failure)
{
	struct input *input = &spooling->input;
	struct sink *sink = input->sink;

	while (input->reading || sink->kind->keeps(sink)) {
		read_input(input);
		if (!settle(spooling, failure))
			return false;
		if (sink->kind->keeps(sink) && !poll_sink(spooling, failure)) {
			settle_last(spooling);
			return false;
		}
		input_count(input);
		tool_tick(input->tool, true, "");
	}
	*failure = input->stopped;
	return true;
}

bool
spooling_loop(struct intake *intake, struct lines *lines, struct failure *failure)
{
	struct spooling spooling = {.input = input_begin(intake, lines)};
	bool looped = loop(&spooling, failure);

	input_count(&spooling.input);
	return looped && spooling.input.ended;
}
