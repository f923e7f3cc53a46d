/*
 * resource: one thing of a stack: what its line asks for, and what there is.
 * A line is a JSON object; fxpipe-stack(5) has all members:
 *   {"resource":"stream","name":"rates","shards":1,"retention":"24h","encryption":"alias/aws/kinesis"}
 *   {"resource":"stream","name":"kinesis:rates","on_demand":true}
 *   {"resource":"table","name":"rates","key":"ticker,last_refreshed","billing":{"read":5,"write":5},
 *    "ttl":"expires","point_in_time_recovery":true}
 *   {"resource":"secret","name":"AlphaVantageApiKey","from":"PATH"}
 *   {"resource":"topic","name":"alerts"}
 *   {"resource":"bucket","name":"archive","expire_days":90}
 *   {"resource":"schedule","name":"rates","schedule":"rate(1 minute)","command":"fxfetch … |
 * kput","limit":55,"delay":5}
 *   {"resource":"consumer","name":"table","stream":"rates","from":"trim-horizon",
 *    "schedule":"rate(1 minute)","command":"kread -g table | ddbput | kack -g table"}
 *   {"resource":"role","name":"producer","tools":["fxfetch","kput"],"trust":"ec2"}
 *   {"resource":"policy","name":"consumer","tools":["kread","ddbput","kack"]}
 * A plain name is embedded (--aws: on AWS), "scheme:NAME" is on AWS (kinesis, dynamodb,
 * secretsmanager, sns, iam; s3://NAME), an ARN is there, too.
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
	RESOURCE_SECRET,
	RESOURCE_TOPIC,
	RESOURCE_BUCKET,
	RESOURCE_SCHEDULE,
	RESOURCE_CONSUMER,
	RESOURCE_ROLE,
	RESOURCE_POLICY,
	RESOURCE_TYPES
};

enum {
	RESOURCE_SETTINGS = 8,
	RESOURCE_LINE_MOST = 64 * 1024 /* bytes */
};

/*
 * A setting is a name and a text; two are alike where their texts are. Every
 * setting of a type has a value in what is wanted: a line that does not say it
 * means its default, so that deploying an earlier file goes back.
 *   stream   shards "1" ("on-demand"), retention "24h" (whole hours on AWS),
 *            encryption "none" or a key's alias, id or ARN
 *   table    key "ticker:S,last_refreshed:S", billing "on-demand" or "5/5" (read/write),
 *            ttl "none" or an attribute, point_in_time_recovery "off" or "on"
 *   secret   value "sha256:HEX" (resource_digest); absent where nothing is given to compare with
 *   bucket   expire_days "none" or days; on AWS public_access, always "blocked"
 *   schedule, consumer   schedule ("service" without one), command, limit, delay, environment;
 *            consumer: from, too
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

void settings_set(struct settings *settings, const char *name, const char *value); /* copied */
const char *settings_get(const struct settings *settings, const char *name); /* NULL: not there */
void settings_free(struct settings *settings);

struct resource {
	enum resource_type type;
	uint64_t line; /* of the stack, from 1 */
	char *name; /* as the tools take it, prefix and all: "kinesis:dev-rates", "dev-rates" */
	char *plain; /* without scheme: "dev-rates" */
	char *region; /* an ARN's; NULL: the one in force */
	bool aws;
	struct settings wanted;
	cJSON *members; /* the line, for what is no setting: command, tools, from … */
	struct buffer value; /* a secret's, read by stack_secrets and wiped; data NULL: none given */
	const struct resource_kind *kind; /* how that type is dealt with there */
};

const char *resource_type_name(enum resource_type type);
/* A member of the line that is a string; NULL: there is none. */
const char *resource_member(const struct resource *resource, const char *name);
void resource_free(struct resource *resource);

struct stack_settings;

/*
 * What a line asks for; strict: a member that a resource of its type does not have, one
 * that is missing, of the wrong type, or out of bounds is FAILURE_PERMANENT, in words that say
 * which and what is allowed. Looks at nothing outside the line; freed either way.
 */
bool resource_read(struct resource *resource, struct span line,
    const struct stack_settings *settings, struct failure *failure);
/* Its part that reads the name: fills name, plain, region, aws. */
bool resource_read_name(struct resource *resource, const char *name,
    const struct stack_settings *settings, struct failure *failure);
/* Its part that fills wanted from the members, which are of the right types. */
bool resource_read_wanted(struct resource *resource, struct failure *failure);

/* "90s", "90m", "48h": the longest unit that leaves nothing over. Returns text. */
enum { RESOURCE_DURATION = 32 };
const char *resource_duration(int64_t milliseconds, char text[RESOURCE_DURATION]);
/* "sha256:" and so many digits, of a secret's bytes. */
enum { RESOURCE_DIGEST = 7 + 64 + 1 };
void resource_digest(struct span bytes, char text[RESOURCE_DIGEST]);

/* What there is, filled by look; freed with presence_free. */
struct presence {
	bool exists;
	bool ours; /* fxstack made it */
	bool busy; /* it is being made, changed or deleted: look again later */
	char state[32]; /* the service's word: "CREATING"; "" */
	char arn[512]; /* "" where it has none */
	struct settings found;
};

void presence_free(struct presence *presence);

struct stack;

/*
 * How a type is made, changed and removed on one kind of place. Each function
 * does one step, a call or two, and does not wait for what goes on inside the
 * service: who calls looks again until nothing is busy and nothing differs. So
 * a kill between any two steps is no harm. A throttled or unreachable service:
 * FAILURE_TEMPORARY.
 */
struct resource_kind {
	/* In this order are the settings compared; NULL ends them. */
	const char *const *settings;
	const char *const *fixed; /* those that cannot be changed in place; NULL ends them */
	bool (*look)(struct stack *stack, const struct resource *resource,
	    struct presence *presence, struct failure *failure);
	/* Makes it, with a mark, in the same call where the service can, that it is ours. */
	bool (*make)(struct stack *stack, const struct resource *resource, struct failure *failure);
	/* Brings one setting, which differs and is not fixed, (nearer) to what is wanted. */
	bool (*change)(struct stack *stack, const struct resource *resource,
	    const struct presence *presence, const char *setting, struct failure *failure);
	bool (*remove)(struct stack *stack, const struct resource *resource,
	    const struct presence *presence, struct failure *failure);
	/* NULL, or clears what a removal that was cut short left; called where there is none. */
	bool (*tidy)(struct stack *stack, const struct resource *resource, struct failure *failure);
	/*
	 * NULL, or a sentence about what is wanted here and has no counterpart there ("an
	 * embedded stream is not encrypted: the disk's encryption is for that"); told once.
	 */
	const char *(*remark)(const struct resource *resource);
};

/* The kind for such a resource (stack_kinds.c has the table); NULL: there is nothing to make there.
 */
const struct resource_kind *resource_kind_of(enum resource_type type, bool aws);

/* One file each. */
extern const struct resource_kind resource_stream_local, resource_table_local,
    resource_secret_local, resource_bucket_local, resource_schedule, resource_consumer;
extern const struct resource_kind resource_stream_kinesis, resource_table_dynamodb,
    resource_secret_manager, resource_topic_sns, resource_bucket_s3, resource_role_iam,
    resource_policy_iam;

#endif
