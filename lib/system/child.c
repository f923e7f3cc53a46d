/* child: see child.h. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#	include <sys/prctl.h>
#	include <sys/syscall.h>
#endif

#include "system/child.h"

enum { PIPE_BYTES = 256 * 1024 };

/* The two ends of each pipe, and one through which an exec that failed says why. */
struct pipes {
	int input[2];
	int output[2];
	int words[2];
	int failed[2];
};

extern char **environ;

void
child_init(struct child *child)
{
	*child = (struct child){.input = -1, .unread = -1, .output = -1, .words = -1, .end = -1};
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
	if (pipe2(pipes->input, O_CLOEXEC) == 0 && pipe2(pipes->words, O_CLOEXEC) == 0 &&
	    pipe2(pipes->failed, O_CLOEXEC) == 0 &&
	    (!output || pipe2(pipes->output, O_CLOEXEC) == 0)) {
#ifdef F_SETPIPE_SZ
		/* Fewer turns for a large batch; where it may not be, nothing is lost. */
		fcntl(pipes->input[1], F_SETPIPE_SZ, PIPE_BYTES);
#endif
		return true;
	}
	fail_errno(failure, errno, "could not make pipes to a command");
	close_pipes(pipes);
	return false;
}

/* Its signals are as in a program that nobody changed anything in. */
static void
usual_signals(void)
{
	static const int changed[] = {SIGPIPE, SIGXFSZ, SIGINT, SIGTERM, SIGALRM, SIGCHLD};
	sigset_t none;

	for (size_t i = 0; i < sizeof changed / sizeof *changed; i++)
		signal(changed[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* In the new process: nothing but calls that a signal handler may make. */
static _Noreturn void
become(const struct pipes *pipes, char *const *words, char **environment, pid_t parent)
{
	int error;

	setpgid(0, 0);
#ifdef __linux__
	prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
	if (getppid() != parent)
		_exit(0);
	usual_signals();
	if (dup2(pipes->input[0], STDIN_FILENO) >= 0 &&
	    dup2(pipes->output[1] >= 0 ? pipes->output[1] : pipes->words[1], STDOUT_FILENO) >= 0 &&
	    dup2(pipes->words[1], STDERR_FILENO) >= 0) {
		environ = environment;
		execvp(words[0], words);
	}
	error = errno;
	if (write(pipes->failed[1], &error, sizeof error) < 0)
		_exit(126);
	_exit(127);
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

/* 0, or the errno of an exec that failed. */
static int
exec_error(int from)
{
	int error = 0;
	ssize_t got;

	while ((got = read(from, &error, sizeof error)) < 0 && errno == EINTR)
		;
	return got == (ssize_t)sizeof error ? error : 0;
}

bool
child_start(struct child *child, char *const *words, char **environment, bool output,
    struct failure *failure)
{
	struct pipes pipes;
	struct shown shown;
	pid_t parent = getpid(), pid;
	int error;

	child_init(child);
	if (!open_pipes(&pipes, output, failure))
		return false;
	pid = fork();
	if (pid == 0)
		become(&pipes, words, environment, parent);
	if (pid < 0) {
		fail_errno(failure, errno, "could not start a command");
		close_pipes(&pipes);
		return false;
	}
	setpgid(pid, pid); /* whoever comes first */
	close_end(&pipes.failed[1]);
	error = exec_error(pipes.failed[0]);
	if (error != 0) {
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
		close_pipes(&pipes);
		return fail_errno(
		    failure, error, "%s cannot be run", show(&shown, words[0], strlen(words[0])));
	}
	child->pid = pid;
	child->input = take_end(&pipes.input[1]);
	child->unread = pipes.input[0];
	pipes.input[0] = -1;
	child->output = take_end(&pipes.output[0]);
	child->words = take_end(&pipes.words[0]);
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
		*status = 0xFF00; /* someone else has its status: nothing good is known */
	return true;
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
	close_end(&child->words);
	close_end(&child->end);
	child->pid = 0;
}
