/* unnamed_file: creates files that no directory names. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
#include "system/unnamed_file.h"

static int
create(const char *directory, int flags)
{
#ifdef O_TMPFILE
	return open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC | flags, 0600);
#else
	(void)directory;
	(void)flags;
	errno = EOPNOTSUPP;
	return -1;
#endif
}

int
unnamed_file_create_linkable(const char *directory)
{
	if (access("/proc/self/fd", X_OK) == 0)
		return create(directory, 0);
	errno = EOPNOTSUPP;
	return -1;
}

int
unnamed_file_create(const char *directory)
{
	int fd = create(directory, O_EXCL), error;
	char *path;

	if (fd >= 0)
		return fd;
	path = memory_format("%s/unnamed-XXXXXX", directory);
	fd = mkostemp(path, O_CLOEXEC);
	error = errno;
	if (fd >= 0 && unlink(path) != 0) {
		error = errno;
		close(fd);
		fd = -1;
	}
	free(path);
	errno = error;
	return fd;
}
