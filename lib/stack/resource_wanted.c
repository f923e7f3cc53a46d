/* resource_wanted: turns a line's members into settings, with defaults for absent members. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "group/dynamodb/lease_table_shape.h"
#include "schedule/variables.h"
#include "stack/alarm.h"
#include "stack/delivery.h"
#include "stack/subscription.h"
#include "stream/start.h"
#include "table/table.h"
#include "text/timestamp.h"

enum {
	SHARDS_LOCAL = 256,
	CAPACITY_MOST = 40000, /* DynamoDB's quota for a table */
	HOUR = 3600 * 1000,
	HOURS_LEAST = 24, /* Kinesis's range of the retention */
	HOURS_MOST = 8760
};

static bool
read_retention(struct resource *resource, struct failure *failure)
{
	const char *text = resource_member(resource, "retention");
	char duration[RESOURCE_DURATION];
	int64_t retention = HOURS_LEAST * (int64_t)HOUR;

	if (text != NULL && (!duration_parse(span_of(text), &retention) || retention <= 0))
		return fail(failure, FAILURE_PERMANENT,
		    "member \"retention\" must be a duration such as \"90m\", \"24h\" or \"7d\"");
	if (resource->aws && (retention % HOUR != 0 || retention < HOURS_LEAST * (int64_t)HOUR ||
	                         retention > HOURS_MOST * (int64_t)HOUR))
		return fail(failure, FAILURE_PERMANENT,
		    "member \"retention\" on AWS must be a whole number of hours from %dh to %dh",
		    HOURS_LEAST, HOURS_MOST);
	settings_set(&resource->wanted, "retention", resource_duration(retention, duration));
	return true;
}

/* A key becomes part of policies, in which a wildcard would mean more than one key. */
static bool
read_encryption(struct resource *resource, struct failure *failure)
{
	static const char bytes[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:_-";
	const char *key = resource_member(resource, "encryption");

	resource_want_text(resource, "encryption", "none");
	return key == NULL || key[strspn(key, bytes)] == '\0' ||
	       fail(failure, FAILURE_PERMANENT,
	           "member \"encryption\" must be \"none\", or the alias, id or ARN of a key, such "
	           "as \"alias/mine\"");
}

static bool
read_stream(struct resource *resource, struct failure *failure)
{
	const cJSON *shards = resource_value(resource, "shards");
	bool on_demand = cJSON_IsTrue(resource_value(resource, "on_demand"));

	if (on_demand && shards != NULL)
		return fail(failure, FAILURE_PERMANENT,
		    "members \"shards\" and \"on_demand\" exclude each other: on demand, AWS "
		    "decides the number of shards");
	if (!resource->aws && shards != NULL && shards->valuedouble > SHARDS_LOCAL)
		return fail(failure, FAILURE_PERMANENT,
		    "member \"shards\" must be a whole number from 1 to %d for an embedded stream",
		    SHARDS_LOCAL);
	if (on_demand)
		settings_set(&resource->wanted, "shards", "on-demand");
	else
		resource_want_number(resource, "shards", shards != NULL ? shards->valuedouble : 1);
	return read_encryption(resource, failure) && read_retention(resource, failure);
}

static bool
read_capacity(const cJSON *billing, const char *name, int *capacity)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(billing, name);

	if (!cJSON_IsNumber(value) || value->valuedouble != value->valueint ||
	    value->valueint < 1 || value->valueint > CAPACITY_MOST)
		return false;
	*capacity = value->valueint;
	return true;
}

static bool
read_billing(struct resource *resource, struct failure *failure)
{
	const cJSON *billing = resource_value(resource, "billing");
	const char *text = cJSON_GetStringValue(billing);
	int reads, writes;
	char setting[32];

	if (billing == NULL || (text != NULL && strcmp(text, "on-demand") == 0)) {
		settings_set(&resource->wanted, "billing", "on-demand");
		return true;
	}
	if (!cJSON_IsObject(billing) || cJSON_GetArraySize(billing) != 2 ||
	    !read_capacity(billing, "read", &reads) || !read_capacity(billing, "write", &writes))
		return fail(failure, FAILURE_PERMANENT,
		    "member \"billing\" must be \"on-demand\" or {\"read\":N,\"write\":N} with "
		    "whole numbers from 1 to %d",
		    CAPACITY_MOST);
	snprintf(setting, sizeof setting, "%d/%d", reads, writes);
	settings_set(&resource->wanted, "billing", setting);
	return true;
}

/* A table whose line does not name its stream of changes keeps the one that it has, or has not. */
static bool
read_changes(struct resource *resource, struct failure *failure)
{
	static const char *const values[] = {"none", "keys", "new", "old", "both"};
	const char *changes = resource_member(resource, "changes");

	for (size_t i = 0; changes != NULL && i < sizeof values / sizeof *values; i++) {
		if (strcmp(changes, values[i]) == 0) {
			settings_set(&resource->wanted, "changes", changes);
			return true;
		}
	}
	return changes == NULL || fail(failure, FAILURE_PERMANENT,
	                              "member \"changes\" must be none, keys, new, old or both");
}

static bool
read_table(struct resource *resource, struct failure *failure)
{
	struct failure why;
	struct table_key key;
	char text[TABLE_KEY_TEXT];

	if (!table_key_parse(resource_member(resource, "key"), &key, &why))
		return fail(failure, FAILURE_PERMANENT, "member \"key\": %s", why.text);
	settings_set(&resource->wanted, "key", table_key_format(&key, text));
	resource_want_text(resource, "ttl", "none");
	settings_set(&resource->wanted, "point_in_time_recovery",
	    cJSON_IsTrue(resource_value(resource, "point_in_time_recovery")) ? "on" : "off");
	return read_billing(resource, failure) && read_changes(resource, failure);
}

/* Readers depend on what a lease table is: its line gives nothing but the name. */
static bool
read_group(struct resource *resource, struct failure *failure)
{
	(void)failure;
	settings_set(&resource->wanted, "key", LEASE_TABLE_KEY ":S");
	settings_set(&resource->wanted, "billing", "on-demand");
	settings_set(&resource->wanted, "index", LEASE_TABLE_INDEX);
	return true;
}

static bool
read_bucket(struct resource *resource, struct failure *failure)
{
	const cJSON *days = resource_value(resource, "expire_days");
	const cJSON *uploads = resource_value(resource, "abort_uploads_days");

	(void)failure;
	if (resource->aws)
		settings_set(&resource->wanted, "public_access", "blocked");
	settings_set(&resource->wanted, "expire_days", "none");
	if (days != NULL)
		resource_want_number(resource, "expire_days", days->valuedouble);
	settings_set(&resource->wanted, "abort_uploads_days", "none");
	if (uploads != NULL)
		resource_want_number(resource, "abort_uploads_days", uploads->valuedouble);
	return true;
}

static int
compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
check_environment(const struct resource *resource, struct failure *failure)
{
	const cJSON *variable;
	struct shown shown;

	cJSON_ArrayForEach(variable, resource_value(resource, "environment"))
	{
		show(&shown, variable->string, strlen(variable->string));
		if (strcmp(variable->string, SCHEDULE_MAKER) == 0)
			return fail(failure, FAILURE_PERMANENT,
			    "member \"environment\": " SCHEDULE_MAKER " is reserved for fxstack");
		if (variables_is_secret(variable->string))
			return fail(failure, FAILURE_PERMANENT,
			    "member \"environment\": %s looks like a secret, which must not be in "
			    "a stack or a crontab: see fxcron(1) for where to keep it",
			    shown.text);
	}
	return true;
}

/* "NAME=VALUE", sorted, each on a line of its own. */
static void
set_environment(struct resource *resource)
{
	const cJSON *environment = resource_value(resource, "environment"), *variable;
	char **lines = memory_new((size_t)cJSON_GetArraySize(environment) + 1, sizeof *lines);
	size_t count = 0;
	struct buffer text;

	cJSON_ArrayForEach(variable, environment) lines[count++] =
	    memory_format("%s=%s", variable->string, variable->valuestring);
	qsort(lines, count, sizeof *lines, compare_lines);
	buffer_init(&text, 2 * RESOURCE_LINE_MOST);
	for (size_t i = 0; i < count; i++) {
		buffer_add_format(&text, "%s%s", i > 0 ? "\n" : "", lines[i]);
		free(lines[i]);
	}
	settings_set(&resource->wanted, "environment", buffer_text(&text));
	buffer_free(&text);
	free(lines);
}

/* Where a consumer's group starts, which may be in any shard. */
static bool
read_from(struct resource *resource, struct failure *failure)
{
	const char *from = resource_member(resource, "from");
	struct failure reason;
	struct start start;

	resource_want_text(resource, "from", "trim-horizon");
	if (from == NULL)
		return true;
	if (!start_read(from, &start, &reason))
		return fail(failure, FAILURE_PERMANENT, "member \"from\": %s", reason.text);
	return start.from != FROM_POSITION ||
	       fail(failure, FAILURE_PERMANENT,
	           "member \"from\" must not be a position, which is in one shard only");
}

/* How many readers of the group run at once; served_want checks that they can share it. */
static bool
read_instances(struct resource *resource, struct failure *failure)
{
	const cJSON *instances = resource_value(resource, "instances");

	if (resource_member(resource, "schedule") != NULL)
		return instances == NULL ||
		       fail(failure, FAILURE_PERMANENT,
		           "members \"instances\" and \"schedule\" exclude each other: instances "
		           "run all the time");
	resource_want_number(resource, "instances", instances != NULL ? instances->valuedouble : 1);
	return true;
}

static bool
read_schedule(struct resource *resource, struct failure *failure)
{
	const cJSON *limit = resource_value(resource, "limit"),
	            *delay = resource_value(resource, "delay");
	const char *schedule = resource_member(resource, "schedule");

	if (schedule != NULL && (schedule[0] == '-' || strcmp(schedule, "service") == 0))
		return fail(failure, FAILURE_PERMANENT,
		    "member \"schedule\" must be a schedule such as \"rate(1 minute)\"; see "
		    "fxcron(1)");
	if (!check_environment(resource, failure))
		return false;
	resource_want_text(resource, "schedule", "service");
	resource_want_text(resource, "command", "");
	settings_set(&resource->wanted, "limit", "none");
	if (limit != NULL)
		resource_want_number(resource, "limit", limit->valuedouble);
	resource_want_number(resource, "delay", delay != NULL ? delay->valuedouble : 0);
	set_environment(resource);
	return resource->type != RESOURCE_CONSUMER ||
	       (read_from(resource, failure) && read_instances(resource, failure));
}

static bool
read_role(struct resource *resource, struct failure *failure)
{
	const cJSON *tool;
	struct buffer tools;

	(void)failure;
	buffer_init(&tools, RESOURCE_LINE_MOST);
	cJSON_ArrayForEach(tool, resource_value(resource, "tools"))
	    buffer_add_format(&tools, "%s%s", tools.length > 0 ? "," : "", tool->valuestring);
	settings_set(&resource->wanted, "tools", buffer_text(&tools));
	if (resource->type == RESOURCE_ROLE)
		resource_want_text(resource, "trust", "ec2");
	buffer_free(&tools);
	return true;
}

bool
resource_read_wanted(struct resource *resource, struct failure *failure)
{
	switch (resource->type) {
	case RESOURCE_STREAM:
		return read_stream(resource, failure);
	case RESOURCE_TABLE:
		return read_table(resource, failure);
	case RESOURCE_GROUP:
		return read_group(resource, failure);
	case RESOURCE_TOPIC:
		return read_encryption(resource, failure);
	case RESOURCE_SUBSCRIPTION:
		return subscription_want(resource, failure);
	case RESOURCE_BUCKET:
		return read_bucket(resource, failure);
	case RESOURCE_DELIVERY:
		return delivery_want(resource, failure);
	case RESOURCE_ALARM:
		return alarm_want(resource, failure);
	case RESOURCE_SCHEDULE:
	case RESOURCE_CONSUMER:
		return read_schedule(resource, failure);
	case RESOURCE_ROLE:
	case RESOURCE_POLICY:
		return read_role(resource, failure);
	case RESOURCE_FANOUT:
	case RESOURCE_SECRET:
	case RESOURCE_TYPES:
		break;
	}
	return true;
}
