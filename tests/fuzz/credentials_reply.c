/*
 * credentials_reply: the input as keys from an instance, a container, a program and SSO, and as a
 * new token of an SSO session, for which the rest of the input is the cache. Keys are text without
 * NUL, and a renewed cache is JSON with the new token.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "aws/credentials/source.h"
#include "aws/credentials/sso_cache.h"
#include "base/memory.h"
#include "must.h"
#include "text/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_keys(struct span document, const struct key_names *names)
{
	struct found_keys found = {.access_key = NULL};

	if (source_keys(document, names, &found) == NULL) {
		must(found.access_key[0] != '\0' && found.secret_key[0] != '\0');
		must(found.until >= 0);
	}
	source_free_keys(&found);
}

static void
renew(struct span cache, struct span reply)
{
	struct json_error error;
	struct buffer text;
	char *token, *renewed;

	if (!json_check(cache, JSON_DEPTH, &error) || json_kind(cache) != JSON_OBJECT)
		return;
	buffer_init(&text, 1 << 20);
	if (sso_cache_renew(&text, cache, reply, INT64_C(1700000000000)) &&
	    source_member(cache, "accessToken").start != NULL) {
		token = source_text(reply, "accessToken");
		renewed = source_text(buffer_span(&text), "accessToken");
		must(json_check(buffer_span(&text), JSON_DEPTH, &error));
		must(renewed != NULL && strcmp(renewed, token) == 0);
		free(token);
		free(renewed);
	}
	sso_cache_good_until(cache, "expiresAt", 0);
	buffer_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct key_names of_instance = {
	    "AccessKeyId", "SecretAccessKey", "Token", "Expiration"};
	static const struct key_names of_sso = {
	    "accessKeyId", "secretAccessKey", "sessionToken", "expiration"};
	struct span all = {(const char *)data, size};
	size_t half = 0;

	read_keys(all, &of_instance);
	read_keys(all, &of_sso);
	read_keys(source_member(all, "roleCredentials"), &of_sso);
	while (half < size && data[half] != '\n')
		half++;
	renew((struct span){all.start + half, size - half}, (struct span){all.start, half});
	return 0;
}
