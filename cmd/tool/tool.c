/* tool: how every program of the family begins and ends: descriptors, signals, exit status. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/environment.h"
#include "record/position.h"
#include "tool/tool.h"

enum { MAX_LINE = 10 * 1024 * 1024 };

/* Opens each closed standard descriptor in a mode in which using it fails, so that no other file
 * gets its number. */
static void
fill_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
			_exit(2);
	}
}

void
tool_start(
    struct tool *tool, const struct option_table *table, int argc, char **argv, void *options)
{
	fill_descriptors();
	tool_signals_begin();
	*tool = (struct tool){
	    .name = table->name, .table = table, .argv = argv, .progress = -1, .max_line = MAX_LINE};
	tool->caller = tool_caller(tool);
	snprintf(tool->agent, sizeof tool->agent, "fxpipe/" FX_VERSION " %s", tool->name);
	stats_init(&tool->stats, tool->name);
	tool_log_begin(tool);
	option_read(tool, table, argc, argv, options);
}

void
tool_ready(struct tool *tool)
{
	const char *log = environment_log();

	if (log != NULL && !tool->log_named)
		tool_log_option(tool, "$FX_LOG", log);
	tool->output = output_open(STDOUT_FILENO, &tool_stop);
	if (!tool_statistics_open(tool))
		tool_end(tool, NULL);
}

size_t
tool_line_ceiling(const struct tool *tool)
{
	return (tool->max_line + 2) / 3 * 4 + POSITION_SIZE + 64;
}

void
tool_confine(struct tool *tool, struct sandbox *sandbox)
{
	struct failure failure;

	if (!tool->confined) {
		sandbox_reopen(sandbox, tool->stats_path);
		if (!sandbox_enter(sandbox, &failure))
			tool_fail(tool, &failure);
		tool->confined = true;
	}
	sandbox_free(sandbox);
}

void
tool_confine_to(struct tool *tool, const char *directory, const char *also)
{
	struct sandbox sandbox = {.network = false};

	sandbox_write(&sandbox, directory);
	sandbox_write(&sandbox, also);
	tool_confine(tool, &sandbox);
}

_Noreturn void
tool_fail(struct tool *tool, const struct failure *failure)
{
	tool_failed(tool, failure);
	tool_end(tool, failure);
}

_Noreturn void
tool_end(struct tool *tool, const struct failure *last)
{
	struct failure failure = {.kind = last != NULL ? last->kind : FAILURE_NONE};
	int number = tool_stop;

	/* The same failure has been printed already. */
	if (failure.kind != FAILURE_READER_GONE && !output_flush(tool->output, &failure) &&
	    (last == NULL || strcmp(last->text, failure.text) != 0))
		tool_failed(tool, &failure);
	/* Some file systems report a full disk only when the file is closed. */
	if (tool->status == 0 && failure.kind == FAILURE_NONE && close(STDOUT_FILENO) < 0 &&
	    errno != EBADF && errno != EINTR) {
		fail_errno(&failure, errno, "could not write the output");
		tool_failed(tool, &failure);
	}
	if (number == 0 && failure.kind == FAILURE_READER_GONE)
		number = SIGPIPE;
	tool_statistics_end(tool, number);
	output_close(tool->output);
	if (number != 0)
		tool_signals_die(number);
	exit(tool->status);
}
