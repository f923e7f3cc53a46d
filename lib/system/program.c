/* program: starts a program with pipes to it, reads what it writes, and waits for its end. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __APPLE__
#	include <mach-o/dyld.h>
#endif

#include "base/memory.h"
#include "system/program.h"
#include "system/spawn.h"

enum { MESSAGES_MOST = 64 * 1024, CHUNK = 4096, PATH_SIZE = 4096 };

enum { INPUT, OUTPUT, MESSAGES, PIPES };

static void
close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Ours: INPUT's write end and the read ends of the others. */
static bool
open_pipes(int pipes[PIPES][2], struct failure *failure)
{
	for (int i = 0; i < PIPES; i++)
		pipes[i][0] = pipes[i][1] = -1;
	for (int i = 0; i < PIPES; i++) {
		if (!spawn_pipe(pipes[i]))
			return fail_errno(failure, errno, "could not open a pipe");
	}
	fcntl(pipes[INPUT][1], F_SETFL, O_NONBLOCK);
	return true;
}

/* Reads what has arrived; false at the end. What does not fit is read and dropped. */
static bool
take(int from, struct buffer *to, bool *cut)
{
	char chunk[CHUNK];
	ssize_t got = read(from, chunk, sizeof chunk);

	if (got < 0 && errno == EINTR)
		return true;
	if (got > 0 && !buffer_add(to, chunk, (size_t)got))
		*cut = true;
	return got > 0;
}

/* Writes what the program takes now; false if all of it is written or nobody reads it. */
static bool
give(int to, struct span *input)
{
	ssize_t gone = input->length > 0 ? write(to, input->start, input->length) : 0;

	if (gone < 0)
		return errno == EINTR || errno == EAGAIN;
	input->start += gone;
	input->length -= (size_t)gone;
	return input->length > 0;
}

static void
exchange(int pipes[PIPES][2], struct span input, struct program_result *result)
{
	bool ignored = false;

	if (input.length == 0)
		close_end(&pipes[INPUT][1]);
	while (pipes[OUTPUT][0] >= 0 || pipes[MESSAGES][0] >= 0) {
		struct pollfd ends[PIPES] = {{.fd = pipes[INPUT][1], .events = POLLOUT},
		    {.fd = pipes[OUTPUT][0], .events = POLLIN},
		    {.fd = pipes[MESSAGES][0], .events = POLLIN}};

		if (poll(ends, PIPES, -1) < 0) {
			if (errno != EINTR)
				return;
			continue;
		}
		if (ends[INPUT].revents != 0 && !give(pipes[INPUT][1], &input))
			close_end(&pipes[INPUT][1]);
		if (ends[OUTPUT].revents != 0 &&
		    !take(pipes[OUTPUT][0], &result->output, &result->cut))
			close_end(&pipes[OUTPUT][0]);
		if (ends[MESSAGES].revents != 0 &&
		    !take(pipes[MESSAGES][0], &result->messages, &ignored))
			close_end(&pipes[MESSAGES][0]);
	}
}

bool
program_run(const char *const *words, struct span input, size_t most, struct program_result *result,
    struct failure *failure)
{
	struct shown shown;
	int pipes[PIPES][2], status = 0, error;
	bool good = open_pipes(pipes, failure);
	struct spawn spawn = {.words = words,
	    .input = pipes[INPUT][0],
	    .output = pipes[OUTPUT][1],
	    .error = pipes[MESSAGES][1],
	    .grouped = true};
	pid_t child, ended;

	*result = (struct program_result){.status = 127};
	buffer_init(&result->output, most);
	buffer_init(&result->messages, MESSAGES_MOST);
	if (good && (error = spawn_start(&spawn, &child)) != 0) {
		result->missing = error == ENOENT;
		good = result->missing || fail_errno(failure, error, "could not run %s",
		                              show(&shown, words[0], strlen(words[0])));
	} else if (good) {
		close_end(&pipes[INPUT][0]);
		close_end(&pipes[OUTPUT][1]);
		close_end(&pipes[MESSAGES][1]);
		exchange(pipes, input, result);
		do
			ended = waitpid(child, &status, 0);
		while (ended < 0 && errno == EINTR);
		if (ended == child)
			result->status =
			    WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	}
	for (int i = 0; i < PIPES; i++) {
		close_end(&pipes[i][0]);
		close_end(&pipes[i][1]);
	}
	return good;
}

void
program_result_free(struct program_result *result)
{
	buffer_free(&result->output);
	buffer_free(&result->messages);
}

const char *
program_messages(struct program_result *result)
{
	struct buffer *messages = &result->messages;

	while (messages->length > 0 && messages->data[messages->length - 1] == '\n')
		messages->length--;
	for (size_t i = 0; i < messages->length; i++) {
		if (messages->data[i] == '\n')
			messages->data[i] = ' ';
	}
	return buffer_text(messages);
}

static bool
is_program(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

char *
program_find(const char *name, const char *path)
{
	while (path != NULL) {
		size_t length = strcspn(path, ":");
		char *place = length == 0 ? memory_copy_text(".") : memory_copy(path, length);
		char *program = memory_format("%s/%s", place, name);

		free(place);
		if (is_program(program))
			return program;
		free(program);
		path = path[length] == ':' ? path + length + 1 : NULL;
	}
	return NULL;
}

char *
program_directory(void)
{
	char path[PATH_SIZE], *slash;
#ifdef __APPLE__
	uint32_t size = sizeof path;

	if (_NSGetExecutablePath(path, &size) != 0)
		return NULL;
#else
	ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);

	if (length <= 0)
		return NULL;
	path[length] = '\0';
#endif
	slash = strrchr(path, '/');
	if (slash == NULL)
		return NULL;
	*slash = '\0';
	return memory_copy_text(path);
}
