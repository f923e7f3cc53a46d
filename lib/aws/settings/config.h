/*
 * config: the settings that AWS tools share: options of the command line, environment variables
 * and the profiles in ~/.aws/config and ~/.aws/credentials (AWS_CONFIG_FILE,
 * AWS_SHARED_CREDENTIALS_FILE), in this order of precedence. Source: AWS SDKs and Tools Reference
 * Guide.
 */
#ifndef AWS_SETTINGS_CONFIG_H
#define AWS_SETTINGS_CONFIG_H

#include <stdbool.h>
#include "base/failure.h"

struct aws_config;

/* What was given on the command line; NULL: not given. */
struct aws_choice {
	const char *profile; /* then keys in the environment are ignored, as in the AWS CLI */
	const char *region;
	const char *endpoint_url; /* of all services except those that issue credentials */
	const char *role_arn; /* assumed with the credentials that are found otherwise */
};

/*
 * Reads the files that exist. choice: borrowed until aws_config_close; NULL: nothing was given.
 * FAILURE_PERMANENT: a file cannot be read or parsed, or the selected profile is in neither.
 */
struct aws_config *aws_config_open(const struct aws_choice *choice, struct failure *failure);
void aws_config_close(struct aws_config *config);
/* The paths of the two files, whether they exist or not, to be freed. NULL: no home directory. */
void aws_config_files(char **path, char **credentials_path);

/* Never NULL. */
const struct aws_choice *aws_config_choice(const struct aws_config *config);
/* The selected profile: that of the choice, AWS_DEFAULT_PROFILE, AWS_PROFILE (in the order of
 * botocore), else "default". */
const char *aws_config_profile(const struct aws_config *config);
bool aws_config_has_profile(const struct aws_config *config, const char *profile);
/*
 * The value of a profile's key; NULL: missing. aws_config_get searches both files, the credentials
 * file first, as botocore does; aws_config_credential only the credentials file; aws_config_own
 * only the config file.
 */
const char *aws_config_get(const struct aws_config *config, const char *profile, const char *key);
const char *aws_config_credential(
    const struct aws_config *config, const char *profile, const char *key);
const char *aws_config_own(const struct aws_config *config, const char *profile, const char *key);
enum { AWS_HINT = 400 };
/*
 * Writes "; FILE has a section [NAME]: …" if the profile's section is ignored because its name is
 * written as in the other file; else "". Returns text.
 */
const char *aws_config_hint(
    const struct aws_config *config, const char *profile, char text[AWS_HINT]);
bool aws_config_has_section(const struct aws_config *config, const char *kind, const char *name);
/* A key of another section. kind: "sso-session" or "services". sub: the nested part, or NULL. */
const char *aws_config_section(const struct aws_config *config, const char *kind, const char *name,
    const char *sub, const char *key);

/* The environment variable, else the key of the selected profile; NULL: neither. */
const char *aws_config_setting(
    const struct aws_config *config, const char *variable, const char *key);
/*
 * The first of: the choice's region, AWS_REGION, AWS_DEFAULT_REGION, the profile's region; else
 * FAILURE_PERMANENT. *setting: the option, variable or key that sets it, for messages.
 */
const char *aws_config_region(
    const struct aws_config *config, const char **setting, struct failure *failure);
/*
 * The file of certificates to trust; NULL: none. *setting: the variable or key that sets it; if
 * none does, the variable that messages recommend.
 */
const char *aws_config_ca_bundle(const struct aws_config *config, const char **setting);
/* The paths of the two files, for messages. */
const char *aws_config_path(const struct aws_config *config);
const char *aws_config_credentials_path(const struct aws_config *config);

#endif
