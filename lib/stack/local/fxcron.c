/* fxcron: see fxcron.h. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stack/local/fxcron.h"
#include "base/memory.h"

enum { WORDS_MOST = 64 * 1024, CHUNK = 4096 };

extern char **environ;

/* The script beside this program; "fxcron" where there is none. To be freed. */
static char *
find_script(void)
{
	char link[4096], *slash, *path;
	ssize_t length = readlink("/proc/self/exe", link, sizeof link - 1);

	if (length <= 0)
		return memory_copy_text("fxcron");
	link[length] = '\0';
	slash = strrchr(link, '/');
	*slash = '\0';
	path = memory_format("%s/fxcron", link);
	if (access(path, X_OK) == 0)
		return path;
	free(path);
	return memory_copy_text("fxcron");
}

/*
 * In a group of its own, so that Ctrl-C at the terminal does not end the step in
 * flight; with signals as in a program that nobody changed anything in.
 */
static int
start(char *const *words, const int output[2], const int said[2], pid_t *child)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t usual, none;
	int error;

	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	sigaddset(&usual, SIGXFSZ);
	sigaddset(&usual, SIGINT);
	sigaddset(&usual, SIGTERM);
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attributes);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, output[1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&files, said[1], STDERR_FILENO);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &usual);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(
	    &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	error = posix_spawnp(child, words[0], &files, &attributes, words, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	return error;
}

/* What can be read now; false at its end. More than fits is read and forgotten. */
static bool
take(int from, struct buffer *to)
{
	char chunk[CHUNK];
	ssize_t got = read(from, chunk, sizeof chunk);

	if (got < 0 && errno == EINTR)
		return true;
	if (got > 0)
		buffer_add(to, chunk, (size_t)got);
	return got > 0;
}

static void
take_all(int output, int said, struct buffer *to, struct buffer *words)
{
	struct pollfd ends[2] = {{.fd = output, .events = POLLIN}, {.fd = said, .events = POLLIN}};
	struct buffer *buffers[2] = {to, words};

	while (ends[0].fd >= 0 || ends[1].fd >= 0) {
		if (poll(ends, 2, -1) < 0 && errno != EINTR)
			return;
		for (int i = 0; i < 2; i++) {
			if (ends[i].fd >= 0 && ends[i].revents != 0 &&
			    !take(ends[i].fd, buffers[i]))
				ends[i].fd = -1;
			ends[i].revents = 0;
		}
	}
}

/* 75 alone means that the same again may work. */
static bool
judge(int status, struct buffer *words, struct failure *failure)
{
	enum failure_kind kind = FAILURE_PERMANENT;
	struct shown shown;
	const char *start, *newline;

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 75)
		kind = FAILURE_TEMPORARY;
	while (words->length > 0 && words->data[words->length - 1] == '\n')
		words->length--;
	if (words->length == 0)
		return fail(failure, kind, "fxcron ended with %s %d",
		    WIFEXITED(status) ? "status" : "signal",
		    WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
	newline = memrchr(words->data, '\n', words->length);
	start = newline != NULL ? newline + 1 : words->data;
	return fail(failure, kind, "%s",
	    show(&shown, start, words->length - (size_t)(start - words->data)));
}

static bool
run(char *const *words, const int output[2], const int said[2], struct buffer *to,
    struct failure *failure)
{
	struct buffer spoken;
	pid_t child, ended;
	int status, error = start(words, output, said, &child);
	bool good;

	close(output[1]);
	close(said[1]);
	if (error != 0)
		return fail_errno(failure, error, "fxcron cannot be run");
	buffer_init(&spoken, WORDS_MOST);
	take_all(output[0], said[0], to, &spoken);
	do
		ended = waitpid(child, &status, 0);
	while (ended < 0 && errno == EINTR);
	good = ended == child ? judge(status, &spoken, failure)
	                      : fail_errno(failure, errno, "fxcron cannot be waited for");
	buffer_free(&spoken);
	return good;
}

bool
fxcron_call(const char *const *words, struct buffer *output, struct failure *failure)
{
	int out[2], said[2];
	size_t count = 0;
	char **all;
	bool good;

	if (pipe2(out, O_CLOEXEC) < 0)
		return fail_errno(failure, errno, "no pipe to fxcron");
	if (pipe2(said, O_CLOEXEC) < 0) {
		close(out[0]);
		close(out[1]);
		return fail_errno(failure, errno, "no pipe to fxcron");
	}
	while (words[count] != NULL)
		count++;
	all = memory_new(count + 2, sizeof *all);
	all[0] = find_script();
	for (size_t i = 0; i < count; i++)
		all[i + 1] = memory_copy_text(words[i]);
	good = run(all, out, said, output, failure);
	for (size_t i = 0; i <= count; i++)
		free(all[i]);
	free(all);
	close(out[0]);
	close(said[0]);
	return good;
}
