/* snapshot_json: writes a row of a snapshot as JSON. */
#include <string.h>

#include "text/json.h"
#include "text/timestamp.h"
#include "kstat/snapshot_text.h"

static void
add_number(struct buffer *line, const char *name, uint64_t number)
{
	buffer_add_format(line, ",\"%s\":%llu", name, (unsigned long long)number);
}

static void
add_time(struct buffer *line, const char *name, int64_t time)
{
	char text[TIMESTAMP_SIZE];

	if (time > 0)
		buffer_add_format(line, ",\"%s\":\"%s\"", name, timestamp_format(time, true, text));
}

/* Adds the numbers of a shard whose records are counted. */
static void
add_counts(struct buffer *line, const char *shard, const struct shard_state *state)
{
	add_number(line, "records", state->records);
	add_number(line, "bytes", state->bytes);
	add_time(line, "oldest", state->oldest);
	add_time(line, "newest", state->newest);
	buffer_add_format(line, ",\"next\":\"%s:%llu\"", shard, (unsigned long long)state->next);
	add_number(line, "records_in", state->in_records);
	if (state->in_bytes_counted)
		add_number(line, "bytes_in", state->in_bytes);
	add_time(line, "bytes_in_since", state->in_since);
}

static void
add_state(struct buffer *line, const struct shard_state *state)
{
	buffer_add_format(line, ",\"open\":%s", state->open ? "true" : "false");
	add_time(line, "closed", state->closed);
	if (state->parents[0] != NULL)
		buffer_add_format(line, ",\"parent\":\"%s\"", state->parents[0]);
	if (state->parents[1] != NULL)
		buffer_add_format(line, ",\"adjacent_parent\":\"%s\"", state->parents[1]);
	for (size_t i = 0; i < state->parent_count; i++)
		buffer_add_format(
		    line, "%s\"%zu\"", i == 0 ? ",\"parents\":[" : ",", state->parent + i);
	if (state->parent_count > 0)
		buffer_add_text(line, "]");
}

static void
add_lease(struct buffer *line, const struct group_reader *reader, int64_t failover)
{
	const char *lease = snapshot_lease(reader, failover);
	int64_t age = snapshot_lease_age(reader);

	if (lease != NULL)
		buffer_add_format(line, ",\"lease\":\"%s\"", lease);
	if (age >= 0)
		add_number(line, "lease_age_ms", (uint64_t)age);
}

static void
add_group(struct buffer *line, const struct snapshot_group *group, int64_t failover)
{
	buffer_add_format(line, ",\"group\":\"%s\"", group->name);
	if (group->found) {
		buffer_add_format(line, ",\"position\":\"%s\"", group->checkpoint.text);
		add_time(line, "committed", group->checkpoint.updated);
	}
	if (group->lag.lost > 0)
		add_number(line, "lost", group->lag.lost);
	if (group->lag.counted)
		add_number(line, "lag", group->lag.records);
	buffer_add_format(line, ",\"lag_ms\":%lld", (long long)group->lag.milliseconds);
	if (group->reader.process > 0) {
		buffer_add_format(line, ",\"reader\":%lld", (long long)group->reader.process);
	} else if (group->reader.worker[0] != '\0') {
		buffer_add_text(line, ",\"reader\":");
		json_add_string(line, group->reader.worker, strlen(group->reader.worker));
	}
	add_lease(line, &group->reader, failover);
}

void
snapshot_json_add(struct buffer *line, const struct snapshot_text *how,
    const struct snapshot_row *row, const struct snapshot *timed)
{
	char text[TIMESTAMP_SIZE];

	buffer_add_text(line, "{");
	if (timed != NULL)
		buffer_add_format(
		    line, "\"time\":\"%s\",", timestamp_format(timed->time, true, text));
	buffer_add_text(line, "\"stream\":");
	json_add_string(line, how->stream, strlen(how->stream));
	buffer_add_format(line, ",\"shard\":\"%s\"", row->shard);
	if (row->state.counted)
		add_counts(line, row->shard, &row->state);
	add_state(line, &row->state);
	if (row->group.name != NULL)
		add_group(line, &row->group, how->failover);
	buffer_add_text(line, "}");
}
