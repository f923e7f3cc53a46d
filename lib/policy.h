/*
 * policy: the least that IAM has to allow a tool on a stack's resources.
 * Source: what each tool calls (aws_call.action), and the Service Authorization
 * Reference for which of the actions take a resource.
 */
#ifndef POLICY_H
#define POLICY_H

#include "buffer.h"
#include "stack.h"

/* Is there such a tool, and does it call AWS? */
bool policy_knows(const char *tool);

/*
 * The policy document ({"Version":"2012-10-17","Statement":[…]}, on one line, the same
 * text for the same stack) that lets these tools work on those resources of the stack
 * that are on AWS. arns: how each resource's ARN is written; for a template it is not known
 * yet. FAILURE_PERSON where a tool has nothing to work on.
 */
struct policy_arns {
	/* Adds JSON: a string or a template's function ({"Fn::GetAtt":[…]}); suffix: "" or what follows it. */
	bool (*add)(void *context, const struct resource *resource, const char *suffix,
	    struct buffer *json, struct failure *failure);
	void *context;
};
bool policy_write(struct stack *stack, const char *const *tools, size_t count,
    const struct policy_arns *arns, struct buffer *document, struct failure *failure);

/* With the ARNs that stack_arn gives. */
bool policy_for(struct stack *stack, const char *const *tools, size_t count,
    struct buffer *document, struct failure *failure);

/* The same stack as a CloudFormation template, JSON; what has no counterpart there is told. */
bool template_write(struct stack *stack, struct buffer *document,
    void (*left_out)(void *context, const struct resource *resource, const char *why),
    void *context, struct failure *failure);

#endif
