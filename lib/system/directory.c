/* directory: creates, flushes and locks directories. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/directory.h"
#include "system/lock_wait.h"
#include "base/memory.h"

char *
directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return memory_copy_text(".");
	return memory_copy(path, slash == path ? 1 : (size_t)(slash - path));
}

bool
directory_sync(const char *path, struct failure *failure)
{
	char *directory = directory_of(path);
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool synced;

	/* A directory without read permission cannot be flushed; some file systems need no flush. */
	if (fd < 0)
		synced = errno == EACCES;
	else
		synced = fsync(fd) == 0 || errno == EINVAL;
	if (!synced)
		fail_errno(failure, errno, "could not flush the directory of %s", path);
	if (fd >= 0)
		close(fd);
	free(directory);
	return synced;
}

bool
directory_make(const char *path, struct failure *failure)
{
	char *copy;
	bool made = true;

	/* Who created the file had them flushed. */
	if (access(path, F_OK) == 0)
		return true;
	copy = memory_copy_text(path);
	for (char *slash = strchr(copy + 1, '/'); slash != NULL && made;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		/* An existing one may come from a program that died before it flushed. */
		if (mkdir(copy, 0700) == 0 || errno == EEXIST)
			made = directory_sync(copy, failure);
		else
			made =
			    fail_errno(failure, errno, "could not create the directory %s", copy);
		*slash = '/';
	}
	free(copy);
	return made;
}

int
directory_hold(const char *path, const struct caller *caller, struct failure *failure)
{
	char *directory = directory_of(path);
	struct lock_wait wait = {.caller = caller, .path = directory};
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool held = fd >= 0 && lock_wait_file(&wait, fd, failure);

	if (fd < 0)
		fail_errno(failure, errno, "could not lock the directory %s", directory);
	if (!held && fd >= 0)
		close(fd);
	free(directory);
	return held ? fd : -1;
}
