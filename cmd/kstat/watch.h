/* watch: a look taken again and again, and shown: on a terminal as a table in its place. */
#ifndef KSTAT_WATCH_H
#define KSTAT_WATCH_H

#include "kstat/snapshot.h"
#include "tool/tool.h"

struct watch {
	struct tool *tool;
	const char *stream; /* its name */
	unsigned seconds;
	/* *missing: there is nothing to look at yet, or not any more. */
	bool (*take)(void *context, struct look *look, bool *missing, struct failure *failure);
	void *context;
};

/* A line for each row. timed: each says when that was. */
bool watch_write_lines(struct tool *tool, const char *stream, const struct look *look, bool timed,
    struct failure *failure);

/* Until a signal asks to end, or it cannot go on, which failure says. */
void watch(const struct watch *watch, struct failure *failure);

#endif
