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

static const char help[] =
    "usage: fxstack diff [OPTION...] [FILE]\n"
    "       fxstack deploy [OPTION...] [FILE]\n"
    "       fxstack destroy [--yes] [--foreign] [OPTION...] [FILE]\n"
    "       fxstack policy [OPTION...] [TOOL...]\n"
    "       fxstack template [OPTION...] [FILE]\n"
    "Makes, changes and destroys what a pipeline needs: resources, one JSON object a line, from\n"
    "FILE or standard input (fxpipe-stack(5)); what was done to each goes to standard output.\n"
    "diff says what deploy would do: 0 nothing, 1 something, 2 trouble. policy writes the least\n"
    "IAM policy for the tools on these resources, template the stack for CloudFormation.\n"
    "\n"
    "      --prefix ENV      another environment: ENV- before each name\n"
    "      --aws             plain names are on AWS\n"
    "      --timeout TIME    how long one resource may take (default 10m)\n"
    "      --yes             destroy: without asking\n"
    "      --foreign         destroy: also what fxstack did not make\n" TOOL_HELP;

struct verb {
	const char *name;
	bool compares; /* with what there is: it needs the values of secrets */
	bool (*run)(struct fxstack *fx, struct failure *failure);
};

static const struct verb verbs[] = {{"diff", true, diff_stack}, {"deploy", true, deploy_stack},
    {"destroy", false, destroy_stack}, {"policy", false, write_policies},
    {"template", false, write_template}};

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

	tool_begin(&tool, "fxstack", help, argv);
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
read_verb(struct fxstack *fx, int argc, char **argv, struct options *options)
{
	static const char which[] = "diff, deploy, destroy, policy or template";
	struct shown shown;

	if (argc == 0)
		tool_usage(fx->tool, "what is to be done? %s", which);
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
		if (strcmp(argv[0], verbs[i].name) == 0)
			options->verb = &verbs[i];
	}
	if (options->verb == NULL)
		tool_usage(
		    fx->tool, "there is no %s: %s", show(&shown, argv[0], strlen(argv[0])), which);
	if (options->verb->run == write_policies) {
		fx->tools = (const char *const *)argv + 1;
		fx->tool_count = (size_t)argc - 1;
		return;
	}
	if (argc > 2)
		tool_usage(fx->tool, "%s takes one file", argv[0]);
	options->file = argv[1];
}

static void
read_options(struct fxstack *fx, int argc, char **argv, struct options *options)
{
	enum { PREFIX = TOOL_OWN, AWS, TIMEOUT, YES, FOREIGN };
	static const struct option known[] = {{"prefix", required_argument, NULL, PREFIX},
	    {"aws", no_argument, NULL, AWS}, {"timeout", required_argument, NULL, TIMEOUT},
	    {"yes", no_argument, NULL, YES}, {"foreign", no_argument, NULL, FOREIGN}, TOOL_LONG};
	int option;

	while ((option = getopt_long(argc, argv, TOOL_SHORT, known, NULL)) != -1) {
		switch (option) {
		case PREFIX:
			fx->prefix = optarg;
			if (!name_is_valid(optarg) || optarg[0] == '-')
				tool_usage(fx->tool, "option --prefix: letters, digits, \"_\", "
				                     "\".\" and \"-\", neither "
				                     "of the last two first");
			break;
		case AWS:
			fx->aws = true;
			break;
		case TIMEOUT:
			if (!duration_parse(span_of(optarg), &fx->patience) || fx->patience <= 0)
				tool_usage(fx->tool,
				    "option --timeout: not a length of time such as 90s or 10m");
			break;
		case YES:
			fx->yes = true;
			break;
		case FOREIGN:
			fx->foreign = true;
			break;
		default:
			tool_option(fx->tool, option);
		}
	}
	read_verb(fx, argc - optind, argv + optind, options);
	if ((fx->yes || fx->foreign) && options->verb->run != destroy_stack)
		tool_usage(fx->tool, "--yes and --foreign are for destroy");
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
