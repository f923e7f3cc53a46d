/* rows: the columns of a row in a file that was tampered with, chosen by the fuzzer's bytes. */
#ifndef ROWS_H
#define ROWS_H

#include <math.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "must.h"

struct bytes {
	const uint8_t *at;
	size_t left;
};

static inline uint8_t
bytes_one(struct bytes *bytes)
{
	if (bytes->left == 0)
		return 0;
	bytes->left--;
	return *bytes->at++;
}

/* The next bytes, at most N, the first of them. */
static inline struct bytes
bytes_some(struct bytes *bytes)
{
	struct bytes some = {bytes->at, bytes_one(bytes)};

	some.at = bytes->at;
	if (some.left > bytes->left)
		some.left = bytes->left;
	bytes->at += some.left;
	bytes->left -= some.left;
	return some;
}

static inline int64_t
bytes_number(struct bytes *bytes)
{
	static const int64_t edges[] = {INT64_MIN, INT64_MAX, -1, 0, 1, INT64_C(1) << 48,
	    (INT64_C(1) << 48) - 1, INT64_C(1) << 54, INT64_C(253402300799999)};
	uint8_t kind = bytes_one(bytes);
	int64_t number = 0;

	if (kind % 4 == 0)
		return edges[kind / 4 % (sizeof edges / sizeof *edges)];
	if (kind % 4 == 1)
		return (int8_t)bytes_one(bytes);
	for (int i = 0; i < 8; i++)
		number = (int64_t)((uint64_t)number << 8 | bytes_one(bytes));
	return number;
}

/* Binds a value of any type. False: the right one is to be bound, which most are. */
static inline bool
rows_bind(sqlite3_stmt *statement, int index, struct bytes *bytes)
{
	struct bytes some;

	switch (bytes_one(bytes) % 16) {
	case 1:
	case 2:
		sqlite3_bind_int64(statement, index, bytes_number(bytes));
		return true;
	case 3:
		sqlite3_bind_double(statement, index,
		    bytes_one(bytes) % 2 == 0 ? (double)INFINITY : (double)bytes_number(bytes) / 3);
		return true;
	case 4:
		some = bytes_some(bytes);
		sqlite3_bind_text(
		    statement, index, (const char *)some.at, (int)some.left, SQLITE_TRANSIENT);
		return true;
	case 5:
		some = bytes_some(bytes);
		sqlite3_bind_blob(statement, index, some.at, (int)some.left, SQLITE_TRANSIENT);
		return true;
	case 6:
		sqlite3_bind_null(statement, index);
		return true;
	default:
		return false;
	}
}

static inline sqlite3_stmt *
rows_prepare(sqlite3 *handle, const char *sql)
{
	sqlite3_stmt *statement;

	must(sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) == SQLITE_OK);
	return statement;
}

/* Steps a statement that changes rows; constraints may forbid it. */
static inline void
rows_change(sqlite3_stmt *statement)
{
	sqlite3_step(statement);
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
}

/* The path of a file in a new directory, in memory if the system has such a directory. */
static inline char *
rows_path(const char *name)
{
	static char path[100];
	char directory[] = "/dev/shm/fuzz-XXXXXX";

	if (mkdtemp(directory) == NULL) {
		strcpy(directory, "/tmp/fuzz-XXXXXX");
		must(mkdtemp(directory) != NULL);
	}
	snprintf(path, sizeof path, "%s/%s", directory, name);
	return path;
}

#endif
