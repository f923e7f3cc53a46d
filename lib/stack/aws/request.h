/*
 * request: one request at a time to a service of AWS about one resource of a stack: its body,
 * written member by member, and the reply. The kinds of resources on AWS use it. This file has
 * the services that take JSON; query.h has those of the query protocol, s3.h has S3.
 */
#ifndef STACK_AWS_REQUEST_H
#define STACK_AWS_REQUEST_H

#include "base/buffer.h"
#include "stack/stack.h"

struct request {
	struct stack *stack;
	const struct resource *resource;
	const struct aws_service *service;
	const char *version; /* of the service's API, for the query protocol */
	const char *action; /* of the query being written; NULL: it does not fit */
	struct buffer body; /* of the next request */
	struct aws_reply reply; /* to the last request; valid until the stack's next one */
	bool missing; /* S3: the configuration that s3_get asked for does not exist */
};

void request_open(struct request *request, struct stack *stack, const struct resource *resource,
    const struct aws_service *service);
/* Overwrites the body, which may have held a secret. */
void request_close(struct request *request);

/* Adds a member to the body: a string, or a value that is JSON already. */
void request_string(struct request *request, const char *name, const char *value);
void request_json(struct request *request, const char *name, const char *json);

/* Sends the body and clears it. If false, request_failed_with has the service's error code. */
bool request_send(struct request *request, const char *action, struct failure *failure);
/* As request_send; returns the reply, an object to free with cJSON_Delete, or NULL. */
cJSON *request_ask(struct request *request, const char *action, struct failure *failure);

/* Was that the error code of the last reply? */
bool request_failed_with(const struct request *request, const char *code);
/* Does the error message of the last reply contain phrase, in any case? */
bool request_error_has(const struct request *request, const char *phrase);

/* The region that the requests go to, for commands in messages. */
const char *request_region(const struct request *request);

/* Is STACK_TAG among the tags of an object, "Tags":[{"Key":…,"Value":…}…]? */
bool request_is_tagged(const cJSON *object);
/* As request_send, by an action that lists tags. *ours: STACK_TAG is among them. */
bool request_read_tags(
    struct request *request, const char *action, bool *ours, struct failure *failure);
/* A setting as the resource is to have it. */
const char *request_wanted(const struct request *request, const char *setting);
const cJSON *request_member(const cJSON *object, const char *name);
/* A member that is a string, borrowed; "" if it is missing or of another type. */
const char *request_text(const cJSON *object, const char *name);

#endif
