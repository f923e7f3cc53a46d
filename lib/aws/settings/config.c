/* config: reads the two files, chooses the profile, looks up its settings. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
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
	const struct aws_choice *choice;
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

/* *where: what named it; NULL: nothing did. */
static const char *
select_profile(const struct aws_choice *choice, const char **where)
{
	static const char *const variables[] = {"AWS_DEFAULT_PROFILE", "AWS_PROFILE"};
	const char *profile;

	*where = "--profile";
	if (choice->profile != NULL)
		return choice->profile;
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
		*where = variables[i];
		if ((profile = environment_aws(variables[i])) != NULL)
			return profile;
	}
	*where = NULL;
	return "default";
}

static bool
is_default(const char *profile)
{
	return strcmp(profile, "default") == 0;
}

/* A variable may name the default profile although there are no files: the instance has keys. */
static bool
check_profile(const struct aws_config *config, const char *where, struct failure *failure)
{
	char hint[AWS_HINT];
	struct shown shown;

	if (where == NULL || aws_config_has_profile(config, config->profile) ||
	    (is_default(config->profile) && config->choice->profile == NULL))
		return true;
	return fail(failure, FAILURE_PERMANENT, "the profile \"%s\" (%s) is in neither %s nor %s%s",
	    show(&shown, config->profile, strlen(config->profile)), where, config->path,
	    config->credentials_path, aws_config_hint(config, config->profile, hint));
}

void
aws_config_files(char **path, char **credentials_path)
{
	*path = path_of("AWS_CONFIG_FILE", "~/.aws/config");
	*credentials_path = path_of("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials");
}

struct aws_config *
aws_config_open(const struct aws_choice *choice, struct failure *failure)
{
	static const struct aws_choice none;
	struct aws_config *config = memory_new(1, sizeof(*config));
	const char *where;

	config->choice = choice != NULL ? choice : &none;
	config->profile = select_profile(config->choice, &where);
	aws_config_files(&config->path, &config->credentials_path);
	if (read_file(config->path, &config->config, failure) &&
	    read_file(config->credentials_path, &config->credentials, failure) &&
	    check_profile(config, where, failure))
		return config;
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

const struct aws_choice *
aws_config_choice(const struct aws_config *config)
{
	return config->choice;
}

const char *
aws_config_profile(const struct aws_config *config)
{
	return config->profile;
}

/* "[default]" needs no "profile" before it. */
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
aws_config_own(const struct aws_config *config, const char *profile, const char *key)
{
	const char *value = ini_get(config->config, "profile", profile, NULL, key);
	if (value == NULL && is_default(profile))
		value = ini_get(config->config, NULL, profile, NULL, key);
	return value;
}

const char *
aws_config_get(const struct aws_config *config, const char *profile, const char *key)
{
	const char *value = aws_config_credential(config, profile, key);
	return value != NULL ? value : aws_config_own(config, profile, key);
}

const char *
aws_config_hint(const struct aws_config *config, const char *profile, char text[AWS_HINT])
{
	struct shown shown;
	const char *name = show(&shown, profile, strlen(profile));

	text[0] = '\0';
	if (!is_default(profile) && ini_has(config->config, NULL, profile))
		snprintf(text, AWS_HINT,
		    "; %.150s has a section [%.50s], which is ignored: write [profile %.50s]",
		    config->path, name, name);
	else if (ini_has(config->credentials, "profile", profile))
		snprintf(text, AWS_HINT,
		    "; %.150s has a section [profile %.50s], which is ignored: write [%.50s]",
		    config->credentials_path, name, name);
	return text;
}

bool
aws_config_has_section(const struct aws_config *config, const char *kind, const char *name)
{
	return ini_has(config->config, kind, name);
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
aws_config_region(const struct aws_config *config, const char **setting, struct failure *failure)
{
	static const char *const variables[] = {"AWS_REGION", "AWS_DEFAULT_REGION"};
	const char *region = config->choice->region;
	*setting = "--region";
	for (size_t i = 0; region == NULL && i < sizeof variables / sizeof *variables; i++)
		region = environment_aws(*setting = variables[i]);
	if (region == NULL)
		region = aws_config_get(config, config->profile, *setting = "region");
	if (region == NULL) {
		struct shown shown;
		char hint[AWS_HINT];
		fail(failure, FAILURE_PERMANENT,
		    "no AWS region: use --region, or set AWS_REGION, or region in the profile %s "
		    "of %s%s",
		    show(&shown, config->profile, strlen(config->profile)), config->path,
		    aws_config_hint(config, config->profile, hint));
	}
	return region;
}

const char *
aws_config_ca_bundle(const struct aws_config *config, const char **setting)
{
	const char *path = environment_aws("AWS_CA_BUNDLE");

	*setting = "AWS_CA_BUNDLE";
	if (path == NULL && (path = aws_config_get(config, config->profile, "ca_bundle")) != NULL)
		*setting = "ca_bundle";
	return path;
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
