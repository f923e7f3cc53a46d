/*
 * resource_secret_manager: a secret in Secrets Manager. Its value goes from the
 * file to the service and is wiped; what is compared is a digest. Source:
 * Secrets Manager API Reference, CreateSecret, PutSecretValue, DeleteSecret.
 */
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>

#include "text/base64.h"
#include "text/json.h"
#include "base/memory.h"
#include "stack/aws/call.h"
#include "secret/secret.h"
#include "secret/value.h"

enum { TOKEN = 16 }; /* random bytes; 32 characters are the least */

static const char *const settings[] = {"value", NULL};
static const char *const fixed[] = {NULL};

static void
begin(struct resource_call *call, struct stack *stack, const struct resource *resource)
{
	resource_call_begin(call, stack, resource, &aws_secretsmanager);
}

static void
add_secret(struct resource_call *call)
{
	resource_call_string(call, "SecretId",
	    resource_is_arn(call->resource) ? call->resource->name : call->resource->plain);
}

static void
write_hex(const unsigned char *bytes, size_t count, char *text)
{
	for (size_t i = 0; i < count; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

/* --- what there is --- */

/* True where there is none either: someone may have made it without a value. */
static bool
look_at_value(struct resource_call *call, struct presence *presence, struct failure *failure)
{
	char digest[RESOURCE_DIGEST];
	struct buffer secret;
	bool good;

	if (settings_get(&call->resource->wanted, "value") == NULL)
		return true;
	add_secret(call);
	if (!resource_call_send(call, "GetSecretValue", failure))
		return resource_call_was(call, "ResourceNotFoundException");
	buffer_init(&secret, SECRET_MAX + 1);
	good = secret_value_read(call->reply.body, &secret, failure);
	/* The reply stands in memory of its own until the next one. */
	memory_wipe((char *)(uintptr_t)call->reply.body.start, call->reply.body.length);
	if (good) {
		resource_digest(buffer_span(&secret), digest);
		settings_set(&presence->found, "value", digest);
	}
	buffer_wipe(&secret);
	return good;
}

/* NULL with good: there is none. */
static cJSON *
describe(struct resource_call *call, bool *good, struct failure *failure)
{
	cJSON *reply;

	add_secret(call);
	reply = resource_call_ask(call, "DescribeSecret", failure);
	*good = reply != NULL || resource_call_was(call, "ResourceNotFoundException");
	return reply;
}

static bool
is_scheduled(const cJSON *description)
{
	return cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(description, "DeletedDate"));
}

static bool
is_ours(const cJSON *description)
{
	return resource_is_marked(cJSON_GetObjectItemCaseSensitive(description, "Tags"));
}

static bool
look(struct stack *stack, const struct resource *resource, struct presence *presence,
    struct failure *failure)
{
	struct resource_call call;
	cJSON *description;
	bool good;

	*presence = (struct presence){.exists = false};
	begin(&call, stack, resource);
	description = describe(&call, &good, failure);
	if (is_scheduled(description)) {
		snprintf(presence->state, sizeof presence->state, "scheduled for deletion");
	} else if (description != NULL) {
		presence->exists = true;
		presence->ours = is_ours(description);
		snprintf(
		    presence->arn, sizeof presence->arn, "%s", resource_text(description, "ARN"));
		good = look_at_value(&call, presence, failure);
	}
	cJSON_Delete(description);
	resource_call_end(&call);
	return good;
}

/* --- what is done to it --- */

/*
 * The value, and a token: a call that is sent twice makes one version. It is random, as it
 * becomes the version's id, which others may see.
 */
static bool
add_value(struct resource_call *call, struct failure *failure)
{
	unsigned char random[TOKEN];
	char token[2 * TOKEN + 1];
	struct span secret = buffer_span(&call->resource->value);

	if (RAND_bytes(random, sizeof random) != 1)
		return fail(
		    failure, FAILURE_TEMPORARY, "this system has no random numbers at hand");
	write_hex(random, sizeof random, token);
	resource_call_string(call, "ClientRequestToken", token);
	if (json_is_utf8(secret)) {
		resource_call_json(call, "SecretString", "");
		return json_add_string(&call->body, secret.start, secret.length);
	}
	resource_call_json(call, "SecretBinary", "\"");
	return base64_encode(&call->body, secret.start, secret.length) &&
	       buffer_add_text(&call->body, "\"");
}

/* One that is scheduled for deletion comes back; its value is then looked at. */
static bool
restore(struct resource_call *call, const cJSON *description, struct failure *failure)
{
	const struct presence before = {.exists = false};

	if (!is_ours(description))
		return fail(failure, FAILURE_PERMANENT,
		    "%s: a secret of that name, which fxstack did not make, is scheduled for "
		    "deletion; aws secretsmanager restore-secret keeps it, or wait until it is "
		    "gone",
		    call->resource->name);
	caller_detail(&stack_settings(call->stack)->caller,
	    "%s: was scheduled for deletion, and is restored", call->resource->name);
	add_secret(call);
	return resource_call_send(call, "RestoreSecret", failure) ||
	       resource_call_was_done(call, &before, NULL);
}

static bool
create(struct resource_call *call, struct failure *failure)
{
	if (resource_is_arn(call->resource))
		return fail(failure, FAILURE_PERMANENT,
		    "%s: there is no such secret, and none can be made with an ARN of one's "
		    "choice: give its name (secretsmanager:NAME)",
		    call->resource->name);
	if (call->resource->value.length == 0)
		return fail(failure, FAILURE_PERMANENT,
		    "it is not there, and without \"from\" there is nothing to make it of");
	resource_call_string(call, "Name", call->resource->plain);
	resource_call_json(
	    call, "Tags", "[{\"Key\":\"" STACK_TAG "\",\"Value\":\"" STACK_MAKER "\"}]");
	if (!add_value(call, failure))
		return false;
	/* Made by another in between: the next look tells whose it is. */
	return resource_call_send(call, "CreateSecret", failure) ||
	       resource_call_was(call, "ResourceExistsException");
}

static bool
make(struct stack *stack, const struct resource *resource, struct failure *failure)
{
	struct resource_call call;
	cJSON *description;
	bool good;

	begin(&call, stack, resource);
	description = describe(&call, &good, failure);
	if (good && is_scheduled(description))
		good = restore(&call, description, failure);
	else if (good && description == NULL)
		good = create(&call, failure);
	cJSON_Delete(description);
	resource_call_end(&call);
	return good;
}

static bool
change(struct stack *stack, const struct resource *resource, const struct presence *presence,
    const char *setting, struct failure *failure)
{
	struct resource_call call;
	bool good;

	(void)presence;
	(void)setting;
	begin(&call, stack, resource);
	add_secret(&call);
	good = add_value(&call, failure) && resource_call_send(&call, "PutSecretValue", failure);
	resource_call_end(&call);
	return good;
}

static bool
remove_secret(struct stack *stack, const struct resource *resource, const struct presence *presence,
    struct failure *failure)
{
	struct resource_call call;
	bool good;

	begin(&call, stack, resource);
	add_secret(&call);
	resource_call_json(&call, "RecoveryWindowInDays", "7");
	good = resource_call_send(&call, "DeleteSecret", failure) ||
	       resource_call_was(&call, "ResourceNotFoundException") ||
	       resource_call_was_done(&call, presence, NULL);
	if (good)
		caller_detail(&stack_settings(stack)->caller,
		    "%s: can be restored for 7 days (deploy does, or aws secretsmanager "
		    "restore-secret)",
		    resource->name);
	resource_call_end(&call);
	return good;
}

const struct resource_kind resource_secret_manager = {
    .settings = settings,
    .fixed = fixed,
    .look = look,
    .make = make,
    .change = change,
    .remove = remove_secret,
};
