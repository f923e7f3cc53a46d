/* options: reads the options of kack. */
#include "base/environment.h"
#include "group/checkpoints.h"
#include "kack/options.h"

#define AT(member) OPTION_AT(struct ack_options, member)

static const struct option_row rows[] = {OPTION_STREAM(AT(stream)),
    {'g', "group", "GROUP", OPTION_CALL, AT(group), .read = group_option, .values = "<group>",
        .required = true, .help = "the group of readers"},
    {0, "receipts", NULL, OPTION_FLAG, AT(receipts),
        .help = "write each line to standard output once its position is committed"},
    {0, "to", "WHERE", OPTION_CALL, AT(to), .read = start_option, .values = START_VALUES,
        .help = "move the group to trim-horizon, latest, a time (2025-01-07T01:00:00Z, or -15m "
                "for 15 minutes ago) or a position (0:7)"},
    {0, "import", "NAME", OPTION_CALL, AT(import_of), .read = group_option, .values = "<group>",
        .help = "-g dynamodb:…: take over the checkpoints of group NAME, which is kept beside the "
                "stream"},
    {0, "export", "NAME", OPTION_CALL, AT(export_to), .read = group_option,
        .help = "-g dynamodb:…: the reverse: group NAME takes over the checkpoints"},
    {0, "delete", NULL, OPTION_FLAG, AT(delete_group), .help = "delete the group"}, OPTION_END};

static const char *const usage[] = {"[-s STREAM] -g GROUP [--receipts]",
    "[-s STREAM] -g GROUP --to WHERE", "[-s STREAM] -g GROUP --delete",
    "[-s STREAM] -g dynamodb:TABLE --import NAME", "[-s STREAM] -g dynamodb:TABLE --export NAME",
    NULL};

static const struct option_table table = {.name = "kack",
    .about = "commit a group's position in a stream",
    .details = "Reads the lines of a pipeline that begins with kread -g GROUP, and commits their "
               "positions.",
    .usage = usage,
    .rows = rows,
    .aws = true,
    .statuses = "Exit status: 0 all done; 1 --delete: there is no such group; 2 needs attention, "
                "retrying will not help; 75 temporary failure, retry later.",
    .input = "kack reads lines from standard input"};

void
ack_options_read(struct tool *tool, int argc, char **argv, struct ack_options *options)
{
	*options = (struct ack_options){.stream = environment_stream()};
	tool_start(tool, &table, argc, argv, options);
	const char *other;

	if ((options->to.text != NULL) + options->delete_group + options->receipts +
	        (options->import_of != NULL) + (options->export_to != NULL) >
	    1)
		tool_usage(
		    tool, "--to, --import, --export, --delete and --receipts exclude each other");
	other = options->import_of != NULL ? options->import_of : options->export_to;
	if (other != NULL &&
	    (!checkpoints_is_shared(options->group) || checkpoints_is_shared(other)))
		tool_usage(tool, "--import and --export need -g dynamodb:TABLE, and the name of a "
		                 "group that is kept beside the stream");
}
