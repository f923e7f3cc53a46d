/* smget: writes a secret out. */
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "system/sandbox.h"
#include "secret/secret.h"
#include "tool/tool.h"

static const char help[] =
    "usage: smget [-v] [--no-cache] [--stage STAGE] [--version-id ID] [--force] NAME[#FIELD]\n"
    "Writes a secret of AWS Secrets Manager to standard output, byte for byte; with #FIELD one\n"
    "member of the JSON object that it is. NAME may be an ARN, or file:PATH.\n"
    "\n"
    "      --no-cache        fetch it, and keep nothing of it in the kernel's keyring\n"
    "      --stage STAGE     the version with this label, as AWSPREVIOUS (AWSCURRENT)\n"
    "      --version-id ID   this version\n"
    "      --force           also to a terminal, with a newline behind\n" TOOL_HELP;

struct options {
	char *name;
	struct secret_settings secret;
	bool force;
};

static void read_options(struct tool *tool, int argc, char **argv, struct options *options);
static char *full_name(struct tool *tool, int argc, char **argv);
static bool run(struct tool *tool, const struct options *options, struct failure *failure);

int
main(int argc, char **argv)
{
	struct tool tool;
	struct options options = {0};
	struct failure failure = {.kind = FAILURE_NONE};

	tool_begin(&tool, "smget", help, argv);
	options.secret.caller = tool_caller(&tool);
	read_options(&tool, argc, argv, &options);
	tool_ready(&tool);
	if (!run(&tool, &options, &failure))
		tool_failed(&tool, &failure);
	tool_end(&tool, &failure);
}

static void
read_options(struct tool *tool, int argc, char **argv, struct options *options)
{
	enum { NO_CACHE = TOOL_OWN, STAGE, VERSION_ID, FORCE };
	static const struct option known[] = {{"no-cache", no_argument, NULL, NO_CACHE},
	    {"stage", required_argument, NULL, STAGE},
	    {"version-id", required_argument, NULL, VERSION_ID},
	    {"force", no_argument, NULL, FORCE}, TOOL_LONG};
	int option;

	while ((option = getopt_long(argc, argv, TOOL_SHORT, known, NULL)) != -1) {
		switch (option) {
		case NO_CACHE:
			options->secret.fresh = true;
			break;
		case STAGE:
			options->secret.stage = optarg;
			break;
		case VERSION_ID:
			options->secret.version = optarg;
			break;
		case FORCE:
			options->force = true;
			break;
		default:
			tool_option(tool, option);
		}
	}
	options->name = full_name(tool, argc - optind, argv + optind);
	if (isatty(STDOUT_FILENO) && !options->force)
		tool_usage(tool, "a secret is written to a terminal only with --force");
}

/* Without a scheme it is the name of a secret in Secrets Manager. */
static char *
full_name(struct tool *tool, int argc, char **argv)
{
	if (argc != 1)
		tool_usage(tool, "smget takes one argument, the secret's name");
	bool schemed = argv[0][strcspn(argv[0], ":#")] == ':';
	return memory_format("%s%s", schemed ? "" : "secretsmanager:", argv[0]);
}

static bool
run(struct tool *tool, const struct options *options, struct failure *failure)
{
	struct buffer secret;
	bool missing, good;

	good = secret_read(options->name, &options->secret, &secret, &missing, failure);
	sandbox_enter(&(struct sandbox){.network = false});
	good = good && output_add(tool->output, secret.data, secret.length, failure) &&
	       (!isatty(STDOUT_FILENO) || output_add(tool->output, "\n", 1, failure)) &&
	       output_flush(tool->output, failure);
	if (good) {
		tool->stats.lines++;
		tool->stats.done++;
		tool->stats.bytes += secret.length;
	}
	buffer_wipe(&secret);
	return good;
}
