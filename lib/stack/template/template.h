/* template: a stack as a CloudFormation template. */
#ifndef STACK_TEMPLATE_TEMPLATE_H
#define STACK_TEMPLATE_TEMPLATE_H

#include "stack/stack.h"

/*
 * Writes the template, JSON on one line, the same text for the same stack. Calls left_out for
 * each resource that has no counterpart in it, in whole or in part, with the reason.
 */
bool template_write(struct stack *stack, struct buffer *document,
    void (*left_out)(void *context, const struct resource *resource, const char *why),
    void *context, struct failure *failure);

#endif
