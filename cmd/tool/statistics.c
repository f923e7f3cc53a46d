/* statistics: the progress line, and the lines of --stats. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/append.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "tool/tool.h"

enum { PROGRESS_EVERY = 200000 /* us */, STATS_EVERY = 60 * 1000000 };

static bool
progress_fits(void)
{
	struct stat output;

	return isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO) &&
	       fstat(STDOUT_FILENO, &output) == 0 && !S_ISFIFO(output.st_mode);
}

bool
tool_statistics_open(struct tool *tool)
{
	struct failure failure;
	struct shown shown;

	if (tool->progress < 0)
		tool->progress = progress_fits();
	/* A program that reads messages as JSON cannot use a line that is redrawn. */
	if (tool->log_json)
		tool->progress = 0;
	tool->next_progress = clock_steady() + PROGRESS_EVERY;
	tool->next_stats = clock_steady() + STATS_EVERY;
	if (tool->stats_path == NULL)
		return true;
	tool->stats_file = open(tool->stats_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (tool->stats_file >= 0)
		return true;
	fail_errno(&failure, errno, "could not open %s for statistics",
	    show(&shown, tool->stats_path, strlen(tool->stats_path)));
	tool_failed(tool, &failure);
	return false;
}

static void
write_stats(struct tool *tool, int exit_status, int signal_number)
{
	struct failure failure;
	struct shown shown;
	struct buffer text;

	if (tool->stats_file < 0)
		return;
	buffer_init(&text, 64 * 1024);
	stats_format(&tool->stats, exit_status, signal_number, &text);
	if (!append_line(tool->stats_file, text.data, text.length)) {
		fail_errno(&failure, errno, "could not write statistics to %s",
		    show(&shown, tool->stats_path, strlen(tool->stats_path)));
		tool_failed(tool, &failure);
	}
	buffer_free(&text);
}

static void
paint(struct tool *tool, const char *lag)
{
	double seconds = (double)(clock_steady() - tool->stats.steady) / 1e6;

	fprintf(stderr, "\r\033[K%s: %llu records, %.0f/s%s%s", tool->name,
	    (unsigned long long)tool->stats.lines,
	    seconds > 0 ? (double)tool->stats.lines / seconds : 0, lag[0] != '\0' ? ", " : "", lag);
	if (tool->stats.refused > 0)
		fprintf(stderr, ", %llu refused", (unsigned long long)tool->stats.refused);
}

bool
tool_progress_due(const struct tool *tool)
{
	return tool->progress > 0 && clock_steady() >= tool->next_progress;
}

void
tool_tick(struct tool *tool, bool following, const char *lag)
{
	int64_t now;

	if (tool->progress <= 0 && (!following || tool->stats_file < 0))
		return;
	now = clock_steady();
	if (tool->progress > 0 && now >= tool->next_progress) {
		tool->next_progress = now + PROGRESS_EVERY;
		paint(tool, lag);
	}
	if (following && tool->stats_file >= 0 && now >= tool->next_stats) {
		tool->next_stats = now + STATS_EVERY;
		write_stats(tool, -1, 0);
	}
}

void
tool_statistics_end(struct tool *tool, int signal_number)
{
	if (tool->progress > 0) {
		paint(tool, "");
		fputc('\n', stderr);
	}
	write_stats(tool, tool->status, signal_number);
}
