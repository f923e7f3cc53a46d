/*
 * table_kind: the functions of each kind of table; private to the kinds, table.c, sink.c and
 * lib/open. Another kind is one more folder, and a line in lib/open/table.c.
 */
#ifndef TABLE_KIND_H
#define TABLE_KIND_H

#include "record/sink.h"
#include "table/projection.h"
#include "table/table.h"

/* As the functions of table.h, which call them. */
struct table_kind {
	void (*close)(struct table *);
	const char *(*directory)(const struct table *);
	bool (*version)(struct table *, uint64_t *); /* NULL: unknown */
	int64_t (*delay)(const struct table *); /* NULL: there is no rate */
	bool (*prepare)(struct table *, struct span, bool, struct prepared **, struct failure *);
	void (*prepare_reset)(struct table *);
	bool (*put)(struct table *, struct prepared **, size_t, bool, size_t *, struct failure *);
	/*
	 * A service has these instead of put, for table/sink.c. They work as record/sink.h says. A
	 * prepared item that was sent is the table's, and its text stays valid, until its result
	 * was reported; prepare_reset is not called then. Of two with one key the last stays, in
	 * the order they were sent; with if_absent the first.
	 */
	bool (*send)(struct table *, struct prepared *, uint64_t ticket, struct failure *);
	bool (*poll)(struct table *, int input, int watch, int timeout, struct failure *);
	bool (*next_result)(struct table *, struct sink_result *);
	void (*count)(const struct table *, struct sink_counters *);
	/* NULL: whatever has the name is the table. */
	bool (*still_there)(const struct table *, struct failure *);
	bool (*query)(struct table *, const struct table_query *,
	    bool (*)(void *, struct span, struct failure *), void *, struct failure *);
	/* NULL: it could only be found by reading all items. */
	bool (*newest)(struct table *, bool typed, bool (*)(void *, struct span, struct failure *),
	    void *, struct failure *);
	bool (*get)(struct table *, struct prepared **, size_t, bool,
	    bool (*)(void *, size_t, struct span, struct failure *), void *, struct failure *);
};

/* The first member of each kind's own struct. */
struct table {
	const struct table_kind *kind;
	struct table_key key;
	/* table_open sets these: */
	const char *ttl; /* --ttl, or NULL */
	const char *index; /* --index, or NULL */
	struct projection *projection; /* --projection, or NULL */
	bool key_only; /* of an item only the key matters: it is deleted, or looked up */
};

/* Open a table of each kind, as table_open does. */
struct name;
struct table *table_local_open(const char *path, enum table_use use,
    const struct table_settings *settings, struct failure *failure);
struct table *table_dynamodb_open(const struct name *name, enum table_use use,
    const struct table_settings *settings, struct failure *failure);

#endif
