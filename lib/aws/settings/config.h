/*
 * config: the settings that AWS tools share: environment variables and the profiles in
 * ~/.aws/config and ~/.aws/credentials (AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE). Source: AWS
 * SDKs and Tools Reference Guide.
 */
#ifndef AWS_SETTINGS_CONFIG_H
#define AWS_SETTINGS_CONFIG_H

#include <stdbool.h>
#include "base/failure.h"

struct aws_config;

/*
 * Reads the files that exist. FAILURE_PERMANENT: one cannot be read or parsed, or the selected
 * profile is in neither.
 */
struct aws_config *aws_config_open(struct failure *failure);
void aws_config_close(struct aws_config *config);

/* The selected profile: AWS_DEFAULT_PROFILE, AWS_PROFILE (as in botocore), else "default". */
const char *aws_config_profile(const struct aws_config *config);
bool aws_config_has_profile(const struct aws_config *config, const char *profile);
/*
 * A key of a profile, in either file (first the credentials file, as in botocore) or only in the
 * credentials file; NULL: missing.
 */
const char *aws_config_get(const struct aws_config *config, const char *profile, const char *key);
const char *aws_config_credential(
    const struct aws_config *config, const char *profile, const char *key);
/* A key of another section. kind: "sso-session" or "services". sub: the nested part, or NULL. */
const char *aws_config_section(const struct aws_config *config, const char *kind, const char *name,
    const char *sub, const char *key);

/* The environment variable, else the key of the selected profile; NULL: neither. */
const char *aws_config_setting(
    const struct aws_config *config, const char *variable, const char *key);
/* AWS_REGION, AWS_DEFAULT_REGION, else the profile's region; else FAILURE_PERMANENT. */
const char *aws_config_region(const struct aws_config *config, struct failure *failure);
/* The paths of the two files, for messages. */
const char *aws_config_path(const struct aws_config *config);
const char *aws_config_credentials_path(const struct aws_config *config);

#endif
