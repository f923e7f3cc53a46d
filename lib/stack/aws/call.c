/* resource_call: see resource_call.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "aws/client/error.h"
#include "text/json.h"
#include "base/memory.h"
#include "stack/aws/call.h"
#include "secret/secret.h"

enum {
	/* 64 KiB of a secret, each byte of it escaped as six; reserved whole, as it may hold one. */
	BODY_MOST = 6 * SECRET_MAX + 4096
};

void
resource_call_begin(struct resource_call *call, struct stack *stack,
    const struct resource *resource, const struct aws_service *service)
{
	*call = (struct resource_call){.stack = stack, .resource = resource, .service = service};
	buffer_init(&call->body, BODY_MOST);
	(void)buffer_reserve(&call->body, BODY_MOST);
}

void
resource_call_end(struct resource_call *call)
{
	buffer_wipe(&call->body);
}

static void
add_name(struct buffer *body, const char *name)
{
	buffer_add_text(body, body->length == 0 ? "{" : ",");
	json_add_string(body, name, strlen(name));
	buffer_add_text(body, ":");
}

void
resource_call_string(struct resource_call *call, const char *name, const char *value)
{
	add_name(&call->body, name);
	json_add_string(&call->body, value, strlen(value));
}

void
resource_call_json(struct resource_call *call, const char *name, const char *json)
{
	add_name(&call->body, name);
	buffer_add_text(&call->body, json);
}

bool
resource_call_send(struct resource_call *call, const char *action, struct failure *failure)
{
	bool good = buffer_add(&call->body, call->body.length > 0 ? "}" : "{}",
	    call->body.length > 0 ? sizeof "}" : sizeof "{}");

	call->reply = (struct aws_reply){.code = ""};
	if (!good)
		fail(failure, FAILURE_PERMANENT, "%s: what it asks for is too long",
		    call->resource->name);
	good = good && stack_call(call->stack, call->resource, call->service, action,
	                   call->body.data, &call->reply, failure);
	memory_wipe(call->body.data, call->body.length);
	buffer_clear(&call->body);
	return good;
}

cJSON *
resource_call_ask(struct resource_call *call, const char *action, struct failure *failure)
{
	cJSON *reply;

	if (!resource_call_send(call, action, failure))
		return NULL;
	reply = cJSON_ParseWithLength(call->reply.body.start, call->reply.body.length);
	if (cJSON_IsObject(reply))
		return reply;
	cJSON_Delete(reply);
	fail(failure, FAILURE_TEMPORARY, "%s: what %s's %s replied is no JSON object",
	    call->resource->name, call->service->name, action);
	return NULL;
}

bool
resource_call_was(const struct resource_call *call, const char *code)
{
	return strcmp(call->reply.code, code) == 0;
}

bool
resource_call_said(const struct resource_call *call, const char *words)
{
	struct aws_error error;

	aws_error_read(&error, call->reply.body, NULL);
	return strcasestr(error.message, words) != NULL;
}

static bool
makes_no_sense(const struct resource_call *call)
{
	static const char *const codes[] = {"ValidationException", "InvalidArgumentException",
	    "InvalidRequestException", "InvalidParameterException"};

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		if (resource_call_was(call, codes[i]))
			return true;
	}
	return false;
}

static bool
is_other(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a != b : strcmp(a, b) != 0;
}

bool
resource_call_was_done(
    struct resource_call *call, const struct presence *before, const char *setting)
{
	struct presence now = {.exists = false};
	struct failure failure;
	bool done;

	/* Where a connection was closed meanwhile, even what counts as one attempt may be two. */
	if (!makes_no_sense(call))
		return false;
	if (!call->resource->kind->look(call->stack, call->resource, &now, &failure))
		done = failure.kind == FAILURE_TEMPORARY; /* the next look tells, then */
	else
		done = now.busy || now.exists != before->exists ||
		       (setting != NULL && is_other(settings_get(&now.found, setting),
		                               settings_get(&before->found, setting)));
	presence_free(&now);
	return done;
}

bool
resource_advise(struct failure *failure, enum failure_kind kind, const char *format, ...)
{
	const struct failure refused = *failure;
	char advice[400];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(advice, sizeof advice, format, arguments);
	va_end(arguments);
	return fail(failure, kind, "%.*s; %s", (int)(sizeof failure->text - sizeof advice),
	    refused.text, advice);
}

const char *
resource_text(const cJSON *object, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

	return text != NULL ? text : "";
}

bool
resource_is_marked(const cJSON *tags)
{
	const cJSON *tag;

	cJSON_ArrayForEach(tag, tags)
	{
		if (strcmp(resource_text(tag, "Key"), STACK_TAG) == 0 &&
		    strcmp(resource_text(tag, "Value"), STACK_MAKER) == 0)
			return true;
	}
	return false;
}

bool
resource_is_arn(const struct resource *resource)
{
	return strncmp(resource->name, "arn:", 4) == 0;
}
