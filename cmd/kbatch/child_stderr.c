/* child_stderr: passes on what a command writes to its standard error. */
#include "base/clock.h"
#include "kbatch/child_stderr.h"

enum { PERIOD = 10 * 1000000 /* us */, LINES = 100 /* in a period */ };

void
child_stderr_begin(struct child_stderr *child, struct child_stderr_limit *limit)
{
	child->limit = limit;
	child->length = child->last_length = 0;
}

void
child_stderr_limit_end(struct child_stderr_limit *limit)
{
	if (limit->suppressed > 0)
		tool_message(limit->tool, "%s: %llu more lines of its standard error are not shown",
		    limit->name, (unsigned long long)limit->suppressed);
	limit->suppressed = 0;
	limit->shown = 0;
	limit->since = clock_steady();
}

static void
pass_on(struct child_stderr *child)
{
	struct child_stderr_limit *limit = child->limit;
	struct shown shown;

	if (child->length > 0) {
		if (limit->shown >= LINES && clock_steady() - limit->since >= PERIOD)
			child_stderr_limit_end(limit);
		if (limit->shown == 0)
			limit->since = clock_steady();
		if (limit->shown < LINES) {
			tool_message(limit->tool, "%s: %s", limit->name,
			    show(&shown, child->line, child->length));
			limit->shown++;
		} else {
			limit->suppressed++;
		}
	}
	child->length = 0;
}

void
child_stderr_end_line(struct child_stderr *child)
{
	pass_on(child);
}

static void
keep_last(struct child_stderr *child, const char *bytes, size_t length)
{
	if (length > CHILD_STDERR_LAST) {
		bytes += length - CHILD_STDERR_LAST;
		length = CHILD_STDERR_LAST;
	}
	if (child->last_length + length > sizeof child->last) {
		size_t kept = CHILD_STDERR_LAST - length;

		memmove(child->last, child->last + child->last_length - kept, kept);
		child->last_length = kept;
	}
	memcpy(child->last + child->last_length, bytes, length);
	child->last_length += length;
}

void
child_stderr_take(struct child_stderr *child, const char *bytes, size_t length)
{
	const char *end = bytes + length;

	keep_last(child, bytes, length);
	while (bytes < end) {
		const char *newline = memchr(bytes, '\n', (size_t)(end - bytes));
		size_t got = (size_t)((newline != NULL ? newline : end) - bytes);
		size_t room = sizeof child->line - child->length;

		memcpy(child->line + child->length, bytes, got < room ? got : room);
		child->length += got < room ? got : room;
		bytes += got;
		if (newline != NULL) {
			pass_on(child);
			bytes++;
		}
	}
}

struct span
child_stderr_last(const struct child_stderr *child)
{
	struct span last = {child->last, child->last_length};
	const char *newline;

	while (last.length > 0 && last.start[last.length - 1] == '\n')
		last.length--;
	if (last.length <= CHILD_STDERR_LAST)
		return last;
	last.start += last.length - CHILD_STDERR_LAST;
	last.length = CHILD_STDERR_LAST;
	newline = memchr(last.start, '\n', last.length);
	if (newline != NULL) {
		last.length -= (size_t)(newline + 1 - last.start);
		last.start = newline + 1;
	}
	return last;
}
