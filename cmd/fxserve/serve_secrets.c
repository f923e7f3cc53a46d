/* serve_secrets: reads files of secrets, or makes a token. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/memory.h"
#include "fxserve/serve_secrets.h"
#include "secret/secret.h"
#include "system/file.h"
#include "web/certificate.h"

enum {
	TOKEN = 32, /* characters of one that is made */
	LEAST_TOKEN = 16,
	MOST_TOKEN = 256,
	TLS_FILE = 1024 * 1024
};

static char *
make_token(struct tool *tool)
{
	unsigned char bytes[TOKEN / 2];
	char *token = memory_new(1, TOKEN + 1);
	struct failure failure;

	if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
		fail_errno(&failure, errno, "no random bytes for a token");
		tool_fail(tool, &failure);
	}
	for (size_t i = 0; i < sizeof bytes; i++)
		snprintf(token + 2 * i, 3, "%02x", bytes[i]);
	return token;
}

static void
read_secret(struct tool *tool, const char *path, struct buffer *secret)
{
	char *name = memory_format("file:%s", path);
	struct secret_settings settings = {.caller = tool_caller(tool)};
	struct failure failure;
	bool missing;

	if (!secret_read(name, &settings, secret, &missing, &failure))
		tool_fail(tool, &failure);
	free(name);
}

/* It stands in URLs and cookies as it is. */
static char *
read_token(struct tool *tool, const char *path)
{
	static const char characters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	                                 "0123456789-._~";
	struct buffer secret;
	struct failure failure;
	size_t good;

	read_secret(tool, path, &secret);
	if (secret.length > 0 && secret.data[secret.length - 1] == '\r')
		secret.length--; /* of a line that ends as on Windows */
	good = strspn(buffer_text(&secret), characters);
	if (good != secret.length) {
		fail(&failure, FAILURE_PERMANENT,
		    "%s: byte %zu cannot be in a token, which has letters, digits and - . _ ~",
		    path, good + 1);
		tool_fail(tool, &failure);
	}
	if (secret.length < LEAST_TOKEN || secret.length > MOST_TOKEN) {
		fail(&failure, FAILURE_PERMANENT,
		    "%s: a token has 16 to 256 characters, and this one has %zu (openssl rand -hex "
		    "16 makes one)",
		    path, secret.length);
		tool_fail(tool, &failure);
	}
	return buffer_take_text(&secret);
}

static void
read_certificate(struct serve_secrets *secrets, struct tool *tool, const struct options *options)
{
	struct failure failure;
	bool missing;

	if (!file_read_regular(
	        options->certificate, TLS_FILE, &secrets->certificate, &missing, &failure))
		tool_fail(tool, &failure);
	read_secret(tool, options->key, &secrets->key);
	if (!certificate_check(buffer_span(&secrets->certificate), options->certificate,
	        buffer_span(&secrets->key), options->key, &failure))
		tool_fail(tool, &failure);
	if (!certificate_is_current(
	        buffer_span(&secrets->certificate), options->certificate, &failure))
		tool_message(tool, "%s: clients will refuse it", failure.text);
}

void
serve_secrets_read(struct serve_secrets *secrets, struct tool *tool, const struct options *options)
{
	if (options->token != NULL)
		secrets->token = read_token(tool, options->token);
	else if (!options->no_token)
		secrets->token = make_token(tool);
	if (options->certificate != NULL)
		read_certificate(secrets, tool, options);
}

void
serve_secrets_free(struct serve_secrets *secrets)
{
	memory_wipe_text(secrets->token);
	buffer_free(&secrets->certificate);
	buffer_wipe(&secrets->key);
}
