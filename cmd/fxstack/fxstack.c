/* fxstack: creates, changes and deletes the resources that a file describes. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/name.h"
#include "fxstack/common.h"
#include "fxstack/kinds.h"

enum {
	WINDOW = 1024 * 1024, /* bytes read ahead */
	TIMEOUT = 10 * 60 * 1000, /* ms */
	REFUSED_MOST = 100 /* lines, after which reading ends */
};

static void read_prefix(struct tool *tool, const char *option, const char *text, void *target);

#define AT(member) OPTION_AT(struct fxstack, member)

static const struct option_row rows[] = {
    {0, "prefix", "ENV", OPTION_CALL, AT(prefix), .read = read_prefix,
        .help = "use another environment: put ENV- before each name"},
    {0, "aws", NULL, OPTION_FLAG, AT(aws),
        .help = "names without a scheme are on AWS, not embedded"},
    {0, "timeout", "TIME", OPTION_DURATION, AT(timeout),
        .help = "wait up to TIME for each resource (default 10m)"},
    {0, "yes", NULL, OPTION_FLAG, AT(yes), .only = "destroy",
        .help = "destroy: do not ask for confirmation"},
    {0, "foreign", NULL, OPTION_FLAG, AT(foreign), .only = "destroy",
        .help = "destroy: also delete resources that fxstack did not create"},
    OPTION_END};

enum { SUBCOMMANDS = 5 };

#define WORD(tool) tool " "

static const struct option_subcommand subcommands[SUBCOMMANDS + 1] = {
    {"diff", "[OPTION...] [FILE]", "<file>", 1,
        "show the changes that deploy would make; exit status 0: none, 1: some, 2: failure"},
    {"deploy", "[OPTION...] [FILE]", "<file>", 1, "create and change the resources"},
    {"destroy", "[--yes] [--foreign] [OPTION...] [FILE]", "<file>", 1, "delete the resources"},
    {"policy", "[OPTION...] [TOOL...]", FXSTACK_TOOLS(WORD) "fxstack", OPTION_MANY,
        "write the least IAM policy with which the tools can use these resources"},
    {"template", "[OPTION...] [FILE]", "<file>", 1, "write the stack as a CloudFormation template"},
    {.name = NULL}};

static const struct option_table table = {.name = "fxstack",
    .about = "create, change and delete streams, tables and other resources",
    .details = "Reads resources, one JSON object a line (see fxpipe-stack(5)), from FILE or "
               "standard input, and writes the result for each to standard output.",
    .rows = rows,
    .aws = true,
    .statuses =
        "Exit status: 0 all done; 1 diff: something would change or is refused, destroy: something "
        "was kept; 2 needs attention; 75 temporary failure, run it again to continue.",
    .subcommands = subcommands};

struct command {
	bool compares; /* the resources with their lines, for which it needs the values of secrets */
	bool looks; /* at the resources, which requires the endpoints of subscriptions */
	bool (*run)(struct fxstack *fx, struct failure *failure);
};

/* In the order of subcommands. */
static const struct command commands[SUBCOMMANDS] = {{true, true, deploy_diff},
    {true, true, deploy_stack}, {false, true, destroy_stack}, {false, false, documents_policies},
    {false, false, documents_template}};

struct options {
	const struct command *command;
	const char *file; /* NULL: standard input */
};

static void read_options(struct fxstack *fx, int argc, char **argv, struct options *options);
static bool read_stack(struct fxstack *fx, const struct options *options, struct failure *failure);
static bool read_lines(struct fxstack *fx, int input, struct failure *failure);

int
main(int argc, char **argv)
{
	struct tool tool;
	struct fxstack fx = {.tool = &tool, .timeout = TIMEOUT, .terminal = -1};
	struct options options = {.command = NULL};
	struct failure failure = {.kind = FAILURE_NONE};

	read_options(&fx, argc, argv, &options);
	tool_ready(&tool);
	if (read_stack(&fx, &options, &failure)) {
		if (options.command->run == destroy_stack && !fx.yes)
			fx.terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
		confinement_enter(&fx, options.command->run == deploy_stack);
		if (options.command->run(&fx, &failure))
			failure.kind = FAILURE_NONE;
	}
	tool_failed(&tool, &failure);
	free(fx.failed);
	stack_close(fx.stack);
	tool_end(&tool, &failure);
}

static void
read_options(struct fxstack *fx, int argc, char **argv, struct options *options)
{
	struct tool *tool = fx->tool;

	tool_start(tool, &table, argc, argv, fx);
	options->command = &commands[tool->subcommand - subcommands];
	if (options->command->run == documents_policies) {
		fx->tools = (const char *const *)tool->operands;
		fx->tool_count = tool->operand_count;
	} else {
		options->file = tool->operands[0];
	}
}

static void
read_prefix(struct tool *tool, const char *option, const char *text, void *target)
{
	struct shown shown;

	if (!name_is_valid(text) || text[0] == '-')
		tool_usage(tool,
		    "option %s: \"%s\" is not a prefix: use letters, digits, \"_\", \".\" and "
		    "\"-\", neither of the last two first",
		    option, show(&shown, text, strlen(text)));
	*(const char **)target = text;
}

/* Reads and checks the whole stack before anything is changed. */
static bool
read_stack(struct fxstack *fx, const struct options *options, struct failure *failure)
{
	const char *file = options->file;
	struct stack_settings settings = {.prefix = fx->prefix,
	    .kind_of = kinds_find,
	    .aws = fx->aws,
	    .secrets = file != NULL ? STDIN_FILENO : -1,
	    .caller = tool_caller(fx->tool)};
	struct shown shown;
	int input = STDIN_FILENO;
	bool read;

	if (file == NULL)
		tool_announce_terminal(fx->tool);
	if (file != NULL)
		input = open(file, O_RDONLY | O_CLOEXEC);
	if (input < 0)
		return fail_errno(
		    failure, errno, "cannot open the stack %s", show(&shown, file, strlen(file)));
	fx->stack = stack_open(&settings);
	read = read_lines(fx, input, failure);
	if (file != NULL)
		close(input);
	return read && fx->tool->status == 0 && stack_check(fx->stack, failure) &&
	       (!options->command->looks || stack_endpoints(fx->stack, failure)) &&
	       (!options->command->compares || stack_secrets(fx->stack, failure));
}

/* Reports an invalid line. A file that is not a stack at all is not read to its end. */
static bool
refuse(struct fxstack *fx, uint64_t number, const struct failure *refused, struct failure *failure)
{
	tool_message_line(fx->tool, number, refused);
	tool_note_status(fx->tool, 2);
	return ++fx->tool->stats.refused < REFUSED_MOST ||
	       fail(failure, FAILURE_PERMANENT, "%d lines were refused: the rest was not read",
	           REFUSED_MOST);
}

static bool
take_line(struct fxstack *fx, const struct line *line, struct failure *refused)
{
	const char *format = lines_known_format(line);

	fx->tool->stats.lines++;
	fx->tool->stats.bytes += line->bytes;
	if (format != NULL)
		return fail(refused, FAILURE_PERMANENT, "%s", format);
	if (line->state == LINE_CUT)
		return fail(refused, FAILURE_PERMANENT, "the input ends within this line");
	if (line->state == LINE_LONG)
		return fail(refused, FAILURE_PERMANENT, "longer than --max-line");
	return stack_add(fx->stack, line->text, line->number, refused);
}

/* Reports all invalid lines. If there is one, nothing is changed. */
static bool
read_lines(struct fxstack *fx, int input, struct failure *failure)
{
	struct lines *lines = lines_open(input, fx->tool->max_line, WINDOW, &tool_stop);
	enum lines_status status;
	struct line line;

	while ((status = lines_wait(lines, -1, -1, failure)) == LINES_READY) {
		while (lines_next(lines, &line)) {
			struct failure refused = {.kind = FAILURE_NONE};

			if (lines_ignore(&line)) {
				fx->tool->stats.blank++;
				continue;
			}
			if (take_line(fx, &line, &refused) ||
			    refuse(fx, line.number, &refused, failure))
				continue;
			lines_close(lines);
			return false;
		}
	}
	lines_close(lines);
	return status == LINES_END;
}
