/* sums: adds up the statistics of the tools. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fxmetrics/sums.h"

enum { SIGNALS = 128 };

/* The place of name in the list, or the place where it belongs. */
static size_t
place_of(const struct sums_list *list, const char *name, bool *found)
{
	size_t low = 0, high = list->count;

	*found = false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(list->entries[middle].name, name);

		if (order == 0) {
			*found = true;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t
most_of(const struct sums *sums, const struct sums_list *list)
{
	if (list == &sums->running)
		return SUMS_RUNNING;
	return list == &sums->tools ? SUMS_TOOLS : SUMS_STATUSES;
}

struct sums_entry *
sums_entry(struct sums *sums, struct sums_list *list, const char *name)
{
	bool found;
	size_t place = place_of(list, name, &found);

	if (found)
		return &list->entries[place];
	if (list->count >= most_of(sums, list))
		return NULL;
	if (list->count == list->capacity) {
		list->capacity = list->capacity > 0 ? 2 * list->capacity : 16;
		list->entries = memory_resize(list->entries, list->capacity, sizeof *list->entries);
	}
	memmove(list->entries + place + 1, list->entries + place,
	    (list->count - place) * sizeof *list->entries);
	list->entries[place] = (struct sums_entry){.name = memory_copy_text(name)};
	list->count++;
	return &list->entries[place];
}

static void
remove_entry(struct sums_list *list, const char *name)
{
	bool found;
	size_t place = place_of(list, name, &found);

	if (!found)
		return;
	free(list->entries[place].name);
	list->count--;
	memmove(list->entries + place, list->entries + place + 1,
	    (list->count - place) * sizeof *list->entries);
}

static void
add(uint64_t *sum, uint64_t more)
{
	*sum = *sum > SUMS_LARGEST - more ? SUMS_LARGEST : *sum + more;
}

static void
count_status(struct sums_entry *entry)
{
	add(&entry->counts[0], 1);
	add(&entry->added[0], 1);
	entry->changed = true;
}

/* Adds to the tool what the process has done since its previous line. */
static void
add_counters(struct sums_entry *tool, const struct stats_line *line, const uint64_t *before)
{
	for (size_t i = 0; i < STATS_COUNTERS; i++) {
		uint64_t now = line->counters[i];
		/* Less than before: it is another process. */
		uint64_t more = now >= before[i] ? now - before[i] : now;

		add(&tool->counts[i], more);
		add(&tool->added[i], more);
	}
	tool->changed = true;
}

bool
sums_add(struct sums *sums, const struct stats_line *line, int64_t now)
{
	static const uint64_t nothing[STATS_COUNTERS];
	char process[STATS_TOOL + STATS_STARTED + 2], ended[STATS_TOOL + 24];
	struct sums_entry *tool = sums_entry(sums, &sums->tools, line->tool), *run = NULL, *status;
	int number = line->status + (line->end == STATS_SIGNALLED ? SIGNALS : 0);
	bool runs_before;

	if (tool == NULL)
		return false;
	snprintf(process, sizeof process, "%s %s", line->tool, line->started);
	place_of(&sums->running, process, &runs_before);
	if (runs_before || line->end == STATS_RUNNING)
		run = sums_entry(sums, &sums->running, process);
	if (run == NULL && line->end == STATS_RUNNING)
		return false;
	add_counters(tool, line, run != NULL ? run->counts : nothing);
	if (!tool->last.known)
		tool->last.status = -1;
	tool->last = (struct sums_last){
	    true, line->ended / 1000, tool->last.status, line->p50_us, line->p99_us, line->lag_ms};
	if (line->end == STATS_RUNNING) {
		memcpy(run->counts, line->counters, sizeof run->counts);
		run->seen = now;
		return true;
	}
	tool->last.status = number;
	remove_entry(&sums->running, process);
	snprintf(ended, sizeof ended, "%s %d", line->tool, number);
	status = sums_entry(sums, &sums->statuses, ended);
	if (status != NULL)
		count_status(status);
	return status != NULL;
}

bool
sums_is_status_of(const struct sums_entry *entry, const char *tool, const char **status)
{
	size_t length = strlen(tool);

	if (strncmp(entry->name, tool, length) != 0 || entry->name[length] != ' ')
		return false;
	*status = entry->name + length + 1;
	return true;
}

static void
free_list(struct sums_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->entries[i].name);
	free(list->entries);
}

void
sums_free(struct sums *sums)
{
	free_list(&sums->tools);
	free_list(&sums->running);
	free_list(&sums->statuses);
}
