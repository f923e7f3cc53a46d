/* lock_wait: blocks for a lock, and a timer interrupts the call from time to time. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"
#include "system/lock_wait.h"

enum { REPORT_AFTER = 2, TICK = 1, LIMIT = 30 }; /* seconds */

static const char *
name_holder(pid_t holder, char text[64])
{
	if (holder > 0)
		snprintf(text, 64, "process %ld", (long)holder);
	else
		strcpy(text, "another program");
	return text;
}

bool
lock_wait_more(struct lock_wait *wait, pid_t holder, struct failure *failure)
{
	const int64_t second = 1000000;
	int64_t now = clock_steady();
	char name[64], advice[64] = "";

	if (caller_is_stopped(wait->caller))
		return fail_stopped(failure);
	if (wait->since == 0)
		wait->since = now;
	if (now - wait->since >= LIMIT * second) {
		if (holder > 0)
			snprintf(advice, sizeof advice,
			    " (if it is stopped, kill -CONT %ld continues it)", (long)holder);
		return fail(failure, FAILURE_TEMPORARY,
		    "could not lock %s within %d s: %s holds it%s", wait->path, LIMIT,
		    name_holder(holder, name), advice);
	}
	if (!wait->reported && now - wait->since >= REPORT_AFTER * second) {
		wait->reported = true;
		caller_warn(wait->caller, "waiting for %s: %s holds it", wait->path,
		    name_holder(holder, name));
	}
	return true;
}

static void
wake(int number)
{
	(void)number;
}

/* Interrupts calls that block; seldom, as an interrupted call loses its place in the queue. old:
 * the previous action of SIGALRM. */
static void
start_timer(struct sigaction *old)
{
	struct sigaction action = {.sa_handler = wake};

	sigaction(SIGALRM, &action, old);
	setitimer(ITIMER_REAL,
	    &(struct itimerval){.it_interval = {TICK, 0}, .it_value = {REPORT_AFTER, 0}}, NULL);
}

static void
stop_timer(const struct sigaction *old, const struct caller *caller)
{
	setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {0, 0}}, NULL);
	sigaction(SIGALRM, old, NULL);
	/* A tool that is to end has set an alarm, which this timer has replaced. */
	if (caller_is_stopped(caller) && old->sa_handler != SIG_DFL)
		alarm(1);
}

bool
lock_wait_bytes(struct lock_wait *wait, int fd, const struct flock *bytes,
    const struct flock *behind, struct failure *failure)
{
	struct flock lock = *bytes;
	struct sigaction old;
	bool waiting = true;

	/* Most often it is free. */
	if (fcntl(fd, F_SETLK, &lock) == 0)
		return true;
	if (errno != EAGAIN && errno != EACCES)
		return fail_errno(failure, errno, "could not lock %s", wait->path);
	start_timer(&old);
	do {
		struct flock held = behind != NULL ? *behind : *bytes;

		if (fcntl(fd, F_GETLK, &held) < 0 || held.l_type == F_UNLCK)
			held.l_pid = 0;
		waiting = lock_wait_more(wait, held.l_pid, failure);
	} while (waiting && fcntl(fd, F_SETLKW, &lock) < 0 &&
	         (errno == EINTR ||
	             (waiting = fail_errno(failure, errno, "could not lock %s", wait->path))));
	stop_timer(&old, wait->caller);
	return waiting;
}

/* The process that took a lock by flock(2), which only the list of all locks names. */
static pid_t
holder_of_file(int fd)
{
	FILE *locks = fopen("/proc/locks", "re");
	struct stat file;
	char line[256];
	pid_t holder = 0;

	while (locks != NULL && holder == 0 && fstat(fd, &file) == 0 &&
	       fgets(line, sizeof line, locks) != NULL) {
		long process;
		uintmax_t inode;

		if (sscanf(line, "%*s FLOCK %*s %*s %ld %*x:%*x:%ju", &process, &inode) == 2 &&
		    inode == file.st_ino)
			holder = (pid_t)process;
	}
	if (locks != NULL)
		fclose(locks);
	return holder;
}

bool
lock_wait_file(struct lock_wait *wait, int fd, struct failure *failure)
{
	struct sigaction old;
	bool waiting = true;

	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return true;
	if (errno != EWOULDBLOCK)
		return fail_errno(failure, errno, "could not lock %s", wait->path);
	start_timer(&old);
	do
		waiting = lock_wait_more(wait, holder_of_file(fd), failure);
	while (waiting && flock(fd, LOCK_EX) < 0 &&
	       (errno == EINTR ||
	           (waiting = fail_errno(failure, errno, "could not lock %s", wait->path))));
	stop_timer(&old, wait->caller);
	return waiting;
}
