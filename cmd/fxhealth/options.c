/* options: reads fxhealth's command line. */
#include <string.h>

#include "base/environment.h"
#include "base/memory.h"
#include "fxhealth/options.h"
#include "stream_options/start_option.h"
#include "text/timestamp.h"

/* An empty value is a variable that is not set: checking nothing would look as if all is well. */
static void
refuse_empty(struct tool *tool, const char *option, const char *text)
{
	if (text[0] == '\0')
		tool_usage(tool, "option %s: its value is empty", option);
}

static void
add_value(struct tool *tool, const char *option, const char *text, void *target)
{
	struct list *list = target;

	refuse_empty(tool, option, text);
	list->values = memory_resize(list->values, list->count + 1, sizeof *list->values);
	list->values[list->count++] = text;
}

static void
add_group(struct tool *tool, const char *option, const char *text, void *target)
{
	const char *name;

	group_option(tool, option, text, &name);
	add_value(tool, option, name, target);
}

/* A later --stream is checked again. */
static void
forget_stream(struct tool *tool, const char *option, const char *text, void *target)
{
	(void)tool, (void)option, (void)text;
	*(const char **)target = NULL;
}

/* In ms; also 0, which other durations may not be. */
static int64_t
read_time(struct tool *tool, const char *option, const char *text)
{
	int64_t time;

	return duration_parse(span_of(text), &time) && time == 0
	           ? 0
	           : option_duration(tool, option, text);
}

/* Digits only are a number of records. */
static void
read_lag(struct tool *tool, const char *option, const char *text, void *target)
{
	enum { RECORDS = 1000000000 };
	struct allowed_lag *lag = target;

	lag->text = text;
	lag->in_records = text[strspn(text, "0123456789")] == '\0';
	if (lag->in_records)
		lag->records = option_number(tool, option, text, 0, (uint64_t)RECORDS * RECORDS);
	else
		lag->seconds = read_time(tool, option, text) / 1000;
}

#define AT(member) OPTION_AT(struct options, member)

static const struct option_row rows[] = {OPTION_STREAM(AT(stream)),
    {0, "no-stream", NULL, OPTION_CALL, AT(stream), .read = forget_stream,
        .help = "check no stream"},
    {'g', "group", "GROUP", OPTION_CALL, AT(groups), .read = add_group, .values = "<group>",
        .help = "check that this group keeps up; may be repeated"},
    {0, "readers", NULL, OPTION_FLAG, AT(readers),
        .help = "check that each shard is being read for the group, which takes up to --failover"},
    {0, "failover", "TIME", OPTION_DURATION, AT(failover),
        .help = "a lease that is not renewed for TIME has expired (default 10s)"},
    OPTION_TABLE(AT(table)),
    {0, "item", "KEY", OPTION_CALL, AT(items), .read = add_value,
        .help = "check that the newest item of this partition key is recent; may be repeated"},
    {0, "field", "NAME", OPTION_TEXT, AT(field),
        .help = "the member of an item that holds its time (default: last_refreshed)"},
    {0, "stats", "FILE", OPTION_CALL, AT(stats), .read = add_value, .values = "<file>",
        .help = "check that the last run of each tool in FILE ended well; may be repeated"},
    {0, "rejects", "FILE", OPTION_CALL, AT(rejects), .read = add_value, .values = "<file>",
        .help = "check that FILE is empty or absent; may be repeated"},
    {0, "max-age", "TIME", OPTION_TEXT, AT(max_age_text),
        .help = "how old records, items and runs may be: 90s, 5m, 2h, 1d (default 5m)"},
    {0, "max-lag", "LAG", OPTION_CALL, AT(max_lag), .read = read_lag,
        .help = "how far a group may lag: a time, or a number of records (default 1m)"},
    {0, "disk", "PERCENT", OPTION_NUMBER, AT(disk), .least = 0, .most = 100,
        .help = "how full the disk of $FX_HOME may be (default 90; 100: do not check)"},
    {0, "json", NULL, OPTION_FLAG, AT(json), .help = "write each finding as a JSON object"},
    OPTION_END};

static const struct option_table table = {.name = "fxhealth",
    .about = "check that a pipeline is healthy",
    .details = "Checks a stream, its groups, a table, statistics, rejects files and the disk, and "
               "writes each problem to standard output, a line each; nothing if all is well. With "
               "-v it also writes a line for each check without a problem.",
    .rows = rows,
    .aws = true,
    .statuses = "Exit status: 0 all is well; 1 stale, lagging or to be inspected; 2 broken, needs "
                "attention; 75 cannot be found out now, retry later."};

void
health_options_read(struct tool *tool, int argc, char **argv, struct options *options)
{
	*options = (struct options){.stream = environment_stream(),
	    .table = environment_table(),
	    .field = "last_refreshed",
	    .max_age_text = "5m",
	    .max_lag = {.text = "1m", .seconds = 60},
	    .disk = 90,
	    .failover = READER_FAILOVER};
	tool_start(tool, &table, argc, argv, options);
	if (options->stream != NULL)
		refuse_empty(tool, "--stream", options->stream);
	refuse_empty(tool, "--table", options->table);
	refuse_empty(tool, "--field", options->field);
	if (options->stream == NULL && options->groups.count > 0)
		tool_usage(tool, "-g and --no-stream exclude each other");
	if (options->readers && options->groups.count == 0)
		tool_usage(tool, "--readers needs -g");
	options->max_age = read_time(tool, "--max-age", options->max_age_text);
}
