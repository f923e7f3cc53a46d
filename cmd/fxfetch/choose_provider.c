/* choose_provider: loads the provider to ask, and its key. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/environment.h"
#include "base/memory.h"
#include "net/curl.h"
#include "system/directory.h"
#include "text/redact.h"
#include "fxfetch/choose_provider.h"

enum {
	KEY_MAX = 512,
	PLAIN_DIGITS = 8 /* a shorter key of digits only could be mistaken for a rate */
};

static const char keyed_default[] = "alphavantage";
static const char keyless_default[] = "coinbase";

static char *
key_path(const char *config, const char *provider)
{
	return memory_format("%s/%s.key", config, provider);
}

static bool
has_key(const char *config, const char *provider)
{
	char *path = key_path(config, provider);
	bool there = access(path, F_OK) == 0;
	free(path);
	return there;
}

/* Can it be part of a URL, and be distinguished from ordinary text in a reply? */
static bool
check_key(const struct buffer *key, const char *provider, struct failure *failure)
{
	size_t digits = 0;
	/* As the console of Secrets Manager creates them. */
	if (key->length > 0 && key->data[0] == '{')
		return fail(failure, FAILURE_PERMANENT,
		    "the key of %s is a JSON object: use secretsmanager:NAME#FIELD for one member "
		    "of the secret",
		    provider);
	for (size_t i = 0; i < key->length; i++) {
		char byte = key->data[i];
		if (byte <= ' ' || byte > '~')
			return fail(failure, FAILURE_PERMANENT,
			    "the key of %s is not one word of plain ASCII: the file or secret must "
			    "hold only the key",
			    provider);
		digits += (byte >= '0' && byte <= '9') || byte == '.' || byte == '-';
	}
	if (key->length < REDACT_LEAST || key->length > KEY_MAX ||
	    (digits == key->length && digits < PLAIN_DIGITS))
		return fail(
		    failure, FAILURE_PERMANENT, "the key of %s is too short or too long", provider);
	return true;
}

static bool
fail_missing(
    const struct provider *provider, const char *config, const char *name, struct failure *failure)
{
	char *keyless = provider_keyless(config);
	fail(failure, FAILURE_PERMANENT,
	    "%s needs a key, and there is no %s: write the key (%s) to that file and chmod 600 it, "
	    "or use -K file:PATH or -K secretsmanager:NAME; providers without a key (-p): %s",
	    provider->name, name, provider->key_hint != NULL ? provider->key_hint : "from it",
	    keyless);
	free(keyless);
	return false;
}

/* The name of its secret, to free. config: the configuration directory. */
static char *
key_name(const struct provider *provider, const char *config, const char *secret)
{
	char *path = key_path(config, provider->account);
	char *name = secret != NULL ? memory_copy_text(secret) : memory_format("file:%s", path);

	free(path);
	return name;
}

bool
choose_provider_key(const struct provider *provider, const char *secret,
    const struct secret_settings *settings, struct buffer *key, struct failure *failure)
{
	const char *config;
	bool missing;
	char *name;

	if (!provider->uses_key)
		return true;
	if (!environment_config(&config, failure))
		return false;
	name = key_name(provider, config, secret);
	buffer_free(key);
	bool good = secret_read(name, settings, key, &missing, failure);
	if (!good && missing)
		fail_missing(provider, config, name + strlen("file:"), failure);
	if (good && !check_key(key, provider->name, failure)) {
		good = false;
		secret_forget(name, &settings->caller);
	}
	free(name);
	return good;
}

/* The directory of a file: URL up to its first placeholder; else that of the samples. */
static char *
recorded_directory(const char *url)
{
	const char *path = url + strlen("file:");
	char *fixed, *directory;

	if (strncmp(path, "//", 2) == 0)
		path += 2;
	fixed = memory_copy(path, strcspn(path, "{"));
	directory = fixed[0] == '/' ? directory_of(fixed) : provider_samples();
	free(fixed);
	return directory;
}

void
choose_provider_sandbox(const struct provider *provider, const char *secret, const char *directory,
    const struct caller *caller, struct sandbox *sandbox)
{
	struct failure ignored;
	const char *config;

	/* Wherever it is. What is wrong is reported when the first request is made. */
	(void)http_curl_load(&ignored);
	if (strncmp(provider->url, "file:", strlen("file:")) == 0) {
		char *recorded = recorded_directory(provider->url);

		sandbox_read(sandbox, recorded);
		free(recorded);
	} else {
		sandbox->network = true;
		sandbox_write(sandbox, directory);
	}
	if (provider->uses_key && environment_config(&config, &ignored)) {
		char *name = key_name(provider, config, secret);
		/* The list of other providers is part of the message about a missing key. */
		char *definitions = memory_format("%s/providers", config);

		secret_sandbox(name, caller, sandbox);
		sandbox_read(sandbox, definitions);
		free(definitions);
		free(name);
	}
}

struct provider *
choose_provider(const char *named, const char *secret, struct failure *failure)
{
	const char *config;

	if (!environment_config(&config, failure))
		return NULL;
	if (named == NULL)
		named = environment_provider();
	if (named == NULL)
		named = secret != NULL || has_key(config, keyed_default) ? keyed_default
		                                                         : keyless_default;
	struct provider *provider = provider_load(named, config, failure);
	if (provider == NULL)
		return NULL;
	if (provider->url == NULL)
		fail(failure, FAILURE_PERMANENT,
		    "%s cannot be asked, as its definition has no \"url\": fxenc -p %s reads what "
		    "it sends",
		    provider->name, provider->name);
	else if (secret != NULL && !provider->uses_key)
		fail(failure, FAILURE_PERMANENT, "%s takes no key: omit -K", provider->name);
	else
		return provider;
	provider_free(provider);
	return NULL;
}
