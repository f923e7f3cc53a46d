/*
 * policy: assembles IAM policies: the least permissions with which a tool can work on a stack's
 * resources. Source: permissions.h, and the IAM User Guide, "Grammar of the IAM JSON policy
 * language".
 */
#ifndef STACK_IAM_POLICY_H
#define STACK_IAM_POLICY_H

#include "base/buffer.h"
#include "stack/stack.h"

enum { POLICY_MOST = 1024 * 1024 }; /* bytes of a document or a template */

/* The only namespace in which cwput may write metrics. */
#define POLICY_NAMESPACE "fxpipe"

/* Is it one of the tools that call AWS? */
bool policy_knows(const char *tool);

/* How ARNs are written: as they are, or in a template, where they are not known yet, as JSON
 * that CloudFormation evaluates. Both functions append JSON. */
struct policy_arns {
	/* The ARN of a resource. */
	bool (*add)(void *context, const struct resource *resource, struct buffer *json,
	    struct failure *failure);
	/* A text in which ${AWS::Partition}, ${AWS::Region} and ${AWS::AccountId} are replaced by
	 * those of the resource. */
	bool (*fill)(void *context, const struct resource *resource, const char *text,
	    struct buffer *json, struct failure *failure);
	void *context;
};

/*
 * Writes the policy document ({"Version":"2012-10-17","Statement":[…]}, on one line, the same
 * text for the same stack) with which these tools can work on the stack's resources on AWS.
 * FAILURE_PERMANENT if the stack has no resource for one of the tools.
 */
bool policy_for(struct stack *stack, const char *const *tools, size_t count,
    struct buffer *document, struct failure *failure);
/* As policy_for, for the member "tools" of a role or a policy. arns NULL: those of stack_arn. */
bool policy_of(struct stack *stack, const struct resource *resource, const struct policy_arns *arns,
    struct buffer *document, struct failure *failure);
/*
 * Sets the wanted setting "document" of a role or a policy, unless it is set. It contains the
 * account's number, so that kinds call this when they read the resource.
 */
bool policy_want(struct stack *stack, const struct resource *resource, struct failure *failure);

/*
 * Writes the document that says who may assume a role, for its setting trust: "ec2", "lambda", a
 * service's host, an account's number or an ARN. False: document has no room.
 */
bool policy_trust(const char *trust, struct buffer *document);

#endif
