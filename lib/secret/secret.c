/* secret: reads it from a file, the kernel's keyring or Secrets Manager. */
#include <stdlib.h>
#include "system/core_dump.h"
#include "system/keyring.h"
#include "aws/client/aws.h"
#include "base/memory.h"
#include "secret/secret.h"
#include "secret/file.h"
#include "secret/cache_key.h"
#include "secret/name.h"
#include "secret/service.h"
#include "secret/value.h"

enum { KEPT_SECONDS = 5 * 60 };

static void
forget(const struct secret_name *name, const struct caller *caller)
{
	char *key = secret_cache_key(name, caller->aws);

	if (key != NULL)
		keyring_forget(key);
	free(key);
}

/* The whole secret, from the kernel's keyring or Secrets Manager. */
static bool
fetch(const struct secret_name *name, const struct secret_settings *settings, struct buffer *secret,
    struct failure *failure)
{
	/* Only the current version is kept: a tool asks for it every minute. */
	bool keeping = !settings->fresh && settings->version == NULL && settings->stage == NULL;
	char *key = keeping ? secret_cache_key(name, settings->caller.aws) : NULL;
	bool good = true;

	if (settings->fresh)
		forget(name, &settings->caller);
	if (key != NULL && keyring_get(key, secret)) {
		caller_detail(&settings->caller, "secret %s: from the kernel's keyring", name->id);
		goto out;
	}
	good = secret_service_read(name, settings, secret, failure);
	if (!good)
		goto out;
	if (key != NULL && keyring_put(key, buffer_span(secret), KEPT_SECONDS))
		caller_detail(&settings->caller,
		    "secret %s: from Secrets Manager, kept in the kernel's keyring for 5 minutes",
		    name->id);
	else
		caller_detail(&settings->caller, "secret %s: from Secrets Manager", name->id);
out:
	free(key);
	return good;
}

static bool
fetch_member(const struct secret_name *name, const struct secret_settings *settings,
    struct buffer *secret, struct failure *failure)
{
	if (!fetch(name, settings, secret, failure))
		return false;
	if (name->field == NULL || secret_value_pick(secret, name->field, name->id, failure))
		return true;
	/* The member may have been added since. */
	forget(name, &settings->caller);
	return false;
}

bool
secret_read(const char *text, const struct secret_settings *settings, struct buffer *secret,
    bool *missing, struct failure *failure)
{
	struct secret_name name;
	bool good = false;

	buffer_init(secret, SECRET_MAX + 1);
	*missing = false;
	if (!secret_name_parse(text, &name, failure))
		return false;
	core_dump_forbid();
	if (name.path == NULL)
		good = fetch_member(&name, settings, secret, failure);
	else if (settings->version == NULL && settings->stage == NULL)
		good = secret_file_read(name.path, secret, missing, failure);
	else
		fail(failure, FAILURE_PERMANENT, "a file has neither versions nor stages");
	secret_name_free(&name);
	return good;
}

void
secret_forget(const char *text, const struct caller *caller)
{
	struct secret_name name;
	struct failure ignored;

	if (!secret_name_parse(text, &name, &ignored))
		return;
	if (name.path == NULL)
		forget(&name, caller);
	secret_name_free(&name);
}

void
secret_sandbox(const char *text, const struct caller *caller, struct sandbox *sandbox)
{
	struct secret_name name;
	struct failure ignored;

	if (!secret_name_parse(text, &name, &ignored))
		return;
	sandbox_read(sandbox, name.path);
	if (name.path == NULL) {
		aws_sandbox(caller, sandbox);
		sandbox->keyring = true;
	}
	secret_name_free(&name);
}
