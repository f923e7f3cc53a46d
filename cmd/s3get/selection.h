/* selection: which lines s3get writes, and how. */
#ifndef S3GET_SELECTION_H
#define S3GET_SELECTION_H

#include "archive/catalog.h"
#include "archive/shard_merge.h"
#include "tool/tool.h"

struct selection {
	struct tool *tool;
	const struct catalog_query *query; /* with limits by position */
	bool timed; /* there are limits by time */
	int64_t from, to; /* ms since 1970: at or after from, before to */
	struct span member; /* with a line's time */
	uint64_t limit; /* of lines; 0: none */
	bool positions; /* lines keep their _pos */
	uint64_t timeless; /* lines that were left out as they have no time */
	uint64_t repeated; /* lines that were stored twice */
	uint64_t damaged; /* objects */
};

/*
 * Reads a limit: a position, a time that moment_read takes, or a duration before now. position's
 * sequence.start is NULL for a time. FAILURE_PERMANENT: it is something else.
 */
bool selection_read_limit(
    const char *text, struct position *position, int64_t *time, struct failure *failure);

/* Is the line wanted? Counts those that cannot be judged. */
bool selection_has(struct selection *selection, const struct shard_line *line);
/* Writes a line. *more: the limit is not reached. */
bool selection_write(struct selection *selection, struct span text, const struct positioned *parts,
    bool *more, struct failure *failure);

/* The settings of merges, which report damaged objects. */
struct shard_merge_settings selection_merge(
    struct selection *selection, struct archive_source *source);
/* At the end: reports what was left out, and notes the exit status. */
void selection_report(const struct selection *selection);

#endif
