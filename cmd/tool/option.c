/* option: reads a command line by a tool's option table. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "text/nearest.h"
#include "tool/tool.h"

enum {
	MOST_ROWS = 48,
	/* What getopt returns: an argument, a letter, or a long option: LONG + twice its place in
	 * rows, and 1 more for --no-NAME. */
	ARGUMENT = 1,
	LONG = 1000,
	NAME_SIZE = 40
};

struct reading {
	struct tool *tool;
	const struct option_table *table;
	void *options;
	const struct option_row *rows[MOST_ROWS]; /* the tool's own, then the shared ones */
	bool given[MOST_ROWS];
	size_t own, count;
	char negated[MOST_ROWS][NAME_SIZE]; /* "no-progress" */
	struct option names[2 * MOST_ROWS + 1];
	size_t name_count;
	char letters[3 * MOST_ROWS + 3];
};

bool
option_replaced(const struct option_table *table, const struct option_row *shared)
{
	for (const struct option_row *row = table->rows; row->letter != 0 || row->name != NULL;
	     row++) {
		if (row->name != NULL && strcmp(row->name, shared->name) == 0)
			return true;
	}
	return false;
}

static void
add_name(struct reading *reading, const char *name, int operand, int value)
{
	reading->names[reading->name_count++] =
	    (struct option){.name = name, .has_arg = operand, .val = value};
}

static void
add_row(struct reading *reading, const struct option_row *row)
{
	size_t i = reading->count++;
	int value = LONG + 2 * (int)i;
	char *letter = reading->letters + strlen(reading->letters);

	if (reading->count > MOST_ROWS)
		abort();
	reading->rows[i] = row;
	if (row->letter != 0 && strchr(reading->letters, row->letter) == NULL) {
		*letter++ = row->letter;
		if (row->operand != NULL && !row->optional)
			*letter++ = ':';
		*letter = '\0';
	}
	if (row->name == NULL)
		return;
	add_name(reading, row->name,
	    row->optional          ? optional_argument
	    : row->operand != NULL ? required_argument
	                           : no_argument,
	    value);
	if (row->type != OPTION_NEGATABLE)
		return;
	snprintf(reading->negated[i], NAME_SIZE, "no-%s", row->name);
	add_name(reading, reading->negated[i], no_argument, value + 1);
}

/* Arguments come in their place, as option ARGUMENT: a letter "-" in front asks getopt for that;
 * ":" tells a missing operand from an unknown option. */
static void
list_rows(struct reading *reading)
{
	strcpy(reading->letters, "-:");
	for (const struct option_row *row = reading->table->rows;
	     row->letter != 0 || row->name != NULL; row++)
		add_row(reading, row);
	reading->own = reading->count;
	for (const struct option_row *row = option_shared; row->name != NULL; row++) {
		if (!option_replaced(reading->table, row))
			add_row(reading, row);
	}
}

static _Noreturn void
unknown_name(struct reading *reading, const char *argument)
{
	const char *names[2 * MOST_ROWS], *found, *name = argument + 2;
	size_t length = strcspn(name, "="), beginning = 0;
	char *asked = memory_copy(name, length);
	struct shown shown;

	for (size_t i = 0; i < reading->name_count; i++) {
		names[i] = reading->names[i].name;
		beginning += strncmp(names[i], asked, length) == 0;
	}
	show(&shown, argument, length + 2);
	if (beginning > 1)
		tool_usage(reading->tool, "option %s is ambiguous", shown.text);
	found = nearest(asked, names, reading->name_count);
	free(asked);
	if (found == NULL)
		tool_usage(reading->tool, "unknown option %s", shown.text);
	tool_usage(reading->tool, "unknown option %s (did you mean --%s?)", shown.text, found);
}

/* getopt reports only which option was wrong: in optopt, and the words in argv. */
static _Noreturn void
wrong_option(struct reading *reading, int result, char **argv)
{
	const char *argument = argv[optind - 1];
	struct shown shown;

	if (result == ':' && optopt >= LONG)
		tool_usage(reading->tool, "--%s requires an argument",
		    reading->rows[(optopt - LONG) / 2]->name);
	if (result == ':')
		tool_usage(reading->tool, "-%c requires an argument", optopt);
	if (optopt >= LONG)
		tool_usage(reading->tool, "option %s: it takes no argument",
		    show(&shown, argument, strlen(argument)));
	if (optopt == 0)
		unknown_name(reading, argument);
	tool_usage(reading->tool, "unknown option -%s", show(&shown, (char[]){(char)optopt}, 1));
}

/* Its place in rows. */
static size_t
find_row(const struct reading *reading, int result)
{
	size_t i = 0;

	if (result >= LONG)
		return (size_t)(result - LONG) / 2;
	while (reading->rows[i]->letter != result)
		i++;
	return i;
}

static void
store_number(void *target, size_t width, uint64_t number)
{
	if (width == sizeof(unsigned))
		*(unsigned *)target = (unsigned)number;
	else
		*(uint64_t *)target = number;
}

static void
take(struct reading *reading, int result)
{
	size_t place = find_row(reading, result);
	const struct option_row *row = reading->rows[place];
	struct tool *tool = reading->tool;
	char *base = place < reading->own ? reading->options : (char *)tool;
	void *target = base + row->target;
	char option[NAME_SIZE];

	if (result >= LONG)
		snprintf(option, sizeof option, "--%s", row->name);
	else
		snprintf(option, sizeof option, "-%c", row->letter);
	reading->given[place] = true;
	switch (row->type) {
	case OPTION_FLAG:
		*(bool *)target = true;
		break;
	case OPTION_NEGATABLE:
		*(int *)target = result < LONG || (result - LONG) % 2 == 0;
		break;
	case OPTION_TEXT:
		*(const char **)target = optarg;
		break;
	case OPTION_NUMBER:
		store_number(
		    target, row->width, option_number(tool, option, optarg, row->least, row->most));
		break;
	case OPTION_SIZE:
		store_number(
		    target, row->width, option_size(tool, option, optarg, row->least, row->most));
		break;
	case OPTION_DURATION:
		*(int64_t *)target = option_duration(tool, option, optarg);
		break;
	case OPTION_CHOICE:
		*(unsigned *)target = option_choice(tool, option, optarg, row->values);
		break;
	case OPTION_CALL:
		row->read(tool, option, optarg, target);
		break;
	}
}

static const struct option_subcommand *
find_subcommand(struct tool *tool, const struct option_table *table, const char *name)
{
	const struct option_subcommand *all = table->subcommands;
	const char *names[MOST_ROWS], *found;
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

/* As help shows it: "-g GROUP" or "--to WHERE". */
static const char *
row_name(const struct option_row *row, char text[NAME_SIZE])
{
	if (row->letter != 0)
		snprintf(text, NAME_SIZE, "-%c", row->letter);
	else
		snprintf(text, NAME_SIZE, "--%s", row->name);
	return text;
}

/* Is every option one of the subcommand, and every required one there? */
static void
check_rows(const struct reading *reading)
{
	const struct option_subcommand *subcommand = reading->tool->subcommand;
	char name[NAME_SIZE];

	for (size_t i = 0; i < reading->count; i++) {
		const struct option_row *row = reading->rows[i];
		bool applies = subcommand == NULL || row->only == NULL ||
		               has_word(row->only, subcommand->name);

		if (reading->given[i] && !applies)
			tool_usage(reading->tool, "%s is not an option of %s, only of %s",
			    row_name(row, name), subcommand->name, row->only);
		if (row->required && applies && !reading->given[i])
			tool_usage(
			    reading->tool, "%s %s is required", row_name(row, name), row->operand);
	}
}

static void
check_arguments(struct reading *reading)
{
	struct tool *tool = reading->tool;
	const struct option_table *table = reading->table;
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
	check_rows(reading);
	if (tool->operand_count > most)
		tool_usage(tool, "unexpected argument %s%s%s",
		    show(&shown, tool->operands[most], strlen(tool->operands[most])),
		    input[0] != '\0' ? ": " : "", input);
}

void
option_read(
    struct tool *tool, const struct option_table *table, int argc, char **argv, void *options)
{
	struct reading reading = {.tool = tool, .table = table, .options = options};
	int result;

	if (argc == 2 && strcmp(argv[1], "--complete") == 0)
		exit(option_print_completion(table) ? 0 : 2);
	list_rows(&reading);
	opterr = 0;
	tool->operands = memory_new((size_t)argc + 1, sizeof *tool->operands);
	while ((result = getopt_long(argc, argv, reading.letters, reading.names, NULL)) != -1) {
		if (result == '?' || result == ':')
			wrong_option(&reading, result, argv);
		if (result != ARGUMENT) {
			take(&reading, result);
			continue;
		}
		if (table->command) {
			optind--;
			break;
		}
		tool->operands[tool->operand_count++] = optarg;
	}
	tool->dashed = tool->operand_count;
	while (optind < argc)
		tool->operands[tool->operand_count++] = argv[optind++];
	check_arguments(&reading);
}
