/* topic: opens a topic by its name. The only file that knows all kinds of topics. */
#include <string.h>

#include "aws/client/aws.h"
#include "net/curl.h"
#include "secret/secret.h"
#include "topic/kind.h"

static bool
is_service(const char *name, const char *service)
{
	const char *at = strncmp(name, "arn:", 4) == 0 ? strchr(name + 4, ':') : NULL;
	size_t length = strlen(service);

	return at != NULL && strncmp(at + 1, service, length) == 0 && at[1 + length] == ':';
}

static bool
is_secret(const char *name)
{
	return strncmp(name, "file:", 5) == 0 || strncmp(name, "secretsmanager:", 15) == 0 ||
	       is_service(name, "secretsmanager");
}

struct sink *
topic_open(const struct topic_settings *settings, struct failure *failure)
{
	if (is_secret(settings->name))
		return topic_webhook_open(settings, failure);
	if (strncmp(settings->name, "arn:", 4) == 0 || strncmp(settings->name, "sns:", 4) == 0)
		return topic_sns_open(settings, failure);
	/* Not quoted: it may be a webhook's URL. */
	fail(failure, FAILURE_PERMANENT,
	    "the topic is neither one of SNS (sns:NAME or arn:aws:sns:REGION:ACCOUNT:NAME) nor a "
	    "secret with a webhook's URL (file:PATH, secretsmanager:NAME[#FIELD] or a secret "
	    "ARN); the URL itself does not belong on a command line");
	return NULL;
}

void
topic_sandbox(const char *name, const struct caller *caller, struct sandbox *sandbox)
{
	struct failure ignored;

	sandbox->network = true;
	if (!is_secret(name)) {
		aws_sandbox(caller, sandbox);
		return;
	}
	secret_sandbox(name, caller, sandbox);
	/* Wherever libcurl is. What is wrong is reported when it is used. */
	(void)http_curl_load(&ignored);
}
