/* secret_manager: a secret in Secrets Manager. */

/*
 * Its value is sent from the file to the service and overwritten in memory; a digest of it is
 * compared. Source: Secrets Manager API Reference, CreateSecret, PutSecretValue, DeleteSecret.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "secret/secret.h"
#include "secret/value.h"
#include "stack/aws/kinds.h"
#include "text/base64.h"
#include "text/json.h"

enum {
	TOKEN = 16, /* random bytes; the service requires 32 characters */
	VALUE_MOST = 6 * SECRET_MAX + 4096 /* each byte of the value may become six */
};

static const char *const settings[] = {"value", NULL};

static void
add_secret(struct request *request)
{
	request_string(request, "SecretId",
	    resource_is_arn(request->resource) ? request->resource->name
	                                       : request->resource->plain);
}

static void
write_hex(const unsigned char *bytes, size_t count, char *text)
{
	for (size_t i = 0; i < count; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

/* --- reading it --- */

/* A secret without a value is fine too: others may have created it so. */
static bool
read_value(struct request *request, struct presence *presence, struct failure *failure)
{
	char digest[RESOURCE_DIGEST];
	struct buffer secret;
	bool good;

	if (request_wanted(request, "value") == NULL)
		return true;
	add_secret(request);
	if (!request_send(request, "GetSecretValue", failure))
		return request_failed_with(request, "ResourceNotFoundException");
	buffer_init(&secret, SECRET_MAX + 1);
	good = secret_value_read(request->reply.body, &secret, failure);
	/* The reply's memory is reused only by the next one: overwrite it now. */
	memory_wipe((char *)(uintptr_t)request->reply.body.start, request->reply.body.length);
	if (good) {
		resource_digest(buffer_span(&secret), digest);
		settings_set(&presence->found, "value", digest);
	}
	buffer_wipe(&secret);
	return good;
}

static cJSON *
describe(struct request *request, struct failure *failure)
{
	add_secret(request);
	return request_ask(request, "DescribeSecret", failure);
}

static bool
is_scheduled(const cJSON *description)
{
	const cJSON *date = request_member(description, "DeletedDate");

	/* An emulator may write it as text. */
	return date != NULL && !cJSON_IsNull(date);
}

static bool
read_presence(struct request *request, struct presence *presence, struct failure *failure)
{
	cJSON *description = describe(request, failure);
	bool good = description != NULL;

	if (is_scheduled(description)) {
		snprintf(presence->state, sizeof presence->state, "scheduled for deletion");
	} else if (description != NULL) {
		presence->exists = true;
		presence->ours = request_is_tagged(description);
		snprintf(
		    presence->arn, sizeof presence->arn, "%s", request_text(description, "ARN"));
		good = read_value(request, presence, failure);
	}
	cJSON_Delete(description);
	return good;
}

/* --- changing it --- */

/*
 * Adds the value, and a token by which a request that is sent twice creates one version. The
 * token is random, since it becomes the version's id, which others may see.
 */
static bool
add_value(struct request *request, struct failure *failure)
{
	unsigned char random[TOKEN];
	char token[2 * TOKEN + 1];
	struct span secret = buffer_span(&request->resource->value);

	if (getentropy(random, sizeof random) != 0)
		return fail(
		    failure, FAILURE_TEMPORARY, "the system's random number generator failed");
	/* In one piece, so that growing leaves no copy of the secret in freed memory. */
	if (!buffer_reserve(&request->body, VALUE_MOST))
		return fail(failure, FAILURE_PERMANENT, "the secret is too long");
	write_hex(random, sizeof random, token);
	request_string(request, "ClientRequestToken", token);
	if (json_is_utf8(secret)) {
		request_json(request, "SecretString", "");
		return json_add_string(&request->body, secret.start, secret.length);
	}
	request_json(request, "SecretBinary", "\"");
	return base64_encode(&request->body, secret.start, secret.length) &&
	       buffer_add_text(&request->body, "\"");
}

/* Cancels a scheduled deletion; the next step compares the value. */
static bool
restore(struct request *request, const cJSON *description, struct failure *failure)
{
	if (!request_is_tagged(description))
		return fail(failure, FAILURE_PERMANENT,
		    "%s: a secret of that name, not created by fxstack, is scheduled for "
		    "deletion: restore it (aws secretsmanager restore-secret --region %s "
		    "--secret-id %s), or wait until it is deleted",
		    request->resource->name, request_region(request), request->resource->plain);
	caller_detail(&stack_settings(request->stack)->caller,
	    "%s: it was scheduled for deletion and is restored", request->resource->name);
	add_secret(request);
	return request_send(request, "RestoreSecret", failure);
}

static bool
create(struct request *request, struct failure *failure)
{
	if (resource_is_arn(request->resource))
		return fail(failure, FAILURE_PERMANENT,
		    "%s: no such secret; to create one, give a name (secretsmanager:NAME) instead "
		    "of an ARN",
		    request->resource->name);
	if (request->resource->value.length == 0)
		return fail(failure, FAILURE_PERMANENT,
		    "it does not exist, and without member \"from\" it cannot be created");
	request_string(request, "Name", request->resource->plain);
	request_json(
	    request, "Tags", "[{\"Key\":\"" STACK_TAG "\",\"Value\":\"" STACK_MAKER "\"}]");
	if (!add_value(request, failure))
		return false;
	/* Somebody else has just created it: reading it again shows whose it is. */
	return request_send(request, "CreateSecret", failure) ||
	       request_failed_with(request, "ResourceExistsException");
}

static bool
make(struct request *request, struct failure *failure)
{
	cJSON *description = describe(request, failure);
	bool good = description != NULL;

	if (is_scheduled(description))
		good = restore(request, description, failure);
	else if (!good && request_failed_with(request, "ResourceNotFoundException"))
		good = create(request, failure);
	cJSON_Delete(description);
	return good;
}

static bool
change_value(struct request *request, const struct presence *presence, struct failure *failure)
{
	(void)presence;
	add_secret(request);
	return add_value(request, failure) && request_send(request, "PutSecretValue", failure);
}

static bool
remove_secret(struct request *request, const struct presence *presence, struct failure *failure)
{
	(void)presence;
	add_secret(request);
	request_json(request, "RecoveryWindowInDays", "7");
	if (!request_send(request, "DeleteSecret", failure))
		return false;
	caller_detail(&stack_settings(request->stack)->caller,
	    "%s: for 7 days it can be restored (by deploy, or aws secretsmanager restore-secret "
	    "--region %s --secret-id %s)",
	    request->resource->name, request_region(request), request->resource->plain);
	return true;
}

const struct aws_kind resource_secret_manager = {
    .kind = {.settings = settings, AWS_KIND_STEPS},
    .service = &aws_secretsmanager,
    .missing = {"ResourceNotFoundException"},
    .read = read_presence,
    .make = make,
    .change = {change_value},
    .remove = remove_secret,
};
