/* crontab: finds, writes and replaces the blocks of entries in the user's crontab. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "schedule/crontab.h"
#include "schedule/lock.h"
#include "system/program.h"

enum {
	LINE_MOST = 990, /* bytes of a command: cron's own limit is 1000 */
	ATTEMPTS = 5,
	TIME_WORDS = 5,
	BLOCK_LINES = 4
};

static bool
means_empty(const char *messages)
{
	return strcasestr(messages, "no crontab") != NULL ||
	       strcasestr(messages, "no such file") != NULL;
}

bool
crontab_read(struct buffer *text, bool *missing, struct failure *failure)
{
	static const char *const words[] = {"crontab", "-l", NULL};
	struct program_result result;
	struct shown shown;
	const char *messages;
	bool good = program_run(words, (struct span){NULL, 0}, CRONTAB_MOST, &result, failure);

	buffer_init(text, 2 * CRONTAB_MOST);
	*missing = good && result.missing;
	messages = program_messages(&result);
	if (good && !result.missing && result.status != 0 && !means_empty(messages))
		good = fail(failure, FAILURE_PERMANENT, "crontab -l failed (status %d)%s%s",
		    result.status, messages[0] != '\0' ? ": " : "",
		    show(&shown, messages, strlen(messages)));
	else if (good && result.cut)
		good = fail(failure, FAILURE_PERMANENT, "the crontab is longer than %d bytes",
		    CRONTAB_MOST);
	else if (good && result.status == 0)
		buffer_add(text, result.output.data, result.output.length);
	program_result_free(&result);
	return good;
}

/* The next line of text, its newline included; false at the end. */
static bool
next_line(struct span *text, struct span *line)
{
	const char *newline;

	if (text->length == 0)
		return false;
	newline = memchr(text->start, '\n', text->length);
	line->start = text->start;
	line->length = newline != NULL ? (size_t)(newline - text->start) + 1 : text->length;
	text->start += line->length;
	text->length -= line->length;
	return true;
}

static struct span
without_newline(struct span line)
{
	line.length -= line.length > 0 && line.start[line.length - 1] == '\n';
	return line;
}

static bool
holds(struct span line, const char *command, const char *name)
{
	char *text = memory_format(" %s %s ", command, name);
	bool found = memmem(line.start, line.length, text, strlen(text)) != NULL;

	free(text);
	return found;
}

static bool
wrong_block(const char *name, struct failure *failure)
{
	return fail(failure, FAILURE_PERMANENT,
	    "the lines between '# fxpipe: %s begin' and its end are not as fxcron wrote them: "
	    "correct or remove them with crontab -e",
	    name);
}

bool
crontab_find(
    struct span text, const char *name, struct crontab_block *block, struct failure *failure)
{
	char *begin = memory_format("# fxpipe: %s begin", name);
	char *end = memory_format("# fxpipe: %s end", name);
	struct span line, lines[BLOCK_LINES] = {{NULL, 0}};
	size_t begins = 0, ends = 0, at = 0;
	bool whole = false;

	*block = (struct crontab_block){.whole = {NULL, 0}};
	while (next_line(&text, &line)) {
		struct span plain = without_newline(line);

		if (span_is(plain, begin)) {
			begins++;
			at = 0;
		}
		if (begins > 0 && at < BLOCK_LINES)
			lines[at++] = line;
		if (span_is(plain, end)) {
			ends++;
			whole = at == BLOCK_LINES && lines[3].start == line.start;
		}
	}
	free(begin);
	free(end);
	if (begins + ends == 0)
		return true;
	line = without_newline(lines[2]);
	if (begins != 1 || ends != 1 || !whole ||
	    (!holds(line, "run", name) && !holds(line, "loop", name)))
		return wrong_block(name, failure);
	block->whole = (struct span){
	    lines[0].start, (size_t)(lines[3].start - lines[0].start) + lines[3].length};
	block->line = line;
	block->schedule = without_newline(lines[1]);
	if (span_begins(block->schedule, "# ")) {
		block->schedule.start += 2;
		block->schedule.length -= 2;
	}
	return true;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
crontab_names(struct span text, struct words *names)
{
	static const char begin[] = "# fxpipe: ", end[] = " begin";
	struct span line;
	size_t kept = 0;

	*names = (struct words){NULL, 0};
	while (next_line(&text, &line)) {
		size_t around = strlen(begin) + strlen(end);
		char *name;

		line = without_newline(line);
		if (line.length <= around || !span_begins(line, begin) ||
		    memcmp(line.start + line.length - strlen(end), end, strlen(end)) != 0)
			continue;
		name = memory_copy(line.start + strlen(begin), line.length - around);
		if (entry_name_is_valid(name) && strlen(name) == line.length - around)
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
crontab_format(const struct entry *entry, const char *time, const struct words *line,
    struct buffer *block, struct failure *failure)
{
	struct buffer text;
	bool good;

	buffer_init(&text, CRONTAB_MOST);
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
	    entry->schedule, entry->service ? "* * * * *" : time, buffer_text(&text), entry->name);
	buffer_free(&text);
	return good;
}

bool
crontab_entry(const struct crontab_block *block, struct entry *entry, struct failure *failure)
{
	struct words line, rest;
	size_t skip;
	char *schedule;
	bool good;

	words_split(block->line, &line);
	skip = line.count > 0 && line.list[0][0] == '@' ? 1 : TIME_WORDS;
	rest = (struct words){NULL, 0};
	if (skip < line.count)
		rest = (struct words){line.list + skip, line.count - skip};
	good = entry_read(entry, &rest, failure);
	schedule = memory_copy(block->schedule.start, block->schedule.length);
	entry_set(&entry->schedule, schedule);
	entry->service = strcmp(schedule, "service") == 0;
	free(schedule);
	words_free(&line);
	return good;
}

/* The crontab with block in place of the entry's own, or at the end. */
static bool
replace(struct span old, const char *name, struct span block, struct buffer *new,
    struct failure *failure)
{
	struct crontab_block found;
	size_t before;

	if (!crontab_find(old, name, &found, failure))
		return false;
	buffer_init(new, 2 * CRONTAB_MOST);
	if (found.whole.start == NULL) {
		buffer_add(new, old.start, old.length);
		if (block.length > 0 && old.length > 0 && old.start[old.length - 1] != '\n')
			buffer_add_text(new, "\n");
		return buffer_add(new, block.start, block.length);
	}
	before = (size_t)(found.whole.start - old.start);
	buffer_add(new, old.start, before);
	buffer_add(new, block.start, block.length);
	before += found.whole.length;
	return buffer_add(new, old.start + before, old.length - before);
}

static bool
write_crontab(struct span text, struct failure *failure)
{
	static const char *const words[] = {"crontab", "-", NULL};
	struct program_result result;
	struct shown shown;
	const char *messages;
	bool good = program_run(words, text, CRONTAB_MOST, &result, failure);

	messages = program_messages(&result);
	if (good && result.status != 0)
		good = fail(failure, FAILURE_PERMANENT, "crontab refused it: %s",
		    show(&shown, messages, strlen(messages)));
	program_result_free(&result);
	return good;
}

/* Reads it again: is it still as it was? */
static bool
is_still(struct span old, bool *still, struct failure *failure)
{
	struct buffer again;
	bool missing, good = crontab_read(&again, &missing, failure);

	*still = good && span_equal(old, buffer_span(&again));
	buffer_free(&again);
	return good;
}

static bool
has_block(const char *name, struct span block, bool *has, struct failure *failure)
{
	struct crontab_block found = {.whole = {NULL, 0}};
	struct buffer text;
	bool missing, good = crontab_read(&text, &missing, failure) &&
	                     crontab_find(buffer_span(&text), name, &found, failure);

	*has =
	    good && (block.length > 0 ? span_equal(found.whole, block) : found.whole.start == NULL);
	buffer_free(&text);
	return good;
}

/* done: the crontab has the block, or lacks it, as wanted. */
static bool
edit_once(const char *name, struct span block, bool *changed, bool *done, struct failure *failure)
{
	struct buffer old, new;
	bool missing, still = false, good = crontab_read(&old, &missing, failure);

	buffer_init(&new, 0);
	good = good && replace(buffer_span(&old), name, block, &new, failure);
	*done = good && span_equal(buffer_span(&old), buffer_span(&new));
	if (good && !*done && missing)
		good = fail(failure, FAILURE_PERMANENT,
		    "crontab(1) is missing: install cron (Debian: apt-get install cron; Fedora: "
		    "cronie), or use --systemd");
	else if (good && !*done && (good = is_still(buffer_span(&old), &still, failure)) && still) {
		good = write_crontab(buffer_span(&new), failure) &&
		       has_block(name, block, done, failure);
		*changed = *done;
	}
	buffer_free(&old);
	buffer_free(&new);
	return good;
}

bool
crontab_edit(const struct place *place, const char *name, struct span block, bool *changed,
    struct failure *failure)
{
	bool done = false, good = true;
	int lock = lock_crontab(place, failure);

	*changed = false;
	if (lock < 0)
		return false;
	for (int attempt = 0; good && !done && attempt < ATTEMPTS; attempt++)
		good = edit_once(name, block, changed, &done, failure);
	close(lock);
	if (good && !done)
		return fail(failure, FAILURE_PERMANENT, "someone else keeps changing the crontab");
	return good;
}
