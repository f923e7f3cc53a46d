/*
 * projection: the attributes of items that a reader asked for, besides those of the key, which are
 * always among them: an item without its key would not be identified.
 */
#ifndef TABLE_PROJECTION_H
#define TABLE_PROJECTION_H

#include <stdbool.h>
#include <stddef.h>
#include "base/failure.h"
#include "base/span.h"
#include "table/item.h"

enum { PROJECTION_NAMES = 100 };

struct projection {
	size_t count;
	struct span names[PROJECTION_NAMES + 2]; /* no name twice; of the key, or in the text read */
};

/*
 * Reads names with a comma between them, "exchange_rate,source"; text and key must stay valid.
 * False: FAILURE_PERMANENT: a name is empty or longer than KEY_NAME_MAX, or there are too many.
 */
bool projection_read(struct projection *projection, const char *text, const struct table_key *key,
    struct failure *failure);

/* Is a member with this name, still escaped, one of them? */
bool projection_has(const struct projection *projection, struct span name);

#endif
