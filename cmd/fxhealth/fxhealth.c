/* fxhealth: checks that a pipeline is healthy. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/environment.h"
#include "base/memory.h"
#include "fxhealth/options.h"
#include "fxhealth/print.h"
#include "health/checks.h"
#include "stream_options/start_option.h"
#include "text/timestamp.h"

struct health {
	struct tool *tool;
	struct options options;
	struct print print;
	struct findings findings;
	struct checked_stream stream;
	struct checked_table table;
};

static void open_all(struct health *health);
static void check(struct health *health);

int
main(int argc, char **argv)
{
	static struct health health;
	struct tool tool;
	struct options *options = &health.options;
	struct failure failure = {.kind = FAILURE_NONE};

	health_options_read(&tool, argc, argv, options);
	health.tool = &tool;
	health.print = (struct print){.tool = &tool, .json = options->json};
	health.findings = (struct findings){.max_age = options->max_age,
	    .max_age_text = options->max_age_text,
	    .stop = &tool_stop,
	    .found = print_finding,
	    .context = &health.print};
	tool_ready(&tool);
	open_all(&health);
	health.findings.now = clock_now();
	check(&health);
	if (health.findings.stopped)
		fail_stopped(&failure);
	checkpoints_close(health.stream.groups);
	stream_close(health.stream.reader);
	stream_close(health.stream.stream);
	table_close(health.table.table);
	tool_end(&tool, &failure);
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
		checked->groups = checkpoints_open_all(checked->name, health->options.groups.values,
		    health->options.groups.count, &missing, &settings.caller,
		    &checked->groups_failure);
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

/* Before a service is asked, and once the directories of embedded files are known. */
static void
confine(struct health *health, struct sandbox *sandbox)
{
	const struct options *options = &health->options;

	if (health->stream.stream != NULL)
		sandbox_write(sandbox, stream_directory(health->stream.stream));
	if (health->stream.groups != NULL)
		sandbox_write(sandbox, checkpoints_directory(health->stream.groups));
	if (health->table.table != NULL)
		sandbox_write(sandbox, table_directory(health->table.table));
	for (size_t i = 0; i < options->stats.count; i++)
		sandbox_read(sandbox, options->stats.values[i]);
	for (size_t i = 0; i < options->rejects.count; i++)
		sandbox_read(sandbox, options->rejects.values[i]);
	tool_confine(health->tool, sandbox);
}

static void
open_all(struct health *health)
{
	const struct options *options = &health->options;
	struct sandbox sandbox = {.network = false};
	bool stream = options->stream != NULL, table = options->items.count > 0;
	struct caller caller = tool_caller(health->tool);
	bool remote_stream = stream && stream_sandbox(options->stream, &caller, &sandbox);
	bool remote_table = table && table_sandbox(options->table, &caller, &sandbox);

	if (remote_stream && options->groups.count > 0)
		checkpoints_sandbox(options->stream, NULL, false, &caller, &sandbox);
	if (stream && !remote_stream)
		open_stream(health);
	if (table && !remote_table)
		open_table(health);
	confine(health, &sandbox);
	if (remote_stream)
		open_stream(health);
	if (remote_table)
		open_table(health);
}

static void
check(struct health *health)
{
	const struct options *options = &health->options;
	struct findings *findings = &health->findings;

	if (options->stream != NULL)
		check_stream(findings, &health->stream);
	for (size_t i = 0; i < options->groups.count; i++)
		check_group(
		    findings, &health->stream, options->groups.values[i], &options->max_lag);
	for (size_t i = 0; i < options->groups.count && options->readers; i++)
		check_readers(
		    findings, &health->stream, options->groups.values[i], options->failover);
	for (size_t i = 0; i < options->items.count; i++)
		check_item(findings, &health->table, options->items.values[i], options->field);
	for (size_t i = 0; i < options->stats.count; i++)
		check_stats(findings, options->stats.values[i]);
	for (size_t i = 0; i < options->rejects.count; i++)
		check_rejects(findings, options->rejects.values[i]);
	check_disk(findings, options->disk);
}
