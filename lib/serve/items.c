/* items: GET /v1/items: the items of one partition key, in order of their sort keys. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "serve/arguments.h"
#include "serve/cursor.h"
#include "serve/items_internal.h"
#include "text/json.h"

enum { BODY = 16 * 1024 * 1024, USUAL_LIMIT = 1000, MOST_LIMIT = 100000 };

/* Else the request was replied to. */
static bool
check_arguments(struct items *items)
{
	struct request *request = items->request;

	items->query = cursor_query((struct span[]){items->key, items->from, items->to,
	                                span_of(items->order == 1 ? "1" : "0")},
	    4);
	if (items->cursor != NULL && !cursor_read(items->cursor, items->query, &items->after))
		request_problem(request, 400,
		    "the cursor is not one that was given for these arguments key, from, to and "
		    "order");
	else if (items->columns != NULL && !csv_choose(&items->csv, items->columns))
		request_problem(
		    request, 400, "columns are up to %d names with a comma between", CSV_COLUMNS);
	else if ((items->points > 0) != (items->value != NULL) ||
	         (items->points > 0 && items->order == 1))
		request_problem(request, 400, "points and value go together, in ascending order");
	else if (items->points > 0 && items->cursor != NULL)
		request_problem(request, 400, "points and cursor exclude each other");
	else
		return true;
	return false;
}

/* Do the keys fit the table? Else the request was replied to. */
static bool
check_keys(struct items *items)
{
	struct {
		const char *name;
		struct span text;
	} given[] = {{"key", items->key}, {"from", items->from}, {"to", items->to},
	    {"cursor", buffer_span(&items->after)}};
	struct item_reader *reader = items->service->reader;
	struct failure failure = {.kind = FAILURE_NONE};
	struct span value;
	bool good = true;

	for (size_t i = 0; i < sizeof given / sizeof *given && good; i++) {
		if (given[i].text.start == NULL)
			continue;
		if (i > 0 && items->service->key.sort.type == '\0')
			good = fail(&failure, FAILURE_PERMANENT, "the table has no sort key");
		else
			good = item_key_value(reader, i > 0, given[i].text, &value, &failure);
		if (!good)
			request_problem(items->request, 400, "the argument \"%s\": %s",
			    given[i].name, failure.text);
	}
	item_reader_reset(reader);
	return good;
}

/* The arguments, as they were given. */
static const char *
name_of(struct request *request)
{
	const struct query *query = request_query(request);
	struct buffer text;
	struct span copy;

	/* A byte becomes up to six. */
	buffer_init(&text, 8 * QUERY_LENGTH);
	for (size_t i = 0; i < query->count; i++) {
		const struct query_argument *argument = &query->arguments[i];

		buffer_add_text(&text, argument->name);
		json_add_string(&text, argument->value.start, argument->value.length);
	}
	copy = pool_copy(request_pool(request), buffer_text(&text), text.length + 1);
	buffer_free(&text);
	return copy.start;
}

/* Replies with an answer that was made since the table changed last. False: there is none. */
static bool
reply_again(struct items *items)
{
	struct service *service = items->service;
	struct reply made;

	if (service->watched == NULL || !table_version(service->watched, &items->version))
		return false;
	items->name = name_of(items->request);
	if (!kept_find(
	        service->kept, items->name, items->version, &made, request_pool(items->request)))
		return false;
	request_reply(items->request, &made);
	return true;
}

/* Else the request was replied to. */
static bool
begin(struct items *items)
{
	struct service *service = items->service;

	if (reply_again(items))
		return false;
	if (items_must_wait(items, ITEMS_RATE_WAIT))
		return false;
	items->until = clock_steady() + 1000 * service->settings.most_time;
	if (crew_add(service->crew, &items->work))
		return true;
	request_later(items->request, 503, crew_delay(service->crew),
	    "too many queries wait: make fewer at once, and this one again later");
	return false;
}

void
items_handle(struct service *service, struct request *request)
{
	struct items *items = memory_new(1, sizeof *items);
	const struct argument arguments[] = {
	    {.name = "key", .type = ARGUMENT_KEY, .target = &items->key, .required = true},
	    {.name = "from", .type = ARGUMENT_KEY, .target = &items->from},
	    {.name = "to", .type = ARGUMENT_KEY, .target = &items->to},
	    {.name = "cursor", .target = &items->cursor},
	    {.name = "columns", .target = &items->columns},
	    {.name = "value", .target = &items->value},
	    {.name = "points",
	        .type = ARGUMENT_NUMBER,
	        .target = &items->points,
	        .least = 1,
	        .most = THIN_MOST},
	    {.name = "limit",
	        .type = ARGUMENT_NUMBER,
	        .target = &items->limit,
	        .least = 1,
	        .most = MOST_LIMIT},
	    {.name = "order", .type = ARGUMENT_CHOICE, .target = &items->order, .words = "asc desc"},
	    {.name = "format",
	        .type = ARGUMENT_CHOICE,
	        .target = &items->format,
	        .words = "json ndjson csv"}};

	*items = (struct items){.work = {.run = items_run},
	    .service = service,
	    .request = request,
	    .limit = USUAL_LIMIT};
	buffer_init(&items->body, BODY);
	buffer_init(&items->after, CURSOR_KEY_MAX);
	buffer_init(&items->last, CURSOR_KEY_MAX);
	if (!arguments_read(request, arguments, sizeof arguments / sizeof *arguments) ||
	    !check_arguments(items) || !check_keys(items) || !begin(items))
		items_free(items);
}
