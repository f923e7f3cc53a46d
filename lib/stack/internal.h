/* internal: the structure of a stack, private to this folder. */
#ifndef STACK_INTERNAL_H
#define STACK_INTERNAL_H

#include "aws/client/account.h"
#include "stack/stack.h"

enum { STACK_SERVICES = 32 };

/* A connection: one for each service and region. */
struct stack_service {
	const struct aws_service *service;
	char *region; /* NULL: the region of the settings */
	struct aws *aws;
};

struct stack {
	struct stack_settings settings;
	struct resource **resources; /* in the order of their lines */
	size_t count;
	struct stack_service services[STACK_SERVICES];
	size_t service_count;
	struct account account; /* number NULL: not asked yet */
};

#endif
