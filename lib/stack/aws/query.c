/* query: writes and sends a form, and reads the tags in an XML reply. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stack/aws/query.h"
#include "text/form.h"
#include "text/xml.h"

enum {
	FORM_MOST = 64 * 1024 /* a policy has at most 10 KiB, of which each byte may become three */
};

void
query_begin(struct request *request, const char *action)
{
	request->action = action;
	form_begin(&request->body, action, request->version);
}

void
query_add(struct request *request, const char *name, const char *value)
{
	if (!form_add(&request->body, name, value))
		request->action = NULL;
}

void
query_add_tag(struct request *request)
{
	query_add(request, "Tags.member.1.Key", STACK_TAG);
	query_add(request, "Tags.member.1.Value", STACK_MAKER);
}

bool
query_send(struct request *request, struct failure *failure)
{
	request->reply = (struct aws_reply){.code = ""};
	if (request->action == NULL || request->body.length > FORM_MOST)
		return fail(failure, FAILURE_PERMANENT, "%s: the request would be too long",
		    request->resource->name);
	return stack_call(request->stack, request->resource, request->service, request->action,
	    buffer_text(&request->body), &request->reply, failure);
}

bool
query_try(struct request *request, const char *accepted, struct failure *failure)
{
	return query_send(request, failure) || request_failed_with(request, accepted);
}

void
query_add_attribute(struct request *request, unsigned number, const char *key, const char *value)
{
	char name[64];

	snprintf(name, sizeof name, "Attributes.entry.%u.key", number);
	query_add(request, name, key);
	snprintf(name, sizeof name, "Attributes.entry.%u.value", number);
	query_add(request, name, value);
}

char *
query_attribute(struct span document, const char *key)
{
	struct span entry;
	char *value = NULL;

	while (value == NULL && xml_next(&document, "entry", &entry)) {
		char *name = xml_text(entry, "key");

		if (name != NULL && strcmp(name, key) == 0)
			value = xml_text(entry, "value");
		free(name);
	}
	return value;
}

bool
query_is_tagged(struct span document, const char *element)
{
	struct span tag;
	bool found = false;

	while (!found && xml_next(&document, element, &tag)) {
		char *key = xml_text(tag, "Key"), *value = xml_text(tag, "Value");

		found = key != NULL && value != NULL && strcmp(key, STACK_TAG) == 0 &&
		        strcmp(value, STACK_MAKER) == 0;
		free(key);
		free(value);
	}
	return found;
}
