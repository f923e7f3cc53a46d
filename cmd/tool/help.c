/* help: prints --help from the option table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/span.h"
#include "tool/tool.h"

enum { WIDTH = 80, LEAST_COLUMN = 24, MOST_COLUMN = 28, CEILING = 64 * 1024 };

static const char usual_statuses[] =
    "Exit status: 0 all done; 1 done, but some lines were refused or lost; 2 needs attention, "
    "retrying will not help; 75 temporary failure, retry later.";

/* Adds a line of text, broken at blanks so that none is wider than WIDTH. column: where it
 * begins; indent: where further lines begin. */
static void
add_line(struct buffer *to, struct span text, size_t column, size_t indent)
{
	size_t begin = column;

	while (text.length > 0) {
		const char *blank = memchr(text.start, ' ', text.length);
		size_t length = blank != NULL ? (size_t)(blank - text.start) : text.length;

		if (column > begin && column + 1 + length > WIDTH) {
			buffer_add_format(to, "\n%*s", (int)indent, "");
			column = begin = indent;
		} else if (column > begin) {
			buffer_add_text(to, " ");
			column++;
		}
		buffer_add(to, text.start, length);
		column += length;
		length += blank != NULL;
		text = (struct span){text.start + length, text.length - length};
	}
	buffer_add_text(to, "\n");
}

/* Adds lines of text, those that begin with a blank as they are. */
static void
add_wrapped(struct buffer *to, const char *text, size_t column, size_t indent)
{
	for (; *text != '\0'; column = 0) {
		size_t length = strcspn(text, "\n");

		if (*text == ' ')
			buffer_add_format(to, "%.*s\n", (int)length, text);
		else
			add_line(to, (struct span){text, length}, column, indent);
		text += length + (text[length] == '\n');
	}
}

/* Adds a row in a usage line: "-j N", "--hash-key FIELD"; \x01 is a blank without a line break. */
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
add_usage_line(struct buffer *to, const struct option_table *table,
    const struct option_row *const *rows, size_t own)
{
	size_t indent = strlen("usage: ") + strlen(table->name) + 1;
	struct buffer line;

	buffer_init(&line, CEILING);
	for (size_t i = 0; i < own; i++)
		add_synopsis(&line, rows[i]);
	buffer_add_format(&line, " %s", table->arguments != NULL ? table->arguments : "");
	buffer_add_format(to, "usage: %s ", table->name);
	add_line(to, (struct span){line.data + 1, line.length - 1}, indent, indent);
	buffer_free(&line);
	for (size_t i = 0; i < to->length; i++) {
		if (to->data[i] == '\x01')
			to->data[i] = ' ';
	}
}

static void
add_usage(struct buffer *to, const struct option_table *table, const struct option_row *const *rows,
    size_t own)
{
	const char *before = "usage:";

	if (table->usage == NULL && table->subcommands == NULL) {
		add_usage_line(to, table, rows, own);
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

/* "  -s, --stream STREAM". Returns its length. */
static size_t
add_label(struct buffer *to, const struct option_row *row)
{
	size_t begin = to->length;

	if (row->letter != 0)
		buffer_add_format(to, "  -%c%s", row->letter, row->name != NULL ? ", " : "");
	else
		buffer_add_text(to, "      ");
	if (row->name != NULL)
		buffer_add_format(
		    to, "--%s%s", row->type == OPTION_NEGATABLE ? "[no-]" : "", row->name);
	if (row->operand != NULL)
		buffer_add_format(to, row->optional ? "[=%s]" : " %s", row->operand);
	return to->length - begin;
}

/* The column of the texts: 2 blanks after the longest label that is not very long. */
static size_t
find_column(const struct option_row *const *rows)
{
	size_t column = LEAST_COLUMN, length;
	struct buffer label;

	buffer_init(&label, CEILING);
	for (size_t i = 0; rows[i] != NULL; i++) {
		length = add_label(&label, rows[i]) + 2;
		if (length > column && length <= MOST_COLUMN)
			column = length;
	}
	buffer_free(&label);
	return column;
}

static void
add_row(struct buffer *to, const struct option_row *row, size_t column)
{
	size_t length = add_label(to, row);

	if (length + 2 > column) {
		buffer_add_text(to, "\n");
		length = 0;
	}
	buffer_add_format(to, "%*s", (int)(column - length), "");
	add_wrapped(to, row->help, column, column);
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
	const struct option_row *rows[OPTION_MOST + 1];
	size_t own = option_rows(table, rows), column = find_column(rows);
	struct buffer text;

	buffer_init(&text, CEILING);
	buffer_add_format(&text, "%s: %s\n\n", table->name, table->about);
	add_usage(&text, table, rows, own);
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
	for (size_t i = 0; rows[i] != NULL; i++)
		add_row(&text, rows[i], column);
	buffer_add_text(&text, "\n");
	add_wrapped(&text, table->statuses != NULL ? table->statuses : usual_statuses, 0, 0);
	buffer_add_format(
	    &text, "\nThe manual: man %s. A tour for newcomers: man fxpipe-tour.\n", table->name);
	return print(&text);
}
