/* role: a profile's role, assumed with the keys of another profile or by a web identity.
 *
 * Source: AWS SDKs and Tools Reference Guide, "Assume role credential provider". */
#include <stdlib.h>
#include <string.h>
#include "aws/credentials/sts.h"
#include "base/environment.h"
#include "base/memory.h"

enum { CHAIN_MAX = 16 /* profiles, each the source_profile of the one before */ };

/* The profiles on the way from the selected one to its keys. */
struct chain {
	struct search *search;
	const char *profiles[CHAIN_MAX];
	size_t length;
};

static enum outcome assume_profile(
    struct chain *chain, const char *profile, struct found_keys *found, struct failure *failure);

static const char *
get(const struct search *search, const char *profile, const char *key)
{
	return aws_config_get(search->config, profile, key);
}

/* Not if the profile has a token file: then it assumes its role with that file. */
static bool
assumes_role(const struct search *search, const char *profile)
{
	return get(search, profile, "role_arn") != NULL &&
	       get(search, profile, "web_identity_token_file") == NULL;
}

/* Then its role is not assumed when it is a source_profile, as in botocore. */
static bool
has_keys(const struct search *search, const char *profile)
{
	return get(search, profile, "aws_access_key_id") != NULL ||
	       get(search, profile, "aws_secret_access_key") != NULL;
}

static credentials_source profile_identity;

/* Adds the source_profile of from to the chain. A profile may name itself to use its own keys. */
static bool
lengthen(struct chain *chain, const char *profile, const char *from, struct failure *failure)
{
	const struct search *search = chain->search;
	struct shown shown, shown_from;
	char hint[AWS_HINT];

	show(&shown, profile, strlen(profile));
	show(&shown_from, from, strlen(from));
	if (!aws_config_has_profile(search->config, profile)) {
		source_failed(failure, FAILURE_PERMANENT,
		    "source_profile of the profile %s: there is no profile %s%s", shown_from.text,
		    shown.text, aws_config_hint(search->config, profile, hint));
		return false;
	}
	for (size_t i = 0; i < chain->length; i++) {
		if (strcmp(chain->profiles[i], profile) != 0 ||
		    (strcmp(profile, from) == 0 && has_keys(search, profile)))
			continue;
		source_failed(failure, FAILURE_PERMANENT,
		    "source_profile = %s of the profile %s: these profiles form a circle",
		    shown.text, shown_from.text);
		return false;
	}
	if (chain->length == CHAIN_MAX) {
		source_failed(failure, FAILURE_PERMANENT,
		    "source_profile of the profile %s: the chain is longer than %d profiles",
		    shown_from.text, CHAIN_MAX);
		return false;
	}
	chain->profiles[chain->length++] = profile;
	return true;
}

/* The keys of a source_profile; the environment is not used. */
static enum outcome
ask_profile(struct chain *chain, const char *profile, const char *from, struct found_keys *found,
    struct failure *failure)
{
	static credentials_source *const places[] = {profile_identity, credentials_sso,
	    credentials_shared_file, credentials_login, credentials_process,
	    credentials_config_file};
	struct search *search = chain->search;
	struct shown shown;
	enum outcome outcome = OUTCOME_ABSENT;
	if (!lengthen(chain, profile, from, failure))
		return OUTCOME_FAILED;
	if (!has_keys(search, profile) && assumes_role(search, profile))
		return assume_profile(chain, profile, found, failure);
	search->tried.length = 0;
	for (size_t i = 0; outcome == OUTCOME_ABSENT && i < sizeof(places) / sizeof(*places); i++) {
		outcome = places[i](search, profile, found, failure);
		if (outcome != OUTCOME_FOUND)
			source_free_keys(found);
	}
	if (outcome == OUTCOME_ABSENT)
		return source_failed(failure, FAILURE_PERMANENT,
		    "the source_profile %s has no credentials: %.*s",
		    show(&shown, profile, strlen(profile)), (int)search->tried.length,
		    search->tried.data);
	return outcome;
}

static enum outcome
ask_source(
    struct search *search, const char *source, struct found_keys *found, struct failure *failure)
{
	static const struct {
		const char *name;
		credentials_source *place;
	} sources[] = {{"Environment", credentials_environment},
	    {"Ec2InstanceMetadata", credentials_instance}, {"EcsContainer", credentials_container}};
	struct shown shown;
	const char *name = show(&shown, source, strlen(source));
	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++) {
		if (strcmp(sources[i].name, source) != 0)
			continue;
		search->tried.length = 0;
		enum outcome outcome = sources[i].place(search, "default", found, failure);
		if (outcome != OUTCOME_ABSENT)
			return outcome;
		return source_failed(failure, FAILURE_PERMANENT, "credential_source %s: %.*s", name,
		    (int)search->tried.length, search->tried.data);
	}
	return source_failed(failure, FAILURE_PERMANENT,
	    "credential_source %s is not Environment, Ec2InstanceMetadata or EcsContainer", name);
}

/* Why the settings of the role are invalid, or NULL. */
static const char *
wrong_with(const struct search *search, const char *profile)
{
	const char *duration = get(search, profile, "duration_seconds");
	bool by_profile = get(search, profile, "source_profile") != NULL;
	bool by_source = get(search, profile, "credential_source") != NULL;
	if (by_profile && by_source)
		return "it has both source_profile and credential_source";
	if (!by_profile && !by_source)
		return "it has neither source_profile nor credential_source";
	if (get(search, profile, "mfa_serial") != NULL)
		return "it needs an MFA code (mfa_serial), which the tools cannot ask for: use "
		       "another profile with credential_process = aws configure export-credentials "
		       "--profile NAME";
	if (duration != NULL && strspn(duration, "0123456789") != strlen(duration))
		return "its duration_seconds is not a number";
	return NULL;
}

static enum outcome
assume_profile(
    struct chain *chain, const char *profile, struct found_keys *found, struct failure *failure)
{
	struct search *search = chain->search;
	struct found_keys source = {.access_key = NULL};
	struct shown shown;
	const char *wrong = wrong_with(search, profile);
	struct role role = {.arn = get(search, profile, "role_arn"),
	    .session = get(search, profile, "role_session_name"),
	    .external_id = get(search, profile, "external_id"),
	    .duration = get(search, profile, "duration_seconds")};
	if (wrong != NULL)
		return source_failed(failure, FAILURE_PERMANENT,
		    "the profile %s has a role_arn, but %s", show(&shown, profile, strlen(profile)),
		    wrong);
	const char *from = get(search, profile, "source_profile");
	enum outcome outcome =
	    from != NULL
	        ? ask_profile(chain, from, profile, &source, failure)
	        : ask_source(search, get(search, profile, "credential_source"), &source, failure);
	if (outcome == OUTCOME_FOUND)
		outcome = sts_assume_role(search, &role, &source, found, failure);
	source_free_keys(&source);
	return outcome;
}

enum outcome
credentials_role(
    struct search *search, const char *profile, struct found_keys *found, struct failure *failure)
{
	struct chain chain = {.search = search, .profiles = {profile}, .length = 1};
	struct shown shown;
	if (!assumes_role(search, profile)) {
		source_tried(search, "the profile %s has no role_arn",
		    show(&shown, profile, strlen(profile)));
		return OUTCOME_ABSENT;
	}
	return assume_profile(&chain, profile, found, failure);
}

static enum outcome
take_identity(struct search *search, const struct role *role, const char *path,
    struct found_keys *found, struct failure *failure)
{
	char *token = NULL;
	enum outcome outcome = OUTCOME_FAILED;
	if (role->arn == NULL)
		return source_failed(failure, FAILURE_PERMANENT,
		    "a web identity's token file is set, but no role (AWS_ROLE_ARN, role_arn)");
	if (source_read_token(path, &token, failure))
		outcome = sts_web_identity(search, role, token, found, failure);
	memory_wipe_text(token);
	return outcome;
}

/* A web identity, only of the profile. */
static enum outcome
profile_identity(
    struct search *search, const char *profile, struct found_keys *found, struct failure *failure)
{
	struct role role = {.arn = get(search, profile, "role_arn"),
	    .session = get(search, profile, "role_session_name")};
	const char *path = get(search, profile, "web_identity_token_file");
	if (path == NULL)
		return OUTCOME_ABSENT;
	return take_identity(search, &role, path, found, failure);
}

/* With --profile, the environment is ignored. */
static const char *
either(const char *variable, const struct search *search, const char *profile, const char *key)
{
	bool chosen = aws_config_choice(search->config)->profile != NULL;
	const char *value = chosen ? NULL : environment_aws(variable);
	return value != NULL ? value : get(search, profile, key);
}

enum outcome
credentials_web_identity(
    struct search *search, const char *profile, struct found_keys *found, struct failure *failure)
{
	struct role role = {.arn = either("AWS_ROLE_ARN", search, profile, "role_arn"),
	    .session = either("AWS_ROLE_SESSION_NAME", search, profile, "role_session_name")};
	const char *path =
	    either("AWS_WEB_IDENTITY_TOKEN_FILE", search, profile, "web_identity_token_file");
	if (path == NULL) {
		source_tried(search, "no web identity (AWS_WEB_IDENTITY_TOKEN_FILE is not set)");
		return OUTCOME_ABSENT;
	}
	return take_identity(search, &role, path, found, failure);
}
