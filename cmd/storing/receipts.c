/* receipts: writes the receipts and marks of lines that are done. */
#include <string.h>

#include "storing/receipts.h"

static void
add(struct receipts *receipts, struct span text, bool mark)
{
	if (!receipts->quiet)
		receipts->all[receipts->count++] = (struct receipt){text, mark};
}

void
receipts_add(struct receipts *receipts, struct span line)
{
	add(receipts, line, false);
}

void
receipts_add_mark(struct receipts *receipts, bool valid, struct span position)
{
	receipts->waiting = position;
	receipts->valid = valid;
}

static void
add_waiting(struct receipts *receipts)
{
	add(receipts, receipts->waiting, true);
	receipts->waiting.start = NULL;
}

void
receipts_note_position(struct receipts *receipts, struct span position)
{
	if (receipts->waiting.start != NULL && !span_equal(receipts->waiting, position))
		add_waiting(receipts);
}

void
receipts_end(struct receipts *receipts)
{
	if (receipts->waiting.start != NULL && receipts->valid)
		add_waiting(receipts);
}

static bool
write_mark(struct output *output, struct span position, struct failure *failure)
{
	/* An over-long line may have been a mark. */
	if (position.start[position.length - 1] == '+')
		position.length--;
	return output_add(output, "{\"_pos\":\"", 9, failure) &&
	       output_add(output, position.start, position.length, failure) &&
	       output_add(output, "+\"}\n", 4, failure);
}

bool
receipts_write(struct receipts *receipts, struct output *output, struct failure *failure)
{
	struct span *waiting = &receipts->waiting;
	bool written = true;

	for (size_t i = 0; i < receipts->count && written; i++) {
		struct receipt *receipt = &receipts->all[i];

		written = receipt->mark ? write_mark(output, receipt->text, failure)
		                        : output_add_line(output, receipt->text, failure);
	}
	receipts->count = 0;
	/* The line that holds it is valid only until the end of the batch. */
	if (waiting->start != NULL && waiting->start != receipts->kept) {
		memcpy(receipts->kept, waiting->start, waiting->length);
		waiting->start = receipts->kept;
	}
	return written;
}
