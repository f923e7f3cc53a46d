/* cache_key: digests the settings that a secret depends on. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "aws/settings/config.h"
#include "base/buffer.h"
#include "aws/settings/endpoint.h"
#include "base/environment.h"
#include "base/memory.h"
#include "secret/cache_key.h"
#include "text/digest.h"

enum {
	SETTINGS_MOST = 64 * 1024,
	DIGEST_USED = 16 /* bytes */
};

/* Where keys come from, besides the files. A session has an access key of its own. */
static const char *const variables[] = {"AWS_ACCESS_KEY_ID", "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_EC2_METADATA_SERVICE_ENDPOINT", "HOME"};

static bool
add_text(struct buffer *settings, const char *text)
{
	return buffer_add_text(settings, text != NULL ? text : "") && buffer_add(settings, "", 1);
}

/* A file that has changed since may hold other keys. */
static bool
add_file(struct buffer *settings, const char *path)
{
	struct stat status;
	struct timespec changed;

	if (path == NULL || stat(path, &status) != 0)
		return add_text(settings, NULL);
#ifdef __APPLE__
	changed = status.st_mtimespec;
#else
	changed = status.st_mtim;
#endif
	return add_text(settings, path) &&
	       buffer_add_format(settings, "%ju %ju %jd %jd.%09ld", (uintmax_t)status.st_dev,
	           (uintmax_t)status.st_ino, (intmax_t)status.st_size, (intmax_t)changed.tv_sec,
	           changed.tv_nsec) &&
	       add_text(settings, NULL);
}

static bool
gather(const struct aws_config *config, const struct endpoint *endpoint, struct buffer *settings)
{
	const struct aws_choice *choice = aws_config_choice(config);
	bool good = add_text(settings, endpoint->url) && add_text(settings, endpoint->path) &&
	            add_text(settings, aws_config_profile(config)) &&
	            add_file(settings, aws_config_path(config)) &&
	            add_file(settings, aws_config_credentials_path(config));

	for (size_t i = 0; good && i < sizeof variables / sizeof *variables; i++)
		good = add_text(settings, environment_aws(variables[i]));
	/* With --profile the keys in the environment are not used. */
	if (good && choice->profile != NULL)
		good = add_text(settings, "--profile");
	if (good && choice->role_arn != NULL)
		good = add_text(settings, choice->role_arn);
	return good;
}

static char *
describe(const struct secret_name *name, const char *region, const struct buffer *settings)
{
	unsigned char digest[DIGEST_MOST];
	char hex[2 * DIGEST_USED + 1];
	struct failure ignored;

	if (!digest_make(DIGEST_SHA256, buffer_span(settings), digest, &ignored))
		return NULL;
	digest_hex(digest, DIGEST_USED, hex);
	return memory_format("fxpipe:secretsmanager:%s:%s:%s", region, hex, name->id);
}

char *
secret_cache_key(const struct secret_name *name, const struct aws_choice *choice)
{
	struct failure ignored;
	struct endpoint endpoint = {.url = NULL};
	struct aws_config *config = aws_config_open(choice, &ignored);
	struct buffer settings;
	char *label = NULL;

	buffer_init(&settings, SETTINGS_MOST);
	if (config != NULL &&
	    endpoint_find(config, &aws_secretsmanager, name->region, &endpoint, &ignored) &&
	    gather(config, &endpoint, &settings))
		label = describe(name, endpoint.region, &settings);
	buffer_free(&settings);
	endpoint_free(&endpoint);
	if (config != NULL)
		aws_config_close(config);
	return label;
}
