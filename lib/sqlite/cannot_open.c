/* cannot_open: tests the database's files, and creates a temporary file beside them. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "sqlite/cannot_open.h"

/* Not by opening it: closing it again would release the locks that SQLite holds on it. */
static int
cause_of_file(const char *path)
{
	struct stat file;

	if (stat(path, &file) < 0)
		return errno == ENOENT ? 0 : errno;
	if (S_ISDIR(file.st_mode))
		return EISDIR;
	return access(path, R_OK | W_OK) < 0 ? errno : 0;
}

static int
cause_of_creation(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600), error = errno;

	if (fd >= 0) {
		close(fd);
		unlink(path);
	}
	return fd >= 0 || error == EEXIST ? 0 : error;
}

static bool
is_of_resources(int error)
{
	return error == EIO || error == ENOMEM || error == EMFILE || error == ENFILE ||
	       error == ENOSPC || error == EDQUOT;
}

static bool
is_of_permission(int error)
{
	return error == EACCES || error == EPERM || error == EROFS;
}

int
cannot_open_cause(const char *path, int reported)
{
	static const char *const files[] = {"", "-wal", "-shm", "-journal"};
	int error = 0;
	char *name;

	for (size_t i = 0; i < sizeof files / sizeof *files && error == 0; i++) {
		name = memory_format("%s%s", path, files[i]);
		error = cause_of_file(name);
		free(name);
	}
	if (error != 0)
		return error;
	name = memory_format("%s-probe", path);
	error = cause_of_creation(name);
	free(name);
	return is_of_permission(error) && is_of_resources(reported) ? reported : error;
}
