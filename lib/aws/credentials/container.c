/* container: keys from a container's endpoint (ECS, EKS Pod Identity, Greengrass).
 *
 * Source: AWS SDKs and Tools Reference Guide, "Container credential provider". */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "aws/credentials/call.h"
#include "base/environment.h"
#include "base/memory.h"

enum { TIMEOUT = 2000, ATTEMPTS = 3 };

/* May this URL be used with plain http? */
static bool
is_near(const char *url)
{
	static const char *const hosts[] = {
	    "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]", "[::1]", "localhost"};
	const char *host = url + strlen("http://");
	size_t authority = strcspn(host, "/?#");
	size_t length = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/?#");
	if (length == 0 || length > authority || memchr(host, '@', authority) != NULL)
		return false;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++)
		if (strlen(hosts[i]) == length && strncasecmp(host, hosts[i], length) == 0)
			return true;
	return length >= 9 && strncmp(host, "127.", 4) == 0 &&
	       strspn(host, "0123456789.") == length;
}

/* The URL to ask; NULL: none is set, or it is not allowed, and *wrong says why. */
static char *
find_url(const char **wrong)
{
	const char *path = environment_aws("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
	const char *url = environment_aws("AWS_CONTAINER_CREDENTIALS_FULL_URI");
	*wrong = NULL;
	if (path != NULL && path[0] == '/')
		return memory_format("http://169.254.170.2%s", path);
	if (path != NULL)
		*wrong = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not start with /";
	else if (url != NULL && strpbrk(url, " \t\r\n") != NULL)
		*wrong = "AWS_CONTAINER_CREDENTIALS_FULL_URI holds a blank: remove it";
	else if (url == NULL || strncasecmp(url, "https://", 8) == 0)
		return url != NULL ? memory_copy_text(url) : NULL;
	else if (strncasecmp(url, "http://", 7) == 0 && is_near(url))
		return memory_copy_text(url);
	else
		*wrong =
		    "AWS_CONTAINER_CREDENTIALS_FULL_URI is plain http to a host that is neither "
		    "this machine nor a container's endpoint";
	return NULL;
}

/* *token stays NULL if none is set. Read each time, as the file is replaced now and then. */
static enum outcome
read_token(char **token, struct failure *failure)
{
	const char *path = environment_aws("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
	const char *text = environment_aws("AWS_CONTAINER_AUTHORIZATION_TOKEN");
	if (path != NULL && !source_read_token(path, token, failure))
		return OUTCOME_FAILED;
	if (path == NULL && text != NULL)
		*token = memory_copy_text(text);
	if (*token != NULL && strpbrk(*token, "\r\n") != NULL)
		return source_failed(failure, FAILURE_PERMANENT,
		    "the container's authorization token has more than one line");
	return OUTCOME_FOUND;
}

static enum outcome
take_answer(const struct answer *answer, struct found_keys *found, struct failure *failure)
{
	static const struct key_names names = {
	    "AccessKeyId", "SecretAccessKey", "Token", "Expiration"};
	char text[CALL_TEXT];
	if (answer->status != 200)
		return source_failed(failure,
		    call_is_transient(answer) ? FAILURE_TEMPORARY : FAILURE_PERMANENT,
		    "the container's endpoint: %s", call_describe(answer, text));
	const char *wrong = source_keys(buffer_span(&answer->body), &names, found);
	if (wrong != NULL)
		return source_failed(failure, FAILURE_TEMPORARY,
		    "the answer of the container's endpoint has no valid %s", wrong);
	found->where = memory_copy_text("the container's endpoint");
	return OUTCOME_FOUND;
}

enum outcome
credentials_container(
    struct search *search, const char *profile, struct found_keys *found, struct failure *failure)
{
	const char *wrong;
	char *url = find_url(&wrong), *token = NULL;
	struct answer answer;
	(void)profile;
	if (wrong != NULL)
		return source_failed(failure, FAILURE_PERMANENT, "%s", wrong);
	if (url == NULL) {
		source_tried(search, "no container (AWS_CONTAINER_CREDENTIALS_*_URI is not set)");
		return OUTCOME_ABSENT;
	}
	enum outcome outcome = read_token(&token, failure);
	struct call call = {.url = url,
	    .headers = {{"Accept", "application/json"}, {"Authorization", token}},
	    .header_count = token != NULL ? 2 : 1,
	    .timeout = TIMEOUT,
	    .attempts = ATTEMPTS,
	    .plain = true,
	    .direct = true};
	if (outcome == OUTCOME_FOUND) {
		outcome = OUTCOME_FAILED;
		if (call_make(search, &call, &answer, failure))
			outcome = take_answer(&answer, found, failure);
		call_free(&answer);
	}
	memory_wipe_text(token);
	free(url);
	return outcome;
}
