/* snapshot_table: writes a snapshot as a table for people. */
#include <stdio.h>
#include <string.h>

#include "text/timestamp.h"
#include "kstat/snapshot_text.h"

enum { CELL = 24, LINE = 512 };

/* The row of the same shard and group in another snapshot; NULL: it has none. */
static const struct snapshot_row *
find(const struct snapshot *snapshot, const struct snapshot_row *row)
{
	for (size_t i = 0; i < snapshot->count; i++) {
		const struct snapshot_row *other = &snapshot->rows[i];

		if (strcmp(other->shard, row->shard) == 0 &&
		    (row->group.name == NULL) == (other->group.name == NULL) &&
		    (row->group.name == NULL || strcmp(row->group.name, other->group.name) == 0))
			return other;
	}
	return NULL;
}

/* 1234567 as "1.23M": three digits and a unit. */
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

/* The growth per second of a number that never falls, else "-". */
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

	if (length > columns)
		length = columns;
	/* Cut between characters. */
	while (length > 0 && ((unsigned char)line[length] & 0xC0) == 0x80)
		length--;
	while (length > 0 && line[length - 1] == ' ')
		length--;
	buffer_add(to, line, length);
	buffer_add_text(to, "\n");
}

/* The records that the group has done, of all ever put. Some may be put between the two counts. */
static uint64_t
done_of(const struct snapshot_row *row)
{
	uint64_t all = row->state.in_records, left = row->group.lag.records;

	return left < all ? all - left : 0;
}

/* A line, cell by cell. */
struct cells {
	char text[LINE];
	size_t length;
};

static void
add_cell(struct cells *cells, int width, const char *text)
{
	int added = snprintf(cells->text + cells->length, sizeof cells->text - cells->length,
	    "%s%*s", cells->length > 0 ? " " : "", width, text);

	cells->length += (size_t)added;
	if (cells->length >= sizeof cells->text)
		cells->length = sizeof cells->text - 1;
}

static void
add_group(struct cells *cells, const struct snapshot_row *row, const struct snapshot_row *before,
    int64_t elapsed)
{
	const struct snapshot_group *group = &row->group;
	bool counted = group->lag.counted;
	const char *worker = group->reader.worker;
	struct shown shown;
	char text[CELL];

	if (group->name == NULL)
		return;
	add_cell(cells, -12, group->name);
	add_cell(cells, 8, counted ? short_number((double)group->lag.records, text) : "-");
	add_cell(cells, 7, short_time(group->lag.milliseconds, text));
	add_cell(cells, 8,
	    before != NULL && counted ? rate(done_of(row), done_of(before), elapsed, text) : "-");
	snprintf(text, sizeof text, "%lld", (long long)group->reader.process);
	add_cell(cells, 8,
	    group->reader.process != 0 ? text
	    : worker[0] != '\0'        ? show(&shown, worker, strlen(worker))
	                               : "-");
}

static void
add_shard(struct cells *cells, const struct snapshot_row *row, const struct snapshot_row *before,
    const struct snapshot *snapshot, int64_t elapsed)
{
	const struct shard_state *state = &row->state;
	const struct shard_state *then = before != NULL ? &before->state : NULL;
	bool counted = state->counted, again = before != NULL && counted;
	char text[CELL];

	add_cell(cells, 8, counted ? short_number((double)state->records, text) : "-");
	add_cell(cells, 8, again ? rate(state->in_records, then->in_records, elapsed, text) : "-");
	add_cell(cells, 8, counted ? short_number((double)state->bytes, text) : "-");
	add_cell(cells, 8,
	    again && state->in_bytes_counted ? rate(state->in_bytes, then->in_bytes, elapsed, text)
	                                     : "-");
	add_cell(
	    cells, 7, state->oldest > 0 ? short_time(snapshot->time - state->oldest, text) : "-");
	add_cell(
	    cells, 7, state->newest > 0 ? short_time(snapshot->time - state->newest, text) : "-");
}

/* Groups first, which were asked for by name: a narrow terminal cuts off the rest. */
static void
add_head(struct cells *cells, bool groups)
{
	static const char *const names[] = {"RECORDS", "IN/s", "BYTES", "BYTES/s"};

	add_cell(cells, -6, "SHARD");
	add_cell(cells, -6, "");
	if (groups) {
		add_cell(cells, -12, "GROUP");
		add_cell(cells, 8, "LAG");
		add_cell(cells, 7, "WAITING");
		add_cell(cells, 8, "DONE/s");
		add_cell(cells, 8, "READER");
	}
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		add_cell(cells, 8, names[i]);
	add_cell(cells, 7, "OLDEST");
	add_cell(cells, 7, "NEWEST");
}

void
snapshot_table_add(struct buffer *to, const char *stream, const struct snapshot *snapshot,
    const struct snapshot *before, size_t columns)
{
	int64_t elapsed = snapshot->time - before->time;
	struct cells cells = {.length = 0};
	char time[TIMESTAMP_SIZE];
	struct shown shown;

	snprintf(cells.text, sizeof cells.text, "%s  %s",
	    timestamp_format(snapshot->time, false, time), show(&shown, stream, strlen(stream)));
	add_line(to, cells.text, columns);
	add_head(&cells, snapshot->count > 0 && snapshot->rows[0].group.name != NULL);
	add_line(to, cells.text, columns);
	for (size_t i = 0; i < snapshot->count; i++) {
		const struct snapshot_row *row = &snapshot->rows[i];
		const struct snapshot_row *earlier = find(before, row);

		cells.length = 0;
		add_cell(&cells, -6,
		    strncmp(row->shard, "shardId-", 8) == 0 ? row->shard + 14 : row->shard);
		add_cell(&cells, -6, row->state.open ? "open" : "closed");
		add_group(&cells, row, earlier, elapsed);
		add_shard(&cells, row, earlier, snapshot, elapsed);
		add_line(to, cells.text, columns);
	}
}
