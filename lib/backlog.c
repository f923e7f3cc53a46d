/* backlog: see backlog.h. */
#include <stdlib.h>

#include "backlog.h"
#include "memory.h"

enum { KEYS = 1 << 16 };

/* Keys by the low bits of their hashes. */
struct keys {
	uint16_t under_way[KEYS]; /* lines that are */
	uint32_t passed_over[KEYS]; /* the last search in which one was */
	uint32_t search;
};

struct backlog {
	struct backlog_line lines[BACKLOG_LINES];
	backlog_number first, last; /* of those that wait */
	struct keys *keys; /* NULL: no two batches at once */
};

struct backlog *
backlog_open(bool keyed)
{
	struct backlog *backlog = memory_new(1, sizeof *backlog);

	backlog->first = backlog->last = BACKLOG_NONE;
	if (keyed)
		backlog->keys = memory_new(1, sizeof *backlog->keys);
	return backlog;
}

void
backlog_close(struct backlog *backlog)
{
	if (backlog == NULL)
		return;
	for (size_t i = 0; i < BACKLOG_LINES; i++)
		free(backlog->lines[i].error);
	free(backlog->keys);
	free(backlog);
}

struct backlog_line *
backlog_line(struct backlog *backlog, backlog_number number)
{
	return &backlog->lines[number];
}

uint64_t
backlog_next(const struct backlog *backlog)
{
	return backlog->first == BACKLOG_NONE ? UINT64_MAX : backlog->lines[backlog->first].ticket;
}

struct backlog_line *
backlog_add(struct backlog *backlog, uint64_t ticket)
{
	backlog_number number = (backlog_number)(ticket % BACKLOG_LINES);
	struct backlog_line *line = &backlog->lines[number];

	free(line->error);
	*line = (struct backlog_line){
	    .ticket = ticket, .next = BACKLOG_NONE, .previous = backlog->last};
	if (backlog->last == BACKLOG_NONE)
		backlog->first = number;
	else
		backlog->lines[backlog->last].next = number;
	backlog->last = number;
	return line;
}

/* Behind one with its key that is under way, or that this search has passed over? */
static bool
has_to_wait(struct keys *keys, uint64_t key)
{
	size_t at = key % KEYS;

	if (keys == NULL || (keys->under_way[at] == 0 && keys->passed_over[at] != keys->search))
		return false;
	keys->passed_over[at] = keys->search;
	return true;
}

struct backlog_found
backlog_find(struct backlog *backlog, const struct backlog_bounds *bounds, backlog_number *numbers)
{
	struct backlog_found found = {.count = 0};
	size_t bytes = 0;
	const struct backlog_line *line;

	if (backlog->keys != NULL)
		backlog->keys->search++;
	for (backlog_number at = backlog->first; at != BACKLOG_NONE; at = line->next) {
		line = &backlog->lines[at];
		if (line->ticket >= bounds->before ||
		    (found.count > 0 && line->window != found.window))
			break;
		found.full = found.count > 0 && (found.count >= bounds->lines ||
		                                    bytes + line->text.length + 1 > bounds->bytes);
		found.more |= found.full;
		if (found.full)
			break;
		if (has_to_wait(backlog->keys, line->key)) {
			found.more |= found.count > 0;
			continue;
		}
		if (found.count == 0) {
			found.since = line->since;
			found.window = line->window;
		}
		bytes += line->text.length + 1;
		numbers[found.count++] = at;
	}
	found.full |= found.count >= bounds->lines || bytes >= bounds->bytes;
	return found;
}

void
backlog_take(struct backlog *backlog, const backlog_number *numbers, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct backlog_line *line = &backlog->lines[numbers[i]];

		if (line->previous == BACKLOG_NONE)
			backlog->first = line->next;
		else
			backlog->lines[line->previous].next = line->next;
		if (line->next == BACKLOG_NONE)
			backlog->last = line->previous;
		else
			backlog->lines[line->next].previous = line->previous;
		if (backlog->keys != NULL)
			backlog->keys->under_way[line->key % KEYS]++;
	}
}

void
backlog_settle(struct backlog *backlog, backlog_number number)
{
	if (backlog->keys != NULL)
		backlog->keys->under_way[backlog->lines[number].key % KEYS]--;
}
