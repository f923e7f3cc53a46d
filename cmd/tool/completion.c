/* completion: prints the option table for scripts/completion. */
#include <stdio.h>

#include "base/buffer.h"
#include "tool/tool.h"

enum { CEILING = 64 * 1024 };

static const char *
or_dash(const char *text)
{
	return text != NULL ? text : "-";
}

static void
add_row(struct buffer *to, const struct option_row *row)
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

bool
option_print_completion(const struct option_table *table)
{
	const struct option_row *rows[OPTION_MOST + 1];
	struct buffer text;
	bool printed;

	buffer_init(&text, CEILING);
	option_rows(table, rows);
	for (size_t i = 0; rows[i] != NULL; i++)
		add_row(&text, rows[i]);
	for (const struct option_subcommand *one = table->subcommands;
	     one != NULL && one->name != NULL; one++)
		buffer_add_format(&text, "subcommand\t%s\t%s\n", one->name, or_dash(one->values));
	buffer_add_format(&text, "arguments\t%s\n", or_dash(table->values));
	printed = fwrite(text.data, 1, text.length, stdout) == text.length && fflush(stdout) == 0;
	buffer_free(&text);
	return printed;
}
