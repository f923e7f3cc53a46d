/* instance: keys of an EC2 instance's role (IMDSv2). Source: EC2 User Guide, "Use IMDS". */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "aws/credentials/call.h"
#include "aws/settings/endpoint.h"
#include "base/memory.h"

enum { TIMEOUT = 1000, ATTEMPTS = 1 };

static const char role_path[] = "/latest/meta-data/iam/security-credentials/";

struct instance {
	struct search *search;
	char *endpoint; /* without a slash at its end */
	char *token; /* NULL: version 1 */
	int64_t timeout;
	unsigned attempts;
};

static bool
is_on(const struct search *search, const char *variable, const char *key)
{
	const char *value = aws_config_setting(search->config, variable, key);
	return value != NULL && strcasecmp(value, "true") == 0;
}

static unsigned
setting_number(
    const struct search *search, const char *variable, const char *key, unsigned otherwise)
{
	const char *text = aws_config_setting(search->config, variable, key);
	char *end;
	unsigned long number = text != NULL ? strtoul(text, &end, 10) : 0;
	return number >= 1 && number <= 1000 && *end == '\0' ? (unsigned)number : otherwise;
}

static char *
find_endpoint(const struct search *search)
{
	const char *url = aws_config_setting(
	    search->config, "AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint");
	const char *mode = aws_config_setting(search->config,
	    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");
	bool six = mode != NULL && strcasecmp(mode, "ipv6") == 0;
	if (url == NULL)
		url = six ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
	size_t length = strlen(url);
	while (length > 0 && url[length - 1] == '/')
		length--;
	return memory_copy(url, length);
}

static bool
ask(const struct instance *instance, const char *method, const char *path,
    const struct http_header *header, struct answer *answer, struct failure *failure)
{
	char *url = memory_format("%s%s", instance->endpoint, path);
	struct call call = {.url = url,
	    .method = method,
	    .timeout = instance->timeout,
	    .attempts = instance->attempts,
	    .plain = true,
	    .direct = true};
	if (header->value != NULL)
		call.headers[call.header_count++] = *header;
	bool good = call_make(instance->search, &call, answer, failure);
	free(url);
	return good;
}

/* If IMDS is unreachable, this machine is not an instance, unless it has answered before. */
static enum outcome
refuse(const struct instance *instance, const struct answer *answer, const char *what,
    struct failure *failure)
{
	char text[CALL_TEXT];
	call_describe(answer, text);
	if (answer->status == 0 && !instance->search->on_instance) {
		source_tried(instance->search, "no instance's role (IMDS: %s)", text);
		return OUTCOME_ABSENT;
	}
	/* As other tools do: the search ends here in any case. */
	if (answer->status == 403) {
		source_tried_first(
		    instance->search, "the metadata service is switched off or refuses (HTTP 403)");
		return OUTCOME_ABSENT;
	}
	if (answer->status == 404) {
		source_tried(instance->search, "the instance has no role (IMDS)");
		return OUTCOME_ABSENT;
	}
	return source_failed(failure,
	    call_is_transient(answer) ? FAILURE_TEMPORARY : FAILURE_PERMANENT,
	    "the instance's metadata (IMDS): %s: %s", what, text);
}

static char *
copy_line(const struct answer *answer)
{
	struct span body = buffer_span(&answer->body);
	size_t length = 0;
	while (length < body.length && strchr("\r\n", body.start[length]) == NULL)
		length++;
	return memory_copy(length > 0 ? body.start : "", length);
}

/* No token, so no version 2. A reply that gets lost is usually that to a container, which is one
 * hop too far away. */
static bool
lacks_version_2(const struct answer *answer)
{
	return answer->status == 403 || answer->status == 404 || answer->status == 405 ||
	       (answer->status == 0 && answer->sent);
}

static enum outcome
refuse_version_1(const struct answer *token, const char *why, struct failure *failure)
{
	char text[CALL_TEXT];

	return source_failed(failure, FAILURE_PERMANENT,
	    "the instance's metadata (IMDS) gives no token for version 2 (%s)%s, and version 1 is "
	    "%s",
	    call_describe(token, text),
	    token->status == 0 ? " (in a container, the instance's hop limit must be 2)" : "", why);
}

static enum outcome
fetch_token(struct instance *instance, struct answer *answer, struct failure *failure)
{
	static const struct http_header life = {"x-aws-ec2-metadata-token-ttl-seconds", "21600"};

	if (!ask(instance, "PUT", "/latest/api/token", &life, answer, failure))
		return OUTCOME_FAILED;
	if (answer->status == 200)
		instance->token = copy_line(answer);
	else if (!lacks_version_2(answer))
		return refuse(instance, answer, "no token", failure);
	else if (is_on(
	             instance->search, "AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled"))
		return refuse_version_1(answer, "disabled (AWS_EC2_METADATA_V1_DISABLED)", failure);
	return OUTCOME_FOUND;
}

/* token: the answer to the request for a token. */
static enum outcome
fetch_role(const struct instance *instance, const struct answer *token, char **role,
    struct failure *failure)
{
	struct http_header header = {"x-aws-ec2-metadata-token", instance->token};
	struct answer answer;
	enum outcome outcome = OUTCOME_FAILED;
	if (ask(instance, "GET", role_path, &header, &answer, failure)) {
		outcome = OUTCOME_FOUND;
		if (answer.status == 401 && instance->token == NULL)
			outcome = refuse_version_1(token, "refused (HTTP 401)", failure);
		else if (answer.status != 200)
			outcome = refuse(instance, &answer, "no role's name", failure);
		else
			*role = copy_line(&answer);
	}
	call_free(&answer);
	if (*role != NULL && ((*role)[0] == '\0' || strpbrk(*role, " /?#%") != NULL))
		return source_failed(failure, FAILURE_TEMPORARY,
		    "the instance's metadata (IMDS): the name of the role is empty or invalid, or "
		    "there is none");
	return outcome;
}

static enum outcome
take_document(
    struct span document, const char *role, struct found_keys *found, struct failure *failure)
{
	static const struct key_names names = {
	    "AccessKeyId", "SecretAccessKey", "Token", "Expiration"};
	struct shown shown, shown_code;
	const char *name = show(&shown, role, strlen(role));
	char *code = source_text(document, "Code");
	bool refused = code != NULL && strcmp(code, "Success") != 0;
	if (refused)
		source_failed(failure, FAILURE_TEMPORARY, "the instance's role %s (IMDS): %s", name,
		    show(&shown_code, code, strlen(code)));
	free(code);
	if (refused)
		return OUTCOME_FAILED;
	const char *wrong = source_keys(document, &names, found);
	if (wrong != NULL)
		return source_failed(failure, FAILURE_TEMPORARY,
		    "the instance's role %s (IMDS): no valid %s", name, wrong);
	found->where = memory_format("the instance's role %s (IMDS)", name);
	return OUTCOME_FOUND;
}

static enum outcome
fetch_keys(const struct instance *instance, const char *role, struct found_keys *found,
    struct failure *failure)
{
	struct http_header token = {"x-aws-ec2-metadata-token", instance->token};
	struct answer answer;
	char *path = memory_format("%s%s", role_path, role);
	enum outcome outcome = OUTCOME_FAILED;
	if (ask(instance, "GET", path, &token, &answer, failure))
		outcome = answer.status == 200
		              ? take_document(buffer_span(&answer.body), role, found, failure)
		              : refuse(instance, &answer, "no keys", failure);
	call_free(&answer);
	free(path);
	return outcome;
}

static void
refuse_endpoint(const char *endpoint, struct failure *failure)
{
	static const char setting[] =
	    "AWS_EC2_METADATA_SERVICE_ENDPOINT (ec2_metadata_service_endpoint)";
	struct shown shown;

	/* Before an @ there may be a password: do not show it. */
	if (strchr(endpoint, '@') != NULL)
		source_failed(
		    failure, FAILURE_PERMANENT, "%s is not the URL of an endpoint", setting);
	else
		source_failed(failure, FAILURE_PERMANENT,
		    "%s: \"%s\" is not the URL of an endpoint", setting,
		    show(&shown, endpoint, strlen(endpoint)));
}

enum outcome
credentials_instance(
    struct search *search, const char *profile, struct found_keys *found, struct failure *failure)
{
	struct instance instance = {.search = search};
	struct answer token = {.status = 0};
	char *role = NULL;
	(void)profile;
	if (is_on(search, "AWS_EC2_METADATA_DISABLED", "ec2_metadata_disabled")) {
		source_tried(search, "no instance's role (AWS_EC2_METADATA_DISABLED)");
		return OUTCOME_ABSENT;
	}
	instance.endpoint = find_endpoint(search);
	if (!endpoint_is_url(instance.endpoint)) {
		refuse_endpoint(instance.endpoint, failure);
		free(instance.endpoint);
		return OUTCOME_FAILED;
	}
	instance.timeout = 1000 * (int64_t)setting_number(search, "AWS_METADATA_SERVICE_TIMEOUT",
	                              "metadata_service_timeout", TIMEOUT / 1000);
	instance.attempts = setting_number(
	    search, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts", ATTEMPTS);
	enum outcome outcome = fetch_token(&instance, &token, failure);
	if (outcome == OUTCOME_FOUND)
		outcome = fetch_role(&instance, &token, &role, failure);
	if (outcome == OUTCOME_FOUND)
		outcome = fetch_keys(&instance, role, found, failure);
	search->on_instance |= outcome == OUTCOME_FOUND;
	free(role);
	call_free(&token);
	memory_wipe_text(instance.token);
	free(instance.endpoint);
	return outcome;
}
