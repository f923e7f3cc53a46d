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
	WAIT_BLIND = 10, /* ms, on systems without inotify */
	WAIT_HALF_BLIND = 1000 /* ms, where only the log can be watched */
};

#ifdef __linux__
enum { WRITTEN = IN_MODIFY | IN_CLOSE_WRITE, REMOVED = IN_ATTRIB | IN_MOVE_SELF };

static bool
watch(struct local *local, const char *path, uint32_t events)
{
	return inotify_add_watch(local->watch, path, events) >= 0;
}

/*
 * Watches the lock file, to which a writer writes a byte after each commit, and which is closed if
 * it dies before that; and whether the stream is removed. Of another user's stream, whose lock we
 * may not read, watches the log, which is written before the commit can be seen.
 */
static void
open_watch(struct local *local)
{
	char *log;

	local->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (local->watch < 0)
		return;
	local->sees = watch(local, local->database.lock_path, WRITTEN) &&
	              watch(local, local->database.path, REMOVED);
	if (local->sees)
		return;
	log = memory_format("%s-wal", local->database.path);
	if (!watch(local, log, WRITTEN)) {
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
	int most = local->sees                        ? timeout
	           : blind && !local->database.frozen ? WAIT_BLIND
	                                              : WAIT_HALF_BLIND;

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
