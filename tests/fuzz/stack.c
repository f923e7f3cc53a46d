/*
 * stack: any line is read, or refused with a message that can be printed. A resource that was read
 * has a name, which contains the prefix, and all settings of its kind; reading it again gives the
 * same. Of several lines, what refers to others is checked.
 */
#include <stdint.h>
#include <string.h>

#include "text/json.h"
#include "must.h"
#include "stack/aws/kinds.h"
#include "stack/stack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Roles and policies get their document later, secrets their value, others the names of others. */
static void
check_settings(const struct resource *resource)
{
	const struct aws_kind *kinds[RESOURCE_TYPES] = {
	    [RESOURCE_STREAM] = &resource_stream_kinesis,
	    [RESOURCE_TABLE] = &resource_table_dynamodb,
	    [RESOURCE_GROUP] = &resource_group_dynamodb,
	    [RESOURCE_TOPIC] = &resource_topic_sns,
	    [RESOURCE_SUBSCRIPTION] = &resource_subscription_sns,
	    [RESOURCE_BUCKET] = &resource_bucket_s3};
	const struct aws_kind *kind = resource->aws ? kinds[resource->type] : NULL;

	for (size_t i = 0; kind != NULL && kind->kind.settings[i] != NULL; i++)
		must(settings_get(&resource->wanted, kind->kind.settings[i]) != NULL ||
		     strcmp(kind->kind.settings[i], "changes") == 0);
}

static void
check_same(const struct resource *a, const struct resource *b)
{
	must(strcmp(a->name, b->name) == 0 && strcmp(a->plain, b->plain) == 0);
	must(a->type == b->type && a->aws == b->aws && a->kind == b->kind);
	must(a->wanted.count == b->wanted.count);
	for (size_t i = 0; i < a->wanted.count; i++)
		must(strcmp(a->wanted.all[i].value, b->wanted.all[i].value) == 0);
}

static void
check_line(struct span line, const struct stack_settings *settings)
{
	struct failure failure = {.kind = FAILURE_NONE};
	struct resource resource, again;

	if (!resource_read(&resource, line, settings->prefix, settings->aws, &failure)) {
		must(failure.kind == FAILURE_PERMANENT);
		must(json_is_utf8(span_of(failure.text)) && failure.text[0] != '\0');
		resource_free(&resource);
		return;
	}
	must(resource.name[0] != '\0' && resource.plain[0] != '\0');
	must(settings->prefix == NULL || strstr(resource.name, settings->prefix) != NULL);
	check_settings(&resource);
	must(resource_read(&again, line, settings->prefix, settings->aws, &failure));
	check_same(&resource, &again);
	resource_free(&again);
	resource_free(&resource);
}

static void
check_stack(struct span text, const struct stack_settings *settings)
{
	struct failure failure = {.kind = FAILURE_NONE};
	struct stack *stack = stack_open(settings);
	bool good = true;

	for (uint64_t number = 1; text.length > 0 && good; number++) {
		const char *newline = memchr(text.start, '\n', text.length);
		size_t length = newline != NULL ? (size_t)(newline - text.start) : text.length;

		good = stack_add(stack, (struct span){text.start, length}, number, &failure);
		length += newline != NULL;
		text.start += length;
		text.length -= length;
	}
	good = good && stack_check(stack, &failure);
	must(good || failure.kind == FAILURE_PERMANENT);
	for (size_t i = 0; good && i < stack_count(stack); i++)
		must(stack_resource(stack, i)->line > 0);
	stack_close(stack);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct stack_settings all[] = {
	    {.secrets = -1}, {.aws = true, .secrets = -1}, {.prefix = "dev", .secrets = -1}};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		check_line((struct span){(const char *)data, size}, &all[i]);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		check_stack((struct span){(const char *)data, size}, &all[i]);
	return 0;
}
