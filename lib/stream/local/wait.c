/* wait: waits until a writer has committed. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>
#ifdef __linux__
#	include <sys/inotify.h>
#endif

#include "stream/local/local.h"

enum {
	WAIT_AT_MOST =
	    1000, /* ms: a writer may die after its commit, before it writes to the lock */
	WAIT_BLIND = 10 /* ms, on systems without inotify */
};

#ifdef __linux__
static bool
watch(struct local *local, const char *path)
{
	return inotify_add_watch(local->watch, path, IN_MODIFY | IN_CLOSE_WRITE) >= 0;
}

/*
 * Watches the lock file, to which every commit writes a byte, or the log, if it is another user's
 * stream, whose lock we may not read.
 */
static void
open_watch(struct local *local)
{
	char *log;

	local->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (local->watch < 0 || watch(local, local->database.lock_path))
		return;
	log = memory_format("%s-wal", local->database.path);
	if (!watch(local, log)) {
		close(local->watch);
		local->watch = -1;
	}
	free(log);
}

static void
drain_watch(struct local *local)
{
	char events[4096];

	while (local->watch >= 0 && read(local->watch, events, sizeof events) > 0)
		;
}
#else
static void
open_watch(struct local *local)
{
	(void)local;
}

static void
drain_watch(struct local *local)
{
	(void)local;
}
#endif

bool
local_wait(struct stream *stream, int watch, int timeout, struct failure *failure)
{
	struct local *local = (struct local *)stream;
	struct pollfd descriptors[2] = {{.fd = watch}, {.fd = local->watch, .events = POLLIN}};
	bool blind = local->watch < 0;
	/* A frozen stream has no news but that somebody writes to it. */
	int most = blind && !local->database.frozen ? WAIT_BLIND : WAIT_AT_MOST;

	/* The first call only begins to watch: the caller reads once more before it waits. */
	if (blind) {
		open_watch(local);
		if (local->watch >= 0)
			return true;
	}
	if (poll(descriptors, 2, timeout >= 0 && timeout < most ? timeout : most) < 0 &&
	    errno != EINTR)
		return fail_errno(failure, errno, "could not wait");
	drain_watch(local);
	if (descriptors[0].revents & (POLLERR | POLLHUP))
		return fail_reader_gone(failure);
	return true;
}
