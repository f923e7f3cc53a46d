/* state_read: reads the text of a state. Its fields are data: a line with anything else in it is
 * refused. */
#include <stdio.h>
#include <string.h>

#include "fxmetrics/state.h"

/* Takes what precedes the next separator off the front; false: nothing is left. */
static bool
take(struct span *text, char separator, struct span *field)
{
	const char *end;

	if (text->start == NULL)
		return false;
	end = text->length > 0 ? memchr(text->start, separator, text->length) : NULL;
	*field = *text;
	if (end == NULL) {
		*text = (struct span){NULL, 0};
		return true;
	}
	field->length = (size_t)(end - text->start);
	*text = (struct span){end + 1, text->length - field->length - 1};
	return true;
}

static bool
take_number(struct span *text, uint64_t *number)
{
	struct span field;

	return take(text, ' ', &field) && stats_number_read(field, SUMS_LARGEST, number);
}

/* A number, or -1 for "-", and for what an old state has not. */
static bool
take_optional(struct span *text, int64_t *number)
{
	struct span rest = *text, field;
	uint64_t found;

	*number = -1;
	if (!take(&rest, ' ', &field) || span_is(field, "-")) {
		*text = rest;
		return true;
	}
	*text = rest;
	if (!stats_number_read(field, SUMS_LARGEST, &found))
		return false;
	*number = (int64_t)found;
	return true;
}

/* Counters until the end of the text. */
static bool
take_counts(struct span text, uint64_t counts[STATS_COUNTERS])
{
	size_t i = 0;

	while (text.start != NULL && i < STATS_COUNTERS) {
		if (!take_number(&text, &counts[i++]))
			return false;
	}
	return text.start == NULL;
}

/* The entry of list named by a key: a tool, or a tool, a blank and a printable word. */
static struct sums_entry *
entry_of(struct sums *sums, struct sums_list *list, struct span key, bool two, struct span *second)
{
	char name[STATS_TOOL + STATS_STARTED + 2];
	struct span tool;

	*second = key;
	if (key.length >= sizeof name || !take(second, ' ', &tool) || !stats_tool_is_valid(tool) ||
	    two != (second->start != NULL))
		return NULL;
	for (size_t i = 0; i < second->length; i++) {
		if (second->start[i] <= ' ' || second->start[i] > '~')
			return NULL;
	}
	memcpy(name, key.start, key.length);
	name[key.length] = '\0';
	return sums_entry(sums, list, name);
}

static bool
read_file(struct span key, struct span rest, struct files *files)
{
	char id[FILES_ID];
	struct span offset, print = rest;
	struct file *file;
	uint64_t number;

	if (key.length == 0 || key.length >= sizeof id || !take(&print, '\t', &offset) ||
	    print.start == NULL || print.length >= FILES_PRINT ||
	    !stats_number_read(offset, SUMS_LARGEST, &number))
		return false;
	for (size_t i = 0; i < key.length; i++) {
		if (key.start[i] < '0' || key.start[i] > ':')
			return false;
	}
	if (files->count == FILES_REMEMBERED)
		return false;
	memcpy(id, key.start, key.length);
	id[key.length] = '\0';
	file = files_note(files, id);
	file->offset = number;
	memcpy(file->print, print.start, print.length);
	file->print[print.length] = '\0';
	return true;
}

/* The counters of a run, and when it was seen. */
static bool
read_run(struct span rest, struct sums_entry *entry)
{
	size_t before = rest.length;
	uint64_t seen;

	while (before > 0 && rest.start[before - 1] != ' ')
		before--;
	if (before == 0 ||
	    !stats_number_read(
	        (struct span){rest.start + before, rest.length - before}, SUMS_LARGEST, &seen))
		return false;
	entry->seen = (int64_t)seen;
	return take_counts((struct span){rest.start, before - 1}, entry->counts);
}

static bool
take_milliseconds(struct span *text, uint64_t *microseconds)
{
	struct span field;

	*microseconds = 0;
	return !take(text, ' ', &field) || span_is(field, "-") ||
	       stats_milliseconds_read(field, SUMS_LARGEST, microseconds);
}

static bool
read_last(struct span rest, struct sums_last *last)
{
	uint64_t written;

	if (!take_number(&rest, &written))
		return false;
	last->known = true;
	last->written = (int64_t)written;
	return take_optional(&rest, &last->status) && take_milliseconds(&rest, &last->p50_us) &&
	       take_milliseconds(&rest, &last->p99_us) && take_optional(&rest, &last->lag_ms) &&
	       rest.start == NULL;
}

static bool
read_line(struct span line, struct files *files, struct sums *sums)
{
	struct span what, key, rest = line, second;
	struct sums_entry *entry;
	uint64_t status;

	if (!take(&rest, '\t', &what) || !take(&rest, '\t', &key) || rest.start == NULL)
		return false;
	if (span_is(what, "file"))
		return read_file(key, rest, files);
	if (span_is(what, "run"))
		return (entry = entry_of(sums, &sums->running, key, true, &second)) != NULL &&
		       read_run(rest, entry);
	if (span_is(what, "total"))
		return (entry = entry_of(sums, &sums->tools, key, false, &second)) != NULL &&
		       take_counts(rest, entry->counts);
	if (span_is(what, "last"))
		return (entry = entry_of(sums, &sums->tools, key, false, &second)) != NULL &&
		       read_last(rest, &entry->last);
	return span_is(what, "status") &&
	       (entry = entry_of(sums, &sums->statuses, key, true, &second)) != NULL &&
	       stats_number_read(second, STATS_LARGEST + 128, &status) &&
	       stats_number_read(rest, SUMS_LARGEST, &entry->counts[0]);
}

bool
state_read(struct span text, struct files *files, struct sums *sums, size_t *number)
{
	struct span line;

	*number = 1;
	if (!take(&text, '\n', &line) || !span_is(line, "fxmetrics 1"))
		return false;
	while (take(&text, '\n', &line)) {
		++*number;
		if (line.length > 0 && !read_line(line, files, sums))
			return false;
	}
	return true;
}
