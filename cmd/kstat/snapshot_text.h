/* snapshot_text: a snapshot as JSON (snapshot_json.c), or as a table (snapshot_table.c). */
#ifndef KSTAT_SNAPSHOT_TEXT_H
#define KSTAT_SNAPSHOT_TEXT_H

#include "base/buffer.h"
#include "stream/snapshot.h"

struct snapshot_text {
	const char *stream; /* its name */
	int64_t failover; /* ms after which a lease that is not renewed has expired */
};

/* What is known of a shard's lease: "renewed", "expired", …; NULL: it has none. */
const char *snapshot_lease(const struct group_reader *reader, int64_t failover);
/* For how long the lease is unchanged, in ms; -1: that is unknown, or no matter. */
int64_t snapshot_lease_age(const struct group_reader *reader);

/* Adds a row as JSON. timed: the snapshot whose time comes first; NULL: without a time. */
void snapshot_json_add(struct buffer *line, const struct snapshot_text *how,
    const struct snapshot_row *row, const struct snapshot *timed);

/*
 * Adds the snapshot as a table for people, its lines cut to columns. before: the previous
 * snapshot, from which rates per second are computed; it may have no rows.
 */
void snapshot_table_add(struct buffer *to, const struct snapshot_text *how,
    const struct snapshot *snapshot, const struct snapshot *before, size_t columns);

#endif
