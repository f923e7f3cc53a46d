/* receipts: what a storing tool owes its output for the lines of a batch. */
#include <string.h>

#include "text/json.h"
#include "storing/receipts.h"

static void
owe(struct receipts *receipts, struct span text, bool mark)
{
	if (!receipts->quiet)
		receipts->owed[receipts->count++] = (struct receipt){text, mark};
}

void
receipts_owe(struct receipts *receipts, struct span line)
{
	owe(receipts, line, false);
}

void
receipts_owe_mark(struct receipts *receipts, const struct line *line, struct span position)
{
	struct json_error error;

	receipts->waiting = position;
	receipts->sound = line->state == LINE_WHOLE && json_check(line->text, JSON_DEPTH, &error);
}

static void
owe_waiting(struct receipts *receipts)
{
	owe(receipts, receipts->waiting, true);
	receipts->waiting.start = NULL;
}

void
receipts_settle(struct receipts *receipts, struct span position)
{
	if (receipts->waiting.start != NULL && !span_equal(receipts->waiting, position))
		owe_waiting(receipts);
}

void
receipts_end(struct receipts *receipts)
{
	if (receipts->waiting.start != NULL && receipts->sound)
		owe_waiting(receipts);
}

static bool
give_mark(struct output *output, struct span position, struct failure *failure)
{
	/* An over-long line may have been a mark itself. */
	if (position.start[position.length - 1] == '+')
		position.length--;
	return output_add(output, "{\"_pos\":\"", 9, failure) &&
	       output_add(output, position.start, position.length, failure) &&
	       output_add(output, "+\"}\n", 4, failure);
}

bool
receipts_give(struct receipts *receipts, struct output *output, struct failure *failure)
{
	struct span *waiting = &receipts->waiting;
	bool given = true;

	for (size_t i = 0; i < receipts->count && given; i++) {
		struct receipt *receipt = &receipts->owed[i];

		given = receipt->mark ? give_mark(output, receipt->text, failure)
		                      : output_add_line(output, receipt->text, failure);
	}
	receipts->count = 0;
	/* The line that it stands in ends with the batch. */
	if (waiting->start != NULL && waiting->start != receipts->kept) {
		memcpy(receipts->kept, waiting->start, waiting->length);
		waiting->start = receipts->kept;
	}
	return given;
}
