/* receipts: what a storing tool owes its output for the lines of a batch. */
#include <string.h>

#include "../lib/json.h"
#include "receipts.h"

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

	if (line->state == LINE_WHOLE && json_check(line->text, JSON_DEPTH, &error))
		owe(receipts, position, true);
	else
		receipts->doubtful = position;
}

void
receipts_settle(struct receipts *receipts, struct span position)
{
	if (receipts->doubtful.start == NULL || span_equal(receipts->doubtful, position))
		return;
	owe(receipts, receipts->doubtful, true);
	receipts->doubtful.start = NULL;
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
	struct span *doubtful = &receipts->doubtful;
	bool given = true;

	for (size_t i = 0; i < receipts->count && given; i++) {
		struct receipt *receipt = &receipts->owed[i];

		given = receipt->mark ? give_mark(output, receipt->text, failure) :
					output_add_line(output, receipt->text, failure);
	}
	receipts->count = 0;
	/* The line that it stands in ends with the batch. */
	if (doubtful->start != NULL && doubtful->start != receipts->kept) {
		memcpy(receipts->kept, doubtful->start, doubtful->length);
		doubtful->start = receipts->kept;
	}
	return given && output_flush(output, failure);
}
