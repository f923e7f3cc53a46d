/*
 * resource_form: calls to a service of the query protocol about one resource of
 * a stack, put together field by field, and what came of them; what IAM and SNS
 * have in common.
 */
#ifndef STACK_AWS_FORM_H
#define STACK_AWS_FORM_H

#include "base/buffer.h"
#include "stack/stack.h"

struct resource_form {
	struct stack *stack;
	const struct resource *resource;
	const struct aws_service *service;
	const char *version;
	const char *action; /* of the next call */
	struct buffer form;
	struct aws_reply reply; /* of the last one; valid until the stack's next call */
};

void resource_form_open(struct resource_form *form, struct stack *stack,
    const struct resource *resource, const struct aws_service *service, const char *version);
void resource_form_close(struct resource_form *form);

void resource_form_begin(struct resource_form *form, const char *action);
void resource_form_add(struct resource_form *form, const char *name, const char *value);
/* The tag that says whose it is. */
void resource_form_mark(struct resource_form *form);
/* False: failure, and what the service called it by resource_form_was. */
bool resource_form_send(struct resource_form *form, struct failure *failure);
bool resource_form_was(const struct resource_form *form, const char *code);
/* Sends it; missing: that it is not there (this code) is no failure, either. */
bool resource_form_try(struct resource_form *form, const char *missing, struct failure *failure);

/* Is STACK_TAG among the tags, each an element of that name with a Key and a Value? */
bool resource_is_tagged(struct span document, const char *element);

#endif
