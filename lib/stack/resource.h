/*
 * resource: one resource of a stack: the settings its line asks for, those it has now, and how a
 * kind of resource is created, changed and deleted. A line is a JSON object; fxpipe-stack(5) has
 * all members:
 *   {"resource":"stream","name":"rates","shards":1,"retention":"24h","encryption":"alias/aws/kinesis"}
 *   {"resource":"stream","name":"kinesis:rates","on_demand":true}
 *   {"resource":"table","name":"rates","key":"ticker,last_refreshed","billing":{"read":5,"write":5},
 *    "ttl":"expires","point_in_time_recovery":true,"changes":"both"}
 *   {"resource":"group","name":"dynamodb:rates-consumer","stream":"rates"}
 *   {"resource":"fanout","name":"kinesis:table","stream":"rates"}
 *   {"resource":"secret","name":"AlphaVantageApiKey","from":"PATH"}
 *   {"resource":"topic","name":"alerts","encryption":"alias/mine"}
 *   {"resource":"subscription","name":"phone","topic":"alerts","endpoint":"you@example.com",
 *    "filter":{"rule":["missing"]},"filter_on":"body","raw":true}
 *   {"resource":"bucket","name":"archive","expire_days":90}
 *   {"resource":"delivery","name":"rates","bucket":"archive","role":"delivery","stream":"rates",
 *    "prefix":"rates/","size":5,"interval":300,"compression":"gzip"}
 *   {"resource":"alarm","name":"throttled","table":"rates","metric":"WriteThrottleEvents",
 *    "statistic":"sum","period":"5m","periods":3,"datapoints":2,"when":"> 0","topic":"alerts"}
 *   {"resource":"schedule","name":"rates","schedule":"rate(1 minute)",
 *    "command":"fxfetch … | kput","limit":55,"delay":5}
 *   {"resource":"consumer","name":"table","stream":"rates","from":"trim-horizon",
 *    "schedule":"rate(1 minute)","command":"kread -g table | ddbput | kack -g table"}
 *   {"resource":"consumer","name":"table","stream":"rates","group":"dynamodb:rates-consumer",
 *    "fanout":"kinesis:table","instances":4,"command":"kread -f -g $FX_GROUP | ddbput | kack -g
 * $FX_GROUP"}
 *   {"resource":"role","name":"producer","tools":["fxfetch","kput"],"trust":"ec2"}
 *   {"resource":"policy","name":"consumer","tools":["kread","ddbput","kack"]}
 * A plain name is embedded (with --aws: on AWS). "SCHEME:NAME" (kinesis, dynamodb,
 * secretsmanager, sns, firehose, cloudwatch, iam; s3://NAME) and ARNs are on AWS.
 */
#ifndef STACK_RESOURCE_H
#define STACK_RESOURCE_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buffer.h"
#include "base/failure.h"
#include "base/span.h"

enum resource_type {
	RESOURCE_STREAM,
	RESOURCE_TABLE,
	RESOURCE_GROUP,
	RESOURCE_FANOUT,
	RESOURCE_SECRET,
	RESOURCE_TOPIC,
	RESOURCE_SUBSCRIPTION,
	RESOURCE_BUCKET,
	RESOURCE_DELIVERY,
	RESOURCE_ALARM,
	RESOURCE_SCHEDULE,
	RESOURCE_CONSUMER,
	RESOURCE_ROLE,
	RESOURCE_POLICY,
	RESOURCE_TYPES
};

enum {
	RESOURCE_SETTINGS = 8,
	RESOURCE_LINE_MOST = 64 * 1024, /* bytes */
	RESOURCE_ENTRY = 129
};

/*
 * A setting is a name and a text; two settings are equal if their texts are. Each setting of a
 * type has a wanted value: the default, if the line does not give one, so that deploying an
 * earlier file restores its settings.
 *   stream   shards "1" ("on-demand"), retention "24h" (whole hours on AWS),
 *            encryption "none" or a key's alias, id or ARN
 *   table    key "ticker:S,last_refreshed:S", billing "on-demand" or "5/5" (read/write),
 *            ttl "none" or an attribute, point_in_time_recovery "off" or "on", changes "none",
 *            "keys", "new", "old" or "both"; absent: whichever it has
 *   group    key, index and billing, as of every lease table
 *   secret   value "sha256:HEX" (resource_digest); absent if the line has no "from"
 *   topic    encryption, as of a stream
 *   subscription  endpoint, which identifies it; filter "none" or JSON, filter_on
 *            "attributes" or "body", raw "off" or "on"
 *   bucket   expire_days and abort_uploads_days "none" or days; on AWS public_access, always
 * "blocked" delivery bucket, role and source ("direct" or a stream), as ARNs; prefix, error_prefix,
 *            buffer "5 MB, 300 s", compression "none", "gzip", "zip" or "snappy"
 *   alarm    metric "AWS/DynamoDB/WriteThrottleEvents", dimensions "TableName=rates", statistic,
 *            period "5m", periods "2 of 3", when "> 0", missing, action "none" or a topic's ARN
 *   schedule, consumer   schedule (or "service"), command, limit, delay, environment;
 *            a consumer also from, and, if it is a service, instances
 *   role     trust "ec2" or a service's host, tools "fxfetch,kput", document (the policy)
 *   policy   document
 */
struct setting {
	const char *name;
	char *value;
};

struct settings {
	struct setting all[RESOURCE_SETTINGS];
	size_t count;
};

/* Sets a setting to a copy of value; name is borrowed for good. */
void settings_set(struct settings *settings, const char *name, const char *value);
/* The value of a setting, borrowed; NULL: it has none. */
const char *settings_get(const struct settings *settings, const char *name);

struct resource {
	enum resource_type type;
	uint64_t line; /* in the stack's file, from 1 */
	char *name; /* as the tools take it, with scheme and prefix: "kinesis:dev-rates" */
	char *plain; /* without the scheme: "dev-rates" */
	char *region; /* of an ARN; NULL: the region of the settings */
	bool aws;
	struct settings wanted;
	cJSON *members; /* of the line, including those that are not settings: command, tools, from
	                   … */
	struct buffer value; /* of a secret, read by stack_secrets; data NULL: none */
	const struct resource_kind *kind; /* NULL: a resource of this type cannot be created here */
};

const char *resource_type_name(enum resource_type type); /* "alarm" */
const char *resource_type_noun(enum resource_type type); /* "an alarm" */
/* A member of the line that is a string, borrowed; NULL: there is none. */
const char *resource_member(const struct resource *resource, const char *name);
/* Any member; NULL: there is none. */
const cJSON *resource_value(const struct resource *resource, const char *name);
bool resource_is_arn(const struct resource *resource);
void resource_free(struct resource *resource);

/*
 * Reads a line. prefix: put before its name, with a dash; NULL: none. aws: plain names are on
 * AWS. A member that is unknown, missing, of the wrong type or out of range is FAILURE_PERMANENT,
 * with a message that names it and the accepted forms. Leaves line and kind unset. Call
 * resource_free after failure as well.
 */
bool resource_read(struct resource *resource, struct span line, const char *prefix, bool aws,
    struct failure *failure);
/* The part of resource_read that reads the name: fills name, plain, region and aws. */
bool resource_read_name(struct resource *resource, const char *name, const char *prefix, bool aws,
    struct failure *failure);
/* The part of resource_read that fills wanted from the members, which have the right types. */
bool resource_read_wanted(struct resource *resource, struct failure *failure);

/* Sets a wanted setting to a number, or to a member that is a string, else to otherwise. */
void resource_want_number(struct resource *resource, const char *name, double number);
void resource_want_text(struct resource *resource, const char *name, const char *otherwise);

/* Writes a duration in its longest unit without a remainder: "90s", "90m", "48h". Returns text. */
enum { RESOURCE_DURATION = 32 };
const char *resource_duration(int64_t milliseconds, char text[RESOURCE_DURATION]);
/* Writes "sha256:" and the digest of a secret in hexadecimal. */
enum { RESOURCE_DIGEST = 7 + 64 + 1 };
void resource_digest(struct span bytes, char text[RESOURCE_DIGEST]);

/* Appends "; ADVICE" to the message of failure and sets its kind. Returns false. */
bool resource_advise(struct failure *failure, enum failure_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * These mark a resource as created by fxstack: a tag on AWS, a note in an embedded file, and the
 * variable SCHEDULE_MAKER of an entry (schedule/entry.h).
 */
#define STACK_TAG "made-by"
#define STACK_MAKER "fxstack"

/* The resource as it is now, as a kind reads it; free it with presence_free. */
struct presence {
	bool exists;
	bool ours; /* fxstack created it */
	bool busy; /* it is being created, changed or deleted: read it again later */
	char state[32]; /* as the service calls it: "CREATING"; "": it has no states */
	char arn[512]; /* "": it has none */
	char entry[RESOURCE_ENTRY]; /* of a schedule or consumer: its name in fxcron(1) */
	const char *note; /* a sentence about its state for the user; NULL: none */
	struct failure damage; /* why its settings cannot be read; it can only be removed */
	struct settings found;
};

void presence_free(struct presence *presence);

struct stack;

/*
 * A kind: how resources of one type are created, changed and deleted, embedded or on AWS. Each
 * function takes one step, of one or two requests, and does not wait for the service to finish:
 * the caller reads it again until the resource is neither busy nor different. So a process may be
 * killed between any two steps. If a service throttles or cannot be reached: FAILURE_TEMPORARY.
 */
struct resource_kind {
	/* The names of the settings that are compared, in this order; NULL ends them. NULL: none. */
	const char *const *settings;
	/* Those of them that cannot be changed in place; NULL ends them. NULL: none. */
	const char *const *fixed;
	bool (*read)(struct stack *stack, const struct resource *resource,
	    struct presence *presence, struct failure *failure);
	/*
	 * Creates it and marks it as ours, in the same request if the service can. This and change
	 * return true, with a text in failure, if the service refused it only for now.
	 */
	bool (*make)(struct stack *stack, const struct resource *resource, struct failure *failure);
	/* Changes one setting, which differs and is not fixed, or brings it nearer. */
	bool (*change)(struct stack *stack, const struct resource *resource,
	    const struct presence *presence, const char *setting, struct failure *failure);
	bool (*remove)(struct stack *stack, const struct resource *resource,
	    const struct presence *presence, struct failure *failure);
	/* Clears what an interrupted removal left; called when the resource is gone. NULL: nothing.
	 */
	bool (*tidy)(struct stack *stack, const struct resource *resource, struct failure *failure);
	/* A sentence about a wanted setting that this kind ignores; NULL: none. */
	const char *(*remark)(const struct resource *resource);
};

#endif
