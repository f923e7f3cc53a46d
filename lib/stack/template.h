/*
 * template: a stack's resources as those of CloudFormation, one function a type. Source:
 * the CloudFormation Template Reference. For template_write alone, which is in policy.h.
 */
#ifndef STACK_TEMPLATE_H
#define STACK_TEMPLATE_H

#include <cjson/cJSON.h>
#include "stack/policy.h"

enum { TEMPLATE_ID = 255 }; /* characters of a logical id, A-Z a-z 0-9 */

/* The resource as a template has it, {"Type":…,"Properties":{…}}, but for what IAM is. */
cJSON *template_resource(const struct resource *resource);

/*
 * A logical id for each resource of the stack, unique and the same for the same stack;
 * to be freed with free.
 */
char (*template_ids(struct stack *stack))[TEMPLATE_ID + 1];

#endif
