/* watch: takes a snapshot repeatedly; on a terminal, redraws the table in place. */
#ifndef KSTAT_WATCH_H
#define KSTAT_WATCH_H

#include "stream/snapshot.h"
#include "tool/tool.h"

struct watch {
	struct tool *tool;
	const char *stream; /* its name */
	unsigned seconds;
	int64_t failover; /* ms after which a lease that is not renewed has expired */
	/* Takes a snapshot. *missing: the stream does not exist, or no longer. */
	bool (*take)(
	    void *context, struct snapshot *snapshot, bool *missing, struct failure *failure);
	void *context;
};

/* Writes a line for each row. timed: each with the time of the snapshot. */
bool watch_write_lines(const struct watch *watch, const struct snapshot *snapshot, bool timed,
    struct failure *failure);

/* Runs until a signal asks to end, or it cannot continue: failure says why. */
void watch(const struct watch *watch, struct failure *failure);

#endif
