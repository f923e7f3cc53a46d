/* table_open: opens a table by its name. The only file that knows all kinds of tables. */
#include "base/name.h"
#include "table/kind.h"

struct table *
table_open(const char *name, enum table_use use, const struct table_settings *settings,
    struct failure *failure)
{
	struct table *table = NULL;
	struct name parsed;

	if (name_parse(name, &name_table, &parsed, failure))
		table = parsed.place == NAME_AWS
		            ? table_dynamodb_open(&parsed, use, settings, failure)
		            : table_local_open(parsed.path, use, settings, failure);
	name_free(&parsed);
	if (table != NULL)
		table->ttl = settings->ttl;
	return table;
}
