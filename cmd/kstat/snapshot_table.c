/* snapshot_table: writes a snapshot as a table for people. */
#include <stdio.h>
#include <string.h>

#include "text/timestamp.h"
#include "kstat/cells.h"
#include "kstat/snapshot_text.h"

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

/* The growth per second of a number that never falls, else "-". */
static const char *
rate(uint64_t now, uint64_t then, int64_t milliseconds, char text[CELLS_TEXT])
{
	if (milliseconds <= 0 || now < then)
		return "-";
	return cells_number((double)(now - then) * 1000 / (double)milliseconds, text);
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

static void
add_group(struct cells *cells, const struct snapshot_row *row, const struct snapshot_row *before,
    int64_t elapsed)
{
	const struct snapshot_group *group = &row->group;
	bool counted = group->lag.counted;
	char text[CELLS_TEXT];

	if (group->name == NULL)
		return;
	cells_add(cells, -12, group->name);
	cells_add(cells, 8, counted ? cells_number((double)group->lag.records, text) : "-");
	cells_add(cells, 7, cells_time(group->lag.milliseconds, text));
	cells_add(cells, 8,
	    before != NULL && counted ? rate(done_of(row), done_of(before), elapsed, text) : "-");
}

/* Who reads; a long name is cut. */
static void
add_reader(struct cells *cells, const struct group_reader *reader, int width)
{
	char text[CELLS_TEXT];
	struct shown shown;

	if (reader->process > 0)
		snprintf(text, sizeof text, "%lld", (long long)reader->process);
	else
		snprintf(text, sizeof text, "%s",
		    reader->worker[0] != '\0' ? show(&shown, reader->worker, strlen(reader->worker))
		                              : "-");
	cells_add(cells, width, text);
}

/* An expired lease is in capitals. */
static void
add_lease(struct cells *cells, const struct group_reader *reader, int64_t failover)
{
	const char *lease = snapshot_lease(reader, failover);
	int64_t age = snapshot_lease_age(reader);
	char text[2 * CELLS_TEXT], time[CELLS_TEXT];

	if (lease != NULL && group_reader_life(reader, failover) == READER_DEAD && age >= 0)
		lease = "EXPIRED";
	snprintf(text, sizeof text, "%s%s%s", lease != NULL ? lease : "-", age >= 0 ? " " : "",
	    age >= 0 ? cells_time(age, time) : "");
	cells_add(cells, -12, text);
}

/* What the columns of the readers need. */
struct columns {
	bool groups, leases;
	int reader; /* the width of that column */
};

static struct columns
columns_of(const struct snapshot *snapshot)
{
	struct columns columns = {
	    .groups = snapshot->count > 0 && snapshot->rows[0].group.name != NULL, .reader = 8};

	for (size_t i = 0; i < snapshot->count; i++) {
		const struct group_reader *reader = &snapshot->rows[i].group.reader;
		size_t length = strlen(reader->worker);

		if (snapshot->rows[i].group.name == NULL || !reader->leased)
			continue;
		columns.leases = true;
		if (length >= CELLS_TEXT)
			length = CELLS_TEXT - 1;
		if (length > (size_t)columns.reader)
			columns.reader = (int)length;
	}
	return columns;
}

static void
add_shard(struct cells *cells, const struct snapshot_row *row, const struct snapshot_row *before,
    const struct snapshot *snapshot, int64_t elapsed)
{
	const struct shard_state *state = &row->state;
	const struct shard_state *then = before != NULL ? &before->state : NULL;
	bool counted = state->counted, again = before != NULL && counted;
	char text[CELLS_TEXT];

	cells_add(cells, 8, counted ? cells_number((double)state->records, text) : "-");
	cells_add(cells, 8, again ? rate(state->in_records, then->in_records, elapsed, text) : "-");
	cells_add(cells, 8, counted ? cells_number((double)state->bytes, text) : "-");
	cells_add(cells, 8,
	    again && state->in_bytes_counted ? rate(state->in_bytes, then->in_bytes, elapsed, text)
	                                     : "-");
	cells_add(
	    cells, 7, state->oldest > 0 ? cells_time(snapshot->time - state->oldest, text) : "-");
	cells_add(
	    cells, 7, state->newest > 0 ? cells_time(snapshot->time - state->newest, text) : "-");
}

/* Groups first, which were asked for by name: a narrow terminal cuts off the rest. */
static void
add_head(struct cells *cells, const struct columns *columns)
{
	static const char *const names[] = {"RECORDS", "IN/s", "BYTES", "BYTES/s"};

	cells_add(cells, -6, "SHARD");
	cells_add(cells, -6, "");
	if (columns->groups) {
		cells_add(cells, -12, "GROUP");
		cells_add(cells, 8, "LAG");
		cells_add(cells, 7, "WAITING");
		cells_add(cells, 8, "DONE/s");
		cells_add(cells, columns->reader, "READER");
	}
	if (columns->leases)
		cells_add(cells, -12, "LEASE");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		cells_add(cells, 8, names[i]);
	cells_add(cells, 7, "OLDEST");
	cells_add(cells, 7, "NEWEST");
}

void
snapshot_table_add(struct buffer *to, const struct snapshot_text *how,
    const struct snapshot *snapshot, const struct snapshot *before, size_t columns)
{
	struct columns shown_columns = columns_of(snapshot);
	int64_t elapsed = snapshot->time - before->time;
	struct cells cells = {.length = 0};
	char time[TIMESTAMP_SIZE];
	struct shown shown;

	snprintf(cells.text, sizeof cells.text, "%s  %s",
	    timestamp_format(snapshot->time, false, time),
	    show(&shown, how->stream, strlen(how->stream)));
	add_line(to, cells.text, columns);
	add_head(&cells, &shown_columns);
	add_line(to, cells.text, columns);
	for (size_t i = 0; i < snapshot->count; i++) {
		const struct snapshot_row *row = &snapshot->rows[i];
		const struct snapshot_row *earlier = find(before, row);

		cells.length = 0;
		cells_add(&cells, -6,
		    strncmp(row->shard, "shardId-", 8) == 0 ? row->shard + 14 : row->shard);
		cells_add(&cells, -6, row->state.open ? "open" : "closed");
		add_group(&cells, row, earlier, elapsed);
		if (shown_columns.groups)
			add_reader(&cells, &row->group.reader, shown_columns.reader);
		if (shown_columns.leases)
			add_lease(&cells, &row->group.reader, how->failover);
		add_shard(&cells, row, earlier, snapshot, elapsed);
		add_line(to, cells.text, columns);
	}
}
