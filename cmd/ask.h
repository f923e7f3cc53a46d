/* ask: what fxfetch is asked: by which provider, with which key, and for which pairs. */
#ifndef ASK_H
#define ASK_H

#include "../lib/provider.h"
#include "tool.h"

/*
 * The provider to ask (named, $FX_PROVIDER, or the default) and, where it
 * takes one, its key (from secret, or its file in the configuration
 * directory) in key, to be wiped by the caller. FAILURE_REFUSED: no such provider.
 */
struct provider *choose_provider(const char *named, const char *secret, struct buffer *key,
    struct failure *failure);

/* Pairs from the arguments, or, where there are none, from lines of standard input. */
struct source {
	struct tool *tool;
	char **arguments; /* the next one; NULL: read lines */
	struct lines *lines;
	bool dry; /* what has been read is used up: wait for more */
	bool ended;
};

void source_open(struct source *source, char **arguments, struct tool *tool, size_t window);
void source_close(struct source *source);
/* The next pair that will do; says what will not. line is 0 for an argument. False: dry, or ended. */
bool source_next(struct source *source, struct pair *pair, uint64_t *line);
/* Waits for more lines, ms (-1: as long as it takes). */
bool source_wait(struct source *source, int timeout, struct failure *failure);
/* Says that a pair, or its line, is refused, and counts it. */
void source_refused(struct source *source, uint64_t line, const struct failure *refused);

#endif
