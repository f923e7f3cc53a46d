/* stack: the resources of a stack, read from its lines, and what they share. */
#ifndef STACK_STACK_H
#define STACK_STACK_H

#include <signal.h>
#include "aws/client/aws.h"
#include "stack/resource.h"
#include "base/span.h"

/* What marks a resource as made by fxstack: a tag on AWS, a note in an embedded file. */
#define STACK_TAG "made-by"
#define STACK_MAKER "fxstack"
/* The variable in an entry of the crontab that says who made it. */
#define SCHEDULE_MAKER "FX_MADE_BY"

struct stack_settings {
	const char *prefix; /* --prefix: "dev" makes "dev-rates" of "rates"; NULL: none */
	bool aws; /* --aws: plain names are on AWS */
	int secrets; /* the descriptor that a secret "from":"-" is read from; -1: not possible */
	/* The kind for a type of resource; NULL: resources are read only. */
	const struct resource_kind *(*kind_of)(enum resource_type type, bool aws);
	struct caller caller;
};

struct stack *stack_open(const struct stack_settings *settings);
void stack_close(struct stack *stack);

/* Adds the resource that a line asks for. FAILURE_PERMANENT for what is none, or is there already. */
bool stack_add(struct stack *stack, struct span line, uint64_t number, struct failure *failure);
/* All lines are in: looks at what they say of each other (a consumer's stream). */
bool stack_check(struct stack *stack, struct failure *failure);
/* Reads the values of secrets, for those who compare or make them. */
bool stack_secrets(struct stack *stack, struct failure *failure);

size_t stack_count(const struct stack *stack);
const struct resource *stack_resource(const struct stack *stack, size_t number);
/* The one of that type that another line calls so; NULL: there is none. */
const struct resource *stack_find(
    const struct stack *stack, enum resource_type type, const char *name);
const struct stack_settings *stack_settings(const struct stack *stack);

/* An open connection to a service, kept until stack_close. region NULL: the one in force. */
struct aws *stack_service(struct stack *stack, const struct aws_service *service,
    const char *region, struct failure *failure);
/*
 * One call, waited for, with tries as aws does them. False: failure; reply->code then holds the
 * service's word, so that "ResourceNotFoundException" can be told from the rest.
 * reply is valid until the next call.
 */
bool stack_call(struct stack *stack, const struct resource *resource,
    const struct aws_service *service, const char *action, const char *body,
    struct aws_reply *reply, struct failure *failure);
/*
 * The stream or the table that a schedule or consumer works on: the one its line names, else the
 * only one of the stack; NULL: none.
 */
const struct resource *stack_serves(
    const struct stack *stack, const struct resource *resource, enum resource_type type);

/* The account's number, asked of STS once; NULL: failure. */
const char *stack_account(struct stack *stack, struct failure *failure);
/*
 * FAILURE_PERMANENT for an ARN of another account, in which nothing is looked at, made or removed:
 * services that go by the name would take ours of the same name for it.
 */
bool stack_owns(struct stack *stack, const struct resource *resource, struct failure *failure);
/*
 * The ARN that a resource on AWS has or will have ("arn:aws:kinesis:REGION:ACCOUNT:stream/NAME"),
 * in text of size bytes.
 */
bool stack_arn(struct stack *stack, const struct resource *resource, char *text, size_t size,
    struct failure *failure);

/* Adds which line it is about to a failure's words; returns false. */
bool stack_fail_at(const struct resource *resource, struct failure *failure);
/*
 * Sees to it that a role or a policy wants the document that its tools need. Not known before
 * the account is, so the kinds ask for it when they look.
 */
bool stack_document(struct stack *stack, const struct resource *resource, struct failure *failure);

#endif
