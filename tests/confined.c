/*
 * confined: preloaded into a tool by tests/confinement.bats. When the tool ends it tries, from
 * within, what a confined tool must not do, and writes the names of the acts that succeeded.
 *
 * PROBE_OUTPUT    number of the descriptor to write to
 * PROBE_PLACE     a directory with a file "file" and a directory "directory", not the tool's own
 * PROBE_DATA      a directory that may be the tool's own
 * PROBE_PROCESS   another process of the user, listening at the abstract socket "fxpipe-PROCESS"
 *                 and at the TCP port PROBE_PORT
 * PROBE_ABI       the kernel has at most this version of Landlock; 0: none
 *
 * "early connect" is written if the tool connects before it is confined.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { CREATE_RULESET = 444, RESTRICT_SELF = 446, FCHMODAT2 = 452, ASK_VERSION = 1 };

static bool confined;

static const char *
setting(const char *name)
{
	const char *value = getenv(name);

	return value != NULL ? value : "";
}

static void
report(const char *act)
{
	dprintf(atoi(setting("PROBE_OUTPUT")), "%s\n", act);
}

static void
try(const char *act, bool done)
{
	if (done)
		report(act);
}

/* All of lib/'s calls for which the C library has no function come through here. */
long
syscall(long number, ...)
{
	long (*next)(long, ...) = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	long arguments[6], result;
	const char *abi = getenv("PROBE_ABI");
	va_list list;

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		arguments[i] = va_arg(list, long);
	va_end(list);
	if (number == CREATE_RULESET && abi != NULL && atoi(abi) == 0) {
		errno = ENOSYS;
		return -1;
	}
	result = next(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
	    arguments[5]);
	if (number == RESTRICT_SELF && result == 0)
		confined = true;
	if (number == CREATE_RULESET && arguments[2] == ASK_VERSION && abi != NULL &&
	    result > atoi(abi))
		result = atoi(abi);
	return result;
}

int
connect(int fd, const struct sockaddr *address, socklen_t length)
{
	int (*next)(int, const struct sockaddr *, socklen_t) =
	    (int (*)(int, const struct sockaddr *, socklen_t))dlsym(RTLD_NEXT, "connect");

	if (!confined && address->sa_family != AF_UNIX)
		report("early connect");
	return next(fd, address, length);
}

static bool
opens(const char *directory, const char *name, int flags)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof path, "%s/%s", directory, name);
	fd = open(path, flags, 0600);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void
try_files(const char *place)
{
	char path[4096], other[4096];
	struct timespec times[2] = {{0, 0}, {0, 0}};

	snprintf(path, sizeof path, "%s/file", place);
	snprintf(other, sizeof other, "%s/other", place);
	try("read", opens(place, "file", O_RDONLY));
	try("read ssh", opens(setting("HOME"), ".ssh/id_rsa", O_RDONLY));
	try("list", opens(place, ".", O_RDONLY | O_DIRECTORY));
	try("write", opens(place, "file", O_WRONLY));
	try("append", opens(place, "file", O_WRONLY | O_APPEND));
	try("create", opens(place, "new", O_WRONLY | O_CREAT));
	try("truncate", truncate(path, 1) == 0);
	try("open to truncate", opens(place, "file", O_RDONLY | O_TRUNC));
	try("rename", rename(path, other) == 0 && rename(other, path) == 0);
	try("link", link(path, other) == 0 && unlink(other) == 0);
	try("symlink", symlink(path, other) == 0 && unlink(other) == 0);
	try("mkdir", mkdir(other, 0700) == 0);
	try("rmdir", rmdir(other) == 0);
	try("mkfifo", mkfifo(other, 0600) == 0 && unlink(other) == 0);
	try("chmod", chmod(path, 0604) == 0);
	try("fchmodat2", syscall(FCHMODAT2, AT_FDCWD, path, 0604, 0) == 0);
	try("chown", chown(path, getuid(), getgid()) == 0);
	try("utimensat", utimensat(AT_FDCWD, path, times, 0) == 0);
	try("setxattr", setxattr(path, "user.x", "x", 1, 0) == 0);
	snprintf(other, sizeof other, "%s/unlinked", place);
	try("unlink", unlink(other) == 0);
}

/* Of the tool's own. */
static void
try_data(const char *data)
{
	char path[4096], other[4096];
	int fd;

	snprintf(path, sizeof path, "%s/probe", data);
	snprintf(other, sizeof other, "%s/probe2", data);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
	try("create data", fd >= 0);
	try("fchmod data", fd >= 0 && fchmod(fd, 0644) == 0);
	try("fchmod data set-user-ID", fd >= 0 && fchmod(fd, 04755) == 0);
	try("truncate data", fd >= 0 && ftruncate(fd, 1) == 0);
	try("rename data", rename(path, other) == 0);
	try("unlink data", unlink(other) == 0 || unlink(path) == 0);
	if (fd >= 0)
		close(fd);
}

static void
try_processes(pid_t process)
{
	char memory[8];
	struct iovec here = {memory, sizeof memory}, there = {memory, sizeof memory};
	union sigval value = {.sival_int = 0};
	int status;
	pid_t child;

	try("kill itself", kill(getpid(), 0) == 0);
	try("kill", kill(process, 0) == 0);
	try("tgkill", syscall(SYS_tgkill, process, process, 0) == 0);
	try("sigqueue", sigqueue(process, 0, value) == 0);
	try("pidfd_open", syscall(434, process, 0) >= 0);
	try("process_vm_readv",
	    process_vm_readv(process, &here, 1, &there, 1, 0) >= 0 || errno == EFAULT);
	/* Where the system allows tracing only of children, that is the reason of EPERM. */
	child = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	if (child == 0)
		_exit(ptrace(PTRACE_TRACEME, 0, 0, 0) == 0);
	try("ptrace", child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
	                  WEXITSTATUS(status) == 1);
	try("prlimit", syscall(SYS_prlimit64, process, 7, NULL, NULL) == 0);
	try("unshare", unshare(CLONE_NEWUSER) == 0);
	child = (pid_t)syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
	if (child == 0)
		_exit(0);
	try("clone", child > 0);
	try("clone3", syscall(435, NULL, 0) == 0 || errno == EINVAL);
	try("openat2", syscall(437, AT_FDCWD, "/", NULL, 0) == 0 || errno == EINVAL);
	try("io_uring", syscall(425, 1, NULL) == 0 || errno == EFAULT);
	try("keyctl", syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_USER_KEYRING, 0) >= 0);
	try("type", ioctl(STDIN_FILENO, TIOCSTI, "x") == 0 || errno == ENOTTY || errno == EIO);
}

static void
try_network(pid_t process)
{
	struct sockaddr_in here = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)atoi(setting("PROBE_PORT"))),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_un abstract = {.sun_family = AF_UNIX};
	int length = snprintf(abstract.sun_path + 1, sizeof abstract.sun_path - 1, "fxpipe-%d",
	    (int)process);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	try("connect", fd >= 0 && connect(fd, (struct sockaddr *)&here, sizeof here) == 0);
	close(fd);
	here.sin_port = 0;
	fd = socket(AF_INET, SOCK_STREAM, 0);
	try("bind", fd >= 0 && bind(fd, (struct sockaddr *)&here, sizeof here) == 0);
	try("listen", fd >= 0 && listen(fd, 1) == 0);
	close(fd);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	try("connect abstract",
	    fd >= 0 && connect(fd, (struct sockaddr *)&abstract,
	                   (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
	                               (size_t)length)) == 0);
	close(fd);
	fd = socket(AF_VSOCK, SOCK_STREAM, 0);
	try("vsock", fd >= 0 || errno == EAFNOSUPPORT);
}

__attribute__((destructor)) static void
probe(void)
{
	char *const nothing[] = {(char *)"true", NULL};
	pid_t process = atoi(setting("PROBE_PROCESS"));

	if (process == 0)
		return;
	confined = true;
	try_files(setting("PROBE_PLACE"));
	try_data(setting("PROBE_DATA"));
	try_processes(process);
	try_network(process);
	report("end");
	/* If it works, the last line is missing. */
	execve("/bin/true", nothing, nothing);
	report("no exec");
}

/* A tool that a signal ends raises that at its end. */
int
raise(int number)
{
	int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, "raise");

	probe();
	return next(number);
}
