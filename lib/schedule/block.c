/* block: finds, reads, writes and removes an entry's lines in the text of a crontab. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "schedule/block.h"
#include "schedule/block_damaged.h"
#include "schedule/block_lines.h"
#include "schedule/expression.h"

enum {
	LINE_MOST = 990, /* bytes of a command: cron's own limit is 1000 */
	BLOCK_LINES = 4,
	TEXT_MOST = 4 * 1024 * 1024 /* bytes of a line that is written */
};

#define EACH_MINUTE "* * * * *"

static bool
wrong_block(const char *name, struct failure *failure)
{
	return fail(failure, FAILURE_PERMANENT,
	    "the lines between '# fxpipe: %s begin' and its end are not as fxcron wrote them: "
	    "correct them with crontab -e, or remove them with fxcron remove %s",
	    name, name);
}

bool
block_find(struct span text, const char *name, struct block *block, struct failure *failure)
{
	struct block_marks marks = block_lines_marks(name);
	struct span line, lines[BLOCK_LINES] = {{NULL, 0}};
	size_t begins = 0, ends = 0, at = 0;
	bool whole = false;

	*block = (struct block){.name = name};
	while (block_lines_next(&text, &line)) {
		struct span comment = block_lines_comment(line);

		if (span_is(comment, marks.begin)) {
			begins++;
			at = 0;
		}
		if (begins > 0 && at < BLOCK_LINES)
			lines[at++] = line;
		if (span_is(comment, marks.end)) {
			ends++;
			whole = at == BLOCK_LINES && lines[3].start == line.start;
		}
	}
	block_lines_free(&marks);
	if (begins + ends == 0)
		return true;
	block->schedule = block_lines_comment(lines[1]);
	if (begins != 1 || ends != 1 || !whole || !span_begins(lines[1], "#") ||
	    !block_lines_are_of(lines[2], name))
		return wrong_block(name, failure);
	block->whole = (struct span){
	    lines[0].start, (size_t)(lines[3].start - lines[0].start) + lines[3].length};
	block->line = block_lines_plain(lines[2]);
	if (block->schedule.start == NULL)
		block->schedule = block_lines_plain(lines[1]);
	return true;
}

void
block_find_remains(struct span text, const char *name, struct block_remains *remains)
{
	struct buffer kept;

	buffer_init(&kept, 0);
	block_damaged_strip(text, name, &kept, remains);
	buffer_free(&kept);
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
block_names(struct span text, struct words *names)
{
	struct span line;
	size_t kept = 0;

	*names = (struct words){NULL, 0};
	while (block_lines_next(&text, &line)) {
		char *name = block_lines_marked(block_lines_comment(line));

		if (name != NULL)
			words_add(names, name);
		free(name);
	}
	if (names->count > 0)
		qsort(names->list, names->count, sizeof *names->list, compare);
	for (size_t i = 0; i < names->count; i++) {
		if (kept > 0 && strcmp(names->list[i], names->list[kept - 1]) == 0)
			free(names->list[i]);
		else
			names->list[kept++] = names->list[i];
	}
	names->count = kept;
}

bool
block_format(const struct entry *entry, const char *time, const struct words *line,
    struct buffer *block, struct failure *failure)
{
	struct buffer text;
	bool good;

	buffer_init(&text, TEXT_MOST);
	for (size_t i = 0; i < line->count; i++) {
		buffer_add_text(&text, i > 0 ? " " : "");
		words_quote_cron(&text, line->list[i]);
	}
	good = text.length <= LINE_MOST ||
	       fail(failure, FAILURE_PERMANENT,
	           "the line would have %zu bytes, but cron takes at most %d: write the pipeline "
	           "to a file and install bash FILE instead, or use --systemd",
	           text.length, LINE_MOST);
	/* cron starts a service each minute, unless it is running. */
	buffer_add_format(block, "# fxpipe: %s begin\n# %s\n%s %s\n# fxpipe: %s end\n", entry->name,
	    entry->schedule, entry->service ? EACH_MINUTE : time, buffer_text(&text), entry->name);
	buffer_free(&text);
	return good;
}

/* Is schedule, as it was installed, what the line does? */
static bool
is_schedule_of(const char *schedule, const char *time, bool service)
{
	struct expression expression;
	struct failure ignored;
	bool same;

	if (service)
		return strcmp(schedule, "service") == 0 && strcmp(time, EACH_MINUTE) == 0;
	same = expression_read(schedule, &expression, &ignored) && expression.fields != NULL &&
	       strcmp(expression.fields, time) == 0;
	expression_free(&expression);
	return same;
}

bool
block_entry(const struct block *block, struct entry *entry, struct failure *failure)
{
	char *schedule, *time;
	bool good = block_lines_read(block->line, entry, &time, failure);

	schedule = memory_copy(block->schedule.start, block->schedule.length);
	if (good)
		entry_set(&entry->schedule,
		    is_schedule_of(schedule, time, entry->service) ? schedule : time);
	if (good && strcmp(entry->name, block->name) != 0)
		good = wrong_block(block->name, failure);
	free(schedule);
	free(time);
	return good;
}

void
block_remains_entry(const struct block_remains *remains, const char *name, struct entry *entry)
{
	entry_set(&entry->name, name);
	block_lines_variables(remains->line, &entry->variables);
}

void
block_strip(struct span text, const char *name, struct buffer *kept)
{
	struct block_remains remains;
	struct failure ignored;
	struct block block;
	size_t before;

	if (!block_find(text, name, &block, &ignored)) {
		block_damaged_strip(text, name, kept, &remains);
	} else if (block.whole.start == NULL) {
		buffer_add(kept, text.start, text.length);
	} else {
		before = (size_t)(block.whole.start - text.start);
		buffer_add(kept, text.start, before);
		before += block.whole.length;
		buffer_add(kept, text.start + before, text.length - before);
	}
}
