/*
 * permit: which actions of AWS each tool may call, and on what. Source: the tools' own
 * calls (aws_call.action), and the Service Authorization Reference for what each is on.
 */
#ifndef STACK_PERMIT_H
#define STACK_PERMIT_H

#include <stdbool.h>
#include "stack/resource.h"

enum permit_on {
	PERMIT_RESOURCE, /* the resource itself */
	PERMIT_KEY, /* the key of its own that encrypts it; where it has none, nothing */
	PERMIT_NOTHING /* the action takes no resource */
};

/* Among the tools: fxstack, where the stack has consumers. */
#define PERMIT_CONSUMERS "fxstack/consumers"

struct permit {
	enum resource_type type;
	enum permit_on on;
	const char *action; /* "kinesis:PutRecords" */
	const char *tools; /* that call it, a space before, between and behind them */
};

/* By type, what it is on, and action; the last has no action. */
extern const struct permit permits[];

bool permit_is_for(const struct permit *permit, const char *tool);

#endif
