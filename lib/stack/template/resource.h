/*
 * resource: one resource as a part of a CloudFormation template, for template.c only. Source:
 * the CloudFormation Template Reference.
 */
#ifndef STACK_TEMPLATE_RESOURCE_H
#define STACK_TEMPLATE_RESOURCE_H

#include <cjson/cJSON.h>
#include "stack/stack.h"

enum { TEMPLATE_ID = 255 }; /* characters of a logical id, A-Z a-z 0-9 */

/* {"Type":…,"Properties":{…}} for a resource, without policies; free with cJSON_Delete. */
cJSON *template_resource(const struct resource *resource);

/* A logical id for each resource of the stack, unique and the same for the same stack; free it. */
char (*template_ids(struct stack *stack))[TEMPLATE_ID + 1];

#endif
