/* service: calls GetSecretValue. */
#include <string.h>
#include "aws/client/aws.h"
#include "text/json.h"
#include "secret/service.h"
#include "secret/value.h"

enum {
	/* 64 KiB with each byte escaped as six, and the rest of a reply. */
	REPLY_MOST = 6 * SECRET_MAX + 64 * 1024,
	REQUEST_MOST = 64 * 1024
};

static bool
add_member(struct buffer *body, const char *before, const char *value)
{
	return value == NULL ||
	       (buffer_add_text(body, before) && json_add_string(body, value, strlen(value)));
}

static bool
ask(struct aws *aws, const struct secret_name *name, const struct secret_settings *settings,
    struct buffer *secret, struct failure *failure)
{
	struct aws_call call = {.action = "GetSecretValue", .ceiling = REPLY_MOST};
	struct aws_reply reply;
	struct buffer body;
	bool good;

	buffer_init(&body, REQUEST_MOST);
	good = add_member(&body, "{\"SecretId\":", name->id) &&
	       add_member(&body, ",\"VersionId\":", settings->version) &&
	       add_member(&body, ",\"VersionStage\":", settings->stage) &&
	       buffer_add_text(&body, "}");
	call.body = buffer_span(&body);
	if (!good)
		fail(failure, FAILURE_PERMANENT, "the version or the stage is too long");
	good = good && aws_call_and_wait(aws, &call, &reply, failure) &&
	       secret_value_read(reply.body, secret, failure);
	buffer_free(&body);
	return good;
}

bool
secret_service_read(const struct secret_name *name, const struct secret_settings *settings,
    struct buffer *secret, struct failure *failure)
{
	struct aws_settings of_aws = {.service = &aws_secretsmanager,
	    .region = name->region,
	    .in_flight = 1,
	    .caller = settings->caller};
	struct failure why = {.kind = FAILURE_NONE};
	struct aws *aws = aws_open(&of_aws, &why);
	bool good = aws != NULL && ask(aws, name, settings, secret, &why);
	struct shown shown;

	aws_close(aws);
	if (!good)
		fail(failure, why.kind, "secret %s: %s", show(&shown, name->id, strlen(name->id)),
		    why.text);
	return good;
}
