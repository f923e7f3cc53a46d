/*
 * stats_line: reads a line of statistics that a tool appended to its file of --stats
 * (record/stats.h writes it). The file is outside data: others may have written to it.
 */
#ifndef RECORD_STATS_LINE_H
#define RECORD_STATS_LINE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/span.h"

enum {
	STATS_LINE_TOOL = 64, /* bytes of a tool's name */
	STATS_LINE_ABSENT = -1, /* the member is not there */
	STATS_LINE_INVALID = -2 /* it is not a whole number from 0 to 999 */
};

struct stats_line {
	char tool[STATS_LINE_TOOL + 1]; /* letters, digits, '_', '.', '-' */
	int64_t started; /* ms since 1970 */
	int64_t ended; /* started and the seconds it ran */
	int exit; /* its exit status, STATS_LINE_ABSENT or STATS_LINE_INVALID */
	int signal; /* the signal that ended it, likewise */
};

/* False: not a line of statistics. A name that occurs twice makes a line invalid. */
bool stats_line_read(struct span text, struct stats_line *line);

#endif
