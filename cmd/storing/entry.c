/* entry: adds a line to the window and passes its record to the sink. */
#include "storing/entry.h"

/* Makes the spans of an arrival point to the copy of its line. */
static void
rebase(struct arrival *arrival, const struct line *from)
{
	enum { COUNT = 5 };
	struct span *spans[COUNT] = {&arrival->position, &arrival->found.text,
	    &arrival->found.before, &arrival->found.after, &arrival->found.raw};
	const char *to = arrival->line.text.start;

	/* Only a record has the others. */
	for (size_t i = 0; i < (arrival->kind == POSITION_RECORD ? COUNT : 1); i++) {
		if (spans[i]->start != NULL)
			spans[i]->start = to + (spans[i]->start - from->text.start);
	}
}

/* Adds a line to the window. copies: room for a record that is not contiguous in the line. */
static struct window_line *
add_line(struct intake *intake, struct window *window, const struct line *line,
    struct arrival *arrival, struct buffer *copies)
{
	struct window_line *waiting;
	size_t more = 0;
	char *room;

	intake_read(intake, line, arrival);
	if (arrival->kind == POSITION_RECORD && !intake->sink->kind->whole_lines)
		more = line->text.length + 4;
	waiting = window_add(window, &arrival->line, more, &room);
	*copies = (struct buffer){.data = room, .capacity = more, .ceiling = more};
	arrival->line = waiting->line;
	rebase(arrival, line);
	waiting->position = arrival->position;
	waiting->mark = arrival->kind == POSITION_MARK;
	return waiting;
}

struct window_line *
entry_make(
    struct intake *intake, struct window *window, const struct line *line, struct failure *refused)
{
	struct arrival arrival;
	struct buffer copies;
	struct window_line *waiting = add_line(intake, window, line, &arrival, &copies);

	refused->kind = FAILURE_NONE;
	if (waiting->mark)
		window_set_result(window, waiting, RESULT_DONE, NULL);
	else if (!intake_take(intake, &arrival, &copies, window_ticket(window, waiting), refused))
		window_set_result(window, waiting,
		    refused->kind == FAILURE_REFUSED ? RESULT_REFUSED : RESULT_FATAL,
		    refused->kind == FAILURE_REFUSED ? refused->text : NULL);
	return waiting;
}
