/* resource_form: see resource_form.h. */
#include <stdlib.h>

#include "text/form.h"
#include "stack/aws/form.h"
#include "text/xml.h"

enum { FORM_MOST = 64 * 1024 /* a policy has at most 10 KiB, each byte of it written as three */ };

void
resource_form_open(struct resource_form *form, struct stack *stack, const struct resource *resource,
    const struct aws_service *service, const char *version)
{
	*form = (struct resource_form){
	    .stack = stack, .resource = resource, .service = service, .version = version};
	buffer_init(&form->form, FORM_MOST);
}

void
resource_form_close(struct resource_form *form)
{
	buffer_free(&form->form);
}

void
resource_form_begin(struct resource_form *form, const char *action)
{
	form->action = action;
	form_begin(&form->form, action, form->version);
}

void
resource_form_add(struct resource_form *form, const char *name, const char *value)
{
	/* One that does not fit leaves the form without its end: see resource_form_send. */
	if (!form_add(&form->form, name, value))
		form->action = NULL;
}

void
resource_form_mark(struct resource_form *form)
{
	resource_form_add(form, "Tags.member.1.Key", STACK_TAG);
	resource_form_add(form, "Tags.member.1.Value", STACK_MAKER);
}

bool
resource_form_send(struct resource_form *form, struct failure *failure)
{
	form->reply = (struct aws_reply){.code = ""};
	if (form->action == NULL)
		return fail(failure, FAILURE_PERMANENT, "%s: what it asks for is too long",
		    form->resource->name);
	return stack_call(form->stack, form->resource, form->service, form->action,
	    buffer_text(&form->form), &form->reply, failure);
}

bool
resource_form_was(const struct resource_form *form, const char *code)
{
	return strcmp(form->reply.code, code) == 0;
}

bool
resource_form_try(struct resource_form *form, const char *missing, struct failure *failure)
{
	return resource_form_send(form, failure) || resource_form_was(form, missing);
}

bool
resource_is_tagged(struct span document, const char *element)
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
