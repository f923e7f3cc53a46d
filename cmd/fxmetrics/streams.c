/* streams: reads lines of kstat and keeps the latest of each shard and group. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fxmetrics/streams.h"
#include "text/json.h"
#include "text/number.h"

enum { MOST_ROWS = 100000, MOST_BYTES = 256 * 1024 * 1024 };

enum { STREAM = STREAMS_MEMBERS, SHARD, GROUP, ALL };

static const char *const names[ALL] = {"records", "bytes", "oldest", "newest", "records_in",
    "bytes_in", "open", "lag", "lag_ms", "lost", "committed", "stream", "shard", "group"};

bool
streams_is_number(struct span value)
{
	struct number number;

	return value.start != NULL && json_kind(value) == JSON_NUMBER &&
	       number_read(value, &number) == NULL;
}

static int
compare(const struct streams_row *a, const struct streams_row *b)
{
	int order = span_compare(a->stream, b->stream);

	if (order == 0)
		order = span_compare(a->shard, b->shard);
	return order != 0 ? order : span_compare(a->group, b->group);
}

/* Puts the row in its place; it replaces the one that has the place. False: the list is full. */
static bool
put(struct streams *streams, struct streams_list *list, const struct streams_row *row)
{
	size_t low = 0, high = list->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare(&list->rows[middle], row);

		if (order == 0) {
			if (row->size > MOST_BYTES - streams->bytes + list->rows[middle].size)
				return false;
			streams->bytes -= list->rows[middle].size;
			streams->bytes += row->size;
			free(list->rows[middle].text);
			list->rows[middle] = *row;
			return true;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (list->count == MOST_ROWS || row->size > MOST_BYTES - streams->bytes)
		return false;
	if (list->count == list->capacity) {
		list->capacity = list->capacity > 0 ? 2 * list->capacity : 16;
		list->rows = memory_resize(list->rows, list->capacity, sizeof *list->rows);
	}
	memmove(list->rows + low + 1, list->rows + low, (list->count - low) * sizeof *list->rows);
	list->rows[low] = *row;
	list->count++;
	streams->bytes += row->size;
	return true;
}

/* Unescapes a string to *at and moves *at to its end. */
static struct span
unescape(struct span string, char **at)
{
	struct span text = {*at, json_unescape(json_inside(string), *at)};

	*at += text.length;
	return text;
}

/* The row of a line in which the members were found; of: whether it is a group's. */
static struct streams_row
row_of(struct span line, const struct json_wanted *wanted, bool of_group)
{
	struct streams_row row = {.size = 2 * line.length + 1};
	char *at;

	row.text = memory_new(row.size, 1);
	at = row.text + line.length;

	memcpy(row.text, line.start, line.length);
	row.stream = unescape(wanted[STREAM].value, &at);
	row.shard = unescape(wanted[SHARD].value, &at);
	if (of_group)
		row.group = unescape(wanted[GROUP].value, &at);
	for (size_t i = 0; i < STREAMS_MEMBERS; i++) {
		if (wanted[i].value.start != NULL)
			row.values[i] =
			    (struct span){row.text + (wanted[i].value.start - line.start),
			        wanted[i].value.length};
	}
	return row;
}

static bool
add_row(struct streams *streams, struct span line, const struct json_wanted *wanted, bool of_group)
{
	struct streams_row row = row_of(line, wanted, of_group);
	bool added = put(streams, of_group ? &streams->groups : &streams->shards, &row);

	if (!added)
		free(row.text);
	return added;
}

static bool
is_string(const struct json_wanted *wanted)
{
	return wanted->times == 1 && json_kind(wanted->value) == JSON_STRING;
}

bool
streams_add(struct streams *streams, struct span line)
{
	struct json_wanted wanted[ALL];
	struct json_error error;
	bool of_group;

	memset(wanted, 0, sizeof wanted);
	for (size_t i = 0; i < ALL; i++)
		wanted[i].name = span_of(names[i]);
	if (!json_find(line, JSON_DEPTH, wanted, ALL, NULL, &error) ||
	    !is_string(&wanted[STREAM]) || !is_string(&wanted[SHARD]))
		return false;
	for (size_t i = 0; i < ALL; i++) {
		if (wanted[i].times > 1)
			return false;
	}
	of_group = wanted[GROUP].times > 0 && json_kind(wanted[GROUP].value) != JSON_NULL;
	if (of_group && !is_string(&wanted[GROUP]))
		return false;
	return add_row(streams, line, wanted, false) &&
	       (!of_group || add_row(streams, line, wanted, true));
}

static void
free_list(struct streams_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->rows[i].text);
	free(list->rows);
}

void
streams_free(struct streams *streams)
{
	free_list(&streams->shards);
	free_list(&streams->groups);
}
