/* options: reads kstat's command line. */
#include "base/environment.h"
#include "kstat/options.h"
#include "stream_options/start_option.h"

static void add_group(struct tool *tool, const char *option, const char *text, void *target);
static void read_watch(struct tool *tool, const char *option, const char *text, void *target);

#define AT(member) OPTION_AT(struct options, member)

static const struct option_row rows[] = {OPTION_STREAM(AT(stream)),
    {'g', "group", "GROUP", OPTION_CALL, AT(names), .read = add_group, .values = "<group>",
        .help = "the group of readers: also write its position and lag; may be repeated"},
    {0, "all-groups", NULL, OPTION_FLAG, AT(all_groups),
        .help = "also write those of every group that has committed a position"},
    {0, "groups", NULL, OPTION_FLAG, AT(groups),
        .help = "write only the names of the groups, one {\"group\":NAME} a line"},
    {'w', "watch", "SECONDS", OPTION_CALL, AT(watch), .read = read_watch, .optional = true,
        .help = "repeat every SECONDS (default 2); on a terminal redraw a table in place"},
    {0, "readers", NULL, OPTION_FLAG, AT(readers),
        .help = "of a group in DynamoDB: watch the leases until it is known who lives"},
    {0, "failover", "TIME", OPTION_DURATION, AT(failover),
        .help = "a lease that is not renewed for TIME has expired (default 10s)"},
    OPTION_END};

static const char *const usage[] = {"[-s STREAM] [-g GROUP]... [--all-groups] [--watch[=SECONDS]]",
    "[-s STREAM] -g GROUP... --readers [--failover TIME]", "[-s STREAM] --groups", NULL};

static const struct option_table table = {.name = "kstat",
    .about = "show the state of a stream and its groups",
    .details = "Writes a line of JSON for each shard: its records and, with -g, the position and "
               "lag of GROUP.",
    .usage = usage,
    .rows = rows,
    .aws = true,
    .input = "name the stream with -s",
    .statuses = "Exit status: 0 all done; 1 a group has committed nothing in some shard; 2 needs "
                "attention, retrying will not help; 75 temporary failure, retry later."};

static void
add_group(struct tool *tool, const char *option, const char *text, void *target)
{
	const char *name;

	group_option(tool, option, text, &name);
	snapshot_names_add(target, name);
}

static void
read_watch(struct tool *tool, const char *option, const char *text, void *target)
{
	enum { USUAL = 2, LONGEST = 86400 };

	*(unsigned *)target =
	    text == NULL ? USUAL : (unsigned)option_number(tool, option, text, 1, LONGEST);
}

void
kstat_options_read(struct tool *tool, int argc, char **argv, struct options *options)
{
	*options = (struct options){.stream = environment_stream(), .failover = READER_FAILOVER};
	tool_start(tool, &table, argc, argv, options);
	if (options->readers && options->watch > 0)
		tool_usage(tool, "--readers and --watch exclude each other");
	if (options->readers && options->names.count == 0)
		tool_usage(tool, "--readers needs -g");
	if (options->groups + options->all_groups + (options->names.count > 0) > 1)
		tool_usage(tool, "-g, --all-groups and --groups exclude each other");
	if (options->groups && options->watch > 0)
		tool_usage(tool, "--groups and --watch exclude each other");
}
