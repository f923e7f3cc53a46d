/* entry: an entry's settings, and the words of its line. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "schedule/entry.h"

enum { COMMAND_MOST = 1024 * 1024, DIGITS_MOST = 10 };

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
static const char word_bytes[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
static const char name_bytes[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789.-";

void
entry_init(struct entry *entry)
{
	*entry = (struct entry){.limit = ENTRY_LIMIT_DEFAULT, .instances = 1};
}

void
entry_free(struct entry *entry)
{
	free(entry->name);
	free(entry->schedule);
	free(entry->command);
	free(entry->log);
	words_free(&entry->variables);
	entry_init(entry);
}

bool
entry_name_is_valid(const char *name)
{
	size_t length = strlen(name);

	return length > 0 && length <= ENTRY_NAME_MOST && strchr(word_bytes, name[0]) != NULL &&
	       strspn(name, name_bytes) == length;
}

bool
entry_variable_is_valid(const char *setting)
{
	return setting[0] != '\0' && strchr(letters, setting[0]) != NULL &&
	       setting[strspn(setting, word_bytes)] == '=';
}

void
entry_set(char **to, const char *text)
{
	char *copy = memory_copy_text(text);

	free(*to);
	*to = copy;
}

bool
entry_set_command(struct entry *entry, char *const *words, size_t count)
{
	struct buffer command;
	bool blank = true;

	buffer_init(&command, COMMAND_MOST);
	if (count == 1)
		buffer_add_text(&command, words[0]);
	for (size_t i = 0; count > 1 && i < count; i++) {
		buffer_add_text(&command, i > 0 ? " " : "");
		words_quote_bash(&command, words[i]);
	}
	for (size_t i = 0; i < command.length; i++)
		blank = blank && isspace((unsigned char)command.data[i]);
	free(entry->command);
	entry->command = buffer_take_text(&command);
	return !blank;
}

/* A number of up to 10 digits, at most most. */
static bool
read_number(const char *text, int64_t most, int64_t *number)
{
	size_t length = strlen(text);

	if (length == 0 || length > DIGITS_MOST || strspn(text, "0123456789") != length)
		return false;
	*number = strtoll(text, NULL, 10);
	return *number <= most;
}

/* An option's value; option is without its dashes. False: it is not one, or its value is wrong. */
static bool
read_option(struct entry *entry, const char *option, const char *value)
{
	if (strcmp(option, "limit") == 0)
		return read_number(value, ENTRY_LIMIT_MOST, &entry->limit);
	if (strcmp(option, "instances") == 0)
		return read_number(value, ENTRY_INSTANCES_MOST, &entry->instances) &&
		       entry->instances > 0;
	if (strcmp(option, "delay") == 0)
		return read_number(value, ENTRY_DELAY_MOST, &entry->delay);
	if (strcmp(option, "log") == 0) {
		entry_set(&entry->log, value);
		return value[0] != '\0';
	}
	if (strcmp(option, "e") == 0) {
		words_add(&entry->variables, value);
		return entry_variable_is_valid(value);
	}
	/* Only install uses these. */
	return strcmp(option, "provider") == 0 || strcmp(option, "pairs") == 0 ||
	       strcmp(option, "limit-per-day") == 0;
}

/* Takes the option at *at, and its value, which may be a word of its own. */
static bool
take_option(struct entry *entry, const struct words *line, size_t *at)
{
	const char *word = line->list[(*at)++], *equals = strchr(word, '=');
	char option[16];
	size_t length = equals != NULL ? (size_t)(equals - word) : strlen(word);

	if (strcmp(word, "--syslog") == 0)
		entry_set(&entry->log, "syslog");
	if (strcmp(word, "--syslog") == 0 || strcmp(word, "-v") == 0 ||
	    strcmp(word, "--verbose") == 0)
		return true;
	if (strncmp(word, "-e", 2) == 0 && word[2] != '\0')
		return read_option(entry, "e", word + 2);
	if (strcmp(word, "-e") != 0 && strncmp(word, "--", 2) != 0)
		return false;
	word += word[1] == '-' ? 2 : 1;
	length -= (size_t)(word - line->list[*at - 1]);
	snprintf(option, sizeof option, "%.*s", (int)(length < 16 ? length : 15), word);
	if (equals == NULL && *at >= line->count)
		return false;
	return read_option(entry, option, equals != NULL ? equals + 1 : line->list[(*at)++]);
}

static bool
wrong(const struct words *line, size_t at, struct failure *failure)
{
	struct shown shown;
	const char *word = at < line->count ? line->list[at] : "its end";

	return fail(failure, FAILURE_PERMANENT,
	    "the line of an entry is not as fxcron wrote it, at %s: correct or remove it with "
	    "crontab -e",
	    show(&shown, word, strlen(word)));
}

bool
entry_read(struct entry *entry, const struct words *line, struct failure *failure)
{
	const char *slash = line->count > 0 ? strrchr(line->list[0], '/') : NULL;
	size_t at = 2;
	bool loop;

	if (line->count > 0 && strcmp(slash != NULL ? slash + 1 : line->list[0], "fxcron") != 0)
		return wrong(line, 0, failure);
	if (line->count < 2 ||
	    (strcmp(line->list[1], "run") != 0 && strcmp(line->list[1], "loop") != 0))
		return wrong(line, line->count < 2 ? line->count : 1, failure);
	loop = strcmp(line->list[1], "loop") == 0;
	entry->service = loop;
	while (at < line->count && strcmp(line->list[at], "--") != 0) {
		size_t begin = at;

		if (line->list[at][0] == '-') {
			if (!take_option(entry, line, &at))
				return wrong(line, begin, failure);
			continue;
		}
		if (entry->name != NULL || !entry_name_is_valid(line->list[at]))
			return wrong(line, at, failure);
		entry_set(&entry->name, line->list[at++]);
	}
	if (entry->name == NULL || at >= line->count ||
	    !entry_set_command(entry, line->list + at + 1, line->count - at - 1))
		return wrong(line, line->count, failure);
	return true;
}

static void
add_number(struct words *line, const char *option, int64_t number)
{
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)number);
	words_add(line, option);
	words_add(line, text);
}

void
entry_words(const struct entry *entry, const char *program, struct words *line)
{
	bool loops = entry->service && (!entry->systemd || entry->instances > 1);

	*line = (struct words){NULL, 0};
	words_add(line, program);
	/* systemd restarts a single service by itself. */
	words_add(line, loops ? "loop" : "run");
	words_add(line, entry->name);
	if (entry->service && !loops && entry->limit == ENTRY_LIMIT_DEFAULT)
		add_number(line, "--limit", 0);
	else if (entry->limit != ENTRY_LIMIT_DEFAULT)
		add_number(line, "--limit", entry->limit);
	if (entry->service && entry->instances > 1)
		add_number(line, "--instances", entry->instances);
	if (entry->delay != 0)
		add_number(line, "--delay", entry->delay);
	if (entry->log != NULL && strcmp(entry->log, "syslog") == 0) {
		words_add(line, "--syslog");
	} else if (entry->log != NULL) {
		words_add(line, "--log");
		words_add(line, entry->log);
	}
	for (size_t i = 0; i < entry->variables.count; i++) {
		words_add(line, "-e");
		words_add(line, entry->variables.list[i]);
	}
	words_add(line, "--");
	words_add(line, entry->command);
}

bool
entry_check_line(const char *text, struct failure *failure)
{
	if (strchr(text, '\n') == NULL)
		return true;
	return fail(failure, FAILURE_PERMANENT,
	    "a crontab or a unit cannot hold a newline: write COMMAND to a file, and install bash "
	    "FILE "
	    "instead");
}

static bool
check_names(const struct entry *entry, struct failure *failure)
{
	struct shown shown;

	if (!entry_name_is_valid(entry->name))
		return fail(failure, FAILURE_PERMANENT,
		    "%s is not a name: 1 to 128 of A-Z a-z 0-9 _ . -, not beginning with . or -",
		    show(&shown, entry->name, strlen(entry->name)));
	for (size_t i = 0; i < entry->variables.count; i++) {
		const char *setting = entry->variables.list[i];

		if (!entry_variable_is_valid(setting))
			return fail(failure, FAILURE_PERMANENT, "%s is not NAME=VALUE",
			    show(&shown, setting, strcspn(setting, "=")));
	}
	return true;
}

bool
entry_check(const struct entry *entry, struct failure *failure)
{
	bool good = check_names(entry, failure) && entry_check_line(entry->schedule, failure) &&
	            entry_check_line(entry->command, failure) &&
	            (entry->log == NULL || entry_check_line(entry->log, failure));

	for (size_t i = 0; good && i < entry->variables.count; i++)
		good = entry_check_line(entry->variables.list[i], failure);
	return good;
}
