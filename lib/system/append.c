/* append: writes a line by one write(2); removes a line that was cut short. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/append.h"

/* Unless another program has written since. */
static void
take_back(int fd, size_t written)
{
	off_t end = lseek(fd, 0, SEEK_CUR);
	struct stat file;

	if (end >= (off_t)written && fstat(fd, &file) == 0 && S_ISREG(file.st_mode) &&
	    file.st_size == end && ftruncate(fd, end - (off_t)written) < 0)
		return;
}

bool
append_line(int fd, const void *line, size_t length)
{
	ssize_t written;

	do
		written = write(fd, line, length);
	while (written < 0 && errno == EINTR);
	if (written == (ssize_t)length)
		return true;
	if (written >= 0) {
		take_back(fd, (size_t)written);
		errno = ENOSPC;
	}
	return false;
}

bool
append_sync(int fd)
{
#ifdef __APPLE__
	int synced = fsync(fd);
#else
	int synced = fdatasync(fd);
#endif
	return synced == 0 || errno == EINVAL || errno == EROFS;
}
