/*
 * permissions: the actions of AWS that each tool calls, and on which resources. Source: the
 * tools' own calls (aws_call.action), and the Service Authorization Reference for the resources
 * of an action.
 */
#ifndef STACK_IAM_PERMISSIONS_H
#define STACK_IAM_PERMISSIONS_H

#include <stdbool.h>
#include "stack/resource.h"

enum permission_on {
	PERMISSION_RESOURCE, /* the resource itself */
	PERMISSION_KEY, /* the customer's key that encrypts the resource, if it has one */
	PERMISSION_NOTHING /* the action takes no resource */
};

/* Listed among the tools: fxstack, but only for a stack that has consumers. */
#define PERMISSION_CONSUMERS "fxstack/consumers"

struct permission {
	enum resource_type type;
	enum permission_on on;
	const char *action; /* "kinesis:PutRecords" */
	const char *tools; /* that call it, with a space before, between and after them */
};

/* Sorted by type, permission_on and action; the last one has no action. */
extern const struct permission permissions[];

bool permission_is_for(const struct permission *permission, const char *tool);

#endif
