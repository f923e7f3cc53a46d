/* check: reads the header of a SQLite file. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "sqlite/check.h"
#include "sqlite/wal.h"

/* Offsets in a SQLite file: https://www.sqlite.org/fileformat.html */
enum {
	HEADER = 100,
	HEADER_PAGES = 28,
	HEADER_ENCODING = 56,
	HEADER_VERSION = 60,
	HEADER_APPLICATION = 68,
	UTF_8 = 1
};

static uint32_t
big_endian(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

/*
 * Is the end of the file missing? What its header counts is in the file or in the log, and the log
 * is removed once all of it is in the file: so the size counts that the file has after that.
 */
static bool
is_truncated(const char *path, off_t whole, off_t size)
{
	struct stat file;

	if (size >= whole || wal_exists(path))
		return false;
	return stat(path, &file) == 0 && file.st_size < whole;
}

/* Only reads, so a file that is not ours is not changed. */
static bool
check_header(const char *path, const struct database_format *format, const unsigned char *header,
    size_t length, off_t size, struct failure *failure)
{
	uint32_t page, version;

	if (length == HEADER && memcmp(header, "SQLite format 3", 16) == 0 &&
	    big_endian(header + HEADER_APPLICATION) == (uint32_t)format->application) {
		page = (uint32_t)header[16] << 8 | header[17];
		version = big_endian(header + HEADER_VERSION);
		if (version > (uint32_t)format->version ||
		    version < (uint32_t)(format->oldest > 0 ? format->oldest : format->version))
			return fail(failure, FAILURE_PERMANENT,
			    "%s is a %s in format %u, but this program reads format %d: use the "
			    "fxpipe that wrote it",
			    path, format->noun, version, format->version);
		if (big_endian(header + HEADER_ENCODING) != UTF_8)
			return fail(failure, FAILURE_PERMANENT,
			    "%s is damaged: its text is not in UTF-8", path);
		if (page == 1)
			page = 65536;
		if (is_truncated(path, (off_t)page * big_endian(header + HEADER_PAGES), size))
			return fail(failure, FAILURE_PERMANENT,
			    "%s is truncated: its end is missing; restore it, or move it away "
			    "to start with an empty one",
			    path);
		return true;
	}
	return fail(failure, FAILURE_PERMANENT, "%s is %s %s: name another file, or move it away",
	    path, size == 0 ? "empty, not a" : "not a", format->noun);
}

/*
 * Reads the header by SQLite's own functions: if this process has the file open already, to close a
 * descriptor of it would release the locks that SQLite holds, and another program that ends would
 * take the log away. -1: an error, in errno.
 */
static int
read_header(const char *path, unsigned char header[HEADER])
{
	enum { FLAGS = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB };
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	sqlite3_file *file = memory_new(1, (size_t)vfs->szOsFile);
	/* With no parameters behind it, as in sqlite3_uri_parameter. */
	char *name = memory_new(1, strlen(path) + 4);
	int code, flags = 0, error;

	memcpy(name, path, strlen(path));
	errno = 0;
	code = vfs->xOpen(vfs, name, file, FLAGS, &flags);
	if (code == SQLITE_OK)
		code = file->pMethods->xRead(file, header, HEADER, 0);
	error = errno != 0 ? errno : EIO;
	if (file->pMethods != NULL)
		file->pMethods->xClose(file);
	free(file);
	free(name);
	errno = error;
	return code == SQLITE_OK ? HEADER : code == SQLITE_IOERR_SHORT_READ ? 0 : -1;
}

bool
check_database(
    const char *path, const struct database_format *format, bool *missing, struct failure *failure)
{
	unsigned char header[HEADER];
	struct stat file;
	bool found = stat(path, &file) == 0;
	int length;

	*missing = !found && errno == ENOENT;
	if (*missing)
		return fail(failure, FAILURE_PERMANENT, "there is no %s %s", format->noun, path);
	if (!found || access(path, R_OK) < 0)
		return fail_errno(failure, errno, "could not open %s", path);
	if (!S_ISREG(file.st_mode))
		return fail(failure, FAILURE_PERMANENT, "%s is not a regular file", path);
	length = read_header(path, header);
	if (length < 0)
		return fail_errno(failure, errno, "could not read %s", path);
	return check_header(path, format, header, (size_t)length, file.st_size, failure);
}
