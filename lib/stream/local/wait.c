/* wait: waits until a writer has committed. */
#include <errno.h>
#include <poll.h>
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
/* Watches the lock file, to which every commit writes a byte. */
static void
open_watch(struct local *local)
{
	if (local->watch >= 0)
		return;
	local->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (local->watch >= 0 && inotify_add_watch(local->watch, local->database.lock_path,
	                             IN_MODIFY | IN_CLOSE_WRITE) < 0) {
		close(local->watch);
		local->watch = -1;
	}
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
	int most = blind ? WAIT_BLIND : WAIT_AT_MOST;

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
