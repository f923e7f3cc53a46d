/* source: the pairs to fetch, from the arguments, else from lines on stdin. */
#ifndef FXFETCH_SOURCE_H
#define FXFETCH_SOURCE_H

#include "rate/pair.h"
#include "tool/tool.h"

struct source {
	struct tool *tool;
	char **arguments; /* the next one; NULL: read lines */
	struct lines *lines;
	bool dry; /* what has been read is used up: wait for more */
	bool ended;
};

void source_open(struct source *source, char **arguments, struct tool *tool, size_t window);
void source_close(struct source *source);
/* The next pair that will do (*line 0: an argument); says what will not. False: dry, or ended. */
bool source_next(struct source *source, struct pair *pair, uint64_t *line);
/* How many pairs are left: of the arguments, or of the lines read so far. Uses them up. */
uint64_t source_rest(struct source *source);
/* Waits for more lines, ms (-1: as long as it takes). */
bool source_wait(struct source *source, int timeout, struct failure *failure);
/* Says that a pair, or its line, is refused, and counts it. */
void source_refused(struct source *source, uint64_t line, const struct failure *refused);

#endif
