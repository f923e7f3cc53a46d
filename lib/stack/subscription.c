/* subscription: reads the members of a subscription's line. */
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "secret/file.h"
#include "secret/secret.h"
#include "stack/subscription.h"

/* Is it an ARN of that service: arn:aws:SERVICE:REGION:ACCOUNT:NAME? */
static bool
is_of_service(const char *endpoint, const char *service)
{
	const char *at = strncmp(endpoint, "arn:aws", 7) == 0 ? strchr(endpoint + 7, ':') : NULL;
	size_t length = strlen(service);

	if (at == NULL || strncmp(at + 1, service, length) != 0 || at[1 + length] != ':')
		return false;
	at += 1 + length;
	for (int parts = 0; parts < 2; parts++) {
		length = strcspn(at + 1, ":");
		if (length == 0 || at[1 + length] == '\0')
			return false;
		at += 1 + length;
	}
	return at[1] != '\0';
}

const char *
subscription_protocol(const char *endpoint)
{
	static const char others[] = " \t<>()[],;:\\\"/";
	const char *at = strchr(endpoint, '@');

	if (is_of_service(endpoint, "sqs"))
		return "sqs";
	if (is_of_service(endpoint, "lambda"))
		return "lambda";
	if (strncmp(endpoint, "https://", 8) == 0 && endpoint[8] != '\0')
		return "https";
	if (at != NULL && at > endpoint && at[1] != '\0' && strchr(at + 1, '@') == NULL &&
	    strpbrk(endpoint, others) == NULL)
		return "email";
	return NULL;
}

static bool
want_endpoint(struct resource *resource, const char *endpoint, struct failure *failure)
{
	settings_set(&resource->wanted, "endpoint", endpoint);
	/* Not quoted: it may be a secret. */
	return subscription_protocol(endpoint) != NULL ||
	       fail(failure, FAILURE_PERMANENT,
	           "the endpoint must be the ARN of a queue of SQS or of a Lambda function, an "
	           "https URL, or an e-mail address");
}

static bool
want_filter(struct resource *resource, struct failure *failure)
{
	const cJSON *filter = resource_value(resource, "filter");
	const char *on = resource_member(resource, "filter_on");
	char *text;

	if (filter != NULL && (!cJSON_IsObject(filter) || filter->child == NULL))
		return fail(failure, FAILURE_PERMANENT,
		    "member \"filter\" must be an object, such as {\"rule\":[\"missing\"]}");
	if (on != NULL && strcmp(on, "attributes") != 0 && strcmp(on, "body") != 0)
		return fail(
		    failure, FAILURE_PERMANENT, "member \"filter_on\" must be attributes or body");
	text = filter != NULL ? cJSON_PrintUnformatted(filter) : NULL;
	settings_set(&resource->wanted, "filter", text != NULL ? text : "none");
	cJSON_free(text);
	resource_want_text(resource, "filter_on", "attributes");
	return true;
}

bool
subscription_want(struct resource *resource, struct failure *failure)
{
	const char *endpoint = resource_member(resource, "endpoint");

	if ((endpoint == NULL) == (resource_member(resource, "from") == NULL))
		return fail(failure, FAILURE_PERMANENT,
		    "one of the members \"endpoint\" and \"from\", a file with it, is required");
	settings_set(
	    &resource->wanted, "raw", cJSON_IsTrue(resource_value(resource, "raw")) ? "on" : "off");
	return (endpoint == NULL || want_endpoint(resource, endpoint, failure)) &&
	       want_filter(resource, failure);
}

bool
subscription_read_endpoint(struct resource *resource, struct failure *failure)
{
	const char *from = resource_member(resource, "from");
	bool missing = false, good;
	struct buffer value;

	if (from == NULL)
		return true;
	buffer_init(&value, SECRET_MAX + 1);
	good = secret_file_read(from, &value, &missing, failure);
	if (good && value.length > 0 && memchr(value.data, '\0', value.length) != NULL)
		good = fail(failure, FAILURE_PERMANENT, "member \"from\": the file contains a NUL");
	good = good ? want_endpoint(resource, buffer_text(&value), failure)
	            : missing && cJSON_IsTrue(resource_value(resource, "optional"));
	buffer_wipe(&value);
	return good;
}
