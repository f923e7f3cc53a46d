/*
 * resource_bucket: calls to S3 about one bucket of a stack. Each but the one that
 * makes it says whose it must be: a bucket of another account is not looked at.
 */
#ifndef STACK_AWS_BUCKET_H
#define STACK_AWS_BUCKET_H

#include "base/buffer.h"
#include "stack/stack.h"

#define BUCKET_XML "http://s3.amazonaws.com/doc/2006-03-01/"

struct resource_bucket {
	struct stack *stack;
	const struct resource *resource;
	struct aws *aws;
	struct buffer body; /* of the next put */
	struct aws_reply reply; /* of the last call; valid until the stack's next one */
	bool missing; /* what the last was asked for is not there */
};

bool resource_bucket_open(struct resource_bucket *bucket, struct stack *stack,
    const struct resource *resource, struct failure *failure);
void resource_bucket_close(struct resource_bucket *bucket);
const char *resource_bucket_region(const struct resource_bucket *bucket);

/*
 * GET; action is what a policy must allow. nothing: the code that says that there is no such
 * configuration; then true, and missing.
 */
bool resource_bucket_ask(struct resource_bucket *bucket, const char *action, const char *query,
    const char *nothing, struct failure *failure);
/* PUT of body; query NULL: of the bucket itself. */
bool resource_bucket_put(
    struct resource_bucket *bucket, const char *action, const char *query, struct failure *failure);
bool resource_bucket_delete(
    struct resource_bucket *bucket, const char *action, const char *query, struct failure *failure);
bool resource_bucket_was(const struct resource_bucket *bucket, const char *code);

#endif
