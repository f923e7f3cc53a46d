/* program: runs a program with input, and keeps what it writes and how it ended. */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/environment.h"
#include "base/memory.h"
#include "system/child.h"
#include "system/program.h"

enum { MESSAGES_MOST = 64 * 1024, CHUNK = 4096, ENDS = 3 };

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

/* Reads what has arrived; false at the end. What does not fit is read and dropped. */
static bool
take(int from, struct buffer *to, bool *cut)
{
	char chunk[CHUNK];
	ssize_t got = read(from, chunk, sizeof chunk);

	if (got < 0)
		return errno == EINTR || errno == EAGAIN;
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

/* Until nobody can write to us any more. */
static void
exchange(struct child *child, struct span input, struct program_result *result)
{
	struct pollfd ends[ENDS] = {{.fd = child->input, .events = POLLOUT},
	    {.fd = child->output, .events = POLLIN}, {.fd = child->messages, .events = POLLIN}};
	bool ignored = false;

	while (ends[1].fd >= 0 || ends[2].fd >= 0) {
		if (child->input >= 0 && input.length == 0) {
			child_close_input(child);
			ends[0].fd = -1;
		}
		if (poll(ends, ENDS, -1) < 0) {
			if (errno != EINTR)
				return;
			continue;
		}
		if (ends[0].fd >= 0 && ends[0].revents != 0 && !give(child->input, &input))
			input.length = 0;
		if (ends[1].revents != 0 && !take(child->output, &result->output, &result->cut))
			ends[1].fd = -1;
		if (ends[2].revents != 0 && !take(child->messages, &result->messages, &ignored))
			ends[2].fd = -1;
	}
}

static const char *
search_path(void)
{
	for (char *const *at = environment_all(); *at != NULL; at++) {
		if (strncmp(*at, "PATH=", 5) == 0)
			return *at + 5;
	}
	return "/usr/bin:/bin";
}

bool
program_begin(const char *const *words, struct child *child, struct failure *failure)
{
	char *path = program_find(words[0], search_path());
	bool found = path != NULL;

	failure->kind = FAILURE_NONE;
	child_init(child);
	free(path);
	/* exec takes pointers to char, for compatibility with old code, but changes none of the
	 * words. */
	return found && child_start(child, (char *const *)(uintptr_t)words, NULL, true, failure);
}

static void
init_result(struct program_result *result, size_t most)
{
	*result = (struct program_result){.status = 127};
	buffer_init(&result->output, most);
	buffer_init(&result->messages, MESSAGES_MOST);
}

void
program_end(struct child *child, struct span input, size_t most, struct program_result *result)
{
	pid_t ended;
	int status;

	init_result(result, most);
	exchange(child, input, result);
	/* A program that closed its outputs may still read. */
	child_close_input(child);
	do
		ended = waitpid(child->pid, &status, 0);
	while (ended < 0 && errno == EINTR);
	if (ended == child->pid)
		result->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	child_close(child);
}

bool
program_run(const char *const *words, struct span input, size_t most, struct program_result *result,
    struct failure *failure)
{
	struct failure own;
	struct child child;

	if (program_begin(words, &child, &own)) {
		program_end(&child, input, most, result);
		return true;
	}
	init_result(result, most);
	result->missing = own.kind == FAILURE_NONE;
	if (!result->missing)
		*failure = own;
	return result->missing;
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
