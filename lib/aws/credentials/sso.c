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

/* Returns the setting that is missing, else NULL. */
static const char *
read_settings(const struct search *search, const char *profile, struct sso *sso)
{
	const struct aws_config *config = search->config;
	const char *session = aws_config_get(config, profile, "sso_session");
	const char *const kind = "sso-session";
	sso->session = session;
	sso->account = aws_config_get(config, profile, "sso_account_id");
	sso->role = aws_config_get(config, profile, "sso_role_name");
	if (session != NULL) {
		sso->start_url = aws_config_section(config, kind, session, NULL, "sso_start_url");
		sso->region = aws_config_section(config, kind, session, NULL, "sso_region");
	} else {
		sso->start_url = aws_config_get(config, profile, "sso_start_url");
		sso->region = aws_config_get(config, profile, "sso_region");
	}
	if (sso->start_url == NULL)
		return "sso_start_url";
	if (sso->region == NULL)
		return "sso_region";
	if (sso->account == NULL)
		return "sso_account_id";
	return sso->role == NULL ? "sso_role_name" : NULL;
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
	char text[200];
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
	if (!endpoint_find(search->config, &portal, sso->region, &endpoint, failure))
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

/* Without a role, a session is for other tools, which need only its token. */
static bool
is_set_up(const struct search *search, const char *profile)
{
	static const char *const keys[] = {
	    "sso_account_id", "sso_role_name", "sso_start_url", "sso_region"};
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (aws_config_get(search->config, profile, keys[i]) != NULL)
			return true;
	return false;
}

enum outcome
credentials_sso(
    struct search *search, const char *profile, struct found_keys *found, struct failure *failure)
{
	struct sso sso;
	struct shown shown;
	char *token = NULL;
	if (!is_set_up(search, profile)) {
		source_tried(search, "no SSO (sso_account_id)");
		return OUTCOME_ABSENT;
	}
	const char *missing = read_settings(search, profile, &sso);
	if (missing != NULL)
		return source_failed(failure, FAILURE_PERMANENT,
		    "the profile %s is set up for SSO, but has no %s",
		    show(&shown, profile, strlen(profile)), missing);
	enum outcome outcome = sso_token(search, profile, &sso, &token, failure);
	if (outcome == OUTCOME_FOUND)
		outcome = fetch(search, profile, &sso, token, found, failure);
	memory_wipe_text(token);
	return outcome;
}
