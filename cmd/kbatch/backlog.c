/* backlog: a queue of lines, linked by their numbers, and the lanes that have lines in flight. */
#include <stdlib.h>

#include "kbatch/backlog.h"
#include "base/memory.h"

enum { LANES = 1 << 16 };

/* By the low bits of a lane's number: lanes that share these bits wait for each other. */
struct lanes {
	uint16_t in_flight[LANES]; /* number of lines */
	uint32_t skipped[LANES]; /* the last search that skipped the lane */
	uint32_t search;
};

struct backlog {
	struct backlog_line lines[BACKLOG_LINES];
	backlog_number first, last; /* of the lines that wait */
	struct lanes *lanes; /* NULL: all lines are in one lane */
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

const struct backlog_line *
backlog_line(const struct backlog *backlog, backlog_number number)
{
	return &backlog->lines[number];
}

void
backlog_set_error(struct backlog *backlog, backlog_number number, char *error)
{
	free(backlog->lines[number].error);
	backlog->lines[number].error = error;
}

uint64_t
backlog_first_ticket(const struct backlog *backlog)
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
backlog_begin_search(struct backlog *backlog)
{
	if (backlog->lanes != NULL)
		backlog->lanes->search++;
}

bool
backlog_skip_lane(struct backlog *backlog, const struct backlog_found *found)
{
	if (backlog->lanes == NULL)
		return false;
	backlog->lanes->skipped[found->lane % LANES] = backlog->lanes->search;
	return true;
}

static bool
must_wait(const struct lanes *lanes, uint64_t lane)
{
	return lanes != NULL && (lanes->in_flight[lane % LANES] > 0 ||
	                            lanes->skipped[lane % LANES] == lanes->search);
}

struct backlog_found
backlog_find(struct backlog *backlog, const struct backlog_limits *limits, backlog_number *numbers)
{
	struct backlog_found found = {.count = 0};
	size_t bytes = 0;
	const struct backlog_line *line;

	for (backlog_number at = backlog->first; at != BACKLOG_NONE; at = line->next) {
		line = &backlog->lines[at];
		if (line->ticket >= limits->before ||
		    (found.count > 0 && line->window != found.window))
			break;
		if (found.count > 0 ? line->lane != found.lane
		                    : must_wait(backlog->lanes, line->lane))
			continue;
		if (found.count > 0 && (found.count >= limits->lines ||
		                           bytes + line->text.length + 1 > limits->bytes)) {
			found.full = found.more = true;
			break;
		}
		if (found.count == 0) {
			found.arrived = line->arrived;
			found.window = line->window;
			found.lane = line->lane;
		}
		bytes += line->text.length + 1;
		numbers[found.count++] = at;
	}
	found.full |= found.count >= limits->lines || bytes >= limits->bytes;
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
			backlog->lanes->in_flight[line->lane % LANES]++;
	}
}

void
backlog_release(struct backlog *backlog, backlog_number number)
{
	if (backlog->lanes != NULL)
		backlog->lanes->in_flight[backlog->lines[number].lane % LANES]--;
}
