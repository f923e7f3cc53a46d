/* stack: the resources of a stack, read from its lines, and their connections to AWS. */
#ifndef STACK_STACK_H
#define STACK_STACK_H

#include "aws/client/aws.h"
#include "base/caller.h"
#include "base/span.h"
#include "stack/resource.h"

struct stack_settings {
	const char *prefix; /* --prefix: "dev" turns "rates" into "dev-rates"; NULL: none */
	bool aws; /* --aws: plain names are on AWS */
	int secrets; /* the descriptor for a secret "from":"-"; -1: not possible */
	/* The kind for a resource; NULL: lines are only read. */
	const struct resource_kind *(*kind_of)(enum resource_type type, bool aws);
	struct caller caller;
};

struct stack *stack_open(const struct stack_settings *settings);
void stack_close(struct stack *stack);

/* Adds the resource of a line. FAILURE_PERMANENT if the line is invalid or the name is taken. */
bool stack_add(struct stack *stack, struct span line, uint64_t number, struct failure *failure);
/* After the last line: checks the references between lines (a consumer's stream). */
bool stack_check(struct stack *stack, struct failure *failure);
/* Reads the values of secrets from files or standard input, to compare or to create them. */
bool stack_secrets(struct stack *stack, struct failure *failure);
/* Reads the endpoints of subscriptions from files. */
bool stack_endpoints(struct stack *stack, struct failure *failure);

size_t stack_count(const struct stack *stack);
const struct resource *stack_resource(const struct stack *stack, size_t number);
/*
 * The resource of that type that another works on: the one that its line names, else the stack's
 * only one; NULL: none.
 */
const struct resource *stack_serves(
    const struct stack *stack, const struct resource *resource, enum resource_type type);
/* Sets a wanted setting that is known only later, of a resource of this stack. */
void stack_want(
    struct stack *stack, const struct resource *resource, const char *setting, const char *value);
const struct stack_settings *stack_settings(const struct stack *stack);
/* Puts "line N: " before the message of failure; returns false. */
bool stack_fail_at(const struct resource *resource, struct failure *failure);

/* A connection to a service, open until stack_close. region NULL: the region of the settings. */
struct aws *stack_service(struct stack *stack, const struct aws_service *service,
    const char *region, struct failure *failure);
/*
 * Sends one request, with retries, and waits for its reply, which is valid until the next call.
 * False: failure, and reply->code has the service's error code ("ResourceNotFoundException").
 */
bool stack_call(struct stack *stack, const struct resource *resource,
    const struct aws_service *service, const char *action, const char *body,
    struct aws_reply *reply, struct failure *failure);
/* The number of the account, asked of STS once; NULL: failure. */
const char *stack_account(struct stack *stack, struct failure *failure);
/*
 * FAILURE_PERMANENT for an ARN of another account. Services that look resources up by name would
 * otherwise take our resource of the same name for it.
 */
bool stack_owns(struct stack *stack, const struct resource *resource, struct failure *failure);
/*
 * Writes the ARN that a resource on AWS has or will have
 * ("arn:aws:kinesis:REGION:ACCOUNT:stream/NAME") into text of size bytes.
 */
bool stack_arn(struct stack *stack, const struct resource *resource, char *text, size_t size,
    struct failure *failure);

#endif
