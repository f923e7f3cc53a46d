/* config: reads the two files, chooses the profile, looks up its settings. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "aws/settings/config.h"
#include "base/buffer.h"
#include "base/environment.h"
#include "text/ini.h"
#include "base/memory.h"
#include "system/file.h"

enum { FILE_MAX = 1 << 20 };

struct aws_config {
	char *path;
	char *credentials_path;
	struct ini *config; /* NULL: no such file */
	struct ini *credentials;
	const char *profile;
};

/* The path in the environment's variable, else the usual one; ~ is the home directory. */
static char *
path_of(const char *variable, const char *usual)
{
	const char *path = environment_aws(variable), *home = environment_user_home();
	if (path == NULL)
		path = usual;
	if (strncmp(path, "~/", 2) == 0 && home != NULL)
		return memory_format("%s%s", home, path + 1);
	return memory_copy_text(path);
}

/* If there is no such file: true, and *ini stays NULL. */
static bool
read_file(const char *path, struct ini **ini, struct failure *failure)
{
	struct stat status;
	struct buffer text;
	const char *reason = NULL;
	size_t line;
	if (stat(path, &status) != 0)
		return true;
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (file < 0)
		return fail_errno(failure, errno, "%s cannot be opened", path);
	bool good = file_read_all(file, path, FILE_MAX, &text, failure);
	close(file);
	if (good && (*ini = ini_parse(buffer_span(&text), &line, &reason)) == NULL)
		good = fail(failure, FAILURE_PERMANENT, "%s, line %zu: %s", path, line, reason);
	buffer_wipe(&text);
	return good;
}

struct aws_config *
aws_config_open(struct failure *failure)
{
	struct aws_config *config = memory_new(1, sizeof(*config));
	const char *variable = "AWS_DEFAULT_PROFILE", *profile = environment_aws(variable);
	if (profile == NULL)
		profile = environment_aws(variable = "AWS_PROFILE");
	config->profile = profile != NULL ? profile : "default";
	config->path = path_of("AWS_CONFIG_FILE", "~/.aws/config");
	config->credentials_path = path_of("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials");
	if (!read_file(config->path, &config->config, failure) ||
	    !read_file(config->credentials_path, &config->credentials, failure))
		goto failed;
	if (strcmp(config->profile, "default") != 0 &&
	    !aws_config_has_profile(config, config->profile)) {
		struct shown shown;
		fail(failure, FAILURE_PERMANENT, "the profile %s (%s) is in neither %s nor %s",
		    show(&shown, config->profile, strlen(config->profile)), variable, config->path,
		    config->credentials_path);
		goto failed;
	}
	return config;
failed:
	aws_config_close(config);
	return NULL;
}

void
aws_config_close(struct aws_config *config)
{
	if (config == NULL)
		return;
	ini_free(config->config);
	ini_free(config->credentials);
	free(config->path);
	free(config->credentials_path);
	free(config);
}

const char *
aws_config_profile(const struct aws_config *config)
{
	return config->profile;
}

/* "[default]" needs no "profile" before it. */
static bool
is_default(const char *profile)
{
	return strcmp(profile, "default") == 0;
}

bool
aws_config_has_profile(const struct aws_config *config, const char *profile)
{
	return ini_has(config->credentials, NULL, profile) ||
	       ini_has(config->config, "profile", profile) ||
	       (is_default(profile) && ini_has(config->config, NULL, profile));
}

const char *
aws_config_credential(const struct aws_config *config, const char *profile, const char *key)
{
	return ini_get(config->credentials, NULL, profile, NULL, key);
}

const char *
aws_config_get(const struct aws_config *config, const char *profile, const char *key)
{
	const char *value = aws_config_credential(config, profile, key);
	if (value == NULL)
		value = ini_get(config->config, "profile", profile, NULL, key);
	if (value == NULL && is_default(profile))
		value = ini_get(config->config, NULL, profile, NULL, key);
	return value;
}

const char *
aws_config_section(const struct aws_config *config, const char *kind, const char *name,
    const char *sub, const char *key)
{
	return ini_get(config->config, kind, name, sub, key);
}

const char *
aws_config_setting(const struct aws_config *config, const char *variable, const char *key)
{
	const char *value = environment_aws(variable);
	return value != NULL ? value : aws_config_get(config, config->profile, key);
}

const char *
aws_config_region(const struct aws_config *config, struct failure *failure)
{
	const char *region = environment_aws("AWS_REGION");
	if (region == NULL)
		region = aws_config_setting(config, "AWS_DEFAULT_REGION", "region");
	if (region == NULL) {
		struct shown shown;
		fail(failure, FAILURE_PERMANENT,
		    "no AWS region: set AWS_REGION, or region in the profile %s of %s",
		    show(&shown, config->profile, strlen(config->profile)), config->path);
	}
	return region;
}

const char *
aws_config_path(const struct aws_config *config)
{
	return config->path;
}

const char *
aws_config_credentials_path(const struct aws_config *config)
{
	return config->credentials_path;
}
