/* access: compares hosts and tokens. */
#include <string.h>
#include <strings.h>

#include <openssl/crypto.h>

#include "base/span.h"
#include "web/access.h"

static bool
is_token(const struct access *access, struct span text)
{
	size_t length = strlen(access->token);

	return text.length == length && CRYPTO_memcmp(text.start, access->token, length) == 0;
}

/* "example.com:443" is "example.com". */
static size_t
length_without_port(const struct access *access, const char *host)
{
	const char *port = strrchr(host, ':');

	return port != NULL && strcmp(port, access->secure ? ":443" : ":80") == 0
	           ? (size_t)(port - host)
	           : strlen(host);
}

static bool
is_host(const struct access *access, const char *known, const char *host)
{
	size_t length = length_without_port(access, known);

	return length_without_port(access, host) == length && strncasecmp(host, known, length) == 0;
}

static bool
knows_host(const struct access *access, const char *host)
{
	for (size_t i = 0; i < access->host_count; i++) {
		if (is_host(access, access->hosts[i], host))
			return true;
	}
	return access->host_count == 0;
}

/* "a=1; b=2" */
static bool
has_cookie(const struct access *access, const char *cookies)
{
	size_t name = strlen(access->cookie);

	while (*cookies != '\0') {
		size_t length;

		cookies += strspn(cookies, "; ");
		length = strcspn(cookies, ";");
		if (length > name && strncmp(cookies, access->cookie, name) == 0 &&
		    cookies[name] == '=' &&
		    is_token(access, (struct span){cookies + name + 1, length - name - 1}))
			return true;
		cookies += length;
	}
	return false;
}

static bool
has_token(const struct access *access, const struct access_claim *claim)
{
	static const char bearer[] = "Bearer ";
	size_t length = sizeof bearer - 1;

	if (claim->authorization != NULL &&
	    strncasecmp(claim->authorization, bearer, length) == 0 &&
	    is_token(access, span_of(claim->authorization + length)))
		return true;
	if (claim->cookies != NULL && has_cookie(access, claim->cookies))
		return true;
	return claim->token.start != NULL && is_token(access, claim->token);
}

enum access_verdict
access_check(const struct access *access, const struct access_claim *claim)
{
	if (claim->host == NULL ? access->host_count > 0 : !knows_host(access, claim->host))
		return ACCESS_WRONG_HOST;
	return access->token == NULL || has_token(access, claim) ? ACCESS_GRANTED : ACCESS_NO_TOKEN;
}
