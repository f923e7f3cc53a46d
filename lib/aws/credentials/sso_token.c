/* sso_token: reads and renews the token in the cache of the AWS CLI.
 *
 * Source: IAM Identity Center OIDC API Reference, CreateToken. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "aws/credentials/call.h"
#include "aws/credentials/sso.h"
#include "aws/credentials/sso_cache.h"
#include "aws/settings/endpoint.h"
#include "base/environment.h"
#include "text/json.h"
#include "base/memory.h"
#include "system/file.h"
#include "text/digest.h"
#include "text/timestamp.h"

enum {
	TIMEOUT = 20 * 1000,
	MARGIN = 60 * 1000, /* ms that a token must still be valid */
	TEXT_MAX = 128 * 1024
};

static const struct aws_service oidc = {
    "SSO", "oidc", "sso-oauth", "SSO_OIDC", NULL, "application/json"};

/* The file where the AWS CLI keeps the token; NULL: no home directory, or no SHA-1. */
static char *
cache_path(const struct sso *sso)
{
	const char *name = sso->session != NULL ? sso->session : sso->start_url;
	const char *home = environment_user_home();
	unsigned char digest[DIGEST_MOST];
	char hex[DIGEST_HEX];
	struct failure ignored;

	if (home == NULL || !digest_make(DIGEST_SHA1, span_of(name), digest, &ignored))
		return NULL;
	digest_hex(digest, SHA1_BYTES, hex);
	return memory_format("%s/.aws/sso/cache/%s.json", home, hex);
}

/* Allocates all of it at once, so that growing leaves no copy of a secret. */
static void
open_secret(struct buffer *buffer)
{
	buffer_init(buffer, TEXT_MAX);
	buffer_reserve(buffer, TEXT_MAX);
}

/* Adds "NAME":VALUE from the cache. False: it is missing. */
static bool
add_member(struct buffer *body, struct span cache, const char *name)
{
	struct span value = source_member(cache, name);
	return value.start != NULL && buffer_add_format(body, ",\"%s\":", name) &&
	       buffer_add(body, value.start, value.length);
}

/* Asks for a new token. False: that failed. */
static bool
ask(struct search *search, const struct sso *sso, struct span cache, struct answer *answer)
{
	struct failure ignored;
	struct endpoint endpoint;
	struct buffer body;
	if (!endpoint_find_for_keys(search->config, &oidc, sso->region, &endpoint, &ignored))
		return false;
	char *url = memory_format("%s/token", endpoint.url);
	open_secret(&body);
	bool good = buffer_add_text(&body, "{\"grantType\":\"refresh_token\"") &&
	            add_member(&body, cache, "clientId") &&
	            add_member(&body, cache, "clientSecret") &&
	            add_member(&body, cache, "refreshToken") && buffer_add_text(&body, "}");
	struct call call = {.url = url,
	    .headers = {{"Content-Type", oidc.content}},
	    .header_count = 1,
	    .body = buffer_span(&body),
	    .timeout = TIMEOUT,
	    .attempts = 1,
	    .plain = endpoint.named};
	good = good && call_make(search, &call, answer, &ignored) && answer->status == 200;
	buffer_wipe(&body);
	free(url);
	endpoint_free(&endpoint);
	return good;
}

/*
 * Renews the token, also in the cache. As the old tokens may be invalid afterwards, it does so only
 * if it can write the new ones. *text: the cache.
 */
static void
renew(struct search *search, const struct sso *sso, const char *path, char **text)
{
	struct answer answer = {.status = 0};
	struct failure ignored;
	struct buffer renewed;
	struct span cache = span_of(*text);
	char *beside = memory_format("%s.XXXXXX", path);
	int file = mkostemp(beside, O_CLOEXEC);
	open_secret(&renewed);
	if (file >= 0 && ask(search, sso, cache, &answer) &&
	    sso_cache_renew(&renewed, cache, buffer_span(&answer.body), clock_now()) &&
	    file_replace(path, beside, 0600, buffer_span(&renewed), &ignored)) {
		memory_wipe_text(*text);
		*text = memory_copy(renewed.data, renewed.length);
	} else if (file >= 0) {
		unlink(beside);
	}
	if (file >= 0)
		close(file);
	call_free(&answer);
	buffer_wipe(&renewed);
	free(beside);
}

enum outcome
sso_token(struct search *search, const char *profile, const struct sso *sso, char **token,
    struct failure *failure)
{
	struct failure ignored;
	struct shown shown;
	char *path = cache_path(sso), *text = NULL;
	int64_t now = clock_now();
	const char *wrong = "is not open";
	if (path != NULL && source_read_token(path, &text, &ignored)) {
		/* Without a valid registration the user must log in. */
		bool renewable =
		    sso_cache_good_until(span_of(text), "registrationExpiresAt", now + MARGIN);
		if (renewable && !sso_cache_good_until(span_of(text), "expiresAt", now + MARGIN))
			renew(search, sso, path, &text);
		*token = source_text(span_of(text), "accessToken");
		if (*token != NULL)
			wrong = sso_cache_good_until(span_of(text), "expiresAt", now)
			            ? NULL
			            : "has expired";
	}
	memory_wipe_text(text);
	free(path);
	if (wrong == NULL)
		return OUTCOME_FOUND;
	return source_failed(failure, FAILURE_PERMANENT,
	    "the SSO session %s: run aws sso login --profile %s", wrong,
	    show(&shown, profile, strlen(profile)));
}
