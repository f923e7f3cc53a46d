/* served: finds the names of the resources that a command works on. */
#include <stdlib.h>
#include <string.h>

#include "base/environment.h"
#include "base/memory.h"
#include "stack/readers.h"
#include "stack/served.h"

static const struct resource *
named(const struct stack *stack, const struct resource *resource, enum resource_type type)
{
	return resource_member(resource, resource_type_name(type)) != NULL
	           ? stack_serves(stack, resource, type)
	           : NULL;
}

/* The path of the embedded secret of the topic's name. */
static char *
webhook_of(const struct resource *topic, struct failure *failure)
{
	const char *directory;

	return environment_config(&directory, failure)
	           ? memory_format("%s/%s.key", directory, topic->plain)
	           : NULL;
}

char *
served_webhook(const struct stack *stack, const struct resource *resource)
{
	const struct resource *topic = named(stack, resource, RESOURCE_TOPIC);
	struct failure ignored;

	return topic != NULL && !topic->aws ? webhook_of(topic, &ignored) : NULL;
}

/* The name of a topic as snspub takes it, to free. */
static char *
topic_name(const struct resource *topic, struct failure *failure)
{
	char *path, *name;

	if (topic->aws)
		return memory_copy_text(topic->name);
	path = webhook_of(topic, failure);
	name = path != NULL ? memory_format("file:%s", path) : NULL;
	free(path);
	return name;
}

/* The name of a bucket as s3put takes it, to free. */
static char *
bucket_name(const struct resource *bucket, struct failure *failure)
{
	const char *home;

	if (bucket->aws && resource_is_arn(bucket))
		return memory_format("s3://%s", bucket->plain);
	if (bucket->aws || strchr(bucket->name, '/') != NULL)
		return memory_copy_text(bucket->name);
	return environment_home(&home, failure) ? memory_format("%s/%s.bucket", home, bucket->name)
	                                        : NULL;
}

/* Of a delivery that is not on AWS: its bucket. */
static char *
archive_name(const struct stack *stack, const struct resource *delivery, struct failure *failure)
{
	if (delivery->aws)
		return memory_format("firehose:%s", delivery->plain);
	return bucket_name(stack_serves(stack, delivery, RESOURCE_BUCKET), failure);
}

/* Takes value. */
static bool
add(struct resource *resource, const char *variable, char *value)
{
	const cJSON *given = resource_value(resource, "environment");
	const char *before = settings_get(&resource->wanted, "environment");
	char *all;

	if (value == NULL)
		return false;
	if (cJSON_GetObjectItemCaseSensitive(given, variable) == NULL) {
		all = memory_format(
		    "%s%s%s=%s", before, before[0] != '\0' ? "\n" : "", variable, value);
		settings_set(&resource->wanted, "environment", all);
		free(all);
	}
	free(value);
	return true;
}

bool
served_want(const struct stack *stack, struct resource *resource, struct failure *failure)
{
	const struct resource *stream = stack_serves(stack, resource, RESOURCE_STREAM);
	const struct resource *table = stack_serves(stack, resource, RESOURCE_TABLE);
	const struct resource *topic = named(stack, resource, RESOURCE_TOPIC);
	const struct resource *delivery = named(stack, resource, RESOURCE_DELIVERY);
	const struct resource *bucket = named(stack, resource, RESOURCE_BUCKET);

	if (delivery != NULL && bucket != NULL)
		return fail(failure, FAILURE_PERMANENT,
		    "members \"delivery\" and \"bucket\" exclude each other");
	if (resource_member(resource, "group") != NULL &&
	    !add(resource, "FX_GROUP", memory_copy_text(readers_group(stack, resource))))
		return false;
	if (readers_fanout(stack, resource) != NULL &&
	    !add(resource, "FX_FANOUT", memory_copy_text(readers_fanout(stack, resource))))
		return false;
	return (stream == NULL || add(resource, "FX_STREAM", memory_copy_text(stream->name))) &&
	       (table == NULL || add(resource, "FX_TABLE", memory_copy_text(table->name))) &&
	       (topic == NULL || add(resource, "FX_TOPIC", topic_name(topic, failure))) &&
	       (delivery == NULL ||
	           add(resource, "FX_ARCHIVE", archive_name(stack, delivery, failure))) &&
	       (bucket == NULL || add(resource, "FX_ARCHIVE", bucket_name(bucket, failure)));
}
