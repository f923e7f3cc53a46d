/* sso: keys from IAM Identity Center, by the token of "aws sso login".
 *
 * Source: AWS SDKs and Tools Reference Guide, "IAM Identity Center credential provider". */
#include <stdlib.h>
#include <string.h>
#include "aws/credentials/call.h"
#include "aws/credentials/sso.h"
#include "aws/settings/endpoint.h"
#include "base/memory.h"
#include "text/url.h"

enum { TIMEOUT = 20 * 1000, ATTEMPTS = 3, URL_MAX = 4096 };

static const struct aws_service portal = {"SSO", "portal.sso", "awsssoportal", "SSO", NULL, NULL};

bool
credentials_check_session(const struct search *search, const char *profile, struct failure *failure)
{
	static const char *const keys[] = {"sso_start_url", "sso_region"};
	const struct aws_config *config = search->config;
	const char *session = aws_config_get(config, profile, "sso_session");
	struct shown shown, shown_profile;

	if (session == NULL)
		return true;
	show(&shown, session, strlen(session));
	if (!aws_config_has_section(config, "sso-session", session)) {
		source_failed(failure, FAILURE_PERMANENT,
		    "sso_session = %s in the profile %s: %s has no section [sso-session %s]",
		    shown.text, show(&shown_profile, profile, strlen(profile)),
		    aws_config_path(config), shown.text);
		return false;
	}
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		if (aws_config_section(config, "sso-session", session, NULL, keys[i]) != NULL)
			continue;
		source_failed(failure, FAILURE_PERMANENT,
		    "the section [sso-session %s] in %s has no %s", shown.text,
		    aws_config_path(config), keys[i]);
		return false;
	}
	return true;
}

/* *value: a key of the sso-session, which must not contradict the profile's. */
static bool
read_key(const struct search *search, const char *profile, const char *session, const char *key,
    const char **value, struct failure *failure)
{
	const char *own = aws_config_get(search->config, profile, key);
	struct shown shown, shown_profile;

	*value = aws_config_section(search->config, "sso-session", session, NULL, key);
	if (own == NULL || strcmp(own, *value) == 0)
		return true;
	source_failed(failure, FAILURE_PERMANENT,
	    "%s of the profile %s differs from that of [sso-session %s]: remove one of them", key,
	    show(&shown_profile, profile, strlen(profile)), show(&shown, session, strlen(session)));
	return false;
}

static bool
read_session(
    const struct search *search, const char *profile, struct sso *sso, struct failure *failure)
{
	return credentials_check_session(search, profile, failure) &&
	       read_key(search, profile, sso->session, "sso_start_url", &sso->start_url, failure) &&
	       read_key(search, profile, sso->session, "sso_region", &sso->region, failure);
}

static bool
read_settings(
    const struct search *search, const char *profile, struct sso *sso, struct failure *failure)
{
	const struct aws_config *config = search->config;
	const char *missing = NULL;
	struct shown shown;

	*sso = (struct sso){.session = aws_config_get(config, profile, "sso_session"),
	    .account = aws_config_get(config, profile, "sso_account_id"),
	    .role = aws_config_get(config, profile, "sso_role_name")};
	if (sso->session != NULL && !read_session(search, profile, sso, failure))
		return false;
	if (sso->session == NULL) {
		sso->start_url = aws_config_get(config, profile, "sso_start_url");
		sso->region = aws_config_get(config, profile, "sso_region");
	}
	if (sso->start_url == NULL)
		missing = "sso_session or sso_start_url";
	else if (sso->region == NULL)
		missing = "sso_region";
	else if (sso->account == NULL)
		missing = "sso_account_id";
	else if (sso->role == NULL)
		missing = "sso_role_name";
	if (missing != NULL)
		source_failed(failure, FAILURE_PERMANENT,
		    "the profile %s is set up for SSO, but has no %s",
		    show(&shown, profile, strlen(profile)), missing);
	return missing == NULL;
}

static char *
write_url(const struct endpoint *endpoint, const struct sso *sso)
{
	struct buffer url;
	buffer_init(&url, URL_MAX);
	buffer_add_format(&url, "%s/federation/credentials?role_name=", endpoint->url);
	url_encode(&url, span_of(sso->role), "");
	buffer_add_text(&url, "&account_id=");
	url_encode(&url, span_of(sso->account), "");
	return buffer_take_text(&url);
}

static enum outcome
take_answer(const struct answer *answer, const char *profile, const struct sso *sso,
    struct found_keys *found, struct failure *failure)
{
	static const struct key_names names = {
	    "accessKeyId", "secretAccessKey", "sessionToken", "expiration"};
	struct span body = buffer_span(&answer->body);
	struct shown shown, role;
	char text[CALL_TEXT];
	show(&shown, profile, strlen(profile));
	if (answer->status == 401)
		return source_failed(failure, FAILURE_PERMANENT,
		    "the SSO session is not accepted: run aws sso login --profile %s", shown.text);
	show(&role, sso->role, strlen(sso->role));
	if (answer->status != 200)
		return source_failed(failure,
		    call_is_transient(answer) ? FAILURE_TEMPORARY : FAILURE_PERMANENT,
		    "SSO has no keys for the role %s: %s", role.text, call_describe(answer, text));
	const char *wrong = source_keys(source_member(body, "roleCredentials"), &names, found);
	if (wrong != NULL)
		return source_failed(failure, FAILURE_TEMPORARY,
		    "the answer of SSO for the role %s has no valid %s", role.text, wrong);
	found->where = memory_format("SSO, role %s (profile %s)", role.text, shown.text);
	return OUTCOME_FOUND;
}

static enum outcome
fetch(struct search *search, const char *profile, const struct sso *sso, const char *token,
    struct found_keys *found, struct failure *failure)
{
	struct endpoint endpoint;
	struct answer answer;
	enum outcome outcome = OUTCOME_FAILED;
	if (!endpoint_find_for_keys(search->config, &portal, sso->region, &endpoint, failure))
		return outcome;
	char *url = write_url(&endpoint, sso);
	struct call call = {.url = url,
	    .headers = {{"x-amz-sso_bearer_token", token}},
	    .header_count = 1,
	    .timeout = TIMEOUT,
	    .attempts = ATTEMPTS,
	    .plain = endpoint.named};
	if (call_make(search, &call, &answer, failure))
		outcome = take_answer(&answer, profile, sso, found, failure);
	call_free(&answer);
	free(url);
	endpoint_free(&endpoint);
	return outcome;
}

/* Without account and role, a session is for other tools, which need only its token. */
static bool
is_set_up(const struct search *search, const char *profile)
{
	return aws_config_get(search->config, profile, "sso_account_id") != NULL ||
	       aws_config_get(search->config, profile, "sso_role_name") != NULL;
}

enum outcome
credentials_sso(
    struct search *search, const char *profile, struct found_keys *found, struct failure *failure)
{
	struct sso sso;
	char *token = NULL;
	if (!is_set_up(search, profile)) {
		source_tried(search, "no SSO (sso_account_id)");
		return OUTCOME_ABSENT;
	}
	if (!read_settings(search, profile, &sso, failure))
		return OUTCOME_FAILED;
	enum outcome outcome = sso_token(search, profile, &sso, &token, failure);
	if (outcome == OUTCOME_FOUND)
		outcome = fetch(search, profile, &sso, token, found, failure);
	memory_wipe_text(token);
	return outcome;
}
