/* arguments: finds the subcommand, and checks its options and the number of arguments. */
#include <stdio.h>
#include <string.h>

#include "text/nearest.h"
#include "tool/tool.h"

enum { MOST_SUBCOMMANDS = 32, NAME_SIZE = 40 };

static const struct option_subcommand *
find_subcommand(struct tool *tool, const struct option_table *table, const char *name)
{
	const struct option_subcommand *all = table->subcommands;
	const char *names[MOST_SUBCOMMANDS], *found;
	char list[400] = "";
	struct shown shown;
	size_t count = 0;

	for (; all[count].name != NULL; count++) {
		if (name != NULL && strcmp(name, all[count].name) == 0)
			return &all[count];
		names[count] = all[count].name;
		snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s",
		    count == 0                    ? ""
		    : all[count + 1].name == NULL ? " or "
		                                  : ", ",
		    all[count].name);
	}
	if (name == NULL)
		tool_usage(tool, "a subcommand is required: %s", list);
	show(&shown, name, strlen(name));
	found = nearest(name, names, count);
	if (found != NULL)
		tool_usage(tool, "unknown subcommand %s (did you mean %s?)", shown.text, found);
	tool_usage(tool, "unknown subcommand %s: expected %s", shown.text, list);
}

/* Is word one of words, which have a blank between? */
static bool
has_word(const char *words, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = words; (at = strstr(at, word)) != NULL; at += length) {
		if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
			return true;
	}
	return false;
}

/* The name in messages: "-g" or "--to". */
static const char *
row_name(const struct option_row *row, char text[NAME_SIZE])
{
	if (row->letter != 0)
		snprintf(text, NAME_SIZE, "-%c", row->letter);
	else
		snprintf(text, NAME_SIZE, "--%s", row->name);
	return text;
}

/* Ends with a usage error; only's words are listed with commas. */
static _Noreturn void
refuse_row(struct tool *tool, const struct option_row *row)
{
	char name[NAME_SIZE], list[256];
	size_t length = 0;

	for (const char *at = row->only; *at != '\0' && length + 2 < sizeof list; at++) {
		if (*at == ' ')
			list[length++] = ',';
		list[length++] = *at;
	}
	list[length] = '\0';
	tool_usage(tool, "%s is not an option of %s, only of %s", row_name(row, name),
	    tool->subcommand->name, list);
}

/* Refuses options of other subcommands, and missing required ones. */
static void
check_rows(struct tool *tool, const struct option_row *const *rows, const bool *given)
{
	const struct option_subcommand *subcommand = tool->subcommand;
	char name[NAME_SIZE];

	for (size_t i = 0; rows[i] != NULL; i++) {
		const struct option_row *row = rows[i];
		bool applies = subcommand == NULL || row->only == NULL ||
		               has_word(row->only, subcommand->name);

		if (given[i] && !applies)
			refuse_row(tool, row);
		if (row->required && applies && !given[i])
			tool_usage(tool, "%s %s is required", row_name(row, name), row->operand);
	}
}

void
option_check(struct tool *tool, const struct option_row *const *rows, const bool *given)
{
	const struct option_table *table = tool->table;
	const char *input = table->input != NULL ? table->input : "";
	unsigned most = table->most;
	struct shown shown;

	if (table->subcommands != NULL) {
		tool->subcommand = find_subcommand(tool, table, tool->operands[0]);
		tool->operands++;
		tool->operand_count--;
		tool->dashed -= tool->dashed > 0;
		most = tool->subcommand->most;
	}
	check_rows(tool, rows, given);
	if (tool->operand_count > most)
		tool_usage(tool, "unexpected argument %s%s%s",
		    show(&shown, tool->operands[most], strlen(tool->operands[most])),
		    input[0] != '\0' ? ": " : "", input);
}
