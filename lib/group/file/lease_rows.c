/* lease_rows: reads and writes the rows of leases. */

/*
 * Where a lease is, is the checkpoint of its shard; as long as there is none, start. ended is where
 * the shard was when all of it was done, or empty: if a program that knows no leases moves the
 * checkpoint, the shard is read again.
 */
#include <stdlib.h>
#include <string.h>

#include "group/file/internal.h"

bool
lease_rows_exist(struct checkpoints_file *file, bool *exist, struct failure *failure)
{
	sqlite3_stmt *statement = checkpoints_prepare(file,
	    "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'lease'", NULL, NULL,
	    failure);

	*exist = false;
	return statement != NULL && checkpoints_step(file, statement, exist, failure);
}

static bool
take_text(sqlite3_stmt *row, int column, char *text, size_t room)
{
	const char *value = (const char *)sqlite3_column_text(row, column);
	size_t length = (size_t)sqlite3_column_bytes(row, column);

	text[0] = '\0';
	if (value == NULL || length >= room || memchr(value, '\0', length) != NULL)
		return false;
	memcpy(text, value, length + 1);
	return true;
}

static bool
take_lease(sqlite3_stmt *row, struct lease *lease)
{
	char place[POSITION_SIZE], ended[POSITION_SIZE];
	struct checkpoint checkpoint;
	int64_t generation;

	*lease = (struct lease){.since = -1};
	if (!take_text(row, 0, lease->shard, sizeof lease->shard) ||
	    !database_number(row, 1, 0, INT32_MAX, &generation) ||
	    !take_text(row, 2, place, sizeof place) || !lease_put_at(lease, place) ||
	    !lease_checkpoint(lease, &checkpoint) ||
	    !database_number(row, 3, 0, DATABASE_TIME_MOST, &lease->committed) ||
	    !take_text(row, 4, lease->owner, sizeof lease->owner) ||
	    !take_text(row, 5, lease->checkpoint_owner, sizeof lease->checkpoint_owner) ||
	    !take_text(row, 6, lease->tenure, sizeof lease->tenure) ||
	    !database_number(row, 7, 0, INT64_MAX - 1, &lease->counter) ||
	    !take_text(row, 8, ended, sizeof ended))
		return false;
	lease->generation = (uint32_t)generation;
	/* "0:0+", a mark of a shard in which nothing was read yet, is a position here. */
	if (lease->at == LEASE_AT_TRIM_HORIZON)
		lease->at = LEASE_AT_POSITION;
	memcpy(lease->place, place, sizeof place);
	if (ended[0] != '\0' && strcmp(ended, place) == 0)
		lease->at = LEASE_AT_SHARD_END;
	return true;
}

bool
lease_rows_read(struct checkpoints_file *file, const char *group, const char *id, const char *shard,
    struct leases *leases, struct failure *failure)
{
	static const char sql[] =
	    "SELECT l.shard, l.generation, coalesce(c.position, l.start), coalesce(c.updated, 0),"
	    " l.owner, l.checkpoint_owner, l.tenure, l.counter, l.ended FROM lease l LEFT JOIN "
	    "checkpoint c"
	    " ON c.name = l.name AND c.shard = l.shard WHERE l.name = ?1 AND l.stream = ?2"
	    " AND (?3 IS NULL OR l.shard = ?3) ORDER BY l.shard";
	sqlite3_stmt *row = checkpoints_prepare(file, sql, group, id, failure);
	bool good = row != NULL;
	int code = SQLITE_DONE;

	leases->count = 0;
	if (good && shard != NULL)
		sqlite3_bind_text(row, 3, shard, -1, SQLITE_STATIC);
	while (good && (code = sqlite3_step(row)) == SQLITE_ROW) {
		good = take_lease(row, leases_add(leases));
		if (!good)
			database_damaged(&file->database, failure,
			    "a lease is invalid (kack --to replaces those of a group)");
	}
	if (good && code != SQLITE_DONE)
		good = database_failed(&file->database, failure, "read");
	sqlite3_finalize(row);
	return good;
}

bool
lease_rows_add(struct checkpoints_file *file, const char *group, const char *id,
    const struct lease *lease, struct failure *failure)
{
	static const char sql[] =
	    "INSERT INTO lease VALUES (?1, ?2, ?3, ?4, ?5, '', '', '', 0, '')"
	    " ON CONFLICT (name, shard) DO UPDATE SET stream = ?3, generation = ?4, start = ?5,"
	    " owner = '', checkpoint_owner = '', tenure = '', counter = counter + 1, ended = ''"
	    " WHERE stream <> ?3";
	sqlite3_stmt *statement = checkpoints_prepare(file, sql, group, lease->shard, failure);
	struct checkpoint start;
	bool row;

	if (statement == NULL)
		return false;
	lease_checkpoint(lease, &start);
	sqlite3_bind_text(statement, 3, id, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 4, lease->generation);
	sqlite3_bind_text(statement, 5, start.text, -1, SQLITE_STATIC);
	return checkpoints_step(file, statement, &row, failure);
}

bool
lease_rows_put(struct checkpoints_file *file, const char *group, const struct lease *lease,
    struct failure *failure)
{
	static const char sql[] = "UPDATE lease SET owner = ?3, checkpoint_owner = ?4, tenure = ?5,"
	                          " counter = ?6, ended = ?7 WHERE name = ?1 AND shard = ?2";
	sqlite3_stmt *statement = checkpoints_prepare(file, sql, group, lease->shard, failure);
	bool ended = lease->at == LEASE_AT_SHARD_END, row;

	if (statement == NULL)
		return false;
	sqlite3_bind_text(statement, 3, lease->owner, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 4, lease->checkpoint_owner, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 5, lease->tenure, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 6, lease->counter);
	sqlite3_bind_text(statement, 7, ended ? lease->place : "", -1, SQLITE_STATIC);
	return checkpoints_step(file, statement, &row, failure);
}

bool
lease_rows_free(
    struct checkpoints_file *file, const char *group, const char *worker, struct failure *failure)
{
	static const char sql[] =
	    "UPDATE lease SET owner = iif(owner = ?2, '', owner),"
	    " checkpoint_owner = iif(checkpoint_owner = ?2, '', checkpoint_owner),"
	    " counter = counter + 1 WHERE name = ?1 AND ?2 IN (owner, checkpoint_owner)";
	sqlite3_stmt *statement = checkpoints_prepare(file, sql, group, worker, failure);
	bool row;

	return statement != NULL && checkpoints_step(file, statement, &row, failure);
}

bool
lease_rows_delete(struct checkpoints_file *file, const char *group, struct failure *failure)
{
	sqlite3_stmt *statement;
	bool exist, row;

	if (!lease_rows_exist(file, &exist, failure))
		return false;
	if (!exist)
		return true;
	if (!database_begin(&file->database, failure))
		return false;
	statement =
	    checkpoints_prepare(file, "DELETE FROM lease WHERE name = ?", group, NULL, failure);
	if (statement != NULL && checkpoints_step(file, statement, &row, failure))
		return database_commit(&file->database, failure);
	database_rollback(&file->database);
	return false;
}
