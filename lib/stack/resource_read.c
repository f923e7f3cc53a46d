/* resource_read: parses a line of a stack and checks its members. */
#include <stdlib.h>
#include <string.h>

#include "schedule/entry.h"
#include "stack/resource.h"
#include "text/json.h"
#include "text/nearest.h"

enum { DEPTH = 12, OF = 1U };

enum member_kind {
	MEMBER_TEXT,
	MEMBER_NUMBER,
	MEMBER_BOOL,
	MEMBER_TEXTS,
	MEMBER_MAP,
	MEMBER_OTHER
};

/* A member, and the types whose lines have it. */
struct member {
	const char *name;
	enum member_kind kind;
	unsigned types; /* OF << type, for each */
	unsigned required; /* the types that require it */
	double least, most; /* of a number */
};

#define STREAM (OF << RESOURCE_STREAM)
#define TABLE (OF << RESOURCE_TABLE)
#define GROUP (OF << RESOURCE_GROUP)
#define FANOUT (OF << RESOURCE_FANOUT)
#define SECRET (OF << RESOURCE_SECRET)
#define TOPIC (OF << RESOURCE_TOPIC)
#define SUBSCRIPTION (OF << RESOURCE_SUBSCRIPTION)
#define BUCKET (OF << RESOURCE_BUCKET)
#define DELIVERY (OF << RESOURCE_DELIVERY)
#define ALARM (OF << RESOURCE_ALARM)
#define SCHEDULE (OF << RESOURCE_SCHEDULE)
#define CONSUMER (OF << RESOURCE_CONSUMER)
#define ROLE (OF << RESOURCE_ROLE)
#define POLICY (OF << RESOURCE_POLICY)
#define ALL ((OF << RESOURCE_TYPES) - 1)

/* Limits: Kinesis's quota for the shards of a stream; Firehose's hints; those of fxcron(1). */
static const struct member members[] = {
    {"resource", MEMBER_TEXT, ALL, ALL, 0, 0},
    {"name", MEMBER_TEXT, ALL, ALL, 0, 0},
    {"shards", MEMBER_NUMBER, STREAM, 0, 1, 10000},
    {"on_demand", MEMBER_BOOL, STREAM, 0, 0, 0},
    {"retention", MEMBER_TEXT, STREAM, 0, 0, 0},
    {"encryption", MEMBER_TEXT, STREAM | TOPIC, 0, 0, 0},
    {"key", MEMBER_TEXT, TABLE, TABLE, 0, 0},
    {"billing", MEMBER_OTHER, TABLE, 0, 0, 0},
    {"ttl", MEMBER_TEXT, TABLE, 0, 0, 0},
    {"changes", MEMBER_TEXT, TABLE, 0, 0, 0},
    {"point_in_time_recovery", MEMBER_BOOL, TABLE, 0, 0, 0},
    {"endpoint", MEMBER_TEXT, SUBSCRIPTION, 0, 0, 0},
    {"from", MEMBER_TEXT, SECRET | CONSUMER | SUBSCRIPTION, 0, 0, 0},
    {"optional", MEMBER_BOOL, SECRET | SUBSCRIPTION, 0, 0, 0},
    {"filter", MEMBER_OTHER, SUBSCRIPTION, 0, 0, 0},
    {"filter_on", MEMBER_TEXT, SUBSCRIPTION, 0, 0, 0},
    {"raw", MEMBER_BOOL, SUBSCRIPTION, 0, 0, 0},
    {"expire_days", MEMBER_NUMBER, BUCKET, 0, 1, 36500},
    {"prefix", MEMBER_TEXT, DELIVERY, 0, 0, 0},
    {"error_prefix", MEMBER_TEXT, DELIVERY, 0, 0, 0},
    {"size", MEMBER_NUMBER, DELIVERY, 0, 1, 128},
    {"interval", MEMBER_NUMBER, DELIVERY, 0, 0, 900},
    {"compression", MEMBER_TEXT, DELIVERY, 0, 0, 0},
    {"namespace", MEMBER_TEXT, ALARM, 0, 0, 0},
    {"metric", MEMBER_TEXT, ALARM, ALARM, 0, 0},
    {"dimensions", MEMBER_OTHER, ALARM, 0, 0, 0},
    {"statistic", MEMBER_TEXT, ALARM, 0, 0, 0},
    {"period", MEMBER_TEXT, ALARM, 0, 0, 0},
    {"periods", MEMBER_NUMBER, ALARM, 0, 1, 100},
    {"datapoints", MEMBER_NUMBER, ALARM, 0, 1, 100},
    {"when", MEMBER_TEXT, ALARM, ALARM, 0, 0},
    {"missing", MEMBER_TEXT, ALARM, 0, 0, 0},
    {"abort_uploads_days", MEMBER_NUMBER, BUCKET, 0, 1, 36500},
    {"schedule", MEMBER_TEXT, SCHEDULE | CONSUMER, SCHEDULE, 0, 0},
    {"command", MEMBER_TEXT, SCHEDULE | CONSUMER, SCHEDULE | CONSUMER, 0, 0},
    {"limit", MEMBER_NUMBER, SCHEDULE | CONSUMER, 0, 0, 604800},
    {"delay", MEMBER_NUMBER, SCHEDULE | CONSUMER, 0, 0, 86400},
    {"environment", MEMBER_MAP, SCHEDULE | CONSUMER, 0, 0, 0},
    {"stream", MEMBER_TEXT, SCHEDULE | CONSUMER | DELIVERY | ALARM | GROUP | FANOUT, 0, 0, 0},
    {"table", MEMBER_TEXT, SCHEDULE | CONSUMER | ALARM, 0, 0, 0},
    {"topic", MEMBER_TEXT, SCHEDULE | CONSUMER | SUBSCRIPTION | ALARM, 0, 0, 0},
    {"bucket", MEMBER_TEXT, SCHEDULE | CONSUMER | DELIVERY, 0, 0, 0},
    {"delivery", MEMBER_TEXT, SCHEDULE | CONSUMER | ALARM, 0, 0, 0},
    {"group", MEMBER_TEXT, CONSUMER, 0, 0, 0},
    {"fanout", MEMBER_TEXT, CONSUMER, 0, 0, 0},
    {"instances", MEMBER_NUMBER, CONSUMER, 0, 1, ENTRY_INSTANCES_MOST},
    {"role", MEMBER_TEXT, DELIVERY, DELIVERY, 0, 0},
    {"tools", MEMBER_TEXTS, ROLE | POLICY, ROLE | POLICY, 0, 0},
    {"trust", MEMBER_TEXT, ROLE, 0, 0, 0},
};

enum { MEMBERS = sizeof members / sizeof *members };

static const struct member *
find_member(const char *name, enum resource_type type)
{
	for (size_t i = 0; i < MEMBERS; i++) {
		if (strcmp(members[i].name, name) == 0 && (members[i].types & OF << type) != 0)
			return &members[i];
	}
	return NULL;
}

static bool
refuse_unknown(const char *name, enum resource_type type, struct failure *failure)
{
	const char *names[MEMBERS], *meant;
	size_t count = 0;
	struct shown shown;
	struct buffer known;

	buffer_init(&known, 512);
	for (size_t i = 0; i < MEMBERS; i++) {
		if ((members[i].types & OF << type) == 0)
			continue;
		buffer_add_format(&known, "%s%s", count > 0 ? ", " : "", members[i].name);
		names[count++] = members[i].name;
	}
	meant = nearest(name, names, count);
	fail(failure, FAILURE_PERMANENT, "member \"%s\" is unknown%s%s%s: %s has %.*s",
	    show(&shown, name, strlen(name)), meant != NULL ? " (did you mean \"" : "",
	    meant != NULL ? meant : "", meant != NULL ? "\"?)" : "", resource_type_noun(type),
	    (int)known.length, known.data);
	buffer_free(&known);
	return false;
}

/* Texts go into files and commands: each is one line without control characters. */
static bool
is_text(const cJSON *value)
{
	const char *text = cJSON_GetStringValue(value);

	if (text == NULL || *text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < ' ' || *text == 127)
			return false;
	}
	return true;
}

/* Are all elements texts, and is there one at least? */
static bool
is_texts(const cJSON *value)
{
	const cJSON *element;

	cJSON_ArrayForEach(element, value)
	{
		if (!is_text(element))
			return false;
	}
	return value->child != NULL;
}

static bool
is_name_of_variable(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	size_t first = strspn(name, letters);

	while (first > 0 && strchr("0123456789", name[first]) != NULL && name[first] != '\0')
		first += 1 + strspn(name + first + 1, letters);
	return first > 0 && name[first] == '\0';
}

static bool
is_earlier(const cJSON *first, const cJSON *member)
{
	for (; first != member; first = first->next) {
		if (strcmp(first->string, member->string) == 0)
			return true;
	}
	return false;
}

static bool
is_map(const cJSON *value)
{
	const cJSON *element;

	if (!cJSON_IsObject(value))
		return false;
	cJSON_ArrayForEach(element, value)
	{
		if (!is_name_of_variable(element->string) || !is_text(element) ||
		    is_earlier(value->child, element))
			return false;
	}
	return true;
}

static bool
check_member(const struct member *member, const cJSON *value, struct failure *failure)
{
	const char *name = member->name;

	switch (member->kind) {
	case MEMBER_TEXT:
		return is_text(value) ||
		       fail(failure, FAILURE_PERMANENT,
		           "member \"%s\" must be a string of one line, not empty", name);
	case MEMBER_BOOL:
		return cJSON_IsBool(value) || fail(failure, FAILURE_PERMANENT,
		                                  "member \"%s\" must be true or false", name);
	case MEMBER_NUMBER:
		return (cJSON_IsNumber(value) && value->valuedouble >= member->least &&
		           value->valuedouble <= member->most &&
		           (double)(long)value->valuedouble == value->valuedouble) ||
		       fail(failure, FAILURE_PERMANENT,
		           "member \"%s\" must be a whole number from %.0f to %.0f", name,
		           member->least, member->most);
	case MEMBER_TEXTS:
		return (cJSON_IsArray(value) && is_texts(value)) ||
		       fail(failure, FAILURE_PERMANENT,
		           "member \"%s\" must be an array of strings, not empty", name);
	case MEMBER_MAP:
		return is_map(value) || fail(failure, FAILURE_PERMANENT,
		                            "member \"%s\" must be an object of strings with valid "
		                            "names of variables, each once",
		                            name);
	case MEMBER_OTHER:
		break;
	}
	return true;
}

static bool
check_members(const cJSON *object, enum resource_type type, struct failure *failure)
{
	const cJSON *value;
	struct shown shown;

	cJSON_ArrayForEach(value, object)
	{
		const struct member *member = find_member(value->string, type);

		if (member == NULL)
			return refuse_unknown(value->string, type, failure);
		if (is_earlier(object->child, value))
			return fail(failure, FAILURE_PERMANENT, "member \"%s\" occurs twice",
			    show(&shown, value->string, strlen(value->string)));
		if (!check_member(member, value, failure))
			return false;
	}
	for (size_t i = 0; i < MEMBERS; i++) {
		if ((members[i].required & OF << type) != 0 &&
		    cJSON_GetObjectItemCaseSensitive(object, members[i].name) == NULL)
			return fail(failure, FAILURE_PERMANENT,
			    "member \"%s\" is missing: %s requires it", members[i].name,
			    resource_type_noun(type));
	}
	return true;
}

static bool
read_type(const cJSON *object, enum resource_type *type, struct failure *failure)
{
	const char *name =
	    cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "resource"));
	const char *names[RESOURCE_TYPES], *meant;
	struct shown shown;

	if (name == NULL)
		return fail(failure, FAILURE_PERMANENT,
		    "member \"resource\" is missing or not a string: it gives the type of the "
		    "line");
	for (unsigned i = 0; i < RESOURCE_TYPES; i++) {
		*type = (enum resource_type)i;
		names[i] = resource_type_name(*type);
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	meant = nearest(name, names, RESOURCE_TYPES);
	return fail(failure, FAILURE_PERMANENT,
	    "resource \"%s\" is unknown%s%s%s: the types are stream, table, group, fanout, secret, "
	    "topic, subscription, bucket, delivery, alarm, schedule, consumer, role, policy",
	    show(&shown, name, strlen(name)), meant != NULL ? " (did you mean \"" : "",
	    meant != NULL ? meant : "", meant != NULL ? "\"?)" : "");
}

static bool
parse(struct resource *resource, struct span line, struct failure *failure)
{
	struct json_error error;

	if (line.length > RESOURCE_LINE_MOST)
		return fail(failure, FAILURE_PERMANENT, "the line is longer than %d bytes",
		    RESOURCE_LINE_MOST);
	if (!json_check(line, DEPTH, &error))
		return fail(failure, FAILURE_PERMANENT, "not a JSON object: at byte %zu: %s",
		    error.offset + 1, error.reason);
	/* No member needs one. */
	if (json_nul(line) != NULL)
		return fail(failure, FAILURE_PERMANENT, "a string contains a NUL");
	if (json_kind(line) != JSON_OBJECT)
		return fail(failure, FAILURE_PERMANENT, "not a JSON object");
	resource->members = cJSON_ParseWithLength(line.start, line.length);
	if (resource->members == NULL)
		return fail(failure, FAILURE_PERMANENT, "not a JSON object");
	return true;
}

bool
resource_read(struct resource *resource, struct span line, const char *prefix, bool aws,
    struct failure *failure)
{
	*resource = (struct resource){.type = RESOURCE_STREAM};
	return parse(resource, line, failure) &&
	       read_type(resource->members, &resource->type, failure) &&
	       check_members(resource->members, resource->type, failure) &&
	       resource_read_name(
	           resource, resource_member(resource, "name"), prefix, aws, failure) &&
	       resource_read_wanted(resource, failure);
}
