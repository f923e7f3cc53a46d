/*
 * subscription: the settings of a subscription to a topic, and its endpoint. Source: SNS API
 * Reference, Subscribe, SetSubscriptionAttributes.
 */
#ifndef STACK_SUBSCRIPTION_H
#define STACK_SUBSCRIPTION_H

#include <cjson/cJSON.h>
#include "stack/resource.h"

/* The part of resource_read_wanted for a subscription. */
bool subscription_want(struct resource *resource, struct failure *failure);
/* Reads the endpoint from the file that the line names, if it names one. */
bool subscription_read_endpoint(struct resource *resource, struct failure *failure);

/* "sqs", "lambda", "https" or "email"; NULL: no endpoint. */
const char *subscription_protocol(const char *endpoint);

#endif
