/* block_damaged: finds and removes the lines of a block that are left after it was edited. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "schedule/block_damaged.h"
#include "schedule/block_lines.h"
#include "schedule/expression.h"

/* Is the comment a schedule, as fxcron writes it above an entry? */
static bool
is_note(struct span comment)
{
	struct expression expression;
	struct failure ignored;
	char *text;
	bool is;

	if (comment.start == NULL)
		return false;
	text = memory_copy(comment.start, comment.length);
	is = strcmp(text, "service") == 0;
	if (!is) {
		is = expression_read(text, &expression, &ignored);
		expression_free(&expression);
	}
	free(text);
	return is;
}

static bool
is_mark(struct span comment)
{
	char *name = block_lines_marked(comment);
	bool is = name != NULL;

	free(name);
	return is;
}

/* Does the end follow in text before another block begins? */
static bool
is_ended(struct span text, const struct block_marks *marks)
{
	struct span line;

	while (block_lines_next(&text, &line)) {
		line = block_lines_comment(line);
		if (is_mark(line))
			return span_is(line, marks->end);
	}
	return false;
}

/* Is it neither blank nor a comment? */
static bool
is_for_cron(struct span line)
{
	size_t i = 0;

	while (i < line.length && isspace((unsigned char)line.start[i]))
		i++;
	return i < line.length && line.start[i] != '#';
}

void
block_damaged_strip(
    struct span text, const char *name, struct buffer *kept, struct block_remains *remains)
{
	struct block_marks marks = block_lines_marks(name);
	size_t inside = 0; /* the number of the line in its block; 0: outside */
	bool ended = false;
	struct span line;

	*remains = (struct block_remains){.line = {NULL, 0}};
	while (block_lines_next(&text, &line)) {
		struct span comment = block_lines_comment(line), next = text, after;
		bool begins = span_is(comment, marks.begin), runs = false, keep;

		if (begins || span_is(comment, marks.end)) {
			inside = begins;
			ended = begins && is_ended(text, &marks);
			continue;
		}
		if (is_mark(comment))
			inside = 0; /* of another block */
		if (inside > 0 || (block_lines_next(&next, &after) &&
		                      span_is(block_lines_comment(after), marks.end)))
			runs = block_lines_are_of(line, name);
		keep = !runs && (inside == 0 || !is_note(comment));
		if (runs && remains->line.start == NULL)
			remains->line = block_lines_plain(line);
		if (keep)
			buffer_add(kept, line.start, line.length);
		if (keep && inside > 0 && remains->kept.start == NULL && is_for_cron(line))
			remains->kept = block_lines_plain(line);
		/* Without an end it has at most two lines more. */
		if (inside > 0)
			inside = ended || inside < 2 ? inside + 1 : 0;
	}
	block_lines_free(&marks);
}
