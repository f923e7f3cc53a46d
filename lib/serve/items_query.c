/* items_query: reads a page of items, or thins them out. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "serve/cursor.h"
#include "serve/items_internal.h"
#include "text/timestamp.h"

enum { LOOK = 256 /* rows between two looks at the clock */ };

static const char *const types[] = {
    "application/json", "application/x-ndjson", "text/csv; charset=utf-8; header=present"};

/* The sort key of an item as JSON; start NULL: it has none. */
static struct span
sort_of(const struct items *items, struct span item)
{
	struct json_wanted wanted = {.name = span_of(items->service->key.sort.name)};
	struct json_error error;

	return wanted.name.length > 0 && json_find(item, JSON_DEPTH, &wanted, 1, NULL, &error)
	           ? wanted.value
	           : (struct span){NULL, 0};
}

static bool
add_item(struct items *items, struct span item)
{
	struct buffer *body = &items->body;
	struct pool *pool = request_pool(items->request);
	size_t before = body->length;
	bool added;

	/* CSV is made of lines in the end, when all columns are known. */
	if (items->format == FORMAT_CSV && items->columns == NULL)
		items->too_wide = items->too_wide || !csv_note(&items->csv, item, pool);
	if (items->format != FORMAT_JSON)
		added = buffer_add(body, item.start, item.length) && buffer_add(body, "\n", 1);
	else
		added = buffer_add_text(body, items->count == 0 ? "{\"items\":[\n" : ",\n") &&
		        buffer_add(body, item.start, item.length) &&
		        body->ceiling - body->length > 4096;
	if (!added)
		body->length = before;
	return added;
}

/* The page ends before this item. */
static bool
end_page(struct items *items, struct failure *failure)
{
	items->more = true;
	return fail_stopped(failure);
}

static bool
end_slow(struct items *items, struct failure *failure)
{
	items->too_slow = true;
	return fail_stopped(failure);
}

/* False: the key is longer than a table allows. */
static bool
note_last(struct items *items, struct span sort)
{
	buffer_clear(&items->last);
	return sort.start == NULL || cursor_add_key(&items->last, sort);
}

static bool
visit(void *context, struct span item, struct failure *failure)
{
	struct items *items = context;
	struct span sort = sort_of(items, item);

	if (++items->read % LOOK == 0 && clock_steady() > items->until)
		return items->count > 0 ? end_page(items, failure) : end_slow(items, failure);
	/* The query begins with the item before, unless it was deleted. */
	if (items->read == 1 && items->after.length > 0 && note_last(items, sort) &&
	    span_equal(buffer_span(&items->last), buffer_span(&items->after)))
		return true;
	if (items->count == items->limit || !add_item(items, item))
		return end_page(items, failure);
	items->count++;
	return note_last(items, sort) ||
	       fail(failure, FAILURE_PERMANENT, "the sort key of an item is too long");
}

/* The time that a sort key is, ms since 1970. */
static bool
read_time(struct span text, int64_t *time)
{
	struct timestamp stamp;

	return timestamp_read(text, &stamp) && stamp.zone.start == NULL &&
	       timestamp_settle(&stamp, stamp.known ? stamp.offset : 0, time);
}

static bool
time_of(struct items *items, struct span item, int64_t *time)
{
	struct span sort = sort_of(items, item);

	if (sort.start != NULL && json_kind(sort) == JSON_STRING)
		sort = json_inside(sort);
	return sort.start != NULL && read_time(sort, time);
}

static bool
refuse_thin(struct items *items, struct failure *failure)
{
	items->too_many = true;
	return fail(failure, FAILURE_PERMANENT,
	    "the query has more than %llu items, or those of the picture have more than %zu bytes: "
	    "from and to make it shorter, points coarser",
	    (unsigned long long)items->service->settings.most_rows, items->body.ceiling);
}

static bool
visit_thin(void *context, struct span item, struct failure *failure)
{
	struct items *items = context;
	struct json_wanted wanted = {.name = span_of(items->value)};
	struct json_error error;
	int64_t time;

	if (++items->read % LOOK == 0 && clock_steady() > items->until)
		return end_slow(items, failure);
	if (items->read > items->service->settings.most_rows)
		return refuse_thin(items, failure);
	if (!json_find(item, JSON_DEPTH, &wanted, 1, NULL, &error) || wanted.value.start == NULL ||
	    json_kind(wanted.value) != JSON_NUMBER || !time_of(items, item, &time))
		return true;
	thin_add(items->thin, time, wanted.value, item);
	return thin_bytes(items->thin) < items->body.ceiling || refuse_thin(items, failure);
}

static bool
note_time(void *context, struct span item, struct failure *failure)
{
	struct items *items = context;

	(void)failure;
	items->has_bound = time_of(items, item, &items->bound);
	return true;
}

/* The time of the first item of the query, or of the last one. */
static bool
find_bound(struct items *items, struct table *table, const struct table_query *query, bool last,
    int64_t *time, struct failure *failure)
{
	struct table_query one = *query;

	one.limit = 1;
	one.reversed = last;
	items->has_bound = false;
	if (!table_query(table, &one, note_time, items, failure))
		return false;
	*time = items->has_bound ? items->bound : 0;
	return true;
}

static bool
add_thinned(void *context, struct span item)
{
	struct items *items = context;

	if (!add_item(items, item))
		return false;
	items->count++;
	return true;
}

/* Reads all items of the query, and leaves those that a picture of them needs. */
static bool
run_thin(
    struct items *items, struct table *table, struct table_query *query, struct failure *failure)
{
	int64_t begin, end;

	query->limit = 0;
	if (!find_bound(items, table, query, false, &begin, failure) ||
	    !find_bound(items, table, query, true, &end, failure))
		return false;
	items->thin = thin_open(begin, end, (unsigned)items->points);
	if (!table_query(table, query, visit_thin, items, failure))
		return false;
	return thin_visit(items->thin, add_thinned, items) || refuse_thin(items, failure);
}

/* Turns the body from lines into CSV. */
static void
make_csv(struct items *items)
{
	struct span lines = buffer_span(&items->body);
	struct pool scratch = {.blocks = NULL};
	struct buffer rows;

	/* A quote becomes two, and 100,000 rows of 256 empty cells have 26 MB. */
	buffer_init(&rows, 4 * items->body.ceiling);
	csv_add_header(&items->csv, &rows);
	while (lines.length > 0) {
		const char *end = memchr(lines.start, '\n', lines.length);
		size_t length = (size_t)(end - lines.start);

		csv_add(&items->csv, &rows, (struct span){lines.start, length}, &scratch);
		lines.start += length + 1;
		lines.length -= length + 1;
	}
	pool_free(&scratch);
	buffer_free(&items->body);
	items->body = rows;
}

static void
reply(struct items *items)
{
	const char *next =
	    items->more && items->last.length > 0
	        ? cursor_make(buffer_span(&items->last), items->query, request_pool(items->request))
	        : NULL;
	struct reply made = {.status = 200, .type = types[items->format], .tagged = true};

	if (items->format == FORMAT_JSON) {
		buffer_add_text(&items->body, items->count == 0 ? "{\"items\":[" : "\n");
		buffer_add_format(
		    &items->body, "],\"count\":%llu", (unsigned long long)items->count);
		if (next != NULL)
			buffer_add_format(&items->body, ",\"next\":\"%s\"", next);
		if (items->thin != NULL && thin_added(items->thin) > items->count)
			buffer_add_format(&items->body, ",\"thinned\":%llu",
			    (unsigned long long)thin_added(items->thin));
		if (items->thin != NULL && items->read > thin_added(items->thin))
			buffer_add_format(&items->body, ",\"skipped\":%llu",
			    (unsigned long long)(items->read - thin_added(items->thin)));
		buffer_add_text(&items->body, "}\n");
	}
	if (items->format == FORMAT_CSV) {
		make_csv(items);
		if (items->csv.count == 0)
			made.type = "text/csv; charset=utf-8";
	}
	if (next != NULL)
		made.headers[0] = (struct reply_header){"Next-Cursor", next};
	made.body = items->body;
	items->body = (struct buffer){.data = NULL};
	if (items->name != NULL)
		kept_add(items->service->kept, items->name, items->version, &made);
	request_reply(items->request, &made);
}

/* Reads a page. What was read until the time is over is one, too. */
static bool
run_page(
    struct items *items, struct table *table, struct table_query *query, struct failure *failure)
{
	if (items->after.length > 0)
		*(query->reversed ? &query->to : &query->from) = buffer_span(&items->after);
	if (table_query(table, query, visit, items, failure))
		return true;
	if (failure->kind == FAILURE_TEMPORARY && items->count > 0 &&
	    clock_steady() >= items->until)
		items->more = true;
	return items->more;
}

void
items_free(struct items *items)
{
	thin_close(items->thin);
	buffer_free(&items->body);
	buffer_free(&items->after);
	buffer_free(&items->last);
	free(items);
}

bool
items_must_wait(struct items *items, int64_t most)
{
	const struct table *rated = items->service->rated;
	int64_t delay = rated != NULL ? table_delay(rated) : 0;

	if (delay <= most)
		return false;
	request_later(items->request, 429, (unsigned)((delay + 999) / 1000),
	    "what --rate allows to read from DynamoDB is used up");
	return true;
}

static void
reply_failed(struct items *items, const struct table *table, const struct failure *failure)
{
	const struct service *service = items->service;
	bool too_slow = items->too_slow || (table != NULL && failure->kind == FAILURE_TEMPORARY &&
	                                       clock_steady() >= items->until);

	if (items->too_wide)
		request_problem(items->request, 400,
		    "the items have more than %d different members: columns names those that are "
		    "wanted",
		    CSV_COLUMNS);
	else if (items->too_many)
		request_problem(items->request, 400, "%s", failure->text);
	else if (!too_slow)
		trouble_reply(service->trouble, items->request, service->table_trouble, failure);
	else if (!items_must_wait(items, 0))
		request_later(items->request, 503, (unsigned)(service->settings.most_time / 1000),
		    "the query took too long: try again later, or ask for a shorter time");
}

void
items_run(struct crew_work *work, void *context)
{
	struct items *items = (struct items *)work;
	struct table_query query = {.partition = items->key,
	    .from = items->from,
	    .to = items->to,
	    .reversed = items->order == 1,
	    /* One more says whether there is another page; one may be the item before. */
	    .limit = items->limit + 2,
	    .until = items->until};
	struct failure failure = {.kind = FAILURE_NONE};
	bool over = items->until < clock_steady();
	struct table *table;

	if (items_must_wait(items, over ? 0 : ITEMS_RATE_WAIT)) {
		items_free(items);
		return;
	}
	if (over) {
		request_later(items->request, 503, crew_delay(items->service->crew),
		    "the query waited for others too long: make fewer at once, and this one again "
		    "later");
		items_free(items);
		return;
	}
	table = own_table_get(context, &failure);
	if (table != NULL &&
	    (items->points > 0 ? run_thin(items, table, &query, &failure)
	                       : run_page(items, table, &query, &failure)) &&
	    !items->too_wide)
		reply(items);
	else
		reply_failed(items, table, &failure);
	items_free(items);
}
