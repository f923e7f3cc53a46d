/* shared: the options that all tools have. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "tool/tool.h"

enum { LARGEST_LINE = 64 * 1024 * 1024 };

static _Noreturn void
end_printed(struct tool *tool, bool printed)
{
	if (!printed) {
		struct failure failure;

		fail_errno(&failure, errno, "could not write the output");
		tool_failed(tool, &failure);
	}
	exit(tool->status);
}

static void
print_help(struct tool *tool, const char *option, const char *text, void *target)
{
	(void)option, (void)text, (void)target;
	end_printed(tool, option_print_help(tool->table));
}

static void
print_version(struct tool *tool, const char *option, const char *text, void *target)
{
	(void)option, (void)text, (void)target;
	end_printed(
	    tool, printf("%s (fxpipe) " FX_VERSION "\n", tool->name) > 0 && fflush(stdout) == 0);
}

static void
read_log(struct tool *tool, const char *option, const char *text, void *target)
{
	(void)target;
	tool_log_option(tool, option, text);
	tool->log_named = true;
}

#define AT(member) OPTION_AT(struct tool, member)

const struct option_row option_shared[] = {
    {0, "max-line", "SIZE", OPTION_SIZE, AT(max_line), .least = 1, .most = LARGEST_LINE,
        .help = "refuse longer input lines (default 10M)"},
    {0, "stats", "FILE", OPTION_TEXT, AT(stats_path), .values = "<file>",
        .help = "append a line of statistics to FILE"},
    {0, "log", "FORMAT", OPTION_CALL, .read = read_log, .values = "text json",
        .help = "write messages as text (default) or json"},
    {0, "progress", NULL, OPTION_NEGATABLE, AT(progress),
        .help = "show a progress line on standard error"},
    {'v', "verbose", NULL, OPTION_FLAG, AT(verbose), .help = "print details"},
    {'h', "help", NULL, OPTION_CALL, .read = print_help, .help = "print this help"},
    {'V', "version", NULL, OPTION_CALL, .read = print_version, .help = "print the version"},
    OPTION_END};
