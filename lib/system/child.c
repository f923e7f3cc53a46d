/* child: pipes to and from a program that runs beside us, and its end. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#	include <sys/syscall.h>
#endif

#include "system/child.h"
#include "system/spawn.h"

enum { PIPE_BYTES = 256 * 1024 };

/* The two ends of each pipe. */
struct pipes {
	int input[2];
	int output[2];
	int messages[2];
};

void
child_init(struct child *child)
{
	*child = (struct child){.input = -1, .unread = -1, .output = -1, .messages = -1, .end = -1};
}

static void
close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void
close_pipes(struct pipes *pipes)
{
	int *ends = (int *)pipes;

	for (size_t i = 0; i < sizeof *pipes / sizeof *ends; i++)
		close_end(&ends[i]);
}

static bool
open_pipes(struct pipes *pipes, bool output, struct failure *failure)
{
	memset(pipes, -1, sizeof *pipes);
	if (spawn_pipe(pipes->input) && spawn_pipe(pipes->messages) &&
	    (!output || spawn_pipe(pipes->output))) {
#ifdef F_SETPIPE_SZ
		/* A large batch needs fewer writes then; if it fails, nothing is lost. */
		fcntl(pipes->input[1], F_SETPIPE_SZ, PIPE_BYTES);
#endif
		return true;
	}
	fail_errno(failure, errno, "could not open a pipe to a command");
	close_pipes(pipes);
	return false;
}

static int
open_end(pid_t pid)
{
#ifdef SYS_pidfd_open
	int end = (int)syscall(SYS_pidfd_open, pid, 0);

	if (end >= 0)
		fcntl(end, F_SETFD, FD_CLOEXEC);
	return end;
#else
	(void)pid;
	return -1;
#endif
}

static int
take_end(int *fd)
{
	int taken = *fd;

	*fd = -1;
	if (taken >= 0)
		fcntl(taken, F_SETFL, fcntl(taken, F_GETFL) | O_NONBLOCK);
	return taken;
}

bool
child_start(struct child *child, char *const *words, char **environment, bool output,
    struct failure *failure)
{
	struct spawn spawn = {.words = words, .environment = environment, .grouped = true};
	struct pipes pipes;
	struct shown shown;
	pid_t pid;
	int error;

	child_init(child);
	if (!open_pipes(&pipes, output, failure))
		return false;
	spawn.input = pipes.input[0];
	spawn.output = output ? pipes.output[1] : pipes.messages[1];
	spawn.error = pipes.messages[1];
	error = spawn_start(&spawn, &pid);
	if (error != 0) {
		close_pipes(&pipes);
		return fail_errno(
		    failure, error, "%s cannot be run", show(&shown, words[0], strlen(words[0])));
	}
	child->pid = pid;
	child->input = take_end(&pipes.input[1]);
	child->unread = pipes.input[0];
	pipes.input[0] = -1;
	child->output = take_end(&pipes.output[0]);
	child->messages = take_end(&pipes.messages[0]);
	child->end = open_end(pid);
	close_pipes(&pipes);
	return true;
}

bool
child_ended(struct child *child, int *status)
{
	pid_t ended = waitpid(child->pid, status, WNOHANG);

	if (ended != child->pid && !(ended < 0 && errno == ECHILD))
		return false;
	if (ended < 0)
		*status = 0xFF00; /* its status is lost: count it as a failure */
	return true;
}

int
child_stopped(const struct child *child)
{
	siginfo_t info = {.si_pid = 0};

	if (child->pid == 0 ||
	    waitid(P_PID, (id_t)child->pid, &info, WSTOPPED | WNOHANG | WNOWAIT) < 0 ||
	    info.si_pid == 0)
		return 0;
	return info.si_status;
}

void
child_signal(const struct child *child, int number)
{
	if (child->pid > 0)
		kill(-child->pid, number);
}

void
child_close_input(struct child *child)
{
	close_end(&child->input);
}

size_t
child_unread(const struct child *child)
{
	int bytes = 0;

	if (child->unread < 0 || ioctl(child->unread, FIONREAD, &bytes) < 0 || bytes < 0)
		return 0;
	return (size_t)bytes;
}

void
child_close(struct child *child)
{
	close_end(&child->input);
	close_end(&child->unread);
	close_end(&child->output);
	close_end(&child->messages);
	close_end(&child->end);
	child->pid = 0;
}
