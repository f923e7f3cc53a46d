/*
 * tables: what a journal's file holds. A batch of inputs and a snapshot have numbers: snapshot N
 * is the state after batch N, and the positions after it.
 */
#ifndef JOURNAL_TABLES_H
#define JOURNAL_TABLES_H

#include "sqlite/database.h"
#include "base/span.h"

extern const struct database_format tables_format;

/* Of which stream, group and options the state is. */
struct tables_about {
	const char *stream; /* its id; "": unknown until the first input */
	const char *group;
	const char *options;
};
/* For database_open: fills the row in. */
bool tables_prepare(sqlite3 *handle, void *about, struct failure *failure);
/* Which of them the row says; *value is the caller's. */
bool tables_about(
    struct database *database, const char *column, char **value, struct failure *failure);
bool tables_set_stream(struct database *database, const char *stream, struct failure *failure);

struct tables_snapshot {
	sqlite3_stmt *row; /* which the spans belong to; finalize it */
	int64_t number;
	struct span positions;
	struct span state;
};
/*
 * The newest snapshot whose number is at most limit. *found false: there is none. Each further
 * call with the same snapshot finds the next older one.
 */
bool tables_newest_snapshot(struct database *database, int64_t limit,
    struct tables_snapshot *snapshot, bool *found, struct failure *failure);
bool tables_add_snapshot(
    struct database *database, const struct tables_snapshot *snapshot, struct failure *failure);
/* Deletes the snapshots with numbers above limit, or (oldest) below it. */
bool tables_delete_snapshots(
    struct database *database, int64_t limit, bool oldest, struct failure *failure);

bool tables_last_batch(struct database *database, int64_t *number, struct failure *failure);
/* Adds a batch, or replaces the one of that number. */
bool tables_put_batch(
    struct database *database, int64_t number, struct span batch, struct failure *failure);
/* Calls visit for each batch after number, in order. */
bool tables_each_batch(struct database *database, int64_t number,
    bool (*visit)(void *context, int64_t number, struct span batch, struct failure *failure),
    void *context, struct failure *failure);
/* Deletes the batches up to number. */
bool tables_delete_batches(struct database *database, int64_t number, struct failure *failure);

#endif
