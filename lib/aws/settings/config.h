/*
 * aws_config: the settings that every AWS tool shares: the environment, and the
 * profiles of ~/.aws/config and ~/.aws/credentials (AWS_CONFIG_FILE,
 * AWS_SHARED_CREDENTIALS_FILE). Source: AWS SDKs and Tools Reference Guide.
 */
#ifndef AWS_SETTINGS_CONFIG_H
#define AWS_SETTINGS_CONFIG_H

#include <stdbool.h>
#include "base/failure.h"

struct aws_config;

/*
 * Reads the files, where there are any. FAILURE_PERMANENT for one that cannot be
 * read or parsed, and where the profile named is in neither.
 */
struct aws_config *aws_config_open(struct failure *failure);
void aws_config_close(struct aws_config *config);

/* The profile in force: AWS_DEFAULT_PROFILE, AWS_PROFILE (as botocore), else "default". */
const char *aws_config_profile(const struct aws_config *config);
bool aws_config_has_profile(const struct aws_config *config, const char *profile);
/*
 * A key of a profile, in either file (the credentials file goes first, as in
 * botocore), or in the credentials file alone; NULL where it is not there.
 */
const char *aws_config_get(const struct aws_config *config, const char *profile, const char *key);
const char *aws_config_credential(
    const struct aws_config *config, const char *profile, const char *key);
/* A key of another section: kind "sso-session" or "services"; sub: the nested part, or NULL. */
const char *aws_config_section(const struct aws_config *config, const char *kind, const char *name,
    const char *sub, const char *key);

/* The environment's variable, or else the key of the profile in force; NULL: neither. */
const char *aws_config_setting(
    const struct aws_config *config, const char *variable, const char *key);
/* AWS_REGION, AWS_DEFAULT_REGION, or the profile's region. FAILURE_PERMANENT says where to set it. */
const char *aws_config_region(const struct aws_config *config, struct failure *failure);
/* For words about where credentials were looked for. */
const char *aws_config_path(const struct aws_config *config);
const char *aws_config_credentials_path(const struct aws_config *config);

#endif
