/* source: the subjects to fetch, from the arguments, else from lines of standard input. */
#ifndef FXFETCH_SOURCE_H
#define FXFETCH_SOURCE_H

#include "rate/provider.h"
#include "tool/tool.h"

struct source {
	struct tool *tool;
	const struct provider *provider; /* that is asked for them; borrowed */
	char **arguments; /* the next one; NULL: read lines */
	struct lines *lines;
	bool dry; /* all lines read so far are used: wait for more */
	bool ended;
};

/* arguments: ends in NULL; if empty, reads standard input, at most window bytes ahead. */
void source_open(struct source *source, const struct provider *provider, char **arguments,
    struct tool *tool, size_t window);
void source_close(struct source *source);
/*
 * The next valid subject (*line 0: an argument); reports those that are not. False: dry or ended.
 */
bool source_next(struct source *source, struct subject *subject, uint64_t *line);
/* How many subjects are left, of the arguments or of the lines read so far. Consumes them. */
uint64_t source_rest(struct source *source);
/* Waits for more lines, at most timeout ms (-1: without a limit). */
bool source_wait(struct source *source, int timeout, struct failure *failure);
/* Reports that a subject, or its line, is refused, and counts it. */
void source_refused(struct source *source, uint64_t line, const struct failure *refused);

#endif
