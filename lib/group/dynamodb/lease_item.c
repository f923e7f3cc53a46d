/* lease_item: reads and writes leases as items. */
#include <stdio.h>
#include <string.h>

#include "group/dynamodb/lease_item.h"
#include "text/json.h"
#include "text/number.h"

static const char *const sentinels[] = {[LEASE_AT_TRIM_HORIZON] = "TRIM_HORIZON",
    [LEASE_AT_LATEST] = "LATEST",
    [LEASE_AT_TIMESTAMP] = "AT_TIMESTAMP",
    [LEASE_AT_SHARD_END] = "SHARD_END"};

enum attribute {
	KEY,
	OWNER,
	CHECKPOINT_OWNER,
	COUNTER,
	CHECKPOINT,
	SUB,
	PARENTS,
	ENTITY,
	TENURE,
	STREAM,
	SINCE,
	COMMITTED,
	ATTRIBUTES
};

static const char *const names[ATTRIBUTES] = {[KEY] = "leaseKey",
    [OWNER] = "leaseOwner",
    [CHECKPOINT_OWNER] = "checkpointOwner",
    [COUNTER] = "leaseCounter",
    [CHECKPOINT] = "checkpoint",
    [SUB] = "checkpointSubSequenceNumber",
    [PARENTS] = "parentShardId",
    [ENTITY] = "entityType",
    [TENURE] = "fxTenure",
    [STREAM] = "fxStream",
    [SINCE] = "fxSince",
    [COMMITTED] = "fxCommitted"};

/* The value in {"TYPE":value}; start NULL: the attribute is missing or of another type. */
static struct span
value_of(struct span attribute, const char *type)
{
	struct span name, value, none = {NULL, 0};
	struct json_cursor cursor;

	if (attribute.start == NULL || json_kind(attribute) != JSON_OBJECT)
		return none;
	cursor = json_enter(attribute);
	if (!json_next_member(&cursor, &name, &value) || !json_text_is(name, span_of(type)))
		return none;
	return value;
}

/* A string; "" if it is missing. False: it has no room, or holds a NUL. */
static bool
take_text(struct span attribute, char *text, size_t room)
{
	struct span string = value_of(attribute, "S"), inside;

	text[0] = '\0';
	if (string.start == NULL || json_kind(string) != JSON_STRING)
		return true;
	inside = json_inside(string);
	if (inside.length >= room || json_nul(string) != NULL)
		return false;
	text[json_unescape(inside, text)] = '\0';
	return true;
}

/* A whole number; otherwise, if it is missing. False: it is too large, or none. */
static bool
take_number(struct span attribute, int64_t otherwise, int64_t *whole)
{
	struct span string = value_of(attribute, "N");
	struct number number;

	*whole = otherwise;
	if (string.start == NULL || json_kind(string) != JSON_STRING)
		return true;
	if (number_read(json_inside(string), &number) != NULL)
		return false;
	*whole = number_scaled(&number, 0);
	return *whole < INT64_C(1000000000000000000) && *whole > -2;
}

static bool
take_parents(struct span attribute, struct lease *lease)
{
	struct span set = value_of(attribute, "SS"), element;
	struct json_cursor cursor;

	if (set.start == NULL || json_kind(set) != JSON_ARRAY)
		return true;
	cursor = json_enter(set);
	for (size_t i = 0; json_next_element(&cursor, &element); i++) {
		struct span inside;

		if (i == LEASE_PARENTS || json_kind(element) != JSON_STRING)
			return false;
		inside = json_inside(element);
		if (inside.length > POSITION_SHARD || json_nul(element) != NULL)
			return false;
		lease->parents[i][json_unescape(inside, lease->parents[i])] = '\0';
	}
	return true;
}

/* A sequence number and a sub-sequence number as a place. */
static bool
take_position(struct lease *lease, const char *sequence, int64_t sub)
{
	struct position position;
	char text[24] = "";

	if (sub >= 0)
		snprintf(text, sizeof text, ".%lld+", (long long)sub);
	lease->at = LEASE_AT_POSITION;
	if (snprintf(lease->place, sizeof lease->place, "%s:%s%s", lease->shard, sequence, text) >=
	    (int)sizeof lease->place)
		return false;
	return position_parse(span_of(lease->place), &position);
}

static bool
take_checkpoint(struct lease *lease, const struct json_wanted *wanted)
{
	char sequence[POSITION_SEQUENCE + 1];
	int64_t sub;

	if (!take_text(wanted[CHECKPOINT].value, sequence, sizeof sequence) ||
	    !take_number(wanted[SUB].value, 0, &sub))
		return false;
	for (enum lease_at at = LEASE_AT_TRIM_HORIZON; at <= LEASE_AT_SHARD_END; at++) {
		lease->at = at;
		if (strcmp(sequence, sentinels[at]) == 0)
			return true;
	}
	/* A lease that was taken, and never committed. */
	if (sequence[0] == '\0') {
		lease->at = LEASE_AT_TRIM_HORIZON;
		return true;
	}
	return take_position(lease, sequence, sub);
}

/* KCL joins account, stream, epoch and shard by colons if it reads several streams. */
static bool
check_key(const struct lease *lease, struct failure *failure)
{
	struct position position;
	struct shown shown;
	char text[POSITION_SIZE];

	snprintf(text, sizeof text, "%s:0", lease->shard);
	if (position_parse(span_of(text), &position))
		return true;
	return fail(failure, FAILURE_PERMANENT,
	    "the lease %s is not that of a shard: groups of a KCL application that reads several "
	    "streams are not supported",
	    show(&shown, lease->shard, strlen(lease->shard)));
}

bool
lease_item_read(struct span item, struct lease *lease, bool *is_lease, struct failure *failure)
{
	struct json_wanted wanted[ATTRIBUTES] = {{.name = {NULL, 0}}};
	struct json_error error;
	struct shown shown;
	char entity[16];

	*lease = (struct lease){.since = -1};
	*is_lease = false;
	for (size_t i = 0; i < ATTRIBUTES; i++)
		wanted[i].name = span_of(names[i]);
	if (!json_find(item, JSON_DEPTH, wanted, ATTRIBUTES, NULL, &error))
		return fail(failure, FAILURE_TEMPORARY,
		    "an item of the lease table is not JSON: %s", error.reason);
	if (!take_text(wanted[ENTITY].value, entity, sizeof entity) ||
	    (entity[0] != '\0' && strcmp(entity, "LEASE") != 0))
		return true;
	*is_lease = true;
	if (!take_text(wanted[KEY].value, lease->shard, sizeof lease->shard))
		lease->shard[0] = '\0';
	if (!check_key(lease, failure))
		return false;
	if (take_text(wanted[OWNER].value, lease->owner, sizeof lease->owner) &&
	    take_text(wanted[CHECKPOINT_OWNER].value, lease->checkpoint_owner,
	        sizeof lease->checkpoint_owner) &&
	    take_text(wanted[TENURE].value, lease->tenure, sizeof lease->tenure) &&
	    take_text(wanted[STREAM].value, lease->stream, sizeof lease->stream) &&
	    take_number(wanted[COUNTER].value, 0, &lease->counter) &&
	    take_number(wanted[SINCE].value, -1, &lease->since) &&
	    take_number(wanted[COMMITTED].value, 0, &lease->committed) &&
	    take_parents(wanted[PARENTS].value, lease) && take_checkpoint(lease, wanted))
		return true;
	return fail(failure, FAILURE_PERMANENT,
	    "the lease of shard %s is damaged: correct that item of the table, or delete the "
	    "table and place the group with kack --to",
	    show(&shown, lease->shard, strlen(lease->shard)));
}

void
lease_item_add_checkpoint(struct buffer *body, const struct lease *lease)
{
	struct position position;

	if (lease->at != LEASE_AT_POSITION) {
		buffer_add_format(body, "{\"S\":\"%s\"}", sentinels[lease->at]);
		return;
	}
	position_parse(span_of(lease->place), &position);
	buffer_add_format(
	    body, "{\"S\":\"%.*s\"}", (int)position.sequence.length, position.sequence.start);
}

/* All through P is its last sub-sequence number, or 0; all before P.0 or P is -1. */
void
lease_item_add_sub(struct buffer *body, const struct lease *lease)
{
	struct position position;
	int64_t sub = 0;

	if (lease->at == LEASE_AT_POSITION) {
		position_parse(span_of(lease->place), &position);
		sub = position.through ? (position.sub >= 0 ? position.sub : 0)
		                       : (position.sub > 0 ? position.sub - 1 : -1);
	}
	buffer_add_format(body, "{\"N\":\"%lld\"}", (long long)sub);
}
