/* lock_wait: waits for a lock, with a clock that the test sets. */
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "system/lock_wait.h"
#include "tap.h"

static int64_t now = 1;
static char warned[1200];
static unsigned warnings;
static volatile sig_atomic_t stop;

/* In place of base/clock. */
int64_t
clock_steady(void)
{
	return now;
}

int64_t
clock_now(void)
{
	return now / 1000;
}

static void
warn(void *context, const char *sentence)
{
	(void)context;
	warnings++;
	snprintf(warned, sizeof warned, "%s", sentence);
	if (now >
	    20000000) /* the lock is waited for by a call that blocks: next time it gives up */
		now += 30000000;
}

static const struct caller caller = {.stop = &stop, .warn = warn};

static void
ask_to_stop(int number)
{
	stop = number;
}

/* A process that holds both kinds of lock on the file until it is killed. */
static pid_t
hold(const char *path)
{
	struct flock bytes = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int ready[2];
	char byte;
	pid_t holder;

	if (pipe(ready) != 0 || (holder = fork()) < 0)
		return -1;
	if (holder == 0) {
		int fd = open(path, O_RDWR);

		if (fcntl(fd, F_SETLK, &bytes) == 0 && flock(fd, LOCK_EX) == 0 &&
		    write(ready[1], "", 1) == 1)
			for (;;)
				pause();
		_exit(1);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		holder = -1;
	close(ready[0]);
	return holder;
}

static void
reports(pid_t holder)
{
	struct lock_wait wait = {.caller = &caller, .path = "a file"};
	struct failure failure = {.kind = FAILURE_NONE};
	char text[200];

	ok(lock_wait_more(&wait, holder, &failure), "the wait begins");
	now += 1900000;
	ok(lock_wait_more(&wait, holder, &failure) && warnings == 0, "1.9 s: nothing is said");
	now += 100000;
	snprintf(text, sizeof text, "waiting for a file: process %ld holds it", (long)holder);
	ok(lock_wait_more(&wait, holder, &failure), "2 s:");
	is_text(warned, text, "the process is named");
	now += 27900000;
	ok(lock_wait_more(&wait, holder, &failure) && warnings == 1, "once");
	now += 100000;
	ok(!lock_wait_more(&wait, holder, &failure) && failure.kind == FAILURE_TEMPORARY,
	    "30 s: the end");
	snprintf(text, sizeof text,
	    "could not lock a file within 30 s: process %ld holds it (if it is "
	    "stopped, kill -CONT %ld continues it)",
	    (long)holder, (long)holder);
	is_text(failure.text, text, "with advice");
}

/* Waits for either kind of lock until the clock, which the warning moves on, says that it is
 * enough. */
static void
gives_up(const char *path, bool whole_file)
{
	struct lock_wait wait = {.caller = &caller, .path = "a file", .since = 1};
	struct flock bytes = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	struct failure failure = {.kind = FAILURE_NONE};
	int fd = open(path, O_RDWR);

	now = 21000000;
	warned[0] = '\0';
	ok(whole_file ? !lock_wait_file(&wait, fd, &failure)
	              : !lock_wait_bytes(&wait, fd, &bytes, NULL, &failure),
	    "the blocking call is interrupted");
	ok(failure.kind == FAILURE_TEMPORARY && strstr(warned, "process ") != NULL,
	    "and the process is known: %s", warned);
	close(fd);
}

static void
stops(const char *path)
{
	struct lock_wait wait = {.caller = &caller, .path = "a file"};
	struct flock bytes = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	struct sigaction action = {.sa_handler = ask_to_stop};
	struct failure failure = {.kind = FAILURE_NONE};
	pid_t asking, self = getpid();
	int fd = open(path, O_RDWR), status;

	sigaction(SIGTERM, &action, NULL);
	asking = fork();
	if (asking == 0) {
		kill(self, SIGTERM);
		_exit(0);
	}
	ok(!lock_wait_bytes(&wait, fd, &bytes, NULL, &failure) && failure.kind == FAILURE_STOPPED,
	    "a signal ends the wait");
	waitpid(asking, &status, 0);
	stop = 0;
	close(fd);
}

static void
gets_it(const char *path, pid_t holder)
{
	struct lock_wait wait = {.caller = &caller, .path = "a file"};
	struct flock bytes = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	struct failure failure = {.kind = FAILURE_NONE};
	int fd = open(path, O_RDWR);

	kill(holder, SIGKILL);
	ok(lock_wait_bytes(&wait, fd, &bytes, NULL, &failure) &&
	        lock_wait_file(&wait, fd, &failure),
	    "once the other has ended, both are ours");
	waitpid(holder, NULL, 0);
	close(fd);
	fd = open(path, O_RDONLY);
	ok(!lock_wait_bytes(&wait, fd, &bytes, NULL, &failure) && failure.kind == FAILURE_PERMANENT,
	    "a lock that the system refuses is no wait: %s", failure.text);
	close(fd);
}

int
main(void)
{
	char path[] = "/tmp/lock_wait-XXXXXX";
	int fd = mkstemp(path);
	pid_t holder = fd >= 0 ? hold(path) : -1;

	if (ok(holder > 0, "a process that holds the locks")) {
		reports(holder);
		gives_up(path, false);
		gives_up(path, true);
		stops(path);
		gets_it(path, holder);
	}
	unlink(path);
	return done();
}
