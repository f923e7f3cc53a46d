#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/json.h"
#include "base/name.h"
#include "table/table.h"
#include "table/kind.h"
#include "table/ttl.h"

/* "NAME[:T]", so many bytes of it. */
static bool
parse_part(const char *text, size_t length, struct key_part *part, struct failure *failure)
{
	struct shown shown;
	size_t name = length;

	part->type = 'S';
	for (size_t i = 0; i < length; i++) {
		if (text[i] == ':')
			name = i;
	}
	if (name < length) {
		part->type = length - name == 2 ? text[name + 1] : '?';
		if (part->type != 'S' && part->type != 'N' && part->type != 'B')
			return fail(failure, FAILURE_PERMANENT,
			    "\"%s\" is no part of a key: a type is S (string), N (number) or B "
			    "(binary)",
			    show(&shown, text, length));
	}
	if (name == 0 || name > KEY_NAME_MAX || !json_is_utf8((struct span){text, name}))
		return fail(failure, FAILURE_PERMANENT,
		    "\"%s\" is no part of a key: a name has 1 to 255 bytes of UTF-8",
		    show(&shown, text, length));
	memcpy(part->name, text, name);
	part->name[name] = '\0';
	return true;
}

bool
table_key_parse(const char *text, struct table_key *key, struct failure *failure)
{
	size_t first = strcspn(text, ",");

	memset(key, 0, sizeof *key);
	if (!parse_part(text, first, &key->partition, failure))
		return false;
	if (text[first] == '\0')
		return true;
	text += first + 1;
	if (!parse_part(text, strlen(text), &key->sort, failure))
		return false;
	if (strcmp(key->partition.name, key->sort.name) == 0)
		return fail(failure, FAILURE_PERMANENT,
		    "the partition key and the sort key are two attributes");
	return true;
}

const char *
table_key_format(const struct table_key *key, char text[TABLE_KEY_TEXT])
{
	if (key->sort.type == '\0')
		snprintf(text, TABLE_KEY_TEXT, "%s:%c", key->partition.name, key->partition.type);
	else
		snprintf(text, TABLE_KEY_TEXT, "%s:%c,%s:%c", key->partition.name,
		    key->partition.type, key->sort.name, key->sort.type);
	return text;
}

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

void
table_close(struct table *table)
{
	if (table != NULL)
		table->kind->close(table);
}

const struct table_key *
table_key(const struct table *table)
{
	return &table->key;
}

const char *
table_directory(const struct table *table)
{
	return table->kind->directory(table);
}

bool
table_runs_programs(const struct table *table)
{
	return table->kind->runs_programs != NULL && table->kind->runs_programs(table);
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
table_sends(const struct table *table)
{
	return table->kind->send != NULL;
}

bool
table_send(struct table *table, struct prepared *prepared, uint64_t ticket, struct failure *failure)
{
	return table->kind->send(table, prepared, ticket, failure);
}

bool
table_move(struct table *table, int input, int watch, int timeout, struct failure *failure)
{
	return table->kind->move(table, input, watch, timeout, failure);
}

bool
table_fate(struct table *table, uint64_t *ticket, bool *present, struct failure *refused)
{
	return table->kind->fate(table, ticket, present, refused);
}

uint64_t
table_retries(const struct table *table)
{
	return table->kind->retries != NULL ? table->kind->retries(table) : 0;
}

uint64_t
table_throttles(const struct table *table)
{
	return table->kind->throttles != NULL ? table->kind->throttles(table) : 0;
}

bool
table_query(struct table *table, const struct table_query *query,
    bool (*visit)(void *context, struct span item, struct failure *failure), void *context,
    struct failure *failure)
{
	bool sorts = query->sort != NULL || query->from != NULL || query->to != NULL;

	if (sorts && query->partition == NULL)
		return fail(failure, FAILURE_PERMANENT,
		    "a sort key without a partition key: name the partition first");
	if (sorts && table->key.sort.type == '\0')
		return fail(failure, FAILURE_PERMANENT,
		    "the table has no sort key: its partition key \"%s\" names one item",
		    table->key.partition.name);
	return table->kind->query(table, query, visit, context, failure);
}
