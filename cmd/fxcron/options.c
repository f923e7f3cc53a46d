/* options: reads fxcron's command line into an entry. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "fxcron/options.h"

enum { PATH_SIZE = 4096, PAIRS_MOST = 1000000, PER_DAY_MOST = 1000000000 };

static void
add_variable(struct tool *tool, const char *option, const char *text, void *target)
{
	if (!entry_variable_is_valid(text))
		tool_usage(tool, "%s takes NAME=VALUE", option);
	words_add(target, text);
}

/* A file, or, as for all tools, the format of messages. */
static void
read_log(struct tool *tool, const char *option, const char *text, void *target)
{
	if (text[0] == '\0')
		tool_usage(tool, "%s takes a file, or text or json", option);
	if (strcmp(text, "text") == 0 || strcmp(text, "json") == 0) {
		tool_log_option(tool, option, text);
		tool->log_named = true;
	} else {
		*(const char **)target = text;
	}
}

/* --log syslog is the same; the later of --log and --syslog counts. */
static void
use_syslog(struct tool *tool, const char *option, const char *text, void *target)
{
	(void)tool, (void)option, (void)text;
	*(const char **)target = "syslog";
}

#define AT(member) OPTION_AT(struct options, member)
#define RUNS "install run loop"

static const struct option_row rows[] = {
    {'e', NULL, "NAME=VALUE", OPTION_CALL, AT(variables), .read = add_variable, .only = RUNS,
        .help = "set a variable for COMMAND (repeatable); never a secret"},
    {0, "limit", "SECONDS", OPTION_NUMBER, AT(limit), .most = ENTRY_LIMIT_MOST, .only = RUNS,
        .help = "end a run after SECONDS (default 3600, of loop 0: never)"},
    {0, "delay", "SECONDS", OPTION_NUMBER, AT(delay), .most = ENTRY_DELAY_MOST, .only = RUNS,
        .help = "begin up to SECONDS later, chosen at random (default 0)"},
    {0, "log", "FILE", OPTION_CALL, AT(log), .read = read_log, .values = "<file>",
        .help = "append the output of COMMAND to FILE (-: leave it to cron or systemd); text or "
                "json: write messages in that format"},
    {0, "syslog", NULL, OPTION_CALL, AT(log), .read = use_syslog, .only = RUNS,
        .help = "send the output of COMMAND to syslog"},
    {0, "service", NULL, OPTION_FLAG, AT(service), .only = "install",
        .help = "no schedule: keep COMMAND running"},
    {0, "instances", "N", OPTION_NUMBER, AT(instances), .least = 1, .most = ENTRY_INSTANCES_MOST,
        .only = "install loop", .help = "keep N of COMMAND running at once (default 1)"},
    {0, "systemd", NULL, OPTION_FLAG, AT(systemd), .only = "install",
        .help = "install a systemd user unit instead of a line of the crontab"},
    {0, "print", NULL, OPTION_FLAG, AT(print), .only = "install",
        .help = "print what would be installed, and install nothing"},
    {0, "provider", "NAME", OPTION_TEXT, AT(quota.provider), .values = "<provider>", .only = RUNS,
        .help = "the provider that COMMAND asks (default: that of its fxfetch)"},
    {0, "pairs", "N", OPTION_NUMBER, AT(quota.pairs), .least = 1, .most = PAIRS_MOST, .only = RUNS,
        .help = "a run makes N requests (default: one for each pair of its fxfetch)"},
    {0, "limit-per-day", "N", OPTION_NUMBER, AT(quota.per_day), .least = 1, .most = PER_DAY_MOST,
        .only = RUNS, .help = "the provider allows N requests a day"},
    {0, "force", NULL, OPTION_FLAG, AT(force), .only = "install",
        .help = "install it even if the provider allows fewer requests"},
    {0, "json", NULL, OPTION_FLAG, AT(json), .only = "list",
        .help = "write a JSON object for each entry"},
    OPTION_END};

static const struct option_subcommand subcommands[] = {
    {"install", "NAME {SCHEDULE | --service} [OPTION...] -- COMMAND", .most = OPTION_MANY,
        .values = "<command>", .help = "run COMMAND on a schedule, or as a service"},
    {"list", "[--json]", .most = 0, .help = "list the entries that are installed"},
    {"remove", "NAME", .most = 1, .values = "<entry>", .help = "remove an entry, and end its loop"},
    {"run", "NAME [OPTION...] -- COMMAND", .most = OPTION_MANY, .values = "<command>",
        .help = "run COMMAND once, as a line of the crontab does"},
    {"loop", "[NAME] [OPTION...] -- COMMAND", .most = OPTION_MANY, .values = "<command>",
        .help = "run COMMAND again whenever it ends"},
    {.name = NULL}};

static const struct option_table table = {.name = "fxcron",
    .about = "run pipelines on a schedule or as services",
    .details = "SCHEDULE is rate(5 minutes), cron(0 9 ? * MON-FRI *), the five fields of a "
               "crontab, or @hourly and the like. COMMAND is one argument, a pipeline for bash, "
               "or several words. Only one run of NAME is active at a time. If any part of the "
               "pipeline fails, the run fails.",
    .rows = rows,
    .subcommands = subcommands,
    .statuses = "Exit status: 0 done; 2 needs attention, retrying will not help; 75 run: skipped, "
                "or ended by its limit. Otherwise run ends with the status of COMMAND."};

/* The working directory, as the shell names it ($PWD). */
static char *
working_directory(void)
{
	const char *named = getenv("PWD");
	struct stat here, there;
	char path[PATH_SIZE];

	if (named != NULL && named[0] == '/' && stat(".", &here) == 0 && stat(named, &there) == 0 &&
	    here.st_dev == there.st_dev && here.st_ino == there.st_ino)
		return memory_copy_text(named);
	return memory_copy_text(getcwd(path, sizeof path) != NULL ? path : ".");
}

static void
take_log(struct fxcron *fx)
{
	const char *log = fx->options.log;

	if (log == NULL)
		return;
	if (log[0] == '/' || strcmp(log, "-") == 0 || strcmp(log, "syslog") == 0) {
		entry_set(&fx->entry.log, log);
	} else {
		char *directory = working_directory();

		free(fx->entry.log);
		fx->entry.log = memory_format("%s/%s", directory, log);
		free(directory);
	}
}

static void
take_name(struct fxcron *fx, const char *name)
{
	struct shown shown;

	if (!entry_name_is_valid(name))
		tool_usage(&fx->tool,
		    "%s is not a name: 1 to 128 of A-Z a-z 0-9 _ . -, not beginning with . or -",
		    show(&shown, name, strlen(name)));
	entry_set(&fx->entry.name, name);
}

/* The words before "--": a name, and of install a schedule. */
static void
take_words(struct fxcron *fx)
{
	struct tool *tool = &fx->tool;
	const char *what = tool->subcommand->name;
	bool install = strcmp(what, "install") == 0;
	size_t most = install && !fx->options.service ? 2 : 1;
	struct shown shown;

	if (tool->operand_count == tool->dashed)
		tool_usage(tool, "%s requires a command after --", what);
	if (tool->dashed > most)
		tool_usage(tool, "unexpected argument %s",
		    show(&shown, tool->operands[most], strlen(tool->operands[most])));
	if (tool->dashed == 0 && strcmp(what, "loop") != 0)
		tool_usage(tool, "%s requires a name", what);
	if (tool->dashed > 0)
		take_name(fx, tool->operands[0]);
	if (install && tool->dashed < most)
		tool_usage(tool, "install requires a name and a schedule, or --service");
	if (install)
		entry_set(&fx->entry.schedule, most == 2 ? tool->operands[1] : "service");
}

void
options_read(struct fxcron *fx, int argc, char **argv)
{
	struct tool *tool = &fx->tool;
	struct options *options = &fx->options;
	const char *what;

	*options = (struct options){.limit = ENTRY_LIMIT_DEFAULT, .instances = 1};
	entry_init(&fx->entry);
	tool_start(tool, &table, argc, argv, options);
	what = tool->subcommand->name;
	if (strcmp(what, "list") == 0 || strcmp(what, "remove") == 0) {
		if (options->log != NULL)
			tool_log_option(tool, "--log", options->log);
		if (strcmp(what, "remove") == 0 && tool->operand_count == 0)
			tool_usage(tool, "remove requires a name");
		if (strcmp(what, "remove") == 0)
			take_name(fx, tool->operands[0]);
		return;
	}
	take_words(fx);
	if (!entry_set_command(
	        &fx->entry, tool->operands + tool->dashed, tool->operand_count - tool->dashed))
		tool_usage(tool, "%s requires a command after --", what);
	fx->entry.limit = options->limit;
	fx->entry.delay = options->delay;
	if (options->instances > 1 && strcmp(what, "install") == 0 && !options->service)
		tool_usage(tool, "--instances requires --service");
	fx->entry.instances = options->instances;
	fx->entry.systemd = options->systemd;
	fx->entry.service = options->service;
	fx->entry.variables = options->variables;
	take_log(fx);
}
