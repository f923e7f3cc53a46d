/* roll_options: the command line of fxroll. */
#ifndef FXROLL_ROLL_OPTIONS_H
#define FXROLL_ROLL_OPTIONS_H

#include "filtering/filtering.h"
#include "roll/statistic.h"

enum roll_late { ROLL_LATE_DROP, ROLL_LATE_PASS };

struct roll_options {
	const char *key; /* members of the records */
	const char *value;
	const char *time;
	bool partial;
	enum roll_late late;
	struct filtering_options filtering;
	struct statistics statistics;
	const char *candles; /* their interval; NULL: none */
	int64_t close_after; /* ms; 0: candles are closed by records only */
	const char *volume; /* a member of the records; NULL: candles have no volume */
	const char *forecast; /* how far ahead; NULL: none */
	int64_t level_time, trend_time; /* ms; 0: computed from it */
};

void roll_options_read(struct tool *tool, int argc, char **argv, struct roll_options *options);

#endif
