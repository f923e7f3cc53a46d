/* own_table: opens a table again. */
#include <string.h>

#include "serve/own_table.h"

static bool
has_key(const struct own_table *own, struct failure *failure)
{
	char has[TABLE_KEY_TEXT], had[TABLE_KEY_TEXT];

	table_key_format(table_own_key(own->table), has);
	table_key_format(own->key, had);
	return strcmp(has, had) == 0 ||
	       fail(failure, FAILURE_PERMANENT,
	           "the table %s was created again with the key %s, not %s: start fxserve again",
	           own->name, has, had);
}

struct table *
own_table_get(struct own_table *own, struct failure *failure)
{
	if (own->table != NULL && table_still_there(own->table, failure))
		return own->table;
	table_close(own->table);
	own->table = table_open(own->name, TABLE_READ, &own->settings, failure);
	if (own->table == NULL) {
		/* It may be there again soon. */
		failure->kind = FAILURE_TEMPORARY;
		return NULL;
	}
	if (has_key(own, failure))
		return own->table;
	table_close(own->table);
	own->table = NULL;
	return NULL;
}
