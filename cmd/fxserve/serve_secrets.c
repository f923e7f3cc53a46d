/* serve_secrets: reads files of secrets, or makes a token. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/memory.h"
#include "fxserve/serve_secrets.h"
#include "secret/secret.h"
#include "system/file.h"

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
	struct buffer secret;
	struct failure failure;

	read_secret(tool, path, &secret);
	if (secret.length < LEAST_TOKEN || secret.length > MOST_TOKEN ||
	    strspn(buffer_text(&secret), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	                                 "0123456789-._~") != secret.length) {
		fail(&failure, FAILURE_PERMANENT,
		    "%s: a token has 16 to 256 letters, digits and - . _ ~ (openssl rand -hex 16 "
		    "makes "
		    "one)",
		    path);
		tool_fail(tool, &failure);
	}
	return buffer_take_text(&secret);
}

static void
read_certificate(struct tool *tool, const char *path, struct buffer *text)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	struct failure failure;

	if (file < 0)
		fail_errno(&failure, errno, "%s could not be opened", path);
	if (file < 0 || !file_read_all(file, path, TLS_FILE, text, &failure))
		tool_fail(tool, &failure);
	close(file);
}

void
serve_secrets_read(struct serve_secrets *secrets, struct tool *tool, const struct options *options)
{
	if (options->token != NULL)
		secrets->token = read_token(tool, options->token);
	else if (!options->no_token)
		secrets->token = make_token(tool);
	if (options->certificate != NULL) {
		read_certificate(tool, options->certificate, &secrets->certificate);
		read_secret(tool, options->key, &secrets->key);
	}
}

void
serve_secrets_free(struct serve_secrets *secrets)
{
	memory_wipe_text(secrets->token);
	buffer_free(&secrets->certificate);
	buffer_wipe(&secrets->key);
}
