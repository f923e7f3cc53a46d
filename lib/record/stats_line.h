/*
 * stats_line: reads a line of statistics that a tool appended to its file of --stats, in this
 * version of fxpipe (record/stats.h writes it) or in an older one, which had fewer members;
 * fxpipe-records(5) describes them. The file is outside data: others may have written to it.
 * Numbers are read digit by digit.
 */
#ifndef RECORD_STATS_LINE_H
#define RECORD_STATS_LINE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/span.h"

enum {
	STATS_LINES,
	STATS_BYTES,
	STATS_DONE,
	STATS_REFUSED,
	STATS_PRESENT,
	STATS_LOST,
	STATS_MARKS,
	STATS_BATCHES,
	STATS_RETRIES,
	STATS_THROTTLED,
	STATS_COMMIT_US, /* commit_ms.sum in microseconds */
	STATS_COUNTERS
};

/* The members in that order; the last is NULL, as it is nested. */
extern const char *const stats_counter_names[STATS_COUNTERS];

enum {
	STATS_TOOL = 64, /* the longest name of a tool */
	STATS_STARTED = 40, /* the longest time */
	STATS_STATUS = 999 /* the largest exit status or signal */
};

/* The largest number in a line: 2^53 - 1, as other programs read the lines with doubles. */
#define STATS_LARGEST ((UINT64_C(1) << 53) - 1)

enum stats_end {
	STATS_RUNNING, /* the tool had not ended */
	STATS_EXITED,
	STATS_SIGNALLED,
	STATS_END_UNKNOWN /* exit or signal is not a whole number up to STATS_STATUS */
};

struct stats_line {
	char tool[STATS_TOOL + 1]; /* [A-Za-z0-9_.-]+ */
	char started[STATS_STARTED +
	             1]; /* as in the line, without blanks; with tool it names a process */
	int64_t ended; /* started and the seconds it ran: when the line was written; ms since 1970 */
	enum stats_end end;
	int status; /* the exit status, or the number of the signal */
	bool counted; /* the members below and the end are valid; an absent one is 0 */
	uint64_t counters[STATS_COUNTERS];
	uint64_t p50_us, p99_us; /* commit_ms.p50 and .p99 in microseconds */
	int64_t lag_ms; /* -1: absent */
};

/* False: it is not an object with a valid tool, started and seconds, or one occurs twice. */
bool stats_line_read(struct span text, struct stats_line *line);

/* Is it a tool's name that a line may have? */
bool stats_tool_is_valid(struct span name);
/* Is it a whole number, digits only, up to most? If not, *number is 0. */
bool stats_number_read(struct span digits, uint64_t most, uint64_t *number);
/* A number of milliseconds in JSON, as microseconds, rounded, up to most. */
bool stats_milliseconds_read(struct span text, uint64_t most, uint64_t *microseconds);

#endif
