/* vfs: every reader reads what was written; a write that failed is reported. */
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sqlite/vfs.h"
#include "base/memory.h"
#include "tap.h"

enum {
	SIZE = 1 << 20,
	STEPS = 20000,
	HELD = 0x1ffff /* SQLite does not write more in one call */
};

static char *directory;

static sqlite3_file *
open_raw(struct vfs *files, const char *path)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(vfs_name(files));
	sqlite3_file *file = memory_new(1, (size_t)vfs->szOsFile);
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_WAL;

	if (vfs->xOpen(vfs, path, file, flags, &flags) != SQLITE_OK) {
		printf("Bail out! could not open %s\n", path);
		exit(2);
	}
	return file;
}

/* Does the file, read by somebody else, hold that? */
static bool
holds(const char *path, const char *expected, size_t size)
{
	char *found = memory_new(size + 1, 1);
	int fd = open(path, O_RDONLY);
	bool same = fd >= 0 && read(fd, found, size + 1) == (ssize_t)size &&
	            memcmp(found, expected, size) == 0;

	close(fd);
	free(found);
	return same;
}

static void
fill(char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		bytes[i] = (char)rand();
}

/* Half of the steps continue where the last one ended, as SQLite's do. */
static bool
step(sqlite3_file *file, char *model, char *bytes, size_t *at)
{
	size_t length = (size_t)(rand() % 8 == 0 ? rand() % (HELD + 1) : rand() % 5000);

	if (rand() % 2 == 0)
		*at = (size_t)(rand() % SIZE);
	else if (rand() % 2 == 0)
		*at += 24;
	if (*at + length > SIZE)
		*at = SIZE - length;
	*at += length;
	if (rand() % 2 == 0) {
		fill(bytes, length);
		memcpy(model + *at - length, bytes, length);
		return file->pMethods->xWrite(
		           file, bytes, (int)length, (sqlite3_int64)(*at - length)) == SQLITE_OK;
	}
	return file->pMethods->xRead(file, bytes, (int)length, (sqlite3_int64)(*at - length)) ==
	           SQLITE_OK &&
	       memcmp(bytes, model + *at - length, length) == 0;
}

static void
test_bytes(void)
{
	struct vfs *files = vfs_open(NULL);
	char *path = memory_format("%s/bytes", directory);
	sqlite3_file *file = open_raw(files, path);
	char *model = memory_new(SIZE, 1), *bytes = memory_new(SIZE, 1);
	bool same = file->pMethods->xWrite(file, model, HELD, SIZE - HELD) == SQLITE_OK;
	size_t at = 0;

	for (int i = 0; i < STEPS && same; i++) {
		same = step(file, model, bytes, &at);
		if (same && rand() % 500 == 0)
			same = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) == SQLITE_OK &&
			       holds(path, model, SIZE);
	}
	ok(same, "random writes and reads: each read gives what was last written there");
	ok(file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) == SQLITE_OK && holds(path, model, SIZE),
	    "after a flush others find it in the file");
	ok(file->pMethods->xRead(file, bytes, 100, SIZE - 50) == SQLITE_IOERR_SHORT_READ &&
	        memcmp(bytes, model + SIZE - 50, 50) == 0 && bytes[50] == 0 && bytes[99] == 0,
	    "reading past the end gives what there is, then zeroes");
	ok(file->pMethods->xClose(file) == SQLITE_OK, "closed");
	free(file);
	vfs_close(files);
	free(model);
	free(bytes);
	free(path);
}

/* What was read ahead is not used once another may have written. */
static void
test_others(void)
{
	struct vfs *files = vfs_open(NULL);
	char *path = memory_format("%s/others", directory);
	sqlite3_file *file = open_raw(files, path);
	static char old[40000], now[40000], bytes[4096];
	int fd = open(path, O_WRONLY);
	bool same;

	memset(old, 'o', sizeof old);
	memset(now, 'n', sizeof now);
	same = write(fd, old, sizeof old) == (ssize_t)sizeof old;
	for (int i = 0; i < 3 && same; i++)
		same = file->pMethods->xRead(file, bytes, 4096, 24 + i * 4120) == SQLITE_OK &&
		       memcmp(bytes, old, sizeof bytes) == 0;
	ok(same, "read page by page");
	same = pwrite(fd, now, sizeof now, 0) == (ssize_t)sizeof now;
	file->pMethods->xShmBarrier(file);
	ok(same && file->pMethods->xRead(file, bytes, 4096, 24 + 3 * 4120) == SQLITE_OK &&
	        memcmp(bytes, now, sizeof bytes) == 0,
	    "what another wrote since is read");
	close(fd);
	file->pMethods->xClose(file);
	free(file);
	vfs_close(files);
	free(path);
}

/* A file may not grow: the write itself may seem to succeed, the flush may not. */
static void
test_failure(void)
{
	struct vfs *files = vfs_open(NULL);
	char *path = memory_format("%s/full", directory);
	sqlite3_file *file = open_raw(files, path);
	struct rlimit old, small;
	static char bytes[4096];
	int code = SQLITE_OK;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	small = (struct rlimit){10000, old.rlim_max};
	setrlimit(RLIMIT_FSIZE, &small);
	for (int i = 0; i < 5 && code == SQLITE_OK; i++)
		code = file->pMethods->xWrite(file, bytes, sizeof bytes, i * (int)sizeof bytes);
	/* This cannot say that it failed, so the flush must. */
	file->pMethods->xShmBarrier(file);
	if (code == SQLITE_OK)
		code = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
	ok(code != SQLITE_OK, "a write that failed fails the flush, if not itself");
	setrlimit(RLIMIT_FSIZE, &old);
	ok(file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) == SQLITE_OK, "and is reported once");
	file->pMethods->xClose(file);
	free(file);
	vfs_close(files);
	free(path);
}

static sqlite3_int64
number(sqlite3 *handle, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	sqlite3_int64 value = -1;

	if (sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return value;
}

/* One through these files, one through the system's: each sees what the other commits. */
static bool
take_turns(sqlite3 *ours, sqlite3 *other)
{
	static const char *const add =
	    "BEGIN IMMEDIATE;"
	    "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 40)"
	    " INSERT INTO t (b) SELECT randomblob(abs(random()) % 30000) FROM n;"
	    "DELETE FROM t WHERE id % 7 = abs(random()) % 7;";
	static const char *const sum =
	    "SELECT sum(length(b)) + 3 * sum(id) + unicode(hex(max(b))) FROM t";

	for (int i = 0; i < 60; i++) {
		sqlite3 *writer = i % 3 == 2 ? other : ours;
		sqlite3_int64 before = number(ours, sum);

		if (sqlite3_exec(writer, add, NULL, NULL, NULL) != SQLITE_OK)
			return false;
		if (i % 5 == 4 &&
		    (sqlite3_exec(writer, "ROLLBACK", NULL, NULL, NULL) != SQLITE_OK ||
		        number(other, sum) != before))
			return false;
		if (i % 5 != 4 && sqlite3_exec(writer, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
			return false;
		if (number(ours, sum) != number(other, sum) || number(ours, sum) <= 0)
			return false;
	}
	return true;
}

static void
test_database(void)
{
	static const char *const settings =
	    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=20;"
	    "PRAGMA wal_autocheckpoint=300; CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, "
	    "b)";
	struct vfs *files = vfs_open(NULL);
	char *path = memory_format("%s/database", directory);
	sqlite3 *ours = NULL, *other = NULL;
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;

	ok(sqlite3_open_v2(path, &ours, flags, vfs_name(files)) == SQLITE_OK &&
	        sqlite3_exec(ours, settings, NULL, NULL, NULL) == SQLITE_OK,
	    "a database of these files");
	ok(sqlite3_open_v2(path, &other, flags, NULL) == SQLITE_OK &&
	        sqlite3_exec(other, settings, NULL, NULL, NULL) == SQLITE_OK,
	    "and of the system's");
	ok(take_turns(ours, other),
	    "commits, rollbacks, more than the cache holds, checkpoints: both see the same");
	is_number(number(other, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1,
	    "and the database is whole");
	sqlite3_close(other);
	ok(sqlite3_close(ours) == SQLITE_OK, "closed");
	vfs_close(files);
	free(path);
}

int
main(void)
{
	const char *temporary = getenv("TMPDIR");
	char *names[] = {"bytes", "others", "full", "database"};

	directory =
	    memory_format("%s/database_file.XXXXXX", temporary != NULL ? temporary : "/tmp");
	if (mkdtemp(directory) == NULL) {
		printf("Bail out! no temporary directory\n");
		return 2;
	}
	srand(1);
	test_bytes();
	test_others();
	test_failure();
	test_database();
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char *path = memory_format("%s/%s", directory, names[i]);

		unlink(path);
		free(path);
	}
	rmdir(directory);
	free(directory);
	return done();
}
