/* backlog: see backlog.h. */
#include <stdlib.h>

#include "kbatch/backlog.h"
#include "base/memory.h"

enum { LANES = 1 << 16 };

/* By the low bits of their numbers: two that share them only wait for each other. */
struct lanes {
	uint16_t under_way[LANES]; /* lines that are */
	uint32_t passed_over[LANES]; /* the last search in which it was */
	uint32_t search;
};

struct backlog {
	struct backlog_line lines[BACKLOG_LINES];
	backlog_number first, last; /* of those that wait */
	struct lanes *lanes; /* NULL: there is one */
};

struct backlog *
backlog_open(bool lanes)
{
	struct backlog *backlog = memory_new(1, sizeof *backlog);

	backlog->first = backlog->last = BACKLOG_NONE;
	if (lanes)
		backlog->lanes = memory_new(1, sizeof *backlog->lanes);
	return backlog;
}

void
backlog_close(struct backlog *backlog)
{
	if (backlog == NULL)
		return;
	for (size_t i = 0; i < BACKLOG_LINES; i++)
		free(backlog->lines[i].error);
	free(backlog->lanes);
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

void
backlog_search(struct backlog *backlog)
{
	if (backlog->lanes != NULL)
		backlog->lanes->search++;
}

void
backlog_pass_over(struct backlog *backlog, const struct backlog_found *found)
{
	if (backlog->lanes != NULL)
		backlog->lanes->passed_over[found->lane % LANES] = backlog->lanes->search;
}

static bool
has_to_wait(const struct lanes *lanes, uint64_t lane)
{
	return lanes != NULL && (lanes->under_way[lane % LANES] > 0 ||
	                            lanes->passed_over[lane % LANES] == lanes->search);
}

struct backlog_found
backlog_find(struct backlog *backlog, const struct backlog_bounds *bounds, backlog_number *numbers)
{
	struct backlog_found found = {.count = 0};
	size_t bytes = 0;
	const struct backlog_line *line;

	for (backlog_number at = backlog->first; at != BACKLOG_NONE; at = line->next) {
		line = &backlog->lines[at];
		if (line->ticket >= bounds->before ||
		    (found.count > 0 && line->window != found.window))
			break;
		if (found.count > 0 ? line->lane != found.lane
		                    : has_to_wait(backlog->lanes, line->lane))
			continue;
		if (found.count > 0 && (found.count >= bounds->lines ||
		                           bytes + line->text.length + 1 > bounds->bytes)) {
			found.full = found.more = true;
			break;
		}
		if (found.count == 0) {
			found.since = line->since;
			found.window = line->window;
			found.lane = line->lane;
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
		if (backlog->lanes != NULL)
			backlog->lanes->under_way[line->lane % LANES]++;
	}
}

void
backlog_settle(struct backlog *backlog, backlog_number number)
{
	if (backlog->lanes != NULL)
		backlog->lanes->under_way[backlog->lines[number].lane % LANES]--;
}
