/* dynamodb: opens a table of DynamoDB: its key, its state, its time to live. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "text/json.h"
#include "base/memory.h"
#include "base/name.h"
#include "text/json_pointer.h"
#include "table/dynamodb/description.h"
#include "table/dynamodb/dynamodb.h"

enum {
	DESCRIPTION = 1024 * 1024, /* bytes of a reply at most */
};

static void
dynamodb_close(struct table *table)
{
	struct dynamodb *dynamodb = (struct dynamodb *)table;

	/* Calls in flight borrow from these. */
	aws_close(dynamodb->aws);
	dynamodb_sending_close(dynamodb->sending);
	dynamodb_readings_close(dynamodb->readings);
	dynamodb_getting_close(dynamodb->getting);
	if (dynamodb->reader != NULL)
		item_reader_close(dynamodb->reader);
	buffer_free(&dynamodb->decoded);
	capacity_end(&dynamodb->own_capacity);
	free(dynamodb->name);
	free(dynamodb);
}

static int64_t
dynamodb_delay(const struct table *table)
{
	const struct dynamodb *dynamodb = (const struct dynamodb *)table;
	int64_t left = capacity_free_at(dynamodb->capacity) - clock_steady();

	return left > 0 ? left / 1000 : 0;
}

static const char *
dynamodb_directory(const struct table *table)
{
	(void)table;
	return NULL;
}

static const struct table_kind kind = {
    .close = dynamodb_close,
    .directory = dynamodb_directory,
    .delay = dynamodb_delay,
    .prepare = dynamodb_prepare,
    .prepare_reset = dynamodb_prepare_reset,
    .send = dynamodb_send,
    .poll = dynamodb_poll,
    .next_result = dynamodb_next_result,
    .count = dynamodb_count,
    .query = dynamodb_query,
    .get = dynamodb_get,
};

static bool
check_status(const struct dynamodb *dynamodb, const char *text, struct failure *failure)
{
	struct shown shown;
	bool soon;

	if (strcmp(text, "ACTIVE") == 0 || strcmp(text, "UPDATING") == 0 || text[0] == '\0')
		return true;
	soon = strcmp(text, "CREATING") == 0;
	return fail(failure, soon ? FAILURE_TEMPORARY : FAILURE_PERMANENT, "the table %s is %s%s",
	    dynamodb->name, show(&shown, text, strlen(text)),
	    soon ? ": it can be used once it is ACTIVE" : "");
}

/* A global index has no consistent reads. */
static bool
take_index(struct dynamodb *dynamodb, struct span reply, struct failure *failure)
{
	const char *index = dynamodb->settings.index;
	struct shown shown;
	bool global;

	if (!dynamodb_description_index(reply, index, &dynamodb->table.key, &global))
		return fail(failure, FAILURE_PERMANENT,
		    "the table %s has no secondary index \"%s\"", dynamodb->name,
		    show(&shown, index, strlen(index)));
	dynamodb->eventual = dynamodb->eventual || global;
	return true;
}

static bool
take_description(struct dynamodb *dynamodb, struct span reply, struct failure *failure)
{
	struct dynamodb_description description;

	if (!dynamodb_description_read(&description, reply))
		return fail(failure, FAILURE_TEMPORARY,
		    "DynamoDB's DescribeTable did not describe the table %s", dynamodb->name);
	dynamodb->table.key = description.key;
	dynamodb->eventual = dynamodb->settings.eventual;
	if (dynamodb->settings.index != NULL && !take_index(dynamodb, reply, failure))
		return false;
	return check_status(dynamodb, description.status, failure);
}

static bool
is_missing(const struct dynamodb *dynamodb, struct failure *failure)
{
	const struct table_key *wanted = dynamodb->settings.key;
	char key[TABLE_KEY_TEXT] = "ticker:S,last_refreshed:S";

	if (wanted != NULL)
		table_key_format(wanted, key);
	return fail(failure, FAILURE_PERMANENT,
	    "there is no table %s in %s: use fxstack to create it, with \"key\":\"%s\"",
	    dynamodb->name, aws_region(dynamodb->aws), key);
}

/* Calls an action whose only parameter is the table's name. The reply is valid until the next call.
 */
static bool
ask_of_table(
    struct dynamodb *dynamodb, const char *action, struct aws_reply *reply, struct failure *failure)
{
	struct aws_call call = {.action = action, .ceiling = DESCRIPTION};
	struct buffer body;
	bool good;

	buffer_init(&body, 4096);
	buffer_add_text(&body, "{");
	dynamodb_add_name(dynamodb, &body);
	buffer_add_text(&body, "}");
	call.body = buffer_span(&body);
	good = aws_call_and_wait(dynamodb->aws, &call, reply, failure);
	buffer_free(&body);
	return good;
}

static bool
describe(struct dynamodb *dynamodb, struct failure *failure)
{
	struct aws_reply reply;

	if (ask_of_table(dynamodb, "DescribeTable", &reply, failure))
		return take_description(dynamodb, reply.body, failure);
	if (strcmp(reply.code, "ResourceNotFoundException") == 0)
		return is_missing(dynamodb, failure);
	return false;
}

static bool
check_key(const struct dynamodb *dynamodb, struct failure *failure)
{
	char has[TABLE_KEY_TEXT], wants[TABLE_KEY_TEXT];

	if (dynamodb->settings.key == NULL)
		return true;
	table_key_format(&dynamodb->table.key, has);
	table_key_format(dynamodb->settings.key, wants);
	return strcmp(has, wants) == 0 ||
	       fail(failure, FAILURE_PERMANENT,
	           "the table %s has the key %s, not %s: omit -k, or use another table",
	           dynamodb->name, has, wants);
}

/* Warns if the table does not delete items by the attribute, or if that cannot be found out. */
static void
check_ttl(struct dynamodb *dynamodb)
{
	static const char *const pointers[] = {
	    "/TimeToLiveDescription/TimeToLiveStatus", "/TimeToLiveDescription/AttributeName"};
	struct aws_reply reply;
	struct failure failure;
	struct json_error error;
	struct span found[2];
	char status[32], name[KEY_NAME_MAX + 1];
	struct shown shown;

	if (!ask_of_table(dynamodb, "DescribeTimeToLive", &reply, &failure)) {
		caller_warn(&dynamodb->settings.caller, "%s", failure.text);
		return;
	}
	if (!json_check(reply.body, JSON_DEPTH, &error))
		return;
	struct json_pointers *paths = json_pointers_compile(pointers, 2, &(size_t){0});
	json_pointers_follow(paths, reply.body, found);
	json_pointers_free(paths);
	dynamodb_description_text(found[0], status, sizeof status);
	dynamodb_description_text(found[1], name, sizeof name);
	if (strncmp(status, "ENABL", 5) == 0 && strcmp(name, dynamodb->settings.ttl) == 0)
		return;
	caller_warn(&dynamodb->settings.caller,
	    "the table %.128s does not delete items by the attribute \"%s\": its TTL %s (use "
	    "fxstack to "
	    "set \"ttl\")",
	    dynamodb->name, show(&shown, dynamodb->settings.ttl, strlen(dynamodb->settings.ttl)),
	    strncmp(status, "ENABL", 5) == 0 ? "is by another attribute" : "is not enabled");
}

struct table *
table_dynamodb_open(const struct name *name, enum table_use use,
    const struct table_settings *settings, struct failure *failure)
{
	struct dynamodb *dynamodb = memory_new(1, sizeof *dynamodb);
	struct aws_settings aws = {
	    .service = &aws_dynamodb, .region = name->region, .caller = settings->caller};

	dynamodb->table.kind = &kind;
	dynamodb->settings = *settings;
	dynamodb->in_flight = settings->in_flight > 0 ? settings->in_flight : DYNAMODB_FLYING;
	dynamodb->name = memory_copy_text(name->arn != NULL ? name->arn : name->name);
	buffer_init(&dynamodb->decoded, 64 * 1024);
	backoff_init(&dynamodb->backoff, (uint64_t)clock_steady());
	capacity_init(&dynamodb->own_capacity, settings->rate);
	dynamodb->capacity = settings->shares != NULL
	                         ? ((struct dynamodb *)settings->shares)->capacity
	                         : &dynamodb->own_capacity;
	aws.in_flight = dynamodb->in_flight;
	dynamodb->aws = aws_open(&aws, failure);
	if (dynamodb->aws == NULL || !describe(dynamodb, failure) ||
	    !check_key(dynamodb, failure)) {
		dynamodb_close(&dynamodb->table);
		return NULL;
	}
	dynamodb->reader = item_reader_open(&dynamodb->table.key);
	if (use == TABLE_WRITE) {
		dynamodb->sending = dynamodb_sending_open(dynamodb);
		if (settings->ttl != NULL)
			check_ttl(dynamodb);
	}
	return &dynamodb->table;
}
