/* block_damaged: finds and removes the lines of a block that are left after it was edited. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "schedule/block_damaged.h"
#include "schedule/block_lines.h"
#include "schedule/expression.h"

/* Is the line a schedule, as fxcron writes it above an entry? */
static bool
is_note(struct span line)
{
	struct expression expression;
	struct failure ignored;
	char *text;
	bool is;

	if (!span_begins(line, "# "))
		return false;
	text = memory_copy(line.start + 2, line.length - 2);
	is = strcmp(text, "service") == 0;
	if (!is) {
		is = expression_read(text, &expression, &ignored);
		expression_free(&expression);
	}
	free(text);
	return is;
}

/* Does an end follow in text before another block begins? */
static bool
is_ended(struct span text, const struct block_marks *marks)
{
	struct span line;

	while (block_lines_next(&text, &line)) {
		line = block_lines_plain(line);
		if (span_is(line, marks->end))
			return true;
		if (span_is(line, marks->begin))
			return false;
	}
	return false;
}

/* Keeps the lines that fxcron did not write. found: the first that cron runs; start NULL: none. */
static void
strip(struct span text, const char *name, struct buffer *kept, struct span *found)
{
	struct block_marks marks = block_lines_marks(name);
	size_t inside = 0; /* the number of the line in its block; 0: outside */
	bool ended = false;
	struct span line;

	*found = (struct span){NULL, 0};
	while (block_lines_next(&text, &line)) {
		struct span plain = block_lines_plain(line), next = text, after;
		bool ours = span_is(plain, marks.begin) || span_is(plain, marks.end), runs = false;

		if (ours) {
			inside = span_is(plain, marks.begin);
			ended = inside > 0 && is_ended(text, &marks);
			continue;
		}
		if (inside > 0 || (block_lines_next(&next, &after) &&
		                      span_is(block_lines_plain(after), marks.end)))
			runs = block_lines_are_of(line, name);
		if (runs && found->start == NULL)
			*found = plain;
		if (!runs && (inside == 0 || !is_note(plain)))
			buffer_add(kept, line.start, line.length);
		/* Without an end it has at most two lines more. */
		if (inside > 0)
			inside = ended || inside < 2 ? inside + 1 : 0;
	}
	block_lines_free(&marks);
}

struct span
block_damaged_line(struct span text, const char *name)
{
	struct buffer kept;
	struct span line;

	buffer_init(&kept, 0);
	strip(text, name, &kept, &line);
	buffer_free(&kept);
	return line;
}

void
block_damaged_strip(struct span text, const char *name, struct buffer *kept)
{
	struct span line;

	strip(text, name, kept, &line);
}
