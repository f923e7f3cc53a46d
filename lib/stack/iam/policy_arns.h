/* policy_arns: the functions of struct policy_arns for ARNs as they are; context is the stack. */
#ifndef STACK_IAM_POLICY_ARNS_H
#define STACK_IAM_POLICY_ARNS_H

#include "base/buffer.h"
#include "stack/stack.h"

bool policy_arns_add(
    void *context, const struct resource *resource, struct buffer *json, struct failure *failure);
bool policy_arns_fill(void *context, const struct resource *resource, const char *text,
    struct buffer *json, struct failure *failure);

#endif
