/* spawn: fork, exec, and a pipe through which a failed exec reports its errno. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#	include <sys/prctl.h>
#endif

#include "system/spawn.h"

extern char **environ;

bool
spawn_pipe(int ends[2])
{
#if defined(__APPLE__)
	if (pipe(ends) < 0)
		return false;
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	return true;
#else
	return pipe2(ends, O_CLOEXEC) == 0;
#endif
}

static void
reset_signals(void)
{
	static const int changed[] = {SIGPIPE, SIGXFSZ, SIGINT, SIGTERM, SIGALRM, SIGCHLD};
	sigset_t none;

	for (size_t i = 0; i < sizeof changed / sizeof *changed; i++)
		signal(changed[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void
join_group(pid_t parent, bool survives)
{
	setpgid(0, 0);
	if (survives)
		return;
#ifdef __linux__
	prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
	/* The parent may have ended before that call. */
	if (getppid() != parent)
		_exit(0);
}

static bool
set_descriptors(const struct spawn *spawn)
{
	int input = spawn->input >= 0 ? spawn->input : open("/dev/null", O_RDONLY | O_CLOEXEC);

	return input >= 0 && dup2(input, STDIN_FILENO) >= 0 &&
	       (spawn->output < 0 || dup2(spawn->output, STDOUT_FILENO) >= 0) &&
	       (spawn->error < 0 || dup2(spawn->error, STDERR_FILENO) >= 0);
}

/* In the new process: only calls that are safe in a signal handler. */
static _Noreturn void
become(const struct spawn *spawn, pid_t parent, int report)
{
	int error;

	if (spawn->grouped)
		join_group(parent, spawn->survives);
	reset_signals();
	if (set_descriptors(spawn)) {
		if (spawn->environment != NULL)
			environ = spawn->environment;
		execvp(spawn->words[0], spawn->words);
	}
	error = errno;
	if (write(report, &error, sizeof error) < 0)
		_exit(126);
	_exit(127);
}

/* 0, or the errno of the exec that failed. */
static int
read_report(int from)
{
	int error = 0;
	ssize_t got;

	while ((got = read(from, &error, sizeof error)) < 0 && errno == EINTR)
		;
	return got == (ssize_t)sizeof error ? error : 0;
}

int
spawn_start(const struct spawn *spawn, pid_t *pid)
{
	pid_t parent = getpid();
	int report[2], error;

	if (!spawn_pipe(report))
		return errno;
	*pid = fork();
	if (*pid == 0)
		become(spawn, parent, report[1]);
	error = *pid < 0 ? errno : 0;
	close(report[1]);
	if (*pid > 0) {
		if (spawn->grouped)
			setpgid(*pid, *pid); /* by whichever process runs first */
		error = read_report(report[0]);
		while (error != 0 && waitpid(*pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	close(report[0]);
	return error;
}
