/* daemon: looks for a cron daemon among the processes in /proc. */
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "schedule/daemon.h"

enum { NAME_MOST = 16 /* bytes of a name in /proc, newline included */ };

/* systemd-cron makes timers of the crontabs, and has no daemon. */
static const char generator[] = "/usr/lib/systemd/system-generators/systemd-crontab-generator";

/* BusyBox can be any of its programs. */
static bool
is_daemon(const char *name)
{
	static const char *const names[] = {
	    "cron", "crond", "fcron", "mcron", "bcron-sched", "busybox"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

static bool
read_name(const char *process, char name[NAME_MOST + 1])
{
	char path[300];
	ssize_t got = -1;
	int fd;

	snprintf(path, sizeof path, "/proc/%s/comm", process);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		got = read(fd, name, NAME_MOST);
		close(fd);
	}
	name[got > 0 ? got : 0] = '\0';
	name[strcspn(name, "\n")] = '\0';
	return got > 0;
}

const char *
daemon_fault(void)
{
	char name[NAME_MOST + 1];
	const struct dirent *process;
	bool found = access(generator, F_OK) == 0 || !read_name("1", name);
	DIR *processes = opendir("/proc");

	while (processes != NULL && !found && (process = readdir(processes)) != NULL) {
		if (process->d_name[0] >= '1' && process->d_name[0] <= '9')
			found = read_name(process->d_name, name) && is_daemon(name);
	}
	if (processes != NULL)
		closedir(processes);
	return found ? NULL
	             : "the cron daemon does not seem to run: nothing is started until it does "
	               "(start the service cron or crond)";
}
