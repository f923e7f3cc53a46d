/* block_lines: the lines of a block, for block.c and block_damaged.c only. */
#ifndef SCHEDULE_BLOCK_LINES_H
#define SCHEDULE_BLOCK_LINES_H

#include <stdbool.h>
#include "base/failure.h"
#include "base/span.h"
#include "schedule/entry.h"

/* The next line of text, its newline included; false at the end. */
bool block_lines_next(struct span *text, struct span *line);
/* The line without its newline. */
struct span block_lines_plain(struct span line);

/*
 * The text of a comment as fxcron writes it, after "# ", perhaps commented out once more. start
 * NULL: the line is something else.
 */
struct span block_lines_comment(struct span line);

/* The lines that mark the block of a name, as block_lines_comment returns them. */
struct block_marks {
	char *begin, *end;
};

struct block_marks block_lines_marks(const char *name);
void block_lines_free(struct block_marks *marks);
/* The name whose block the comment begins or ends, to be freed; NULL: it is another comment. */
char *block_lines_marked(struct span comment);

/*
 * Reads the line that cron runs, or did before it was commented out, into an entry from entry_init.
 * *time: its fields as they are in the line, to be freed.
 */
bool block_lines_read(struct span line, struct entry *entry, char **time, struct failure *failure);
/* Is it such a line of NAME, or one that it has become by an edit of its command? */
bool block_lines_are_of(struct span line, const char *name);
/* Adds the variables of a line that block_lines_read refuses, as far as they can be found. */
void block_lines_variables(struct span line, struct words *variables);

#endif
