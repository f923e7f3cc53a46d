/* delivery: reads the members of a delivery's line. */
#include <stdio.h>
#include <string.h>

#include "stack/delivery.h"

enum {
	SIZE = 5, /* MB, as in Firehose */
	INTERVAL = 300, /* s, as in Firehose */
	PREFIX = 1024 /* bytes */
};

const struct delivery_format delivery_formats[] = {
    {"none", "UNCOMPRESSED"}, {"gzip", "GZIP"}, {"zip", "ZIP"}, {"snappy", "Snappy"}, {NULL, NULL}};

const char *
delivery_buffer(int size, int interval, char text[DELIVERY_BUFFER])
{
	snprintf(text, DELIVERY_BUFFER, "%d MB, %d s", size, interval);
	return text;
}

void
delivery_buffer_read(const char *text, int *size, int *interval)
{
	if (sscanf(text, "%d MB, %d s", size, interval) != 2)
		*size = SIZE, *interval = INTERVAL;
}

static bool
read_compression(struct resource *resource, struct failure *failure)
{
	const char *text = resource_member(resource, "compression");
	const struct delivery_format *format = delivery_formats;

	while (text != NULL && format->name != NULL && strcmp(format->name, text) != 0)
		format++;
	if (format->name == NULL)
		return fail(failure, FAILURE_PERMANENT,
		    "member \"compression\" must be none, gzip, zip or snappy");
	settings_set(&resource->wanted, "compression", format->name);
	return true;
}

static bool
read_prefixes(struct resource *resource, struct failure *failure)
{
	static const char *const names[] = {"prefix", "error_prefix"};

	for (size_t i = 0; i < 2; i++) {
		resource_want_text(resource, names[i], "");
		if (strlen(settings_get(&resource->wanted, names[i])) > PREFIX)
			return fail(failure, FAILURE_PERMANENT,
			    "member \"%s\" must have at most %d bytes", names[i], PREFIX);
	}
	/* Firehose refuses a prefix with expressions without one for errors. */
	return strstr(settings_get(&resource->wanted, "prefix"), "!{") == NULL ||
	       strstr(settings_get(&resource->wanted, "error_prefix"),
	           "!{firehose:error-output-type}") != NULL ||
	       fail(failure, FAILURE_PERMANENT,
	           "member \"error_prefix\" is required with expressions in \"prefix\", and must "
	           "contain !{firehose:error-output-type}");
}

bool
delivery_want(struct resource *resource, struct failure *failure)
{
	const cJSON *size = resource_value(resource, "size");
	const cJSON *interval = resource_value(resource, "interval");
	char text[DELIVERY_BUFFER];

	settings_set(&resource->wanted, "buffer",
	    delivery_buffer(size != NULL ? size->valueint : SIZE,
	        interval != NULL ? interval->valueint : INTERVAL, text));
	return read_compression(resource, failure) && read_prefixes(resource, failure);
}
