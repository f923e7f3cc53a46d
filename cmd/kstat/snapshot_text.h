/* snapshot_text: a snapshot as JSON (snapshot_json.c), or as a table (snapshot_table.c). */
#ifndef KSTAT_SNAPSHOT_TEXT_H
#define KSTAT_SNAPSHOT_TEXT_H

#include "base/buffer.h"
#include "stream/snapshot.h"

/* Adds a row as JSON. timed: the snapshot whose time comes first; NULL: without a time. */
void snapshot_json_add(struct buffer *line, const char *stream, const struct snapshot_row *row,
    const struct snapshot *timed);

/*
 * Adds the snapshot as a table for people, its lines cut to columns. before: the previous
 * snapshot, from which rates per second are computed; it may have no rows.
 */
void snapshot_table_add(struct buffer *to, const char *stream, const struct snapshot *snapshot,
    const struct snapshot *before, size_t columns);

#endif
