/* statistics: the progress line, and the lines of --stats. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

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

	if (tool->progress < 0)
		tool->progress = progress_fits();
	/* A program that reads messages as JSON cannot use a line that is redrawn. */
	if (tool->log_json)
		tool->progress = 0;
	tool->next_progress = clock_steady() + PROGRESS_EVERY;
	tool->next_stats = clock_steady() + STATS_EVERY;
	if (tool->stats_path == NULL)
		return true;
	tool->stats_file =
	    append_file_open(tool->stats_path, "statistics", &tool->caller, &failure);
	if (tool->stats_file == NULL)
		tool_failed(tool, &failure);
	return tool->stats_file != NULL;
}

static void
write_stats(struct tool *tool, int exit_status, int signal_number)
{
	struct failure failure;
	struct buffer text;
	bool torn;

	if (tool->stats_file == NULL)
		return;
	if (!append_file_ready(tool->stats_file, &torn, &failure)) {
		tool_failed(tool, &failure);
		return;
	}
	buffer_init(&text, 64 * 1024);
	if (torn)
		buffer_add_text(&text, "\n");
	stats_format(&tool->stats, exit_status, signal_number, &text);
	if (!append_file_line(tool->stats_file, buffer_span(&text), &failure))
		tool_failed(tool, &failure);
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
tool_ticks(const struct tool *tool)
{
	return tool->progress > 0 || tool->stats_file != NULL;
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

	if (tool->progress <= 0 && (!following || tool->stats_file == NULL))
		return;
	now = clock_steady();
	if (tool->progress > 0 && now >= tool->next_progress) {
		tool->next_progress = now + PROGRESS_EVERY;
		paint(tool, lag);
	}
	if (following && tool->stats_file != NULL && now >= tool->next_stats) {
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
