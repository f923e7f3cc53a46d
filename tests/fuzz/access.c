/* access: whatever a request says of itself, it may ask only with the token and for a known host. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "must.h"
#include "web/access.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Cuts a line off; NULL if it is empty: the header is missing. */
static const char *
cut(char **rest)
{
	char *line = *rest, *end = strchr(line, '\n');

	*rest = end != NULL ? end + 1 : line + strlen(line);
	if (end != NULL)
		*end = '\0';
	return line[0] != '\0' ? line : NULL;
}

static bool
names_token(const char *text, const char *token)
{
	return text != NULL && strstr(text, token) != NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct access access = {
	    .token = "t0ken", .cookie = "c_1", .hosts = {"h:1", "[::1]:1"}, .host_count = 2};
	char *text = memory_copy(data, size), *rest = text;
	struct access_claim claim = {
	    .host = cut(&rest), .authorization = cut(&rest), .cookies = cut(&rest)};
	const char *token = cut(&rest);

	if (token != NULL)
		claim.token = span_of(token);
	switch (access_check(&access, &claim)) {
	case ACCESS_GRANTED:
		must(claim.host != NULL && (strcasecmp(claim.host, access.hosts[0]) == 0 ||
		                               strcasecmp(claim.host, access.hosts[1]) == 0));
		must(names_token(claim.authorization, access.token) ||
		     names_token(claim.cookies, "c_1=t0ken") ||
		     (token != NULL && strcmp(token, access.token) == 0));
		break;
	case ACCESS_NO_TOKEN:
		must(token == NULL || strcmp(token, access.token) != 0);
		break;
	default:
		must(claim.host == NULL || strcasecmp(claim.host, access.hosts[0]) != 0);
		break;
	}
	free(text);
	return 0;
}
