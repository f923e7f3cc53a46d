/* block_lines: divides a crontab into lines, and reads the line that cron runs. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "schedule/block_lines.h"

enum { TIME_WORDS = 5, TEXT_MOST = 4 * 1024 * 1024 /* bytes of the fields of a time */ };

/* A program that installs entries marks them. */
static const char maker[] = SCHEDULE_MAKER "=";

bool
block_lines_next(struct span *text, struct span *line)
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

struct span
block_lines_plain(struct span line)
{
	line.length -= line.length > 0 && line.start[line.length - 1] == '\n';
	return line;
}

struct block_marks
block_lines_marks(const char *name)
{
	return (struct block_marks){
	    memory_format("fxpipe: %s begin", name), memory_format("fxpipe: %s end", name)};
}

void
block_lines_free(struct block_marks *marks)
{
	free(marks->begin);
	free(marks->end);
}

/* The name in a comment with this end, to free; NULL: it is another comment. */
static char *
name_of(struct span comment, const char *end)
{
	static const char begin[] = "fxpipe: ";
	size_t around = strlen(begin) + strlen(end);
	char *name;

	if (comment.length <= around || !span_begins(comment, begin) ||
	    memcmp(comment.start + comment.length - strlen(end), end, strlen(end)) != 0)
		return NULL;
	name = memory_copy(comment.start + strlen(begin), comment.length - around);
	if (entry_name_is_valid(name) && strlen(name) == comment.length - around)
		return name;
	free(name);
	return NULL;
}

char *
block_lines_marked(struct span comment)
{
	char *name = name_of(comment, " begin");

	return name != NULL ? name : name_of(comment, " end");
}

/* Takes the comment signs before a line that is paused. */
static bool
take_pause(struct span *line)
{
	bool paused = false;

	while (
	    line->length > 0 && strchr("# \t", line->start[0]) != NULL && line->start[0] != '\0') {
		paused = paused || line->start[0] == '#';
		line->start++;
		line->length--;
	}
	return paused;
}

struct span
block_lines_comment(struct span line)
{
	struct span text = line = block_lines_plain(line);

	take_pause(&text);
	if (!span_begins(line, "#") || text.start - line.start < 2 ||
	    memcmp(text.start - 2, "# ", 2) != 0)
		return (struct span){NULL, 0};
	return text;
}

/* The line as cron gives it to the shell, with its time: without the backslashes before %. */
static struct buffer
undo_percent(struct span line)
{
	struct buffer text;

	buffer_init(&text, line.length + 1);
	for (size_t i = 0; i < line.length; i++) {
		if (line.start[i] != '\\' || i + 1 == line.length || line.start[i + 1] != '%')
			buffer_add(&text, line.start + i, 1);
	}
	return text;
}

/* cron ends the command at a % without a backslash. */
static bool
has_bare_percent(struct span text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.start[i] == '%' && (i == 0 || text.start[i - 1] != '\\'))
			return true;
	}
	return false;
}

static char *
join(const struct words *words, size_t count)
{
	struct buffer text;

	buffer_init(&text, TEXT_MOST);
	for (size_t i = 0; i < count && i < words->count; i++)
		buffer_add_format(&text, "%s%s", i > 0 ? " " : "", words->list[i]);
	return buffer_take_text(&text);
}

/* What the shell does with more than plain words is shown as it is written. */
static void
take_shell_text(struct entry *entry, struct span line, struct span plain)
{
	struct span command = words_after(line, "--");
	char *text;

	if (!has_bare_percent(command) && words_are_plain(words_after(plain, "--")))
		return;
	text = memory_copy(command.start, command.length);
	entry_set(&entry->command, text);
	free(text);
}

bool
block_lines_read(struct span line, struct entry *entry, char **time, struct failure *failure)
{
	struct words words, rest = {NULL, 0};
	struct buffer plain;
	size_t skip;
	bool good;

	entry->paused = take_pause(&line);
	plain = undo_percent(line);
	words_split(buffer_span(&plain), &words);
	skip = words.count > 0 && words.list[0][0] == '@' ? 1 : TIME_WORDS;
	*time = join(&words, skip);
	if (skip < words.count)
		rest = (struct words){words.list + skip, words.count - skip};
	good = entry_read(entry, &rest, failure);
	if (good)
		take_shell_text(entry, line, buffer_span(&plain));
	words_free(&words);
	buffer_free(&plain);
	return good;
}

static bool
holds(struct span line, const char *command, const char *name)
{
	char *text = memory_format(" %s %s ", command, name);
	bool found = memmem(line.start, line.length, text, strlen(text)) != NULL;

	free(text);
	return found;
}

/* Does fxcron read the line as one of NAME? */
static bool
is_read_as(struct span line, const char *name)
{
	struct failure ignored;
	struct entry entry;
	char *time;
	bool is;

	entry_init(&entry);
	is = block_lines_read(block_lines_plain(line), &entry, &time, &ignored) &&
	     strcmp(entry.name, name) == 0;
	free(time);
	entry_free(&entry);
	return is;
}

bool
block_lines_are_of(struct span line, const char *name)
{
	struct words variables = {NULL, 0};
	bool is = memmem(line.start, line.length, "fxcron", 6) != NULL &&
	          (holds(line, "run", name) || holds(line, "loop", name) || is_read_as(line, name));

	block_lines_variables(line, &variables);
	for (size_t i = 0; i < variables.count; i++)
		is = is || strncmp(variables.list[i], maker, sizeof maker - 1) == 0;
	words_free(&variables);
	return is;
}

void
block_lines_variables(struct span line, struct words *variables)
{
	struct buffer plain;
	struct words words;

	line = block_lines_plain(line);
	take_pause(&line);
	plain = undo_percent(line);
	words_split(buffer_span(&plain), &words);
	for (size_t i = 1; i < words.count && strcmp(words.list[i], "--") != 0; i++) {
		const char *word = words.list[i];

		if (strncmp(word, "-e", 2) == 0 && word[2] != '\0')
			word += 2;
		else if (strcmp(words.list[i - 1], "-e") != 0)
			continue;
		if (entry_variable_is_valid(word))
			words_add(variables, word);
	}
	words_free(&words);
	buffer_free(&plain);
}
