/*
 * latency: how long one record takes from a response to the table.
 *   latency [-w] STREAM TABLE
 * For each response on standard input: starts `fxenc | kput -q -s STREAM`, gives
 * it the response, and waits until the table has one item more; writes the
 * milliseconds from the start of fxenc until then. With -w the lines are records,
 * and one kput, which is started before, is given them all. Somebody else must
 * follow the stream and write to TABLE.
 */
#include <fcntl.h>
#include <spawn.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE = 10000 /* ms */ };

extern char **environ;

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static pid_t
start(char *const command[], int input, int output)
{
	posix_spawn_file_actions_t actions;
	pid_t child = -1;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	if (output >= 0)
		posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	if (posix_spawnp(&child, command[0], &actions, NULL, command, environ) != 0)
		child = -1;
	posix_spawn_file_actions_destroy(&actions);
	return child;
}

static bool
send(const char *response, size_t length, char *stream, pid_t started[2])
{
	char *fxenc[] = {"fxenc", NULL}, *kput[] = {"kput", "-q", "-s", stream, NULL};
	int into[2], between[2];
	bool sent;

	if (pipe2(into, O_CLOEXEC) < 0 || pipe2(between, O_CLOEXEC) < 0)
		return false;
	started[0] = start(fxenc, into[0], between[1]);
	started[1] = start(kput, between[0], -1);
	sent = started[0] > 0 && started[1] > 0 &&
	    write(into[1], response, length) == (ssize_t)length;
	close(into[0]);
	close(into[1]);
	close(between[0]);
	close(between[1]);
	return sent;
}

static long
count(sqlite3_stmt *statement)
{
	long rows = sqlite3_step(statement) == SQLITE_ROW ? (long)sqlite3_column_int64(statement, 0) : -1;

	sqlite3_reset(statement);
	return rows;
}

static bool
wait_for(sqlite3_stmt *statement, long rows, double until)
{
	static const struct timespec pause = {.tv_nsec = 100 * 1000};

	while (count(statement) < rows) {
		if (now() > until) {
			fputs("latency: a record did not arrive\n", stderr);
			return false;
		}
		nanosleep(&pause, NULL);
	}
	return true;
}

static bool
one(const char *response, size_t length, char *stream, sqlite3_stmt *statement)
{
	long rows = count(statement);
	double begin = now();
	pid_t started[2];
	int status, other;

	if (rows < 0 || !send(response, length, stream, started) ||
	    !wait_for(statement, rows + 1, begin + PATIENCE))
		return false;
	printf("%.3f\n", now() - begin);
	return waitpid(started[0], &status, 0) > 0 && waitpid(started[1], &other, 0) > 0 &&
	    status == 0 && other == 0;
}

/* One record to a kput that waits for it. */
static bool
one_waiting(const char *record, size_t length, int kput, sqlite3_stmt *statement)
{
	long rows = count(statement);
	double begin = now();

	if (rows < 0 || write(kput, record, length) != (ssize_t)length ||
	    !wait_for(statement, rows + 1, begin + PATIENCE))
		return false;
	printf("%.3f\n", now() - begin);
	return true;
}

int
main(int argc, char **argv)
{
	bool waits = argc == 4 && strcmp(argv[1], "-w") == 0;
	char *kput[] = {"kput", "-q", "-s", waits ? argv[2] : NULL, NULL};
	int into[2] = {-1, -1}, status = 0;
	pid_t child = -1;
	sqlite3 *table = NULL;
	sqlite3_stmt *statement = NULL;
	char *line = NULL;
	size_t capacity = 0;
	ssize_t length;
	bool arrived = true;

	if (argc != (waits ? 4 : 3) || pipe2(into, O_CLOEXEC) < 0)
		return 2;
	if (waits)
		child = start(kput, into[0], -1);
	arrived = sqlite3_open_v2(argv[argc - 1], &table, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
	    sqlite3_busy_timeout(table, PATIENCE) == SQLITE_OK &&
	    sqlite3_prepare_v2(table, "SELECT count(*) FROM items", -1, &statement, NULL) == SQLITE_OK;
	if (!arrived)
		fprintf(stderr, "latency: %s\n", sqlite3_errmsg(table));
	while (arrived && (length = getline(&line, &capacity, stdin)) > 0)
		arrived = waits ? one_waiting(line, (size_t)length, into[1], statement)
				: one(line, (size_t)length, argv[1], statement);
	close(into[1]);
	arrived = arrived && (!waits || (waitpid(child, &status, 0) == child && status == 0));
	free(line);
	sqlite3_finalize(statement);
	sqlite3_close(table);
	return arrived ? 0 : 2;
}
