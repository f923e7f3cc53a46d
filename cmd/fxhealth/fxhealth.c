/* fxhealth: checks that a pipeline is healthy. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/environment.h"
#include "base/memory.h"
#include "fxhealth/checks.h"
#include "stream_options/start_option.h"
#include "system/sandbox.h"
#include "text/timestamp.h"

/* The values of an option that may be repeated. */
struct list {
	const char **values;
	size_t count;
};

struct options {
	const char *stream;
	bool no_stream;
	const char *table;
	const char *field;
	struct list groups, items, stats, rejects;
	const char *max_age;
	struct allowed_lag max_lag;
	unsigned disk;
	bool json;
};

static void add_value(struct tool *tool, const char *option, const char *text, void *target);
static void add_group(struct tool *tool, const char *option, const char *text, void *target);
static void read_lag(struct tool *tool, const char *option, const char *text, void *target);
static int64_t read_time(struct tool *tool, const char *option, const char *text);
static void refuse_empty(struct tool *tool, const char *option, const char *text);

#define AT(member) OPTION_AT(struct options, member)

static const struct option_row rows[] = {OPTION_STREAM(AT(stream)),
    {0, "no-stream", NULL, OPTION_FLAG, AT(no_stream), .help = "check no stream"},
    {'g', "group", "GROUP", OPTION_CALL, AT(groups), .read = add_group, .values = "<group>",
        .help = "check that this group keeps up; may be repeated"},
    OPTION_TABLE(AT(table)),
    {0, "item", "KEY", OPTION_CALL, AT(items), .read = add_value,
        .help = "check that the newest item of this partition key is recent; may be repeated"},
    {0, "field", "NAME", OPTION_TEXT, AT(field),
        .help = "the member of an item that holds its time (default: last_refreshed)"},
    {0, "stats", "FILE", OPTION_CALL, AT(stats), .read = add_value, .values = "<file>",
        .help = "check that the last run of each tool in FILE ended well; may be repeated"},
    {0, "rejects", "FILE", OPTION_CALL, AT(rejects), .read = add_value, .values = "<file>",
        .help = "check that FILE is empty or absent; may be repeated"},
    {0, "max-age", "TIME", OPTION_TEXT, AT(max_age),
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
               "-v it also writes what is well.",
    .rows = rows,
    .statuses = "Exit status: 0 all is well; 1 stale, lagging or to be inspected; 2 broken, needs "
                "attention; 75 cannot be found out now, retry later."};

struct health {
	struct tool *tool;
	struct options options;
	struct findings findings;
	struct checked_stream stream;
	struct checked_table table;
};

static void open_stream(struct health *health);
static void open_table(struct health *health);
static void confine(const struct health *health);
static void check(struct health *health);

int
main(int argc, char **argv)
{
	static struct health health;
	struct tool tool;
	struct options *options = &health.options;

	*options = (struct options){.stream = environment_stream(),
	    .table = environment_table(),
	    .field = "last_refreshed",
	    .max_age = "5m",
	    .max_lag = {.text = "1m", .seconds = 60},
	    .disk = 90};
	tool_start(&tool, &table, argc, argv, options);
	refuse_empty(&tool, "--stream", options->stream);
	refuse_empty(&tool, "--table", options->table);
	refuse_empty(&tool, "--field", options->field);
	if (options->no_stream && options->groups.count > 0)
		tool_usage(&tool, "-g and --no-stream exclude each other");
	health.tool = &tool;
	health.findings = (struct findings){.tool = &tool,
	    .json = options->json,
	    .max_age = read_time(&tool, "--max-age", options->max_age),
	    .max_age_text = options->max_age};
	tool_ready(&tool);
	if (!options->no_stream)
		open_stream(&health);
	if (options->items.count > 0)
		open_table(&health);
	confine(&health);
	health.findings.now = clock_now();
	check(&health);
	checkpoints_close(health.stream.groups);
	stream_close(health.stream.reader);
	stream_close(health.stream.stream);
	table_close(health.table.table);
	tool_end(&tool, NULL);
}

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

/* In ms; also 0, which other durations may not be. */
static int64_t
read_time(struct tool *tool, const char *option, const char *text)
{
	int64_t time;

	if (duration_parse(span_of(text), &time) && time == 0)
		return 0;
	return option_duration(tool, option, text);
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

static void
open_stream(struct health *health)
{
	struct checked_stream *checked = &health->stream;
	struct stream_settings settings = {.caller = tool_caller(health->tool)};
	bool missing = false;

	checked->name = health->options.stream;
	checked->stream =
	    stream_open(checked->name, STREAM_READ, &settings, NULL, &checked->failure);
	if (checked->stream == NULL)
		return;
	if (stream_directory(checked->stream) == NULL)
		checked->reader =
		    stream_open(checked->name, STREAM_READ, &settings, NULL, &checked->failure);
	if (health->options.groups.count > 0)
		checked->groups =
		    checkpoints_open(checked->name, &missing, &tool_stop, &checked->groups_failure);
	/* A group that has committed nothing lags behind by the whole stream. */
	if (missing || checked->groups != NULL)
		checked->groups_failure.kind = FAILURE_NONE;
}

static void
open_table(struct health *health)
{
	struct table_settings settings = {.caller = tool_caller(health->tool)};

	health->table.name = health->options.table;
	health->table.table =
	    table_open(health->table.name, TABLE_READ, &settings, &health->table.failure);
}

/* A table on AWS is reached over the network, as is a stream; an embedded one needs its directory. */
static void
confine(const struct health *health)
{
	const struct checked_stream *stream = &health->stream;
	const struct table *checked = health->table.table;
	struct sandbox sandbox = {.network = false};
	size_t count = 0;

	if (stream->stream != NULL) {
		const char *directory = stream_directory(stream->stream);

		if (directory != NULL)
			sandbox.writable[count++] = directory;
		sandbox.network = directory == NULL;
		sandbox.programs = stream_runs_programs(stream->stream);
	}
	if (stream->groups != NULL)
		sandbox.writable[count++] = checkpoints_directory(stream->groups);
	if (checked != NULL) {
		const char *directory = table_directory(checked);

		if (directory != NULL)
			sandbox.writable[count++] = directory;
		sandbox.network = sandbox.network || directory == NULL;
		sandbox.programs = sandbox.programs || table_runs_programs(checked);
	}
	sandbox_enter(&sandbox);
}

static void
check(struct health *health)
{
	const struct options *options = &health->options;
	struct findings *findings = &health->findings;

	if (!options->no_stream)
		check_stream(findings, &health->stream);
	for (size_t i = 0; i < options->groups.count; i++)
		check_group(
		    findings, &health->stream, options->groups.values[i], &options->max_lag);
	for (size_t i = 0; i < options->items.count; i++)
		check_item(findings, &health->table, options->items.values[i], options->field);
	for (size_t i = 0; i < options->stats.count; i++)
		check_stats(findings, options->stats.values[i]);
	for (size_t i = 0; i < options->rejects.count; i++)
		check_rejects(findings, options->rejects.values[i]);
	check_disk(findings, options->disk);
}
