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
	const struct option_row *rows[OPTION_MOST + 1]; /* the tool's own, then the shared ones */
	bool given[OPTION_MOST];
	size_t own;
	char negated[OPTION_MOST][NAME_SIZE]; /* "no-progress" */
	struct option names[2 * OPTION_MOST + 1];
	size_t name_count;
	char letters[3 * OPTION_MOST + 3];
};

static void
add_name(struct reading *reading, const char *name, int operand, int value)
{
	reading->names[reading->name_count++] =
	    (struct option){.name = name, .has_arg = operand, .val = value};
}

static void
add_row(struct reading *reading, size_t i)
{
	const struct option_row *row = reading->rows[i];
	int value = LONG + 2 * (int)i;
	char *letter = reading->letters + strlen(reading->letters);

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

/* The letter "-" makes getopt return arguments in their place, as option ARGUMENT; ":" makes it
 * distinguish a missing operand from an unknown option. */
static void
list_rows(struct reading *reading)
{
	reading->own = option_rows(reading->table, reading->rows);
	strcpy(reading->letters, "-:");
	for (size_t i = 0; reading->rows[i] != NULL; i++)
		add_row(reading, i);
}

static _Noreturn void
unknown_name(struct reading *reading, const char *argument)
{
	const char *names[2 * OPTION_MOST], *found, *name = argument + 2;
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

/* The row that getopt found: its place in rows. */
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

static _Noreturn void
end_printed(struct tool *tool, bool printed)
{
	if (!printed || fflush(stdout) != 0) {
		struct failure failure;

		fail_errno(&failure, errno, "could not write the output");
		tool_failed(tool, &failure);
	}
	exit(tool->status);
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
	case OPTION_SECONDS:
		*(int64_t *)target = option_seconds(tool, option, optarg, row->least);
		break;
	case OPTION_CHOICE:
		*(unsigned *)target = option_choice(tool, option, optarg, row->values);
		break;
	case OPTION_HELP:
		end_printed(tool, option_print_help(reading->table));
	case OPTION_VERSION:
		end_printed(tool, printf("%s (fxpipe) " FX_VERSION "\n", tool->name) > 0);
	case OPTION_CALL:
		row->read(tool, option, optarg, target);
		break;
	}
}

void
option_read(
    struct tool *tool, const struct option_table *table, int argc, char **argv, void *options)
{
	struct reading reading = {.tool = tool, .table = table, .options = options};
	int result;

	if (argc == 2 && strcmp(argv[1], "--complete") == 0)
		end_printed(tool, option_print_completion(table));
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
	option_check(tool, reading.rows, reading.given);
}
