/* entry: a line's way into the window. */
#include "storing/entry.h"

/* The arrival of a line that now lies elsewhere. */
static void
rebase(struct arrival *arrival, const struct line *from)
{
	enum { COUNT = 5 };
	struct span *spans[COUNT] = {&arrival->position, &arrival->found.text,
	    &arrival->found.before, &arrival->found.after, &arrival->found.raw};
	const char *to = arrival->line.text.start;

	/* The others are there for a record alone. */
	for (size_t i = 0; i < (arrival->kind == POSITION_RECORD ? COUNT : 1); i++) {
		if (spans[i]->start != NULL)
			spans[i]->start = to + (spans[i]->start - from->text.start);
	}
}

/* Puts a line into the window. copies: room for a record that does not stand in it as it is. */
static struct waiting *
add_line(struct intake *intake, struct window *window, const struct line *line,
    struct arrival *arrival, struct buffer *copies)
{
	struct waiting *waiting;
	size_t more = 0;
	char *room;

	intake_look(intake, line, arrival);
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

struct waiting *
entry_make(
    struct intake *intake, struct window *window, const struct line *line, struct failure *refused)
{
	struct arrival arrival;
	struct buffer copies;
	struct waiting *waiting = add_line(intake, window, line, &arrival, &copies);

	refused->kind = FAILURE_NONE;
	if (waiting->mark)
		window_tell(window, waiting, FATE_DONE, NULL);
	else if (!intake_take(intake, &arrival, &copies, window_ticket(window, waiting), refused))
		window_tell(window, waiting,
		    refused->kind == FAILURE_REFUSED ? FATE_REFUSED : FATE_LAST,
		    refused->kind == FAILURE_REFUSED ? refused->text : NULL);
	return waiting;
}
