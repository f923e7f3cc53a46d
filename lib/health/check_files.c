/* check_files: checks files of statistics, rejects files and the disk. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/environment.h"
#include "base/memory.h"
#include "health/checks.h"
#include "record/stats_line.h"
#include "system/lines.h"

enum {
	LONGEST_LINE = 64 * 1024,
	READ_AHEAD = 256 * 1024,
	MOST_TOOLS = 1000, /* in a file */
	FULL = 99 /* percent at which a disk counts as full */
};

/* The last run of each tool in a file. */
struct runs {
	struct stats_line *last;
	size_t count;
	bool more; /* than MOST_TOOLS */
};

/* -1: it is *absent, or, with a finding, cannot be read or is not a regular file. */
static int
open_file(struct findings *findings, const char *check, const char *path, bool *absent)
{
	/* Opening a FIFO must not wait for a writer. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int error = fd < 0 ? errno : 0;
	struct stat status;

	*absent = error == ENOENT;
	if (fd >= 0 && (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))) {
		/* /dev/null holds nothing. */
		*absent = S_ISCHR(status.st_mode);
		close(fd);
		fd = -1;
	}
	if (fd < 0 && !*absent)
		findings_add(findings, FINDINGS_UNKNOWN, check, path, "it cannot be read: %s",
		    error != 0 ? strerror(error) : "not a regular file");
	return fd;
}

static void
note_run(struct runs *runs, const struct stats_line *line)
{
	size_t i = 0;

	while (i < runs->count && strcmp(runs->last[i].tool, line->tool) != 0)
		i++;
	if (i == MOST_TOOLS) {
		runs->more = true;
		return;
	}
	if (i == runs->count) {
		runs->count++;
		runs->last = memory_resize(runs->last, runs->count, sizeof *runs->last);
	}
	runs->last[i] = *line;
}

/* False: the file cannot be read to its end. */
static bool
read_runs(int fd, const volatile sig_atomic_t *stop, struct runs *runs, struct failure *failure)
{
	struct lines *lines = lines_open(fd, LONGEST_LINE, READ_AHEAD, stop);
	enum lines_status status;
	struct stats_line read;
	struct line line;

	while ((status = lines_wait(lines, -1, -1, failure)) == LINES_READY) {
		while (lines_next(lines, &line)) {
			/* The last line may not be complete yet, or others wrote to the file. */
			if (line.state == LINE_WHOLE && stats_line_read(line.text, &read))
				note_run(runs, &read);
		}
	}
	lines_close(lines);
	return status == LINES_END;
}

/* How a run ended, by the meaning of exit statuses. */
static void
check_end(struct findings *findings, const char *path, const struct stats_line *run)
{
	bool signalled = run->end == STATS_SIGNALLED;
	int status = run->status;

	if (signalled && (status == SIGINT || status == SIGPIPE || status == SIGTERM))
		findings_add(
		    findings, FINDINGS_WELL, "figures", path, "%s was asked to end", run->tool);
	else if (signalled)
		findings_add(findings, FINDINGS_LOOK, "figures", path, "%s died of signal %d",
		    run->tool, status);
	else if (run->end == STATS_RUNNING || (run->end == STATS_EXITED && status == 0))
		findings_add(findings, FINDINGS_WELL, "figures", path, "%s does well", run->tool);
	else if (run->end == STATS_END_UNKNOWN)
		findings_add(findings, FINDINGS_BROKEN, "figures", path,
		    "%s ended with an invalid status: it needs attention", run->tool);
	else if (status == 1)
		findings_add(findings, FINDINGS_LOOK, "figures", path,
		    "%s ended with 1: some lines were refused, or records lost", run->tool);
	else if (status == 75)
		findings_add(findings, FINDINGS_LOOK, "figures", path,
		    "%s ended with 75: a temporary failure", run->tool);
	else
		findings_add(findings, FINDINGS_BROKEN, "figures", path,
		    "%s ended with %d: it needs attention", run->tool, status);
}

void
check_stats(struct findings *findings, const char *path)
{
	struct failure failure = {.kind = FAILURE_NONE};
	struct runs runs = {.count = 0};
	bool absent;
	int fd = open_file(findings, "figures", path, &absent);

	if (absent)
		findings_add(findings, FINDINGS_LOOK, "figures", path,
		    "there is no such file: has nothing run yet?");
	if (fd < 0)
		return;
	if (!read_runs(fd, findings->stop, &runs, &failure))
		findings_failure(findings, "figures", path, &failure);
	else if (runs.count == 0)
		findings_add(findings, FINDINGS_LOOK, "figures", path, "it holds no statistics");
	if (runs.more)
		findings_add(findings, FINDINGS_BROKEN, "figures", path,
		    "it names more than %d tools", MOST_TOOLS);
	for (size_t i = 0; i < runs.count; i++) {
		char *what = memory_format("the last run of %s", runs.last[i].tool);

		findings_time(findings, "figures", path, what, runs.last[i].ended);
		check_end(findings, path, &runs.last[i]);
		free(what);
	}
	free(runs.last);
	close(fd);
}

/* False: it cannot be read. An unterminated last line counts. */
static bool
count_lines(int fd, uint64_t *count)
{
	char bytes[64 * 1024], last = '\n';
	ssize_t length;

	*count = 0;
	while ((length = read(fd, bytes, sizeof bytes)) > 0) {
		for (ssize_t i = 0; i < length; i++)
			*count += bytes[i] == '\n';
		last = bytes[length - 1];
	}
	*count += last != '\n';
	return length == 0;
}

void
check_rejects(struct findings *findings, const char *path)
{
	bool absent;
	int fd = open_file(findings, "rejects", path, &absent);
	uint64_t count = 0;

	if (fd < 0 && !absent)
		return;
	if (fd >= 0 && !count_lines(fd, &count))
		findings_add(findings, FINDINGS_UNKNOWN, "rejects", path, "it cannot be read");
	else if (count == 0)
		findings_add(findings, FINDINGS_WELL, "rejects", path, "no line was set aside");
	else
		findings_add(findings, FINDINGS_LOOK, "rejects", path,
		    "%llu line%s set aside, to be inspected", (unsigned long long)count,
		    count == 1 ? "" : "s");
	if (fd >= 0)
		close(fd);
}

/* In percent, rounded up, as df(1) shows it; false: unknown. */
static bool
used_space(const char *directory, unsigned *percent)
{
	struct statvfs disk;
	uint64_t used, all;

	if (statvfs(directory, &disk) != 0)
		return false;
	used = (uint64_t)(disk.f_blocks - disk.f_bfree);
	all = used + disk.f_bavail;
	*percent = all == 0 ? 0 : (unsigned)((used * 100 + all - 1) / all);
	return true;
}

void
check_disk(struct findings *findings, unsigned most)
{
	struct failure failure;
	struct stat status;
	const char *home;
	unsigned used;

	if (most >= 100 || !environment_home(&home, &failure) || stat(home, &status) != 0 ||
	    !S_ISDIR(status.st_mode))
		return;
	if (!used_space(home, &used))
		findings_add(findings, FINDINGS_UNKNOWN, "disk", home, "its free space is unknown");
	else if (used >= FULL)
		findings_add(findings, FINDINGS_BROKEN, "disk", home, "it is full: %u %%", used);
	else if (used > most)
		findings_add(findings, FINDINGS_LOOK, "disk", home,
		    "%u %% full, and %u %% is allowed", used, most);
	else
		findings_add(findings, FINDINGS_WELL, "disk", home, "%u %% full", used);
}
