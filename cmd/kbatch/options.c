/* options: the options of kbatch. */
#include <string.h>
#include <sys/resource.h>

#include "kbatch/options.h"

enum {
	MOST_BYTES = 64 * 1024 * 1024,
	MOST_JOBS = 128,
	MOST_RETRIES = 1000000,
	LINES = 100,
	RETRIES = 3,
	FILES = 20, /* our own, and those of a command that is being started */
	FILES_OF_JOB = 5
};

#define SETTING(member) OPTION_AT(struct batch_options, settings.member)

static void read_retries(struct tool *tool, const char *option, const char *text, void *target);

static const struct option_row rows[] = {
    {'n', "records", "N", OPTION_NUMBER, SETTING(lines), .least = 1, .most = BACKLOG_LINES,
        .help = "put up to N lines in a batch (default 100)"},
    {'b', "bytes", "SIZE", OPTION_SIZE, SETTING(bytes), .least = 1, .most = MOST_BYTES,
        .help = "put up to SIZE bytes in a batch (default 6M)"},
    {'w', "wait", "SECONDS", OPTION_SECONDS, SETTING(hold),
        .help = "wait up to SECONDS for a full batch (default 0)"},
    {0, "window", "SECONDS", OPTION_SECONDS, SETTING(window), .least = 1,
        .help = "make a batch of the lines that arrive in each window of SECONDS"},
    {'j', "jobs", "N", OPTION_NUMBER, SETTING(jobs), .least = 1, .most = MOST_JOBS,
        .help = "run up to N batches at once (default 1): of different keys with -k, else of "
                "different shards"},
    {'k', "key", "FIELD", OPTION_TEXT, OPTION_AT(struct batch_options, key),
        .help = "keep the order of lines with the same value of member FIELD"},
    {'r', "retries", "N", OPTION_CALL, SETTING(rules.retries), .read = read_retries,
        .values = "forever",
        .help = "retry a failed batch up to N times, or \"forever\" (default 3)"},
    {0, "backoff", "SECONDS", OPTION_SECONDS, SETTING(pause),
        .help = "wait about SECONDS before the first retry (default 1)"},
    {0, "bisect", NULL, OPTION_FLAG, SETTING(rules.bisect),
        .help = "split a failed batch in halves to find the line at fault"},
    {0, "max-age", "SECONDS", OPTION_SECONDS, SETTING(age), .least = 1,
        .help = "do not retry lines that are older than SECONDS"},
    {0, "timeout", "SECONDS", OPTION_SECONDS, SETTING(timeout),
        .help = "end a COMMAND that takes longer (default 900; 0: never)"},
    OPTION_REJECTS(OPTION_AT(struct batch_options, rejects)),
    OPTION_QUIET(OPTION_AT(struct batch_options, quiet)),
    {0, "receipts", NULL, OPTION_FLAG, SETTING(receipts),
        .help = "COMMAND writes out the lines that succeeded; all others have failed"},
    {0, "persistent", NULL, OPTION_FLAG, SETTING(persistent),
        .help = "COMMAND keeps running, and answers each line with that line or {\"error\":...}"},
    {0, "positions", NULL, OPTION_FLAG, SETTING(whole),
        .help = "pass lines to COMMAND with their positions"},
    OPTION_END};

static const struct option_table table = {.name = "kbatch",
    .about = "run a command on batches of records",
    .details = "Runs COMMAND with each batch of lines as its standard input. Writes the lines of a "
               "batch to standard output once COMMAND has succeeded.",
    .rows = rows,
    .arguments = "[--] COMMAND [ARGUMENT...]",
    .values = "<command>",
    .most = OPTION_MANY,
    .command = true};

/* Otherwise opening files fails later, with a message about something else. */
static void
check_files(struct tool *tool, unsigned jobs)
{
	unsigned needed = FILES + FILES_OF_JOB * jobs;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < needed)
		tool_usage(tool, "-j %u needs %u open files, but the limit is %llu (see ulimit -n)",
		    jobs, needed, (unsigned long long)limit.rlim_cur);
}

static void
check_options(struct tool *tool, struct batch_options *options)
{
	struct course_settings *settings = &options->settings;

	if (tool->operand_count == 0)
		tool_usage(tool, "a COMMAND is required");
	if (settings->receipts && settings->persistent)
		tool_usage(tool, "--receipts and --persistent exclude each other");
	if (settings->window > 0 && settings->hold > 0)
		tool_usage(tool, "-w and --window exclude each other");
	if (settings->window > 0 && settings->persistent)
		tool_usage(tool, "--persistent and --window exclude each other");
	check_files(tool, settings->jobs);
	settings->command = tool->operands;
	if (settings->lines == 0)
		settings->lines = settings->window > 0 ? BACKLOG_LINES : LINES;
	/* A command that answers each line reports the result of each. */
	settings->receipts |= settings->persistent;
	settings->aside = options->rejects != NULL;
}

static void
read_retries(struct tool *tool, const char *option, const char *text, void *target)
{
	if (strcmp(text, "forever") == 0)
		*(unsigned *)target = BATCH_FOREVER;
	else
		*(unsigned *)target = (unsigned)option_number(tool, option, text, 0, MOST_RETRIES);
}

void
batch_options_read(struct tool *tool, int argc, char **argv, struct batch_options *options)
{
	struct course_settings *settings = &options->settings;

	*options = (struct batch_options){.settings = {.bytes = 6 * 1024 * 1024,
	                                      .jobs = 1,
	                                      .pause = 1000,
	                                      .timeout = 900000,
	                                      .rules = {.retries = RETRIES}}};
	tool_start(tool, &table, argc, argv, options);
	settings->hold *= 1000;
	settings->age *= 1000;
	settings->timeout *= 1000;
	check_options(tool, options);
}
