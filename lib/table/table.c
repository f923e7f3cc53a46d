/* table: passes each call on to the table's kind. */
#include <stdlib.h>

#include "table/kind.h"
#include "table/ttl.h"

void
table_close(struct table *table)
{
	if (table == NULL)
		return;
	free(table->projection);
	table->kind->close(table);
}

const char *
table_directory(const struct table *table)
{
	return table->kind->directory(table);
}

bool
table_still_there(const struct table *table, struct failure *failure)
{
	return table->kind->still_there == NULL || table->kind->still_there(table, failure);
}

bool
table_version(struct table *table, uint64_t *version)
{
	return table->kind->version != NULL && table->kind->version(table, version);
}

int64_t
table_delay(const struct table *table)
{
	return table->kind->delay != NULL ? table->kind->delay(table) : 0;
}

bool
table_prepare(struct table *table, struct span text, bool typed, struct prepared **prepared,
    struct failure *failure)
{
	return (table->ttl == NULL || ttl_check(table->ttl, text, typed, failure)) &&
	       table->kind->prepare(table, text, typed, prepared, failure);
}

void
table_prepare_reset(struct table *table)
{
	table->kind->prepare_reset(table);
}

bool
table_put(struct table *table, struct prepared **items, size_t count, bool if_absent,
    size_t *present, struct failure *failure)
{
	*present = 0;
	return count == 0 || table->kind->put(table, items, count, if_absent, present, failure);
}

bool
table_query(struct table *table, const struct table_query *query,
    bool (*visit)(void *context, struct span item, struct failure *failure), void *context,
    struct failure *failure)
{
	bool sorts =
	    query->sort.start != NULL || query->from.start != NULL || query->to.start != NULL;

	if (sorts && query->partition.start == NULL)
		return fail(failure, FAILURE_PERMANENT,
		    "a sort key without a partition key: give the partition key first");
	if (sorts && table->key.sort.type == '\0')
		return fail(failure, FAILURE_PERMANENT,
		    table->index != NULL
		        ? "the index has no sort key, only the partition key \"%s\""
		        : "the table has no sort key: its partition key \"%s\" identifies an item",
		    table->key.partition.name);
	return table->kind->query(table, query, visit, context, failure);
}

bool
table_has_newest(const struct table *table)
{
	return table->kind->newest != NULL;
}

bool
table_newest(struct table *table, bool typed,
    bool (*visit)(void *context, struct span item, struct failure *failure), void *context,
    struct failure *failure)
{
	return table->kind->newest(table, typed, visit, context, failure);
}

bool
table_get(struct table *table, struct prepared **keys, size_t count, bool typed,
    bool (*visit)(void *context, size_t index, struct span item, struct failure *failure),
    void *context, struct failure *failure)
{
	return count == 0 || table->kind->get(table, keys, count, typed, visit, context, failure);
}

const struct table_key *
table_own_key(const struct table *table)
{
	return &table->key;
}
