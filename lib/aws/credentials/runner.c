/* runner: two processes joined by a socket: requests for programs, and how they ended. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#	include <sys/syscall.h>
#endif

#include "aws/credentials/runner.h"
#include "system/shell_words.h"
#include "system/spawn.h"

enum {
	PROFILE_MAX = 1024,
	FIRST = STDERR_FILENO + 1,
	DESCRIPTORS = 65536, /* that are closed one by one if the system cannot close a range */
	PROMPT = 5 /* ms between checks of a program */
};

/* A message with one descriptor. */
union control {
	struct cmsghdr header;
	char space[CMSG_SPACE(sizeof(int))];
};

/* The socket to the runner, which a process has once; -1: there is none. */
static int *
runner(void)
{
	static int socket = -1;

	return &socket;
}

static ssize_t
receive(int from, void *bytes, size_t size, int flags)
{
	ssize_t got;

	while ((got = recv(from, bytes, size, flags)) < 0 && errno == EINTR)
		;
	return got;
}

/* False: the other process has ended. *output: -1 if the message carries none. */
static bool
receive_request(int from, char profile[PROFILE_MAX + 1], int *output)
{
	struct iovec bytes = {profile, PROFILE_MAX};
	union control control;
	struct msghdr message = {.msg_iov = &bytes,
	    .msg_iovlen = 1,
	    .msg_control = control.space,
	    .msg_controllen = sizeof control.space};
	struct cmsghdr *header;
	ssize_t got;

	while ((got = recvmsg(from, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR)
		;
	*output = -1;
	if (got <= 0)
		return false;
	profile[got] = '\0';
	header = CMSG_FIRSTHDR(&message);
	if (header != NULL && header->cmsg_type == SCM_RIGHTS)
		memcpy(output, CMSG_DATA(header), sizeof *output);
	return true;
}

/* The errno, or 0. */
static int
start(const struct aws_choice *choice, const char *profile, int output, pid_t *child)
{
	struct failure ignored;
	struct aws_config *config = aws_config_open(choice, &ignored);
	const char *line =
	    config != NULL ? aws_config_get(config, profile, "credential_process") : NULL;
	char **words = line != NULL ? shell_words_split(line) : NULL;
	struct spawn spawn = {.words = words, .input = -1, .output = output, .error = -1};
	int error = words != NULL && words[0] != NULL ? spawn_start(&spawn, child) : EINVAL;

	if (words != NULL)
		shell_words_free(words);
	if (config != NULL)
		aws_config_close(config);
	return error;
}

/* Waits for the program; kills it if a message comes, or the other process ends. */
static int
wait_for(int socket, pid_t child)
{
	struct pollfd poll_for = {.fd = socket, .events = POLLIN};
	int status = -1;
	pid_t ended;
	char byte;

	while ((ended = waitpid(child, &status, WNOHANG)) == 0 || (ended < 0 && errno == EINTR)) {
		if (poll(&poll_for, 1, PROMPT) <= 0)
			continue;
		kill(child, SIGKILL);
		if (receive(socket, &byte, 1, 0) <= 0)
			_exit(0);
	}
	return status;
}

/* Closes what this process has inherited and does not need: a pipe may have a reader that waits for
 * its end, and a lock ends with its last descriptor. */
static void
close_others(int socket)
{
	long most = sysconf(_SC_OPEN_MAX);

#ifdef SYS_close_range
	if ((socket == FIRST || syscall(SYS_close_range, FIRST, socket - 1, 0) == 0) &&
	    syscall(SYS_close_range, socket + 1, ~0U, 0) == 0)
		return;
#endif
	if (most < 0 || most > DESCRIPTORS)
		most = DESCRIPTORS;
	for (int fd = FIRST; fd < most; fd++)
		if (fd != socket)
			close(fd);
}

static _Noreturn void
serve(int socket, const struct aws_choice *choice)
{
	char profile[PROFILE_MAX + 1];
	int output, answer, null;

	close_others(socket);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	/* The readers and writers of the tool's pipes must not wait for this process. */
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
		_exit(0);
	while (receive_request(socket, profile, &output)) {
		pid_t child;

		if (output < 0)
			continue;
		answer = start(choice, profile, output, &child);
		close(output);
		if (send(socket, &answer, sizeof answer, MSG_NOSIGNAL) < 0 || answer != 0)
			continue;
		answer = wait_for(socket, child);
		if (send(socket, &answer, sizeof answer, MSG_NOSIGNAL) < 0)
			break;
	}
	_exit(0);
}

void
runner_begin(const struct aws_choice *choice)
{
	int ends[2];
	pid_t child;

	if (runner_exists() || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return;
	child = fork();
	if (child == 0) {
		close(ends[1]);
		serve(ends[0], choice);
	}
	close(ends[0]);
	if (child < 0)
		close(ends[1]);
	else
		*runner() = ends[1];
}

bool
runner_exists(void)
{
	return *runner() >= 0;
}

int
runner_start(const char *profile, int output)
{
	struct iovec bytes = {(char *)(uintptr_t)profile, strlen(profile)};
	union control control = {.header = {.cmsg_len = CMSG_LEN(sizeof output),
	                             .cmsg_level = SOL_SOCKET,
	                             .cmsg_type = SCM_RIGHTS}};
	struct msghdr message = {.msg_iov = &bytes,
	    .msg_iovlen = 1,
	    .msg_control = control.space,
	    .msg_controllen = sizeof control.space};
	int error;

	if (bytes.iov_len > PROFILE_MAX)
		return ENAMETOOLONG;
	memcpy(CMSG_DATA(&control.header), &output, sizeof output);
	if (sendmsg(*runner(), &message, MSG_NOSIGNAL) < 0)
		return errno;
	return receive(*runner(), &error, sizeof error, 0) == sizeof error ? error : ECHILD;
}

bool
runner_ended(int *status)
{
	ssize_t got = receive(*runner(), status, sizeof *status, MSG_DONTWAIT);

	if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return false;
	if (got != sizeof *status)
		*status = -1;
	return true;
}

void
runner_kill(void)
{
	int status;

	if (send(*runner(), "", 1, MSG_NOSIGNAL) >= 0)
		receive(*runner(), &status, sizeof status, 0);
}
