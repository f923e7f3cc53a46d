/*
 * resource_call: calls to a JSON service about one resource of a stack, put
 * together member by member, and what came of them; for the kinds on AWS.
 */
#ifndef STACK_AWS_CALL_H
#define STACK_AWS_CALL_H

#include "base/buffer.h"
#include "stack/stack.h"

struct resource_call {
	struct stack *stack;
	const struct resource *resource;
	const struct aws_service *service;
	struct buffer body; /* of the next call */
	struct aws_reply reply; /* of the last one; valid until the stack's next call */
};

void resource_call_begin(struct resource_call *call, struct stack *stack,
    const struct resource *resource, const struct aws_service *service);
void resource_call_end(struct resource_call *call); /* wipes what was asked */

/* A member of the next call: a string, or JSON as it is. */
void resource_call_string(struct resource_call *call, const char *name, const char *value);
void resource_call_json(struct resource_call *call, const char *name, const char *json);

/* Sends it. False: failure, and what the service called it by resource_call_was. */
bool resource_call_send(struct resource_call *call, const char *action, struct failure *failure);
/* The same; the reply, an object, is to be freed with cJSON_Delete. NULL: failure. */
cJSON *resource_call_ask(struct resource_call *call, const char *action, struct failure *failure);

/* What the service said of the last call: its code, and whether its words hold these. */
bool resource_call_was(const struct resource_call *call, const char *code);
bool resource_call_said(const struct resource_call *call, const char *words);
/*
 * Was it refused as something that makes no sense (any more), and is the resource, or that setting
 * of it (NULL: none), other than before? Then an attempt whose reply was lost had done it.
 */
bool resource_call_was_done(
    struct resource_call *call, const struct presence *before, const char *setting);

/* What the service refused is of that kind, and "; ADVICE" goes behind its words. Returns false. */
bool resource_advise(struct failure *failure, enum failure_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Is STACK_TAG among tags, [{"Key":…,"Value":…}…]? */
bool resource_is_marked(const cJSON *tags);
/* A member's text; "" where it is none. Borrowed. */
const char *resource_text(const cJSON *object, const char *name);
bool resource_is_arn(const struct resource *resource);

#endif
