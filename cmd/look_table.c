/* look_table: a look as a table for people. */
#include <stdio.h>
#include <string.h>

#include "../lib/timestamp.h"
#include "look.h"

enum { CELL = 24, LINE = 512 };

/* The row about the same shard and group in another look; NULL where it has none. */
static const struct look_row *
find(const struct look *look, const struct look_row *row)
{
	for (size_t i = 0; i < look->count; i++) {
		const struct look_row *other = &look->rows[i];

		if (strcmp(other->shard, row->shard) == 0 &&
		    (row->group.name == NULL) == (other->group.name == NULL) &&
		    (row->group.name == NULL || strcmp(row->group.name, other->group.name) == 0))
			return other;
	}
	return NULL;
}

/* 1234567 as "1.23M"; figures of three digits and their unit. */
static const char *
short_number(double number, char text[CELL])
{
	static const char units[] = "\0kMGTPE";
	size_t unit = 0;

	for (; number >= 1000 && unit < 6; unit++)
		number /= 1000;
	snprintf(text, CELL, "%.*f%.1s",
	    unit == 0 || number >= 100 ? 0
	    : number >= 10             ? 1
	                               : 2,
	    number, &units[unit]);
	return text;
}

static const char *
short_time(int64_t milliseconds, char text[CELL])
{
	long long seconds = (long long)milliseconds / 1000;

	if (milliseconds < 10000)
		snprintf(text, CELL, "%.1fs", (double)milliseconds / 1000);
	else if (seconds < 120)
		snprintf(text, CELL, "%llds", seconds);
	else if (seconds < 7200)
		snprintf(text, CELL, "%lldm", seconds / 60);
	else if (seconds < 172800)
		snprintf(text, CELL, "%lldh", seconds / 3600);
	else
		snprintf(text, CELL, "%lldd", seconds / 86400);
	return text;
}

/* What came per second, as a number that only grows. */
static const char *
rate(uint64_t now, uint64_t then, int64_t milliseconds, char text[CELL])
{
	if (milliseconds <= 0 || now < then)
		return "-";
	return short_number((double)(now - then) * 1000 / (double)milliseconds, text);
}

static void
add_line(struct buffer *to, const char *line, size_t columns)
{
	size_t length = strlen(line);

	while (length > 0 && line[length - 1] == ' ')
		length--;
	buffer_add(to, line, length < columns ? length : columns);
	buffer_add_text(to, "\n");
}

/* How many records the group has done, of all that ever came. */
static uint64_t
done_of(const struct look_row *row)
{
	return row->state.in_records - row->group.lag.records;
}

static void
add_shard(char line[LINE], const struct look_row *row, const struct look_row *before,
    const struct look *look, int64_t elapsed)
{
	const struct shard_state *state = &row->state;
	char records[CELL], bytes[CELL], in[CELL], bytes_in[CELL], oldest[CELL], newest[CELL];
	bool again = before != NULL && state->counted;

	snprintf(line, LINE, "%-6s %-6s %8s %8s %8s %8s %7s %7s",
	    strncmp(row->shard, "shardId-", 8) == 0 ? row->shard + 14 : row->shard,
	    state->open ? "open" : "closed",
	    state->counted ? short_number((double)state->records, records) : "-",
	    state->counted ? short_number((double)state->bytes, bytes) : "-",
	    again ? rate(state->in_records, before->state.in_records, elapsed, in) : "-",
	    again && state->in_since >= 0
	        ? rate(state->in_bytes, before->state.in_bytes, elapsed, bytes_in)
	        : "-",
	    state->oldest > 0 ? short_time(look->time - state->oldest, oldest) : "-",
	    state->newest > 0 ? short_time(look->time - state->newest, newest) : "-");
}

static void
add_group(
    char line[LINE], const struct look_row *row, const struct look_row *before, int64_t elapsed)
{
	const struct look_group *group = &row->group;
	size_t length = strlen(line);
	char lag[CELL], waiting[CELL], done[CELL], reader[CELL] = "-";

	if (group->name == NULL)
		return;
	if (group->reader != 0)
		snprintf(reader, sizeof reader, "%lld", (long long)group->reader);
	snprintf(line + length, LINE - length, "  %-12s %8s %7s %8s %8s", group->name,
	    group->lag.counted ? short_number((double)group->lag.records, lag) : "-",
	    short_time(group->lag.milliseconds, waiting),
	    before != NULL && group->lag.counted
	        ? rate(done_of(row), done_of(before), elapsed, done)
	        : "-",
	    reader);
}

void
look_add_table(struct buffer *to, const char *stream, const struct look *look,
    const struct look *before, size_t columns)
{
	int64_t elapsed = look->time - before->time;
	char line[LINE], time[TIMESTAMP_SIZE];
	struct shown shown;

	snprintf(line, sizeof line, "%s  %s", timestamp_format(look->time, false, time),
	    show(&shown, stream, strlen(stream)));
	add_line(to, line, columns);
	snprintf(line, sizeof line, "%-6s %-6s %8s %8s %8s %8s %7s %7s%s", "SHARD", "", "RECORDS",
	    "BYTES", "IN/s", "BYTES/s", "OLDEST", "NEWEST",
	    look->count > 0 && look->rows[0].group.name != NULL
	        ? "  GROUP             LAG WAITING   DONE/s   READER"
	        : "");
	add_line(to, line, columns);
	for (size_t i = 0; i < look->count; i++) {
		const struct look_row *row = &look->rows[i];
		const struct look_row *earlier = find(before, row);

		add_shard(line, row, earlier, look, elapsed);
		add_group(line, row, earlier, elapsed);
		add_line(to, line, columns);
	}
}
