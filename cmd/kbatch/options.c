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

#define SETTING(member) OPTION_AT(struct kbatch_options, sink.member)

static void read_retries(struct tool *tool, const char *option, const char *text, void *target);

static const struct option_row rows[] = {
    {'n', "records", "N", OPTION_NUMBER, SETTING(dispatch.lines), .least = 1, .most = BACKLOG_LINES,
        .help = "put up to N lines in a batch (default 100)"},
    {'b', "bytes", "SIZE", OPTION_SIZE, SETTING(dispatch.bytes), .least = 1, .most = MOST_BYTES,
        .help = "put up to SIZE bytes in a batch (default 6M)"},
    {'w', "wait", "SECONDS", OPTION_SECONDS, SETTING(dispatch.wait),
        .help = "wait up to SECONDS for a full batch (default 0)"},
    {0, "window", "SECONDS", OPTION_SECONDS, SETTING(dispatch.window), .least = 1,
        .help = "make a batch of the lines that arrive in each window of SECONDS"},
    {'j', "jobs", "N", OPTION_NUMBER, SETTING(jobs), .least = 1, .most = MOST_JOBS,
        .help = "run up to N batches at once (default 1): of different keys with -k, else of "
                "different shards"},
    {'k', "key", "FIELD", OPTION_TEXT, SETTING(key),
        .help = "keep the order of lines with the same value of member FIELD"},
    {'r', "retries", "N", OPTION_CALL, SETTING(retry.retries), .read = read_retries,
        .values = "forever",
        .help = "retry a failed batch up to N times, or \"forever\" (default 3)"},
    {0, "backoff", "SECONDS", OPTION_SECONDS, SETTING(first_backoff),
        .help = "wait about SECONDS before the first retry (default 1)"},
    {0, "bisect", NULL, OPTION_FLAG, SETTING(retry.bisect),
        .help = "split a failed batch in halves to find the line at fault"},
    {0, "max-age", "SECONDS", OPTION_SECONDS, SETTING(max_age), .least = 1,
        .help = "do not retry lines that are older than SECONDS"},
    {0, "timeout", "SECONDS", OPTION_SECONDS, SETTING(run.timeout),
        .help = "end a COMMAND that takes longer (default 900; 0: never)"},
    OPTION_REJECTS(OPTION_AT(struct kbatch_options, rejects)), OPTION_QUIET(SETTING(quiet)),
    {0, "receipts", NULL, OPTION_FLAG, SETTING(run.receipts),
        .help = "COMMAND writes out the lines that succeeded; all others have failed"},
    {0, "persistent", NULL, OPTION_FLAG, SETTING(run.persistent),
        .help = "COMMAND keeps running, and answers each line with that line or {\"error\":...}"},
    {0, "positions", NULL, OPTION_FLAG, SETTING(run.positions),
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
check_options(struct tool *tool, struct kbatch_options *options)
{
	struct dispatch_rules *dispatch = &options->sink.dispatch;
	struct run_settings *run = &options->sink.run;

	if (tool->operand_count == 0)
		tool_usage(tool, "a COMMAND is required");
	if (run->receipts && run->persistent)
		tool_usage(tool, "--receipts and --persistent exclude each other");
	if (dispatch->window > 0 && dispatch->wait > 0)
		tool_usage(tool, "-w and --window exclude each other");
	if (dispatch->window > 0 && run->persistent)
		tool_usage(tool, "--persistent and --window exclude each other");
	check_files(tool, options->sink.jobs);
	run->command = tool->operands;
	if (dispatch->lines == 0)
		dispatch->lines = dispatch->window > 0 ? BACKLOG_LINES : LINES;
	/* A command that answers each line reports the result of each. */
	run->receipts |= run->persistent;
	options->sink.retry.rejects = options->rejects != NULL;
}

static void
read_retries(struct tool *tool, const char *option, const char *text, void *target)
{
	if (strcmp(text, "forever") == 0)
		*(unsigned *)target = RETRY_FOREVER;
	else
		*(unsigned *)target = (unsigned)option_number(tool, option, text, 0, MOST_RETRIES);
}

void
kbatch_options_read(struct tool *tool, int argc, char **argv, struct kbatch_options *options)
{
	struct command_sink_settings *settings = &options->sink;

	*options = (struct kbatch_options){.sink = {.dispatch = {.bytes = 6 * 1024 * 1024},
	                                       .retry = {.retries = RETRIES},
	                                       .run = {.timeout = 900000},
	                                       .jobs = 1,
	                                       .first_backoff = 1000}};
	tool_start(tool, &table, argc, argv, options);
	/* The table has milliseconds. */
	settings->dispatch.wait *= 1000;
	settings->max_age *= 1000;
	settings->run.timeout *= 1000;
	check_options(tool, options);
}
