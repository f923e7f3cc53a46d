/* spooling: the loop for a keeping sink. */
#include <unistd.h>

#include "record/position.h"
#include "storing/spooling.h"

/* How often to try again while the reader takes no receipts and objects are being stored. */
enum {
	SLOW_READER = 2, /* ms */
	USUAL = 64 * 1024 /* bytes: the output has room for any but a very long line */
};

/* Polls the sink until something has happened. */
static bool
poll_sink(struct spooling *spooling, struct failure *failure)
{
	struct sink *sink = spooling->sink;
	bool room = spooling->reading && !spooling->has_next;
	int timeout = -1;
	bool polled;

	if (spooling->more || (room && lines_pending(spooling->lines) > 0))
		timeout = 0;
	if (output_held(spooling->tool->output) > 0)
		timeout = SLOW_READER;
	polled = sink->kind->poll(
	    sink, room && timeout != 0 ? STDIN_FILENO : -1, spooling->watch, timeout, failure);
	if (spooling->watch >= 0 && output_reader_gone(spooling->watch))
		spooling_reader_gone(spooling);
	return polled;
}

/* Adds the receipt of what was kept. */
static void
add_receipt(struct spooling *spooling, const struct sink_kept *kept)
{
	struct receipts *receipts = &spooling->intake->receipts;
	struct positioned found;

	spooling->tool->stats.done += kept->kind == SINK_KEPT_RECORD;
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
	size_t room = output_room(spooling->tool->output), added = 0;
	struct sink_kept kept;
	bool found = true;

	for (size_t count = 0; count < LINES_BATCH / 2 && added + USUAL < room; count++) {
		if (!spooling->sink->kind->next_kept(spooling->sink, &kept, &found, failure))
			return false;
		if (!found)
			break;
		add_receipt(spooling, &kept);
		added += kept.text.length + POSITION_SIZE + 1;
	}
	spooling->more = found;
	return true;
}

static bool
flush(struct spooling *spooling, struct failure *failure)
{
	struct output *output = spooling->tool->output;

	/* With nothing in flight it may block. */
	if (!spooling->failed && spooling->sink->kind->keeps(spooling->sink)
	        ? output_try(output, failure)
	        : output_flush(output, failure))
		return true;
	if (failure->kind != FAILURE_READER_GONE || spooling->intake->receipts.quiet)
		return failure->kind == FAILURE_READER_GONE;
	spooling_reader_gone(spooling);
	return true;
}

/* Writes the receipts that are due. False: the work ends here. */
static bool
settle(struct spooling *spooling, struct failure *failure)
{
	struct intake *intake = spooling->intake;

	if (!settle_oldest(spooling, failure))
		return false;
	if (intake->rejects != NULL && !rejects_sync(intake->rejects, failure))
		return false;
	if (!receipts_write(&intake->receipts, spooling->tool->output, failure) &&
	    failure->kind != FAILURE_READER_GONE)
		return false;
	return flush(spooling, failure);
}

static void
count_retries(struct spooling *spooling)
{
	struct stats *stats = &spooling->tool->stats;
	struct sink_counters counters;

	spooling->sink->kind->count(spooling->sink, &counters);
	stats->retries = counters.retries;
	stats->throttled = counters.throttled;
	stats->batches = counters.batches;
}

/* The sink has failed. Lines that are done still get their receipts. */
static void
settle_last(struct spooling *spooling)
{
	struct failure failure, again;

	spooling->failed = true;
	do {
		if (!settle(spooling, &failure)) {
			tool_failed(spooling->tool, &failure);
			return;
		}
		/* For the memory of what it returned; it has failed already. */
		(void)spooling->sink->kind->poll(spooling->sink, -1, -1, 0, &again);
	} while (spooling->more);
}

static bool
loop(struct spooling *spooling, struct failure *failure)
{
	struct sink *sink = spooling->sink;

	while (spooling->reading || sink->kind->keeps(sink)) {
		spooling_read(spooling);
		if (!settle(spooling, failure))
			return false;
		if (sink->kind->keeps(sink) && !poll_sink(spooling, failure)) {
			settle_last(spooling);
			return false;
		}
		count_retries(spooling);
		tool_tick(spooling->tool, true, "");
	}
	*failure = spooling->stopped;
	return true;
}

bool
spooling_loop(struct intake *intake, struct lines *lines, struct failure *failure)
{
	struct spooling spooling = {.intake = intake,
	    .sink = intake->sink,
	    .tool = intake->tool,
	    .lines = lines,
	    .reading = true,
	    .watch = intake->receipts.quiet ? -1 : STDOUT_FILENO};
	bool looped = loop(&spooling, failure);

	count_retries(&spooling);
	return looped && spooling.ended;
}
