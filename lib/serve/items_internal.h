/* items_internal: private to the items: a request for them, and the query that it makes. */
#ifndef SERVE_ITEMS_INTERNAL_H
#define SERVE_ITEMS_INTERNAL_H

#include "serve/csv.h"
#include "serve/internal.h"
#include "serve/thin.h"

enum { ITEMS_RATE_WAIT = 2000 /* ms for which a query may wait for the rate of a service */ };

enum format { FORMAT_JSON, FORMAT_NDJSON, FORMAT_CSV };

struct items {
	struct crew_work work;
	struct service *service;
	struct request *request;
	struct span key, from, to;
	const char *cursor, *columns;
	const char *value; /* the member by which items are thinned out */
	unsigned order, format;
	uint64_t limit, points;
	uint32_t query; /* cursor_query */
	struct thin *thin; /* NULL: all items */
	struct csv csv;
	const char *name; /* of the answer, under which it is kept; NULL: it is not */
	uint64_t version; /* of the table */
	int64_t until; /* clock_steady */
	uint64_t read, count;
	bool more; /* than count */
	bool too_many; /* to be thinned out */
	bool too_wide; /* for CSV: it has too many columns */
	bool too_slow;
	struct buffer body;
	struct buffer after; /* the sort key that the page begins after; empty: none */
	bool has_bound;
	int64_t bound;
	struct buffer last; /* the sort key of the last item */
};

/* Must the query wait for its rate longer than most ms? Then it was replied to with 429. */
bool items_must_wait(struct items *items, int64_t most);
/* In the crew, whose context is a table: makes the query, replies, and frees it. */
void items_run(struct crew_work *items, void *table);
void items_free(struct items *items);

#endif
