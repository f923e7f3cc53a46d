/* worker: takes the name of a reader. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/memory.h"
#include "group/share/worker.h"

enum { NAME = 128, READERS = 10000 /* of a group on one machine */, HOST = 64 };

static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:@-";

bool
worker_is_name(const char *text)
{
	size_t length = strspn(text, allowed);

	return length >= 1 && length <= NAME && text[length] == '\0';
}

/* Locks the file of that name. *taken false: another process has it. The descriptor stays open. */
static bool
lock_file(const char *directory, const char *name, bool *taken, struct failure *failure)
{
	char *path = memory_format("%s/.worker-%s", directory, name);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool good = fd >= 0;

	*taken = good && flock(fd, LOCK_EX | LOCK_NB) == 0;
	if (!good)
		fail_errno(failure, errno, "could not create %s", path);
	else if (!*taken && errno != EWOULDBLOCK)
		good = fail_errno(failure, errno, "could not lock %s", path);
	if (fd >= 0 && !*taken)
		close(fd);
	free(path);
	return good;
}

static bool
lock(struct lease_store *store, const char *directory, const char *name, bool *taken,
    struct failure *failure)
{
	if (store->join != NULL)
		return store->join(store, name, taken, failure);
	return lock_file(directory, name, taken, failure);
}

/* What stands for this machine. */
static void
host_name(char host[HOST + 1])
{
	if (gethostname(host, HOST) < 0)
		host[0] = '\0';
	host[HOST] = '\0';
	for (char *at = host; *at != '\0'; at++) {
		if (strchr(allowed, *at) == NULL)
			*at = '_';
	}
	if (host[0] == '\0')
		strcpy(host, "localhost");
}

bool
worker_take(struct lease_store *store, const char *directory, const char *wanted,
    char name[GROUP_WORKER + 1], struct failure *failure)
{
	char host[HOST + 1];
	bool taken;

	if (wanted != NULL) {
		snprintf(name, GROUP_WORKER + 1, "%s", wanted);
		if (!lock(store, directory, name, &taken, failure))
			return false;
		return taken || fail(failure, FAILURE_TEMPORARY,
		                    "another kread on this machine is the worker %s", wanted);
	}
	host_name(host);
	for (int i = 1; i <= READERS; i++) {
		snprintf(name, GROUP_WORKER + 1, "%s-%d", host, i);
		if (!lock(store, directory, name, &taken, failure))
			return false;
		if (taken)
			return true;
	}
	return fail(
	    failure, FAILURE_TEMPORARY, "%d readers of the group run on this machine", READERS);
}
