/* table_kind: what each kind of table does for table.c. Another kind is one more file. */
#ifndef TABLE_KIND_H
#define TABLE_KIND_H

#include "table/table.h"

/* As the functions of table.h, which only pass on. */
struct table_kind {
	void (*close)(struct table *);
	const char *(*directory)(const struct table *);
	bool (*runs_programs)(const struct table *); /* NULL: it never does */
	bool (*prepare)(struct table *, struct span, bool, struct prepared **, struct failure *);
	void (*prepare_reset)(struct table *);
	bool (*put)(struct table *, struct prepared **, size_t, bool, size_t *, struct failure *);
	/* NULL where items are put, not sent. */
	bool (*send)(struct table *, struct prepared *, uint64_t, struct failure *);
	bool (*move)(struct table *, int, int, int, struct failure *);
	bool (*fate)(struct table *, uint64_t *, bool *, struct failure *);
	uint64_t (*retries)(const struct table *);
	uint64_t (*throttles)(const struct table *);
	bool (*query)(struct table *, const struct table_query *,
	    bool (*)(void *, struct span, struct failure *), void *, struct failure *);
};

/* The first member of each kind's own struct. */
struct table {
	const struct table_kind *kind;
	struct table_key key;
	const char *ttl; /* --ttl, or NULL; set by table_open */
};

struct table *table_local_open(const char *path, enum table_use use,
    const struct table_settings *settings, struct failure *failure);
struct name;
struct table *table_dynamodb_open(const struct name *name, enum table_use use,
    const struct table_settings *settings, struct failure *failure);

#endif
