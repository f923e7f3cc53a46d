/* fxstack: what a pipeline needs, made, changed and destroyed from lines that describe it. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/name.h"
#include "text/timestamp.h"
#include "fxstack/common.h"

enum { WINDOW = 1024 * 1024, PATIENCE = 10 * 60 * 1000, REFUSED_MOST = 100 };

static void read_prefix(struct tool *tool, const char *option, const char *text, void *target);

#define AT(member) OPTION_AT(struct fxstack, member)

static const struct option_row rows[] = {
    {0, "prefix", "ENV", OPTION_CALL, AT(prefix), .read = read_prefix,
        .help = "another environment: put ENV- before each name"},
    {0, "aws", NULL, OPTION_FLAG, AT(aws), .help = "names without a scheme are on AWS"},
    {0, "timeout", "TIME", OPTION_DURATION, AT(patience),
        .help = "wait up to TIME for each resource (default 10m)"},
    {0, "yes", NULL, OPTION_FLAG, AT(yes), .only = "destroy",
        .help = "destroy: do not ask for confirmation"},
    {0, "foreign", NULL, OPTION_FLAG, AT(foreign), .only = "destroy",
        .help = "destroy: also resources that fxstack did not create"},
    OPTION_END};

enum { VERBS = 5 };

static const struct option_subcommand subcommands[VERBS + 1] = {
    {"diff", "[OPTION...] [FILE]", "<file>", 1,
        "show what deploy would do; exit status 0: nothing, 1: something, 2: failure"},
    {"deploy", "[OPTION...] [FILE]", "<file>", 1, "create and change the resources"},
    {"destroy", "[--yes] [--foreign] [OPTION...] [FILE]", "<file>", 1, "delete the resources"},
    {"policy", "[OPTION...] [TOOL...]", "kput kread kstat kack kbatch ddbput ddbget smget cwput",
        OPTION_MANY, "write the smallest IAM policy that the tools need for these resources"},
    {"template", "[OPTION...] [FILE]", "<file>", 1, "write the stack as a CloudFormation template"},
    {.name = NULL}};

static const struct option_table table = {.name = "fxstack",
    .about = "create, change and delete streams, tables and other resources",
    .details = "Reads resources, one JSON object a line (see fxpipe-stack(5)), from FILE or "
               "standard input, and writes the result for each to standard output.",
    .rows = rows,
    .subcommands = subcommands};

struct verb {
	bool compares; /* with what there is: it needs the values of secrets */
	bool (*run)(struct fxstack *fx, struct failure *failure);
};

static const struct verb verbs[VERBS] = {{true, diff_stack}, {true, deploy_stack},
    {false, destroy_stack}, {false, write_policies}, {false, write_template}}; /* as subcommands */

struct options {
	const struct verb *verb;
	const char *file; /* NULL: standard input */
};

static void read_options(struct fxstack *fx, int argc, char **argv, struct options *options);
static bool read_stack(struct fxstack *fx, const struct options *options, struct failure *failure);
static bool read_lines(struct fxstack *fx, int input, struct failure *failure);

int
main(int argc, char **argv)
{
	struct tool tool;
	struct fxstack fx = {.tool = &tool, .patience = PATIENCE, .terminal = -1};
	struct options options = {.verb = NULL};
	struct failure failure = {.kind = FAILURE_NONE};

	read_options(&fx, argc, argv, &options);
	tool_ready(&tool);
	if (read_stack(&fx, &options, &failure)) {
		if (options.verb->run == destroy_stack && !fx.yes)
			fx.terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
		confine(&fx, options.verb->run == deploy_stack);
		if (options.verb->run(&fx, &failure))
			failure.kind = FAILURE_NONE;
	}
	tool_failed(&tool, &failure);
	stack_close(fx.stack);
	tool_end(&tool, &failure);
}

static void
read_options(struct fxstack *fx, int argc, char **argv, struct options *options)
{
	struct tool *tool = fx->tool;

	tool_start(tool, &table, argc, argv, fx);
	options->verb = &verbs[tool->subcommand - subcommands];
	if (options->verb->run == write_policies) {
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

/* The whole of it, before anything is done. */
static bool
read_stack(struct fxstack *fx, const struct options *options, struct failure *failure)
{
	const char *file = options->file;
	struct stack_settings settings = {.prefix = fx->prefix,
	    .kind_of = resource_kind_of,
	    .aws = fx->aws,
	    .secrets = file != NULL ? STDIN_FILENO : -1,
	    .caller = tool_caller(fx->tool)};
	struct shown shown;
	int input = STDIN_FILENO;
	bool read;

	if (file == NULL && isatty(input))
		tool_message(
		    fx->tool, "the stack is read from this terminal, a line each; ^D ends it");
	if (file != NULL)
		input = open(file, O_RDONLY | O_CLOEXEC);
	if (input < 0)
		return fail_errno(failure, errno, "the stack %s cannot be opened",
		    show(&shown, file, strlen(file)));
	fx->stack = stack_open(&settings);
	read = read_lines(fx, input, failure);
	if (file != NULL)
		close(input);
	return read && fx->tool->status == 0 && stack_check(fx->stack, failure) &&
	       (!options->verb->compares || stack_secrets(fx->stack, failure));
}

/* Told of a file that is no stack at all, many of them would say nothing more. */
static bool
refuse(struct fxstack *fx, uint64_t number, const struct failure *refused, struct failure *failure)
{
	tool_message_line(fx->tool, number, refused);
	tool_note_status(fx->tool, 2);
	return ++fx->tool->stats.refused < REFUSED_MOST ||
	       fail(failure, FAILURE_PERMANENT, "%d lines are refused: no other was looked at",
	           REFUSED_MOST);
}

/* A bad line is told, and so are the others; with one nothing is done. */
static bool
read_lines(struct fxstack *fx, int input, struct failure *failure)
{
	struct lines *lines = lines_open(input, fx->tool->max_line, WINDOW, &tool_stop);
	enum lines_status status;
	struct line line;

	while ((status = lines_wait(lines, -1, -1, failure)) == LINES_READY) {
		while (lines_next(lines, &line)) {
			struct failure refused = {.kind = FAILURE_NONE};

			fx->tool->stats.lines++;
			fx->tool->stats.bytes += line.bytes;
			if (line.state == LINE_CUT)
				fail(&refused, FAILURE_PERMANENT, "the input ends inside it");
			else if (line.state == LINE_LONG)
				fail(&refused, FAILURE_PERMANENT, "longer than --max-line");
			else if (stack_add(fx->stack, line.text, line.number, &refused))
				continue;
			if (refuse(fx, line.number, &refused, failure))
				continue;
			lines_close(lines);
			return false;
		}
	}
	lines_close(lines);
	return status == LINES_END;
}
