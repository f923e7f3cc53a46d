/*
 * table: items under a key of one or two attributes. One interface, several
 * kinds; table_open chooses by the name.
 */
#ifndef TABLE_TABLE_H
#define TABLE_TABLE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/caller.h"
#include "base/failure.h"
#include "base/span.h"
#include "table/key.h"

enum table_use { TABLE_READ, TABLE_WRITE };

struct table_settings {
	/*
	 * Writing: the key asked for (-k); NULL: that of the table. A table that is
	 * not there is made where key is set or the name is the default one (then
	 * with the key ticker:S,last_refreshed:S). A key that differs from an
	 * existing table's: FAILURE_PERMANENT.
	 */
	const struct table_key *key;
	bool is_default;
	bool if_absent; /* sending: an item that is there already stays as it is */
	const char *ttl; /* the attribute that says when an item ends, checked by ttl_check; NULL */
	unsigned in_flight; /* requests to a service in flight at the most; 0: as many as do good */
	struct caller caller;
};

struct table;

struct table *table_open(const char *name, enum table_use use,
    const struct table_settings *settings, struct failure *failure);
void table_close(struct table *table);
const struct table_key *table_key(const struct table *table);
/* The directory that an embedded table writes in; NULL for one that is elsewhere. */
const char *table_directory(const struct table *table);
/* Does it need to start a program now and then (that gives it credentials)? */
bool table_runs_programs(const struct table *table);

/*
 * Checks one line as an item of this table: FAILURE_REFUSED and why. typed: the
 * line is DynamoDB's own JSON ({"ticker":{"S":"BTC/USD"},…}).
 * prepared is the table's own form of it, valid until table_prepare_reset; text
 * is borrowed that long too.
 */
struct prepared;
bool table_prepare(struct table *table, struct span text, bool typed, struct prepared **prepared,
    struct failure *failure);
void table_prepare_reset(struct table *table);

/*
 * Puts all of them, in order (of two with one key the last stays; with
 * if_absent the first, and one already in the table stays as it is). *present:
 * how many were there already. All safe when it returns true; after false none is known to be.
 */
bool table_put(struct table *table, struct prepared **items, size_t count, bool if_absent,
    size_t *present, struct failure *failure);

struct table_query {
	const char *partition; /* NULL: all items */
	const char *sort; /* exactly this one */
	const char *from; /* sort key at least */
	const char *to; /* sort key at most */
	bool reversed;
	uint64_t limit; /* 0: none */
	bool typed; /* how visit gets them */
};

/*
 * What the query names must fit the table's key (else FAILURE_PERMANENT).
 * Calls visit with each item's text (JSON on one line, no newline), in key
 * order, but for all items of a table that is a service: those come in any.
 * visit returning false ends the query as a failure that it filled.
 */
bool table_query(struct table *table, const struct table_query *query,
    bool (*visit)(void *context, struct span item, struct failure *failure), void *context,
    struct failure *failure);

#endif
