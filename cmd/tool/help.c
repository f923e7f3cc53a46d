/* help: prints --help, and for completion the option table, from which both are made. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "tool/tool.h"

enum { WIDTH = 80, HELP_COLUMN = 24, CEILING = 64 * 1024 };

static const char usual_statuses[] =
    "Exit status: 0 all done; 1 done, but some lines were refused or lost; 2 needs attention, "
    "retrying will not help; 75 temporary failure, retry later.";

/* Adds text, broken at blanks so that no line is wider than WIDTH. column: where it begins;
 * indent: where further lines begin. Indented lines of text stay as they are. */
static void
add_wrapped(struct buffer *to, const char *text, size_t column, size_t indent)
{
	size_t begin = column;

	while (*text != '\0') {
		size_t length = strcspn(text, " \n");

		if (column > begin && column + 1 + length > WIDTH) {
			buffer_add_format(to, "\n%*s", (int)indent, "");
			column = begin = indent;
		} else if (column > begin) {
			buffer_add_text(to, " ");
			column++;
		}
		buffer_add(to, text, length);
		column += length;
		text += length;
		if (*text == '\n') {
			buffer_add_text(to, "\n");
			text++;
			while (*text == ' ') {
				length = strcspn(text, "\n");
				buffer_add(to, text, length);
				text += length;
				if (*text == '\n')
					text++;
				buffer_add_text(to, "\n");
			}
			column = begin = 0;
		} else if (*text == ' ') {
			text++;
		}
	}
	buffer_add_text(to, "\n");
}

/* "-j N", "--hash-key FIELD": a row in a usage line, its blanks as \x01 that no line breaks at. */
static void
add_synopsis(struct buffer *to, const struct option_row *row)
{
	buffer_add_text(to, row->required ? " " : " [");
	if (row->letter != 0)
		buffer_add_format(to, "-%c", row->letter);
	else
		buffer_add_format(
		    to, "--%s%s", row->type == OPTION_NEGATABLE ? "[no-]" : "", row->name);
	if (row->operand != NULL && !row->optional)
		buffer_add_format(to, "\x01%s", row->operand);
	if (!row->required)
		buffer_add_text(to, "]");
}

static void
add_usage_line(struct buffer *to, const struct option_table *table)
{
	size_t indent = strlen("usage: ") + strlen(table->name) + 1;
	struct buffer line;

	buffer_init(&line, CEILING);
	for (const struct option_row *row = table->rows; row->letter != 0 || row->name != NULL;
	     row++)
		add_synopsis(&line, row);
	if (table->arguments != NULL)
		buffer_add_format(&line, " %s", table->arguments);
	buffer_add(&line, "", 1);
	buffer_add_format(to, "usage: %s ", table->name);
	add_wrapped(to, line.length > 1 ? line.data + 1 : "[OPTION...]", indent, indent);
	buffer_free(&line);
	for (size_t i = 0; i < to->length; i++) {
		if (to->data[i] == '\x01')
			to->data[i] = ' ';
	}
}

static void
add_usage(struct buffer *to, const struct option_table *table)
{
	const char *before = "usage:";

	if (table->usage == NULL && table->subcommands == NULL) {
		add_usage_line(to, table);
		return;
	}
	for (const char *const *line = table->usage; line != NULL && *line != NULL; line++) {
		buffer_add_format(to, "%-6s %s %s\n", before, table->name, *line);
		before = "";
	}
	for (const struct option_subcommand *one = table->subcommands;
	     table->usage == NULL && one->name != NULL; one++) {
		buffer_add_format(
		    to, "%-6s %s %s %s\n", before, table->name, one->name, one->usage);
		before = "";
	}
}

/* "  -s, --stream STREAM   the stream …" */
static void
add_row(struct buffer *to, const struct option_row *row)
{
	size_t begin = to->length, length;

	if (row->letter != 0)
		buffer_add_format(to, "  -%c%s", row->letter, row->name != NULL ? ", " : "");
	else
		buffer_add_text(to, "      ");
	if (row->name != NULL)
		buffer_add_format(
		    to, "--%s%s", row->type == OPTION_NEGATABLE ? "[no-]" : "", row->name);
	if (row->operand != NULL)
		buffer_add_format(to, row->optional ? "[=%s]" : " %s", row->operand);
	length = to->length - begin;
	if (length + 2 > HELP_COLUMN + 4)
		buffer_add_format(to, "\n%*s", HELP_COLUMN, "");
	else if (length + 1 < HELP_COLUMN)
		buffer_add_format(to, "%*s", (int)(HELP_COLUMN - length), "");
	else
		buffer_add_text(to, "  ");
	length =
	    length + 2 > HELP_COLUMN + 4 || length + 1 < HELP_COLUMN ? HELP_COLUMN : length + 2;
	add_wrapped(to, row->help, length, HELP_COLUMN);
}

static void
add_rows(struct buffer *to, const struct option_table *table)
{
	for (const struct option_row *row = table->rows; row->letter != 0 || row->name != NULL;
	     row++)
		add_row(to, row);
	for (const struct option_row *row = option_shared; row->name != NULL; row++) {
		if (!option_replaced(table, row))
			add_row(to, row);
	}
}

static bool
print(struct buffer *text)
{
	bool printed =
	    fwrite(text->data, 1, text->length, stdout) == text->length && fflush(stdout) == 0;

	buffer_free(text);
	return printed;
}

bool
option_print_help(const struct option_table *table)
{
	const struct option_subcommand *one = table->subcommands;
	struct buffer text;

	buffer_init(&text, CEILING);
	buffer_add_format(&text, "%s: %s\n\n", table->name, table->about);
	add_usage(&text, table);
	buffer_add_text(&text, "\n");
	if (table->details != NULL) {
		add_wrapped(&text, table->details, 0, 0);
		buffer_add_text(&text, "\n");
	}
	for (; one != NULL && one->name != NULL; one++) {
		buffer_add_format(&text, "  %-10s ", one->name);
		add_wrapped(&text, one->help, 13, 13);
		if (one[1].name == NULL)
			buffer_add_text(&text, "\n");
	}
	add_rows(&text, table);
	buffer_add_text(&text, "\n");
	add_wrapped(&text, table->statuses != NULL ? table->statuses : usual_statuses, 0, 0);
	return print(&text);
}

static const char *
or_dash(const char *text)
{
	return text != NULL ? text : "-";
}

static void
add_completion(struct buffer *to, const struct option_row *row)
{
	const char *values = row->operand != NULL ? or_dash(row->values) : "";

	if (row->letter != 0)
		buffer_add_format(to, "option\t%s\t-%c\t%s\n", or_dash(row->only), row->letter,
		    row->optional ? "" : values);
	if (row->name != NULL)
		buffer_add_format(to, "option\t%s\t--%s\t%s\n", or_dash(row->only), row->name,
		    row->optional ? "" : values);
	if (row->type == OPTION_NEGATABLE)
		buffer_add_format(to, "option\t%s\t--no-%s\t\n", or_dash(row->only), row->name);
}

/*
 * A line each, with tabs between:
 *	option SUBCOMMANDS|- OPTION VALUES	VALUES empty: no operand; -: nothing to offer
 *	subcommand NAME VALUES
 *	arguments VALUES
 */
bool
option_print_completion(const struct option_table *table)
{
	struct buffer text;

	buffer_init(&text, CEILING);
	for (const struct option_row *row = table->rows; row->letter != 0 || row->name != NULL;
	     row++)
		add_completion(&text, row);
	for (const struct option_row *row = option_shared; row->name != NULL; row++) {
		if (!option_replaced(table, row))
			add_completion(&text, row);
	}
	for (const struct option_subcommand *one = table->subcommands;
	     one != NULL && one->name != NULL; one++)
		buffer_add_format(&text, "subcommand\t%s\t%s\n", one->name, or_dash(one->values));
	buffer_add_format(&text, "arguments\t%s\n", or_dash(table->values));
	return print(&text);
}
