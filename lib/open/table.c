/* table: opens a table by its name. The only file that knows all kinds of tables. */
#include "aws/client/aws.h"
#include "base/memory.h"
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
	if (table == NULL)
		return NULL;
	table->ttl = settings->ttl;
	table->index = settings->index;
	table->key_only = use == TABLE_READ || settings->deletes;
	if (settings->projection == NULL)
		return table;
	table->projection = memory_new(1, sizeof *table->projection);
	if (projection_read(table->projection, settings->projection, &table->key, failure))
		return table;
	table_close(table);
	return NULL;
}

bool
table_sandbox(const char *name, const struct caller *caller, struct sandbox *sandbox)
{
	struct failure ignored;
	struct name parsed;
	bool remote = name_parse(name, &name_table, &parsed, &ignored) && parsed.place == NAME_AWS;

	name_free(&parsed);
	if (remote)
		aws_sandbox(caller, sandbox);
	return remote;
}
