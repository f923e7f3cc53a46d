/* lease_table_open: opens the table, and creates it as the Kinesis Client Library does. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/name.h"
#include "group/dynamodb/internal.h"
#include "group/dynamodb/leader.h"
#include "group/dynamodb/lease_table_shape.h"
#include "text/json.h"
#include "text/json_pointer.h"

enum {
	BODY = 64 * 1024, /* bytes of a request at most */
	DESCRIPTION = 1024 * 1024, /* bytes of a reply */
	LOOK_EVERY = 500, /* ms between looks at a table that is being created */
	PATIENCE = 120 /* looks */
};

static bool
describe(struct lease_table *table, struct aws_reply *reply, struct failure *failure)
{
	struct aws_call call = {.action = "DescribeTable", .ceiling = DESCRIPTION};

	buffer_clear(&table->body);
	buffer_add_text(&table->body, "{\"TableName\":");
	json_add_string(&table->body, table->name, strlen(table->name));
	buffer_add_text(&table->body, "}");
	call.body = buffer_span(&table->body);
	return aws_call_and_wait(table->aws, &call, reply, failure);
}

static bool
is_text(struct span value, const char *text)
{
	return value.start != NULL && json_kind(value) == JSON_STRING &&
	       json_text_is(json_inside(value), span_of(text));
}

/* *ready false: it is being created. */
static bool
take_description(struct lease_table *table, struct span reply, bool *ready, struct failure *failure)
{
	static const char *const pointers[] = {"/Table/TableStatus",
	    "/Table/KeySchema/0/AttributeName", "/Table/KeySchema/1", "/Table/TableArn"};
	enum { STATUS, KEY, SORT, ARN, ALL };
	struct span found[ALL];
	struct json_pointers *paths;
	struct json_error error;

	if (!json_check(reply, JSON_DEPTH, &error))
		return fail(failure, FAILURE_TEMPORARY,
		    "DynamoDB's DescribeTable did not describe the table %s", table->name);
	paths = json_pointers_compile(pointers, ALL, &(size_t){0});
	json_pointers_follow(paths, reply, found);
	json_pointers_free(paths);
	*ready = !is_text(found[STATUS], "CREATING");
	free(table->place);
	table->place = tenure_place(found[ARN].start != NULL && json_kind(found[ARN]) == JSON_STRING
	                                ? json_inside(found[ARN])
	                                : span_of(""));
	if (is_text(found[KEY], LEASE_TABLE_KEY) && found[SORT].start == NULL)
		return true;
	return fail(failure, FAILURE_PERMANENT,
	    "the table %s is not a lease table: its key is not leaseKey (S) alone", table->name);
}

static bool
create(struct lease_table *table, struct failure *failure)
{
	struct buffer *body = &table->body;
	struct aws_call call = {.action = "CreateTable", .ceiling = DESCRIPTION};
	struct aws_reply reply;

	buffer_clear(body);
	buffer_add_text(body, "{\"TableName\":");
	json_add_string(body, table->name, strlen(table->name));
	lease_table_shape_add(body);
	buffer_add_text(body, "}");
	call.body = buffer_span(body);
	caller_detail(&table->caller, "creating the lease table %s", table->name);
	return aws_call_and_wait(table->aws, &call, &reply, failure) ||
	       strcmp(reply.code, "ResourceInUseException") == 0;
}

static bool
pause_between(struct lease_table *table, struct failure *failure)
{
	int64_t end = clock_steady() + (int64_t)LOOK_EVERY * 1000, left;

	while ((left = (end - clock_steady() + 999) / 1000) > 0) {
		if (caller_is_stopped(&table->caller))
			return fail_stopped(failure);
		if (!aws_wait(table->aws, -1, -1, (int)left, failure))
			return false;
	}
	return true;
}

/* Waits until it can be used; missing NULL: creates it if there is none. */
static bool
find(struct lease_table *table, bool *missing, struct failure *failure)
{
	struct aws_reply reply;
	bool ready, created = false;

	for (int looks = 0; looks < PATIENCE; looks++) {
		if (describe(table, &reply, failure)) {
			if (!take_description(table, reply.body, &ready, failure))
				return false;
			if (ready)
				return true;
		} else if (strcmp(reply.code, "ResourceNotFoundException") != 0) {
			return false;
		} else if (missing != NULL) {
			*missing = true;
			return fail(failure, FAILURE_PERMANENT, "there is no lease table %s in %s",
			    table->name, aws_region(table->aws));
		} else if (!created && !create(table, failure)) {
			return false;
		} else {
			created = true;
		}
		failure->kind = FAILURE_NONE;
		if (!pause_between(table, failure))
			return false;
	}
	return fail(failure, FAILURE_TEMPORARY,
	    "the lease table %s is still being created after a minute", table->name);
}

static struct lease_table *
open_table(
    const char *name, const struct aws_settings *settings, bool *missing, struct failure *failure)
{
	struct aws_settings own = *settings;
	struct lease_table *table;
	struct name parsed;

	if (missing != NULL)
		*missing = false;
	if (!name_parse(name, &name_table, &parsed, failure))
		return NULL;
	table = memory_new(1, sizeof *table);
	buffer_init(&table->body, BODY);
	for (size_t i = 0; i < FLYING; i++)
		buffer_init(&table->bodies[i], BODY);
	table->caller = settings->caller;
	table->name = memory_copy_text(parsed.arn != NULL ? parsed.arn : parsed.name);
	own.region = parsed.region;
	table->aws = aws_open(&own, failure);
	name_free(&parsed);
	if (table->aws != NULL && find(table, missing, failure))
		return table;
	lease_table_close(table);
	return NULL;
}

struct lease_table *
lease_table_open(
    const char *name, bool *missing, const struct caller *caller, struct failure *failure)
{
	struct aws_settings settings = {
	    .service = &aws_dynamodb, .in_flight = 1, .caller = *caller};

	return open_table(name, &settings, missing, failure);
}

static bool
read_store(struct lease_store *store, struct leases *leases, struct failure *failure)
{
	return lease_table_read((struct lease_table *)store, leases, failure);
}

static bool
add_to_store(
    struct lease_store *store, const struct lease *leases, size_t count, struct failure *failure)
{
	bool added = true;

	for (size_t i = 0; i < count && added; i++)
		added = lease_table_add((struct lease_table *)store, &leases[i], failure) !=
		        LEASE_FAILED;
	return added;
}

static enum lease_change
remove_from_store(struct lease_store *store, const struct lease *lease, struct failure *failure)
{
	return lease_table_delete((struct lease_table *)store, lease, failure);
}

static void
close_store(struct lease_store *store)
{
	lease_table_close((struct lease_table *)store);
}

struct lease_store *
lease_table_open_store(
    const char *name, int64_t timeout, const struct caller *caller, struct failure *failure)
{
	struct aws_settings settings = {
	    .service = &aws_dynamodb, .in_flight = FLYING, .timeout = timeout, .caller = *caller};
	bool missing;
	struct lease_table *table = open_table(name, &settings, &missing, failure);

	if (table == NULL)
		return NULL;
	table->store = (struct lease_store){.read = read_store,
	    .change = lease_table_change,
	    .add = add_to_store,
	    .remove = remove_from_store,
	    .may_ask = leader_is_absent,
	    .close = close_store};
	return &table->store;
}

const char *
lease_table_place(const struct lease_table *table)
{
	return table->place;
}

void
lease_table_close(struct lease_table *table)
{
	aws_close(table->aws);
	buffer_free(&table->body);
	free(table->leader.rows);
	for (size_t i = 0; i < FLYING; i++)
		buffer_free(&table->bodies[i]);
	free(table->name);
	free(table->place);
	free(table);
}
