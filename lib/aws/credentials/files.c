/* files: keys in the environment and in the two files of profiles. */
#include <string.h>
#include "aws/credentials/source.h"
#include "base/environment.h"
#include "base/memory.h"

/* A blank at an end was copied with the key, and would make the signature wrong. */
static bool
check_variable(const char *name, const char *value, struct failure *failure)
{
	size_t length = value != NULL ? strlen(value) : 0;
	bool control = false;

	for (size_t i = 0; i < length; i++)
		control |= (unsigned char)value[i] < ' ' || value[i] == 0x7F;
	if (!control && (length == 0 || (value[0] != ' ' && value[length - 1] != ' ')))
		return true;
	source_failed(failure, FAILURE_PERMANENT, "%s %s: remove it", name,
	    control ? "holds a line break or another control character"
	            : "begins or ends with a blank");
	return false;
}

/* False: one of the variables with keys is damaged. */
static bool
check_variables(struct failure *failure)
{
	static const char *const names[] = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
	    "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_CREDENTIAL_EXPIRATION"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!check_variable(names[i], environment_aws(names[i]), failure))
			return false;
	return true;
}

enum outcome
credentials_environment(
    struct search *search, const char *profile, struct found_keys *found, struct failure *failure)
{
	(void)profile;
	const char *access_key = environment_aws("AWS_ACCESS_KEY_ID");
	const char *secret_key = environment_aws("AWS_SECRET_ACCESS_KEY");
	const char *token = environment_aws("AWS_SESSION_TOKEN");
	const char *until = environment_aws("AWS_CREDENTIAL_EXPIRATION");
	if (access_key == NULL) {
		source_tried(search, "AWS_ACCESS_KEY_ID is not set");
		return OUTCOME_ABSENT;
	}
	if (!check_variables(failure))
		return OUTCOME_FAILED;
	if (secret_key == NULL)
		return source_failed(failure, FAILURE_PERMANENT,
		    "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not");
	if (until != NULL && !source_time(until, &found->until))
		return source_failed(
		    failure, FAILURE_PERMANENT, "AWS_CREDENTIAL_EXPIRATION is not a time");
	if (token == NULL)
		token = environment_aws("AWS_SECURITY_TOKEN");
	source_set_keys(found, access_key, secret_key, token);
	found->where = memory_copy_text("the environment");
	return OUTCOME_FOUND;
}

typedef const char *lookup(const struct aws_config *config, const char *profile, const char *key);

static enum outcome
take_keys(struct search *search, lookup *get, const char *path, const char *profile,
    struct found_keys *found, struct failure *failure)
{
	const char *access_key = get(search->config, profile, "aws_access_key_id");
	const char *secret_key = get(search->config, profile, "aws_secret_access_key");
	const char *token = get(search->config, profile, "aws_session_token");
	struct shown shown;
	const char *name = show(&shown, profile, strlen(profile));
	if (access_key == NULL) {
		char hint[AWS_HINT];
		source_tried(search, "no keys of the profile %s in %s%s", name, path,
		    get == aws_config_own ? aws_config_hint(search->config, profile, hint) : "");
		return OUTCOME_ABSENT;
	}
	if (secret_key == NULL)
		return source_failed(failure, FAILURE_PERMANENT,
		    "the profile %s in %s has an aws_access_key_id, but no aws_secret_access_key",
		    name, path);
	if (token == NULL)
		token = get(search->config, profile, "aws_security_token");
	source_set_keys(found, access_key, secret_key, token);
	found->where = memory_format("the profile %s in %s", name, path);
	return OUTCOME_FOUND;
}

enum outcome
credentials_shared_file(
    struct search *search, const char *profile, struct found_keys *found, struct failure *failure)
{
	return take_keys(search, aws_config_credential, aws_config_credentials_path(search->config),
	    profile, found, failure);
}

enum outcome
credentials_config_file(
    struct search *search, const char *profile, struct found_keys *found, struct failure *failure)
{
	return take_keys(
	    search, aws_config_own, aws_config_path(search->config), profile, found, failure);
}

/* Only the AWS CLI can refresh the keys of "aws login". */
enum outcome
credentials_login(
    struct search *search, const char *profile, struct found_keys *found, struct failure *failure)
{
	struct shown shown;
	(void)found, (void)failure;
	if (aws_config_get(search->config, profile, "login_session") != NULL)
		source_tried(search,
		    "its login_session (aws login) is not supported: use another profile with "
		    "credential_process = aws configure export-credentials --profile %s",
		    show(&shown, profile, strlen(profile)));
	return OUTCOME_ABSENT;
}
