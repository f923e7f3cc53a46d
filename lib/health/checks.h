/* checks: the checks of a pipeline; each adds its findings at once. */
#ifndef HEALTH_CHECKS_H
#define HEALTH_CHECKS_H

#include "health/findings.h"
#include "group/checkpoints.h"
#include "stream/stream.h"
#include "table/table.h"

/* An opened stream; a part is NULL if it is not needed or could not be opened. */
struct checked_stream {
	const char *name;
	struct stream *stream;
	struct stream *reader; /* a service's stream again, to read from; else NULL */
	struct failure failure; /* why stream is NULL */
	struct checkpoints *groups; /* NULL: no group has committed anything */
	struct failure groups_failure; /* kind NONE unless they cannot be opened */
};

struct checked_table {
	const char *name;
	struct table *table;
	struct failure failure; /* why table is NULL */
};

/* How far a group may be behind. */
struct allowed_lag {
	const char *text; /* as the user gave it */
	bool in_records;
	uint64_t records;
	int64_t seconds;
};

/* Is the newest record recent? */
void check_stream(struct findings *findings, struct checked_stream *checked);
/* Does the group keep up, and has it lost nothing? */
void check_group(struct findings *findings, struct checked_stream *checked, const char *group,
    const struct allowed_lag *allowed);
/* Is each shard read that the group has not done? failover: ms, as in group_reader_life. */
void check_readers(
    struct findings *findings, struct checked_stream *checked, const char *group, int64_t failover);
/* Is the newest item of this partition key recent? field: its member that holds a time. */
void check_item(
    struct findings *findings, struct checked_table *checked, const char *key, const char *field);

/* Did the last run of each tool in a file of statistics end well, and recently? */
void check_stats(struct findings *findings, const char *path);
/* Is a rejects file empty? */
void check_rejects(struct findings *findings, const char *path);
/* Is there room on the disk under $FX_HOME? most: percent that may be used. */
void check_disk(struct findings *findings, unsigned most);

#endif
