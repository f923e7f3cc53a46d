/* resource: settings, names of types, and how durations and digests are written. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "stack/resource.h"
#include "text/digest.h"

void
settings_set(struct settings *settings, const char *name, const char *value)
{
	size_t at = 0;

	while (at < settings->count && strcmp(settings->all[at].name, name) != 0)
		at++;
	if (at == RESOURCE_SETTINGS)
		return;
	if (at == settings->count)
		settings->all[settings->count++] = (struct setting){.name = name};
	char *copy = memory_copy_text(value);
	free(settings->all[at].value);
	settings->all[at].value = copy;
}

const char *
settings_get(const struct settings *settings, const char *name)
{
	for (size_t i = 0; i < settings->count; i++) {
		if (strcmp(settings->all[i].name, name) == 0)
			return settings->all[i].value;
	}
	return NULL;
}

static void
settings_free(struct settings *settings)
{
	for (size_t i = 0; i < settings->count; i++)
		free(settings->all[i].value);
	settings->count = 0;
}

void
presence_free(struct presence *presence)
{
	settings_free(&presence->found);
}

const char *
resource_type_noun(enum resource_type type)
{
	static const char *const nouns[RESOURCE_TYPES] = {"a stream", "a table", "a group",
	    "a fanout", "a secret", "a topic", "a subscription", "a bucket", "a delivery",
	    "an alarm", "a schedule", "a consumer", "a role", "a policy"};

	return nouns[type];
}

const char *
resource_type_name(enum resource_type type)
{
	return strchr(resource_type_noun(type), ' ') + 1;
}

const char *
resource_member(const struct resource *resource, const char *name)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(resource->members, name));
}

void
resource_want_number(struct resource *resource, const char *name, double number)
{
	char text[32];

	snprintf(text, sizeof text, "%.0f", number);
	settings_set(&resource->wanted, name, text);
}

const cJSON *
resource_value(const struct resource *resource, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(resource->members, name);
}

void
resource_want_text(struct resource *resource, const char *name, const char *otherwise)
{
	const char *text = resource_member(resource, name);

	settings_set(&resource->wanted, name, text != NULL ? text : otherwise);
}

bool
resource_is_arn(const struct resource *resource)
{
	return strncmp(resource->name, "arn:", 4) == 0;
}

void
resource_free(struct resource *resource)
{
	free(resource->name);
	free(resource->plain);
	free(resource->region);
	settings_free(&resource->wanted);
	cJSON_Delete(resource->members);
	buffer_wipe(&resource->value);
}

const char *
resource_duration(int64_t milliseconds, char text[RESOURCE_DURATION])
{
	static const struct {
		int64_t length;
		const char *unit;
	} units[] = {{3600000, "h"}, {60000, "m"}, {1000, "s"}, {1, "ms"}};
	size_t at = 0;

	while (milliseconds % units[at].length != 0)
		at++;
	snprintf(text, RESOURCE_DURATION, "%" PRId64 "%s", milliseconds / units[at].length,
	    units[at].unit);
	return text;
}

void
resource_digest(struct span bytes, char text[RESOURCE_DIGEST])
{
	unsigned char digest[DIGEST_MOST];
	struct failure ignored;

	text += sprintf(text, "sha256:");
	/* It does not fail: each libcrypto that can sign requests has SHA-256. */
	if (digest_make(DIGEST_SHA256, bytes, digest, &ignored))
		digest_hex(digest, SHA256_BYTES, text);
}

bool
resource_advise(struct failure *failure, enum failure_kind kind, const char *format, ...)
{
	const struct failure refused = *failure;
	char advice[400];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(advice, sizeof advice, format, arguments);
	va_end(arguments);
	return fail(failure, kind, "%.*s; %s", (int)(sizeof failure->text - sizeof advice),
	    refused.text, advice);
}
