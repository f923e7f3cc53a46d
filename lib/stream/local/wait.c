/* wait: waits until a writer has committed. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
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

enum { EVENTS_SIZE = 4096 };

static bool
watch(struct local *local, const char *path, uint32_t events)
{
	return inotify_add_watch(local->watch, path, events) >= 0;
}

/* Watches whether a directory above the stream is renamed, as far as we may read them. */
static void
watch_directories(struct local *local)
{
	char *path = memory_format("%s", local->database.path);
	char *slash;

	while ((slash = strrchr(path, '/')) && slash > path) {
		*slash = '\0';
		watch(local, path, IN_MOVE_SELF);
	}
	free(path);
}

/*
 * Watches the lock file, to which a writer writes a byte after each commit, and which is closed if
 * it dies before that; and whether the stream or the lock file is removed, or the stream is
 * overwritten, as by the restore of a backup. Of another user's stream, whose lock we may not
 * read, watches the log, which is written before the commit can be seen.
 */
static void
open_watch(struct local *local)
{
	char *log;

	local->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (local->watch < 0)
		return;
	local->sees = watch(local, local->database.lock_path, WRITTEN | REMOVED) &&
	              watch(local, local->database.path, IN_CLOSE_WRITE | REMOVED);
	if (local->sees) {
		watch_directories(local);
		return;
	}
	log = memory_format("%s-wal", local->database.path);
	if (!watch(local, log, WRITTEN)) {
		close(local->watch);
		local->watch = -1;
	}
	free(log);
}

/* Is a file that is watched removed or replaced, in these events? */
static bool
is_removed(const char *events, ssize_t size)
{
	struct inotify_event event;
	ssize_t at;

	for (at = 0; at + (ssize_t)sizeof event <= size; at += sizeof event + event.len) {
		memcpy(&event, events + at, sizeof event);
		if (event.mask & (REMOVED | IN_IGNORED))
			return true;
	}
	return false;
}

/* Reads the events. After a removal, the next call watches what has taken the place of the file. */
static void
drain_watch(struct local *local)
{
	char events[EVENTS_SIZE];
	bool removed = false;
	ssize_t size;

	while (local->watch >= 0 && (size = read(local->watch, events, sizeof events)) > 0)
		removed |= is_removed(events, size);
	if (!removed)
		return;
	close(local->watch);
	local->watch = -1;
	local->sees = false;
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
