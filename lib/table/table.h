/*
 * table: items with a key of one or two attributes. One interface, several kinds; table_open
 * (lib/open) chooses the kind by the name.
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
#include "system/sandbox.h"

enum table_use { TABLE_READ, TABLE_WRITE };

struct table_settings {
	/*
	 * Writing: the key that the table is expected to have (-k); NULL: any. An embedded table
	 * that does not exist is created if key is set, or if the name is the default one (then
	 * with the key ticker:S,last_refreshed:S). If the key of an existing table differs:
	 * FAILURE_PERMANENT.
	 */
	const struct table_key *key;
	bool is_default;
	bool if_absent; /* sending: an item that exists stays as it is */
	bool deletes; /* writing: items are deleted, not put; no table is created */
	const char
	    *ttl; /* the attribute with the time at which an item ends, for ttl_check; or NULL */
	/* Reading: */
	const char *index; /* a secondary index of a service, whose key then counts; NULL: none */
	const char
	    *projection; /* the attributes to read, as projection_read takes them; NULL: all */
	bool eventual; /* from a service, items as they were up to a second ago, at half the price */
	unsigned rate; /* capacity units a second of a service at most; 0: no limit */
	const struct table *shares; /* the same table, open for longer, whose rate counts; or NULL */
	unsigned in_flight; /* requests to a service in flight at most; 0: the default */
	struct caller caller;
};

struct table;

struct table *table_open(const char *name, enum table_use use,
    const struct table_settings *settings, struct failure *failure);
/*
 * Is it a table of a service? Then adds what it needs to the rights that a tool keeps, so that the
 * tool is confined before it is opened. An embedded table needs its directory, once it is open.
 */
bool table_sandbox(const char *name, const struct caller *caller, struct sandbox *sandbox);
void table_close(struct table *table);
/* The directory that an embedded table writes in; NULL: it is not embedded. */
const char *table_directory(const struct table *table);

/* Is it the one that was opened? False: its file was removed or replaced, says failure. */
bool table_still_there(const struct table *table, struct failure *failure);

/*
 * A number that is another one once the table has changed, among those of this open table. It does
 * not wait, nor does the table for locks of other programs from then on. False: unknown, as of a
 * service, or of a file that was removed or replaced.
 */
bool table_version(struct table *table, uint64_t *version);
/* Milliseconds until the rate of its settings allows the next request; 0: at once. Any thread. */
int64_t table_delay(const struct table *table);

/* The key of its items, or of its index that is read; borrowed. */
const struct table_key *table_own_key(const struct table *table);

/*
 * Checks one line as an item of this table; only its key, if the table was opened to read or to
 * delete. typed: it is DynamoDB's own JSON ({"ticker":{"S":"BTC/USD"},…}). *prepared: the table's
 * form of it, valid, as text has to be, until table_prepare_reset. False: FAILURE_REFUSED and why.
 */
struct prepared;
bool table_prepare(struct table *table, struct span text, bool typed, struct prepared **prepared,
    struct failure *failure);
void table_prepare_reset(struct table *table);

/*
 * Puts all items, or deletes them if the table was opened to delete, in order: of two with one key
 * the last stays; with if_absent the first, and an item that exists stays as it is. *present: how
 * many existed. True: all are safe. After false, none is known to be.
 */
bool table_put(struct table *table, struct prepared **items, size_t count, bool if_absent,
    size_t *present, struct failure *failure);

struct table_query {
	/* Keys as a person writes them, which may hold NUL; start NULL: not given. */
	struct span partition; /* not given: all items */
	struct span sort; /* exactly this sort key */
	struct span from; /* the least sort key */
	struct span to; /* the greatest sort key */
	bool reversed;
	uint64_t limit; /* 0: none */
	bool typed; /* visit gets DynamoDB's own JSON */
	int64_t until; /* clock_steady: a service is not waited for any longer; 0: no limit */
};

/*
 * Calls visit with the text of each item that matches (JSON on one line, no newline), in key order;
 * in any order for all items of a table on AWS. If visit returns false, having filled failure, the
 * query ends. FAILURE_TEMPORARY if it was not over in time. FAILURE_PERMANENT: the keys of the
 * query do not fit the table's key.
 */
bool table_query(struct table *table, const struct table_query *query,
    bool (*visit)(void *context, struct span item, struct failure *failure), void *context,
    struct failure *failure);

/* Can table_newest be called? Not for a service: it would have to read all items. */
bool table_has_newest(const struct table *table);
/*
 * Calls visit with the newest item of each partition key, the one with the greatest sort key, in
 * order of the partition keys; as table_query does.
 */
bool table_newest(struct table *table, bool typed,
    bool (*visit)(void *context, struct span item, struct failure *failure), void *context,
    struct failure *failure);

/*
 * Looks up the items with prepared keys, which may occur repeatedly and are not valid any more
 * afterwards. Calls visit for each key, in their order: index is its place among keys, item its
 * item; start NULL: there is none. typed: visit gets DynamoDB's own JSON.
 */
bool table_get(struct table *table, struct prepared **keys, size_t count, bool typed,
    bool (*visit)(void *context, size_t index, struct span item, struct failure *failure),
    void *context, struct failure *failure);

#endif
