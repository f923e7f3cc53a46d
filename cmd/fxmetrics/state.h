/*
 * state: what is kept between runs: how far files were read, and the sums. A file of lines with
 * tabs, the first "fxmetrics 1", then in any order:
 *
 *	file	DEVICE:INODE	OFFSET	FINGERPRINT
 *	run	TOOL STARTED	COUNT... SEEN
 *	total	TOOL	COUNT...
 *	last	TOOL	WRITTEN STATUS P50 P99 LAG
 *	status	TOOL STATUS	COUNT
 *
 * COUNT... are the counters in the order of stats_line.h; those missing at the end are 0. P50 and
 * P99 are milliseconds; "-" stands for what is not known.
 */
#ifndef FXMETRICS_STATE_H
#define FXMETRICS_STATE_H

#include <stdbool.h>
#include "base/failure.h"
#include "fxmetrics/files.h"
#include "fxmetrics/sums.h"

/* Zeroed is closed. */
struct state {
	char *path;
	int lock;
	struct files files;
	struct sums sums;
};

/*
 * Locks the state and reads it. path: its file; NULL: a file in $XDG_STATE_HOME/fxpipe whose name
 * has kind in it and, unless NULL, a fingerprint of the path output. FAILURE_TEMPORARY: another
 * process has the lock. FAILURE_PERMANENT: it is not a state.
 */
bool state_open(struct state *state, const char *path, const char *kind, const char *output,
    struct failure *failure);
/*
 * Replaces the file, which is at most 1 MiB. now: seconds since 1970; runs not seen for a month,
 * when it was saved last and now, are left out.
 */
bool state_save(struct state *state, int64_t now, struct failure *failure);
void state_close(struct state *state);

/* Reads a state's text; false: line *number (from 1) is not valid. */
bool state_read(struct span text, struct files *files, struct sums *sums, size_t *number);

#endif
