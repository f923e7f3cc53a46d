/* service: what all calls share: the table's name, retries after failures, throttling. */
#include "base/clock.h"
#include "table/dynamodb/dynamodb.h"
#include "text/json.h"

enum {
	PATIENCE = 60 * 1000000, /* us of failures without a success */
	PATIENCE_STOPPED = 5 * 1000000,
	RETRY_FIRST = 50, /* ms */
	RETRY_MOST = 20000,
	WARN_EVERY = 60 * 1000000
};

void
dynamodb_begin(const struct dynamodb *dynamodb, struct buffer *body)
{
	buffer_add_text(
	    body, dynamodb->capacity->rate > 0 ? "{\"ReturnConsumedCapacity\":\"TOTAL\"," : "{");
}

void
dynamodb_settle_capacity(
    struct dynamodb *dynamodb, int64_t expected, size_t items, const struct aws_reply *reply)
{
	bool good = reply->failure.kind == FAILURE_NONE;

	if (dynamodb->capacity->rate > 0)
		capacity_settle(
		    dynamodb->capacity, expected, items, good ? capacity_consumed(reply->body) : 0);
}

int64_t
dynamodb_earliest(const struct dynamodb *dynamodb, int64_t due)
{
	int64_t free_at = capacity_free_at(dynamodb->capacity);

	return due > free_at ? due : free_at;
}

void
dynamodb_add_name(const struct dynamodb *dynamodb, struct buffer *body)
{
	buffer_add_text(body, "\"TableName\":");
	json_add_string(body, dynamodb->name, strlen(dynamodb->name));
}

bool
dynamodb_may_retry(struct dynamodb *dynamodb, const struct failure *why, struct failure *failure)
{
	bool stopped = caller_is_stopped(&dynamodb->settings.caller);
	int64_t now = clock_steady();

	if (dynamodb->failing_since == 0)
		dynamodb->failing_since = now;
	if (why->kind == FAILURE_TEMPORARY &&
	    now - dynamodb->failing_since < (stopped ? PATIENCE_STOPPED : PATIENCE))
		return true;
	*failure = *why;
	return false;
}

int64_t
dynamodb_retry_delay(struct dynamodb *dynamodb, unsigned attempt)
{
	return backoff_delay(&dynamodb->backoff, attempt, RETRY_FIRST, RETRY_MOST);
}

void
dynamodb_warn_throttled(struct dynamodb *dynamodb, unsigned requests)
{
	int64_t now = clock_steady();

	if (now < dynamodb->next_warning)
		return;
	dynamodb->next_warning = now + WARN_EVERY;
	caller_warn(&dynamodb->settings.caller,
	    "DynamoDB throttles the table %.128s: slowed down to %u request%s at once",
	    dynamodb->name, requests, requests == 1 ? "" : "s");
}
