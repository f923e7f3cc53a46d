/* lock: takes the locks of entries, and ends loops. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "schedule/lock.h"
#include "system/directory.h"
#include "system/file.h"
#include "system/lock_wait.h"
#include "system/program.h"

enum { LOCK_FD = 9, WAIT = 60 /* seconds */, TEXT_MOST = 4096, COMMAND_MOST = 1024 * 1024 };

static int
open_file(const struct place *place, const char *name, int least, struct failure *failure)
{
	char *path = memory_format("%s/%s.lock", place->state, name);
	int fd = -1, moved = -1;

	if (directory_make(path, failure)) {
		fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
		if (fd < 0)
			fail_errno(failure, errno, "%s cannot be written", path);
	}
	free(path);
	if (fd < 0 || least == 0)
		return fd;
	moved = fcntl(fd, F_DUPFD, least);
	if (moved < 0)
		fail_errno(failure, errno, "could not keep a lock");
	close(fd);
	return moved;
}

bool
lock_take(const struct place *place, const char *name, int *lock, struct failure *failure)
{
	char text[32];
	int length = snprintf(text, sizeof text, "%ld\n", (long)getpid());

	*lock = open_file(place, name, LOCK_FD, failure);
	if (*lock < 0)
		return false;
	if (flock(*lock, LOCK_EX | LOCK_NB) < 0) {
		bool held = errno == EWOULDBLOCK;

		if (!held)
			fail_errno(failure, errno, "could not lock %s", name);
		close(*lock);
		*lock = -1;
		return held;
	}
	/* Even without room for the number the lock holds. */
	if (ftruncate(*lock, 0) == 0 && write(*lock, text, (size_t)length) < 0)
		return true;
	return true;
}

int
lock_crontab(const struct place *place, struct failure *failure)
{
	struct lock_wait wait = {.caller = &place->caller, .path = "the crontab"};
	int fd = open_file(place, "crontab", 0, failure);

	if (fd >= 0 && !lock_wait_file(&wait, fd, failure)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

long
lock_process(struct span text)
{
	long process = 0;
	size_t at = 0;

	for (; at < text.length && at < 10 && text.start[at] >= '0' && text.start[at] <= '9'; at++)
		process = process * 10 + (text.start[at] - '0');
	return at < text.length && text.start[at] != '\n' ? 0 : process;
}

static long
read_process(int fd)
{
	char text[TEXT_MOST];
	ssize_t got = pread(fd, text, sizeof text, 0);

	return got > 0 ? lock_process((struct span){text, (size_t)got}) : 0;
}

/* Its command line, with blanks between the words, from /proc, else from ps(1). */
static bool
read_command(long process, struct buffer *command)
{
	char *path = memory_format("/proc/%ld/cmdline", process);
	char *number = memory_format("%ld", process);
	const char *const words[] = {"ps", "-ww", "-o", "args=", "-p", number, NULL};
	struct program_result result;
	struct failure ignored;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool found = false;

	if (fd >= 0) {
		found = file_read_all(fd, path, COMMAND_MOST, command, &ignored);
		close(fd);
		for (size_t i = 0; i < command->length; i++) {
			if (command->data[i] == '\0')
				command->data[i] = ' ';
		}
	} else {
		buffer_init(command, COMMAND_MOST);
		if (access("/proc/self/cmdline", F_OK) != 0) {
			found = program_run(words, (struct span){NULL, 0}, COMMAND_MOST, &result,
			            &ignored) &&
			        result.status == 0;
			buffer_add(command, result.output.data, result.output.length);
			program_result_free(&result);
		}
	}
	/* The end of the last word, or of the line. */
	if (command->length > 0 && strchr(" \n", command->data[command->length - 1]) != NULL)
		command->length--;
	free(path);
	free(number);
	return found && command->length > 0;
}

/* Is the command a loop of the entry, and another than wanted? */
static bool
is_other_loop(struct buffer *command, const char *name, const struct words *wanted)
{
	char *loop = memory_format("fxcron loop %s ", name);
	const char *text = buffer_text(command);
	bool other = strstr(text, loop) != NULL;
	struct buffer line;

	buffer_init(&line, COMMAND_MOST);
	for (size_t i = 0; wanted != NULL && i < wanted->count; i++)
		buffer_add_format(&line, "%s%s", i > 0 ? " " : "", wanted->list[i]);
	/* The command line of a script begins with its shell. */
	if (other && line.length > 0 && command->length >= line.length) {
		const char *end = text + command->length - line.length;

		if (strcmp(end, buffer_text(&line)) == 0 && (end == text || end[-1] == ' '))
			other = false;
	}
	buffer_free(&line);
	free(loop);
	return other;
}

static bool
wait_free(int fd)
{
	int64_t deadline = clock_steady() + WAIT * INT64_C(1000000);

	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (clock_steady() >= deadline)
			return false;
		nanosleep(&(struct timespec){.tv_nsec = 20 * 1000 * 1000}, NULL);
	}
	return true;
}

void
lock_stop_loop(const struct place *place, const char *name, const struct words *wanted)
{
	char *path = memory_format("%s/%s.lock", place->state, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct buffer command;
	long process = 0;

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0)
		process = read_process(fd);
	buffer_init(&command, COMMAND_MOST);
	if (process > 0 && !read_command(process, &command)) {
		caller_warn(&place->caller,
		    "process %ld, which watched over it, was killed, but a process that it started "
		    "still runs: fuser %s shows which",
		    process, path);
	} else if (process > 0 && is_other_loop(&command, name, wanted)) {
		caller_detail(&place->caller, "ending its loop, process %ld", process);
		if (kill((pid_t)process, SIGTERM) == 0 && !wait_free(fd))
			caller_warn(&place->caller,
			    "its loop (process %ld) has not ended after %d s", process, WAIT);
	}
	buffer_free(&command);
	if (fd >= 0)
		close(fd);
	free(path);
}
