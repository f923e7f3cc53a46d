/*
 * sums: what the tools did, summed over all their runs, and how much of that is new. A tool that
 * runs on writes its sums every minute: only the difference to its previous line counts.
 */
#ifndef FXMETRICS_SUMS_H
#define FXMETRICS_SUMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "record/stats_line.h"

/* What is kept is bounded, so that a state is at most 1 MiB. */
enum {
	SUMS_TOOLS = 1000,
	SUMS_STATUSES = 1000,
	SUMS_RUNNING = 10000 /* in memory; a state keeps 1000 of them */
};

/* No sum grows beyond it, so that everything that reads the state can hold it. */
#define SUMS_LARGEST ((uint64_t)INT64_MAX)

/* What the latest line of a tool says. */
struct sums_last {
	bool known;
	int64_t written; /* seconds since 1970 */
	int64_t status; /* of the last run that ended; 128 and the number of a signal; -1: none */
	uint64_t p50_us, p99_us;
	int64_t lag_ms; /* -1: not known */
};

/* What is known under a name; which members are used depends on the list. */
struct sums_entry {
	char *name;
	uint64_t counts[STATS_COUNTERS];
	uint64_t added[STATS_COUNTERS]; /* of counts: by this run of fxmetrics */
	bool changed; /* by this run */
	struct sums_last last;
	int64_t seen; /* seconds since 1970 */
};

/* Sorted by name. */
struct sums_list {
	struct sums_entry *entries;
	size_t count;
	size_t capacity;
};

/* Zeroed is empty. */
struct sums {
	struct sums_list tools; /* TOOL: counts, added, last */
	struct sums_list running; /* "TOOL STARTED": the counts of its latest line, and seen */
	struct sums_list statuses; /* "TOOL STATUS": counts[0] runs that ended so */
};

/* Counts a line. now: seconds since 1970. False: there are too many tools or runs. */
bool sums_add(struct sums *sums, const struct stats_line *line, int64_t now);
void sums_free(struct sums *sums);

/*
 * The entry of that name in a list of sums, created if it does not exist; NULL: the list is full.
 * Valid until the next call.
 */
struct sums_entry *sums_entry(struct sums *sums, struct sums_list *list, const char *name);

/* Is it an entry of statuses about the tool? Then *status is the text of the status. */
bool sums_is_status_of(const struct sums_entry *entry, const char *tool, const char **status);

#endif
