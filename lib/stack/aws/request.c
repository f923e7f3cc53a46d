/* request: writes and sends a request with a JSON body, and reads errors and tags in replies. */
#include <stdlib.h>
#include <string.h>

#include "aws/client/error.h"
#include "base/memory.h"
#include "stack/aws/request.h"
#include "text/json.h"

enum { BODY_MOST = 1024 * 1024 /* a lifecycle of S3 with a thousand rules is the longest */ };

void
request_open(struct request *request, struct stack *stack, const struct resource *resource,
    const struct aws_service *service)
{
	*request = (struct request){.stack = stack, .resource = resource, .service = service};
	buffer_init(&request->body, BODY_MOST);
}

void
request_close(struct request *request)
{
	buffer_wipe(&request->body);
}

static void
add_name(struct buffer *body, const char *name)
{
	buffer_add_text(body, body->length == 0 ? "{" : ",");
	json_add_string(body, name, strlen(name));
	buffer_add_text(body, ":");
}

void
request_string(struct request *request, const char *name, const char *value)
{
	add_name(&request->body, name);
	json_add_string(&request->body, value, strlen(value));
}

void
request_json(struct request *request, const char *name, const char *json)
{
	add_name(&request->body, name);
	buffer_add_text(&request->body, json);
}

bool
request_send(struct request *request, const char *action, struct failure *failure)
{
	const char *end = request->body.length > 0 ? "}" : "{}";
	bool good = buffer_add(&request->body, end, strlen(end) + 1); /* with the NUL */

	request->reply = (struct aws_reply){.code = ""};
	if (!good)
		fail(failure, FAILURE_PERMANENT, "%s: the %s request would be too long",
		    request->resource->name, action);
	good = good && stack_call(request->stack, request->resource, request->service, action,
	                   request->body.data, &request->reply, failure);
	memory_wipe(request->body.data, request->body.length);
	buffer_clear(&request->body);
	return good;
}

cJSON *
request_ask(struct request *request, const char *action, struct failure *failure)
{
	cJSON *reply;

	if (!request_send(request, action, failure))
		return NULL;
	reply = cJSON_ParseWithLength(request->reply.body.start, request->reply.body.length);
	if (cJSON_IsObject(reply))
		return reply;
	cJSON_Delete(reply);
	fail(failure, FAILURE_TEMPORARY, "%s: the reply of %s %s is not a JSON object",
	    request->resource->name, request->service->name, action);
	return NULL;
}

const char *
request_region(const struct request *request)
{
	struct failure ignored;
	const struct aws *aws =
	    stack_service(request->stack, request->service, request->resource->region, &ignored);

	return aws != NULL ? aws_region(aws) : "REGION";
}

bool
request_failed_with(const struct request *request, const char *code)
{
	return strcmp(request->reply.code, code) == 0;
}

bool
request_error_has(const struct request *request, const char *phrase)
{
	struct aws_error error;

	aws_error_read(&error, request->reply.body, NULL);
	return strcasestr(error.message, phrase) != NULL;
}

const char *
request_wanted(const struct request *request, const char *setting)
{
	return settings_get(&request->resource->wanted, setting);
}

const cJSON *
request_member(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name);
}

const char *
request_text(const cJSON *object, const char *name)
{
	const char *text = cJSON_GetStringValue(request_member(object, name));

	return text != NULL ? text : "";
}

bool
request_is_tagged(const cJSON *object)
{
	const cJSON *tag;

	cJSON_ArrayForEach(tag, request_member(object, "Tags"))
	{
		if (strcmp(request_text(tag, "Key"), STACK_TAG) == 0 &&
		    strcmp(request_text(tag, "Value"), STACK_MAKER) == 0)
			return true;
	}
	return false;
}

bool
request_read_tags(struct request *request, const char *action, bool *ours, struct failure *failure)
{
	cJSON *reply = request_ask(request, action, failure);

	*ours = request_is_tagged(reply);
	cJSON_Delete(reply);
	return reply != NULL;
}
