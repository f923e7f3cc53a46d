/* rate_limit: turns, limits and pauses that the provider asks for, with times as arguments. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "rate/rate_limit.h"
#include "tap.h"

static const struct rate_limit limits[] = {{2, 1000}, {5, 60000}};
static const int64_t start = INT64_C(1736211600000);

static volatile sig_atomic_t stop;
static const struct caller caller = {.stop = &stop};
static pid_t holder; /* another process, which has locked the file and keeps it */

static int64_t
take(struct rate_limiter *pace, int64_t now, int64_t patience)
{
	struct rate_limit_turn turn = {.granted = false};
	struct failure failure;
	if (!rate_limit_take(pace, start + now, patience, &turn, &failure))
		return -2;
	return turn.granted ? turn.at - start : -1;
}

static bool
hold(const char *path)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int ready[2];
	char byte;
	if (pipe(ready) != 0)
		return false;
	holder = fork();
	if (holder == 0) {
		int file = open(path, O_RDWR);
		if (fcntl(file, F_SETLK, &whole) == 0 && write(ready[1], "", 1) == 1)
			for (;;)
				pause();
		_exit(1);
	}
	close(ready[1]);
	bool held = read(ready[0], &byte, 1) == 1;
	close(ready[0]);
	return held && holder > 0;
}

static void
stops_waiting(const char *path)
{
	struct failure failure = {.kind = FAILURE_NONE};
	struct rate_limit_turn turn;
	struct rate_limiter *pace = rate_limit_open(path, limits, 2, &caller, &failure);

	ok(pace != NULL && hold(path), "a process that holds the file");
	stop = SIGTERM;
	ok(!rate_limit_take(pace, start, 0, &turn, &failure) && failure.kind == FAILURE_STOPPED,
	    "is not waited for after a stop");
	stop = 0;
	kill(holder, SIGKILL);
	waitpid(holder, NULL, 0);
	ok(rate_limit_take(pace, start + 5000, 0, &turn, &failure),
	    "after it there are turns again");
	rate_limit_close(pace);
}

int
main(void)
{
	char directory[] = "/tmp/fxpipe-pace-XXXXXX", path[64];
	struct failure failure;
	struct rate_limit_turn turn;

	if (mkdtemp(directory) == NULL)
		return 1;
	snprintf(path, sizeof(path), "%s/x/y.pace", directory);
	struct rate_limiter *pace = rate_limit_open(path, limits, 2, &caller, &failure);
	ok(pace != NULL, "makes its directories");
	ok(take(pace, 0, 0) == 0 && take(pace, 0, 0) == 0, "two at once");
	ok(take(pace, 0, 999) == -1, "no third where nobody waits that long");
	ok(take(pace, 100, 1000) == 1000, "a third a second later");
	struct rate_limiter *other = rate_limit_open(path, limits, 2, &caller, &failure);
	ok(take(other, 200, 5000) == 1000, "another process queues behind it");
	ok(take(pace, 300, 5000) == 2000, "and this one behind that");
	ok(take(other, 3000, 1000) == -1, "the wider limit holds as well");
	ok(take(other, 3000, 60000) == 60000, "until its oldest is past");

	ok(rate_limit_pause(pace, start + 3000, start + 500000, RATE_LIMIT_QUOTA, &failure) &&
	        take(other, 200000, 1000) == -1,
	    "nobody asks before the provider may be asked again");
	ok(rate_limit_take(other, start + 200000, 1000, &turn, &failure) &&
	        turn.reason == RATE_LIMIT_QUOTA && turn.at == start + 500000,
	    "and it is known why and until when");
	ok(rate_limit_pause(pace, start + 3000, start + 4000, RATE_LIMIT_BURST, &failure) &&
	        take(other, 200000, 1000) == -1,
	    "a shorter word does not undo a longer");
	ok(take(other, 500000, 0) == 500000, "then they do");
	ok(take(other, -200 * 86400 * INT64_C(1000), 0) == -200 * 86400 * INT64_C(1000),
	    "a clock that was ahead is forgiven");
	rate_limit_close(other);
	rate_limit_close(pace);

	FILE *file = fopen(path, "w");
	/* A quarter of an hour and 25 hours after the start. */
	fputs("fxpipe-pace 1 0 0\n1736212500000\n1736301600000\n", file);
	fclose(file);
	pace = rate_limit_open(path, limits, 2, &caller, &failure);
	ok(take(pace, 0, 999) == -1 && take(pace, 0, 1000) == 1000,
	    "turns of a clock that was ahead count as taken now");
	rate_limit_close(pace);

	file = fopen(path, "w");
	/* 5 and 20 minutes after the start. */
	fputs("fxpipe-pace 1 0 0\n1736211900000\n1736212800000\n", file);
	fclose(file);
	pace = rate_limit_open(path, limits, 2, &caller, &failure);
	ok(take(pace, 0, 600000) == 301000 && take(pace, 0, 600000) == 301000,
	    "they are not forgotten where others are nearer");
	rate_limit_close(pace);

	file = fopen(path, "w");
	fputs("fxpipe-pace 1 0 0\n1736211600000\n1736211600000\n17362", file);
	fclose(file);
	pace = rate_limit_open(path, limits, 2, &caller, &failure);
	ok(take(pace, 10, 2000) == 1000, "a file cut off is used as far as it goes");
	rate_limit_close(pace);
	stops_waiting(path);
	unlink(path);
	path[strlen(directory) + 2] = '\0';
	rmdir(path);
	rmdir(directory);
	return done();
}
