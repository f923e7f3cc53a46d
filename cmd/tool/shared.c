/* shared: the options that all tools have, and a tool's rows together with the shared ones. */
#include <string.h>

#include "tool/tool.h"

enum { LARGEST_LINE = 64 * 1024 * 1024 };

static void
read_log(struct tool *tool, const char *option, const char *text, void *target)
{
	(void)target;
	tool_log_option(tool, option, text);
	tool->log_named = true;
}

#define AT(member) OPTION_AT(struct tool, member)

static const struct option_row shared[] = {
    {0, "max-line", "SIZE", OPTION_SIZE, AT(max_line), .least = 1, .most = LARGEST_LINE,
        .help = "refuse longer input lines (default 10M)"},
    {0, "stats", "FILE", OPTION_TEXT, AT(stats_path), .values = "<file>",
        .help = "append a line of statistics to FILE"},
    {0, "log", "FORMAT", OPTION_CALL, .read = read_log, .values = "text json",
        .help = "write messages as text (default) or json"},
    {0, "progress", NULL, OPTION_NEGATABLE, AT(progress),
        .help = "show a progress line on standard error"},
    {'v', "verbose", NULL, OPTION_FLAG, AT(verbose), .help = "print details"},
    {'h', "help", NULL, OPTION_HELP, .help = "print this help"},
    {'V', "version", NULL, OPTION_VERSION, .help = "print the version"}, OPTION_END};

static bool
is_row(const struct option_row *row)
{
	return row->letter != 0 || row->name != NULL;
}

/* Has the tool a row of its own with this name? */
static bool
is_replaced(const struct option_table *table, const char *name)
{
	for (const struct option_row *row = table->rows; is_row(row); row++) {
		if (row->name != NULL && strcmp(row->name, name) == 0)
			return true;
	}
	return false;
}

static size_t
add_shared(const struct option_table *table, const struct option_row *from,
    const struct option_row **rows, size_t count)
{
	for (const struct option_row *row = from; is_row(row) && count < OPTION_MOST; row++) {
		if (!is_replaced(table, row->name))
			rows[count++] = row;
	}
	return count;
}

size_t
option_rows(const struct option_table *table, const struct option_row *rows[OPTION_MOST + 1])
{
	size_t count = 0, own;

	for (const struct option_row *row = table->rows; is_row(row) && count < OPTION_MOST; row++)
		rows[count++] = row;
	own = count;
	if (table->aws)
		count = add_shared(table, option_aws_rows, rows, count);
	count = add_shared(table, shared, rows, count);
	rows[count] = NULL;
	return own;
}
