/*
 * policy: the least that IAM has to allow a tool on a stack's resources.
 * Source: permit.h, and the IAM User Guide, "Grammar of the IAM JSON policy language".
 */
#ifndef STACK_POLICY_H
#define STACK_POLICY_H

#include "base/buffer.h"
#include "stack/stack.h"

enum { POLICY_MOST = 1024 * 1024 }; /* bytes of a document or a template */

/* The namespace that cwput's metrics are in, and no others. */
#define POLICY_NAMESPACE "fxpipe"

/* Is there such a tool, and does it call AWS? */
bool policy_knows(const char *tool);

/*
 * How a resource's ARN, or what is made of its parts, is written; for a template
 * neither is known yet. Both add JSON.
 */
struct policy_arns {
	bool (*add)(void *context, const struct resource *resource, struct buffer *json,
	    struct failure *failure); /* a string, or a template's function */
	/*
	 * A text with ${AWS::Partition}, ${AWS::Region} and ${AWS::AccountId} in it: those
	 * of the resource.
	 */
	bool (*fill)(void *context, const struct resource *resource, const char *text,
	    struct buffer *json, struct failure *failure);
	void *context;
};

/*
 * The policy document ({"Version":"2012-10-17","Statement":[…]}, on one line, the same
 * text for the same stack) that lets these tools work on those resources of the stack
 * that are on AWS. FAILURE_PERMANENT where a tool has nothing to work on.
 */
bool policy_write(struct stack *stack, const char *const *tools, size_t count,
    const struct policy_arns *arns, struct buffer *document, struct failure *failure);

/* With the ARNs that stack_arn gives. */
bool policy_for(struct stack *stack, const char *const *tools, size_t count,
    struct buffer *document, struct failure *failure);

/*
 * Who may take on a role: the document for its setting trust: "ec2", "lambda", a service's
 * host, an account's number or an ARN.
 */
bool policy_trust(const char *trust, struct buffer *document);

/* The same stack as a CloudFormation template, JSON; what has no counterpart there is told. */
bool template_write(struct stack *stack, struct buffer *document,
    void (*left_out)(void *context, const struct resource *resource, const char *why),
    void *context, struct failure *failure);

#endif
