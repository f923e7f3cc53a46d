/*
 * properties: those of resources that name others, without the ARNs of these, which template.c
 * adds; for resource.c only. Source: the CloudFormation Template Reference.
 */
#ifndef STACK_TEMPLATE_PROPERTIES_H
#define STACK_TEMPLATE_PROPERTIES_H

#include <cjson/cJSON.h>
#include "stack/resource.h"

void template_subscription(const struct resource *resource, cJSON *properties);
void template_delivery(const struct resource *resource, cJSON *properties);
void template_alarm(const struct resource *resource, cJSON *properties);

#endif
