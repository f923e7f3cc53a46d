/* file: reads a whole file or pipe, up to a ceiling; replaces a file as a whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/file.h"

enum { MEBIBYTE = 1024 * 1024 };

bool
file_read_all(int fd, const char *name, size_t most, struct buffer *bytes, struct failure *failure)
{
	bool mebibytes = most % MEBIBYTE == 0;

	buffer_init(bytes, most + 1);
	buffer_reserve(bytes, most + 1);
	for (;;) {
		ssize_t got = read(fd, bytes->data + bytes->length, most + 1 - bytes->length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail_errno(failure, errno, "%s cannot be read", name);
		if (got == 0)
			return true;
		bytes->length += (size_t)got;
		if (bytes->length > most)
			return fail(failure, FAILURE_PERMANENT, "%s is longer than %zu %s", name,
			    most / (mebibytes ? MEBIBYTE : 1024), mebibytes ? "MiB" : "KiB");
	}
}

bool
file_read_regular(
    const char *path, size_t most, struct buffer *bytes, bool *missing, struct failure *failure)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	bool good = false;

	*missing = fd < 0 && (errno == ENOENT || errno == ENOTDIR);
	if (fd < 0)
		return fail_errno(failure, errno, "%s cannot be opened", path);
	if (fstat(fd, &status) != 0)
		fail_errno(failure, errno, "%s cannot be examined", path);
	else if (!S_ISREG(status.st_mode))
		fail(failure, FAILURE_PERMANENT, "%s is not a regular file", path);
	else
		good = file_read_all(fd, path, most, bytes, failure);
	close(fd);
	return good;
}

static bool
write_all(int fd, struct span bytes)
{
	size_t written = 0;

	while (written < bytes.length) {
		ssize_t more = write(fd, bytes.start + written, bytes.length - written);

		if (more < 0 && errno != EINTR)
			return false;
		written += more > 0 ? (size_t)more : 0;
	}
	return true;
}

bool
file_replace(const char *path, const char *temporary, mode_t mode, struct span bytes,
    struct failure *failure)
{
	struct stat status;
	bool written;
	int error, fd;

	/* rename would say "busy" of a file system's root. */
	if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
		return fail_errno(failure, EISDIR, "could not write %s", path);
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail_errno(failure, errno, "could not write %s", path);
	/* A temporary file that was left behind may be open to others. */
	written = fchmod(fd, 0600) == 0 && write_all(fd, bytes) && fchmod(fd, mode) == 0 &&
	          fsync(fd) == 0;
	error = errno;
	if (close(fd) < 0 && written) {
		written = false;
		error = errno;
	}
	if (written && rename(temporary, path) == 0)
		return true;
	if (written)
		error = errno;
	unlink(temporary);
	return fail_errno(failure, error, "could not write %s", path);
}
