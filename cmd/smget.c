/* smget: prints a secret. */
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "secret/secret.h"
#include "tool/tool.h"

struct options {
	char *name;
	struct secret_settings secret;
	bool force;
};

#define AT(member) OPTION_AT(struct options, member)

static const struct option_row rows[] = {
    {0, "no-cache", NULL, OPTION_FLAG, AT(secret.fresh),
        .help = "fetch the secret, and do not keep it in the kernel's keyring"},
    {0, "stage", "STAGE", OPTION_TEXT, AT(secret.stage), .values = "AWSCURRENT AWSPREVIOUS",
        .help = "print the version with this label (default AWSCURRENT)"},
    {0, "version-id", "ID", OPTION_TEXT, AT(secret.version), .help = "print this version"},
    {0, "force", NULL, OPTION_FLAG, AT(force),
        .help = "also print to a terminal, followed by a newline"},
    OPTION_END};

static const struct option_table table = {.name = "smget",
    .about = "print a secret from AWS Secrets Manager",
    .details = "Writes the secret to standard output, byte for byte; with #FIELD one member of a "
               "secret that is a JSON object. NAME may also be an ARN or file:PATH.",
    .rows = rows,
    .aws = true,
    .arguments = "NAME[#FIELD]",
    .values = "<secret>",
    .most = 1};

static void read_options(struct tool *tool, int argc, char **argv, struct options *options);
static char *full_name(const char *name);
static bool run(struct tool *tool, const struct options *options, struct failure *failure);

int
main(int argc, char **argv)
{
	struct tool tool;
	struct options options = {0};
	struct failure failure = {.kind = FAILURE_NONE};

	read_options(&tool, argc, argv, &options);
	tool_ready(&tool);
	if (!run(&tool, &options, &failure))
		tool_failed(&tool, &failure);
	tool_end(&tool, &failure);
}

static void
read_options(struct tool *tool, int argc, char **argv, struct options *options)
{
	tool_start(tool, &table, argc, argv, options);
	options->secret.caller = tool_caller(tool);
	if (tool->operand_count == 0)
		tool_usage(tool, "the name of the secret is required");
	options->name = full_name(tool->operands[0]);
	if (isatty(STDOUT_FILENO) && !options->force)
		tool_usage(tool, "standard output is a terminal: print the secret with --force");
}

/* A name without a scheme is one in Secrets Manager. */
static char *
full_name(const char *name)
{
	bool schemed = name[strcspn(name, ":#")] == ':';

	return memory_format("%s%s", schemed ? "" : "secretsmanager:", name);
}

static bool
run(struct tool *tool, const struct options *options, struct failure *failure)
{
	struct sandbox sandbox = {.network = false};
	struct buffer secret;
	bool missing, good;

	secret_sandbox(options->name, &options->secret.caller, &sandbox);
	tool_confine(tool, &sandbox);
	good = secret_read(options->name, &options->secret, &secret, &missing, failure);
	sandbox = (struct sandbox){.network = false};
	good = good && sandbox_enter(&sandbox, failure);
	sandbox_free(&sandbox);
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
