/* cloudwatch: chooses the metrics of each tool, shard and group. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cloudwatch/metric.h"
#include "fxmetrics/cloudwatch.h"

static void
add_dimension(struct cloudwatch_group *group, const char *name, struct span value)
{
	group->dimensions[group->dimension_count].name = name;
	group->dimensions[group->dimension_count++].value = value;
}

/* Unless the value is not a number. */
static void
add_value(struct cloudwatch_group *group, const char *name, const char *unit, struct span value)
{
	if (!streams_is_number(value))
		return;
	group->metrics[group->metric_count].name = name;
	group->metrics[group->metric_count].unit = unit;
	group->metrics[group->metric_count++].value = value;
}

static void
add_number(struct cloudwatch_group *group, const char *name, const char *unit, uint64_t number)
{
	char *room = group->metrics[group->metric_count].room;
	int length =
	    snprintf(room, sizeof group->metrics->room, "%llu", (unsigned long long)number);

	add_value(group, name, unit, (struct span){room, (size_t)length});
}

/* Milliseconds without zeros at the end. */
static void
add_milliseconds(struct cloudwatch_group *group, const char *name, uint64_t microseconds)
{
	char *room = group->metrics[group->metric_count].room;
	int length = snprintf(room, sizeof group->metrics->room, "%llu.%03u",
	    (unsigned long long)(microseconds / 1000), (unsigned)(microseconds % 1000));

	while (room[length - 1] == '0')
		length--;
	if (room[length - 1] == '.')
		length--;
	add_value(group, name, "Milliseconds", (struct span){room, (size_t)length});
}

/* Was the tool asked to end, or did its reader end? That is not an error. */
static bool
is_error(const char *status)
{
	static const char *const good[] = {"0", "130", "141", "143"};

	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		if (strcmp(status, good[i]) == 0)
			return false;
	}
	return true;
}

static void
add_runs(struct cloudwatch_group *group, const char *tool, const struct sums_list *statuses)
{
	uint64_t runs = 0, errors = 0;
	const char *status;

	for (size_t i = 0; i < statuses->count; i++) {
		if (!sums_is_status_of(&statuses->entries[i], tool, &status))
			continue;
		runs += statuses->entries[i].added[0];
		errors += is_error(status) ? statuses->entries[i].added[0] : 0;
	}
	add_number(group, "Runs", "Count", runs);
	add_number(group, "Errors", "Count", errors);
}

static void
tool_group(struct cloudwatch_group *group, const struct sums_entry *tool, const struct sums *sums)
{
	static const struct {
		const char *name, *unit;
		int counter;
	} counters[] = {{"Lines", "Count", STATS_LINES}, {"Bytes", "Bytes", STATS_BYTES},
	    {"Done", "Count", STATS_DONE}, {"Refused", "Count", STATS_REFUSED},
	    {"Lost", "Count", STATS_LOST}, {"Batches", "Count", STATS_BATCHES},
	    {"Retries", "Count", STATS_RETRIES}, {"Throttled", "Count", STATS_THROTTLED}};

	*group = (struct cloudwatch_group){.metric_count = 0};
	add_dimension(group, "Tool", span_of(tool->name));
	add_runs(group, tool->name, &sums->statuses);
	for (size_t i = 0; i < sizeof counters / sizeof *counters; i++)
		add_number(
		    group, counters[i].name, counters[i].unit, tool->added[counters[i].counter]);
	if (tool->added[STATS_COMMIT_US] > 0) {
		add_milliseconds(group, "CommitP50", tool->last.p50_us);
		add_milliseconds(group, "CommitP99", tool->last.p99_us);
	}
	if (tool->last.lag_ms >= 0)
		add_number(group, "Lag", "Milliseconds", (uint64_t)tool->last.lag_ms);
}

static void
row_group(struct cloudwatch_group *group, const struct streams_row *row)
{
	*group = (struct cloudwatch_group){.metric_count = 0};
	add_dimension(group, "Stream", row->stream);
	add_dimension(group, "Shard", row->shard);
	if (row->group.start == NULL) {
		add_value(group, "Records", "Count", row->values[STREAMS_RECORDS]);
		add_value(group, "StreamBytes", "Bytes", row->values[STREAMS_BYTES]);
		return;
	}
	add_dimension(group, "Group", row->group);
	add_value(group, "LagRecords", "Count", row->values[STREAMS_LAG]);
	add_value(group, "Lag", "Milliseconds", row->values[STREAMS_LAG_MS]);
}

/* Would CloudWatch take the values of its dimensions? Reports one that it would not. */
static bool
is_valid(const struct cloudwatch *cloudwatch, const struct cloudwatch_group *group)
{
	for (size_t i = 0; i < group->dimension_count; i++) {
		struct span value = group->dimensions[i].value;
		const char *fault = metric_dimension_value_fault(value);
		struct shown shown;

		if (fault == NULL)
			continue;
		tool_message(cloudwatch->tool, "%s \"%s\" is left out: as a dimension it %s",
		    group->dimensions[i].name, show(&shown, value.start, value.length), fault);
		tool_note_status(cloudwatch->tool, 1);
		return false;
	}
	return true;
}

static bool
write_rows(
    const struct cloudwatch *cloudwatch, const struct streams_list *list, struct failure *failure)
{
	struct cloudwatch_group group;

	for (size_t i = 0; i < list->count; i++) {
		row_group(&group, &list->rows[i]);
		if (group.metric_count > 0 && is_valid(cloudwatch, &group) &&
		    !cloudwatch_write_group(cloudwatch, &group, failure))
			return false;
	}
	return true;
}

bool
cloudwatch_write(const struct cloudwatch *cloudwatch, const struct sums *sums,
    const struct streams *streams, struct failure *failure)
{
	struct cloudwatch_group group;

	for (size_t i = 0; i < sums->tools.count; i++) {
		if (!sums->tools.entries[i].changed)
			continue;
		tool_group(&group, &sums->tools.entries[i], sums);
		if (is_valid(cloudwatch, &group) &&
		    !cloudwatch_write_group(cloudwatch, &group, failure))
			return false;
	}
	return write_rows(cloudwatch, &streams->shards, failure) &&
	       write_rows(cloudwatch, &streams->groups, failure) &&
	       output_flush(cloudwatch->tool->output, failure);
}
