/*
 * stats: the statistics of a run; the line that --stats appends.
 *   {"tool":"kput","started":"…Z","seconds":1.234,"lines":…,"bytes":…,"done":…,"refused":…,
 *    "marks":…,"batches":…,"commit_ms":{"p50":0.1,"p99":2.3,"sum":2.9},"exit":0}
 * fxpipe-records(5) has the fields.
 */
#ifndef RECORD_STATS_H
#define RECORD_STATS_H

#include <stdbool.h>
#include <stdint.h>
#include "base/buffer.h"
#include "base/failure.h"

struct stats {
	const char *tool;
	int64_t started; /* clock_now */
	int64_t steady; /* clock_steady at the start */
	uint64_t lines; /* taken in (kread: given out), marks not counted */
	uint64_t bytes; /* of those lines, newlines not counted */
	uint64_t done;
	uint64_t refused;
	uint64_t present; /* --if-absent: existed already; counted in done as well */
	uint64_t lost; /* kread: removed by retention before they were read */
	uint64_t marks;
	uint64_t blank; /* lines that were ignored */
	uint64_t batches;
	uint64_t retries;
	uint64_t throttled; /* how often a service throttled a call or a record in it */
	uint64_t entries; /* kput --aggregate: records that Kinesis stored */
	int64_t lag; /* kread: ms behind the newest record at the end; below 0: unknown */
	uint64_t commit_total; /* us */
	uint32_t commit[64 * 8]; /* a logarithmic histogram of microseconds, 8 steps an octave */
};

void stats_init(struct stats *stats, const char *tool);
void stats_commit(struct stats *stats, int64_t microseconds);
/* A percentile of the duration of the commits, in milliseconds; 0 without commits. Public for its
 * test. */
double stats_percentile(const struct stats *stats, unsigned percent);
/* exit_status: -1 while still running; signal_number 0: none. */
bool stats_format(const struct stats *stats, int exit_status, int signal_number, struct buffer *to);

#endif
