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
	PERMISSION_RESOURCE, /* the resource itself; of a subscription: its topic; of a fanout:
	                        its stream */
	PERMISSION_FANOUT, /* the consumer of enhanced fan-out itself */
	PERMISSION_OBJECTS, /* the objects in a bucket */
	PERMISSION_STREAM_CONSUMERS, /* the consumers of enhanced fan-out that a stream has */
	PERMISSION_WORKERS, /* the table of a KCL application's workers, beside that of a group */
	PERMISSION_CHANGES, /* the streams of a table, if its line names one */
	PERMISSION_KEY, /* the customer's key that encrypts the resource, if it has one */
	PERMISSION_PASSED, /* a role that is given to a service */
	PERMISSION_NOTHING /* the action takes no resource */
};

/*
 * Listed among the tools: fxstack, but only for a stack that has consumers; the service
 * Firehose, which is the tool of a delivery's role, and the same if a delivery reads a stream;
 * kread, if a command in the stack has --enhanced, or --register.
 */
#define PERMISSION_CONSUMERS "fxstack/consumers"
#define PERMISSION_DELIVERY "firehose"
#define PERMISSION_SOURCES "firehose/sources"
#define PERMISSION_ENHANCED "kread/enhanced"
#define PERMISSION_REGISTER "kread/register"

struct permission {
	enum resource_type type;
	enum permission_on on;
	const char *action; /* "kinesis:PutRecords" */
	const char *tools; /* that call it, with a space before, between and after them */
};

/* Sorted by type, permission_on and action; the last one has no action. */
extern const struct permission permissions[];

/* Is the resource on AWS, and one of those that permissions on the type's resources are for? */
bool permission_covers(
    const struct resource *resource, enum resource_type type, enum permission_on on);
bool permission_is_for(const struct permission *permission, const char *tool);

#endif
