/*
 * credentials_container: keys from a container's endpoint (ECS, EKS Pod
 * Identity, Greengrass); see credentials_source.h. Source: AWS SDKs and Tools
 * Reference Guide, "Container credential provider".
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "aws/credentials/call.h"
#include "base/environment.h"
#include "base/memory.h"

enum { TIMEOUT = 2000, TRIES = 3 };

/* May plain http be spoken with the host of this URL? */
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

/* The URL to ask, or NULL; *wrong says why where it is one that may not be asked. */
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
	else if (url == NULL || strncasecmp(url, "https://", 8) == 0)
		return url != NULL ? memory_copy_text(url) : NULL;
	else if (strncasecmp(url, "http://", 7) == 0 && is_near(url))
		return memory_copy_text(url);
	else
		*wrong = "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor on this machine "
		         "or a container's address";
	return NULL;
}

/* *token stays NULL where none is set. It is read anew each time: it is replaced now and then. */
static enum outcome
read_token(char **token, struct failure *failure)
{
	const char *path = environment_aws("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
	const char *text = environment_aws("AWS_CONTAINER_AUTHORIZATION_TOKEN");
	if (path != NULL && !token_read(path, token, failure))
		return OUTCOME_FAILED;
	if (path == NULL && text != NULL)
		*token = memory_copy_text(text);
	if (*token != NULL && strpbrk(*token, "\r\n") != NULL)
		return search_failed(failure, FAILURE_PERMANENT,
		    "the container's authorization token has more than one line");
	return OUTCOME_FOUND;
}

static enum outcome
take_answer(const struct answer *answer, struct found_keys *found, struct failure *failure)
{
	static const struct key_names names = {
	    "AccessKeyId", "SecretAccessKey", "Token", "Expiration"};
	char words[200];
	if (answer->status != 200)
		return search_failed(failure,
		    answer_is_transient(answer) ? FAILURE_TEMPORARY : FAILURE_PERMANENT,
		    "the container's endpoint: %s", answer_words(answer, words));
	const char *wrong = document_keys(buffer_span(&answer->body), &names, found);
	if (wrong != NULL)
		return search_failed(failure, FAILURE_TEMPORARY,
		    "what the container's endpoint answers has no %s that will do", wrong);
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
		return search_failed(failure, FAILURE_PERMANENT, "%s", wrong);
	if (url == NULL) {
		search_tried(search, "no container (AWS_CONTAINER_CREDENTIALS_*_URI is not set)");
		return OUTCOME_ABSENT;
	}
	enum outcome outcome = read_token(&token, failure);
	struct call call = {.url = url,
	    .headers = {{"Accept", "application/json"}, {"Authorization", token}},
	    .header_count = token != NULL ? 2 : 1,
	    .timeout = TIMEOUT,
	    .tries = TRIES,
	    .plain = true,
	    .direct = true};
	if (outcome == OUTCOME_FOUND) {
		outcome = OUTCOME_FAILED;
		if (call_make(search, &call, &answer, failure))
			outcome = take_answer(&answer, found, failure);
		answer_free(&answer);
	}
	memory_wipe_text(token);
	free(url);
	return outcome;
}
