/*
 * kind: what the kinds of resources on AWS share. A driver opens and closes the request of each
 * step, maps the service's "does not exist", and recognises a step that was done although its
 * reply was lost. A kind does the rest.
 */
#ifndef STACK_AWS_KIND_H
#define STACK_AWS_KIND_H

#include "stack/aws/request.h"

struct aws_kind {
	struct resource_kind kind; /* first, so that one pointer serves for both; AWS_KIND_STEPS */
	const struct aws_service *service;
	const char *version; /* of its API, for the query protocol */
	const char *missing[2]; /* error codes for "does not exist" */
	/* The steps, as in struct resource_kind, with an open request. */
	bool (*read)(struct request *request, struct presence *presence, struct failure *failure);
	bool (*make)(struct request *request, struct failure *failure);
	/* One function for each of kind.settings, in that order; NULL for one that is fixed. */
	bool (*change[RESOURCE_SETTINGS])(
	    struct request *request, const struct presence *presence, struct failure *failure);
	bool (*remove)(
	    struct request *request, const struct presence *presence, struct failure *failure);
};

/* The steps of struct resource_kind, each of which calls the step of struct aws_kind. */
#define AWS_KIND_STEPS \
	.read = aws_kind_read, .make = aws_kind_make, .change = aws_kind_change, \
	.remove = aws_kind_remove

bool aws_kind_read(struct stack *stack, const struct resource *resource, struct presence *presence,
    struct failure *failure);
bool aws_kind_make(struct stack *stack, const struct resource *resource, struct failure *failure);
bool aws_kind_change(struct stack *stack, const struct resource *resource,
    const struct presence *presence, const char *setting, struct failure *failure);
bool aws_kind_remove(struct stack *stack, const struct resource *resource,
    const struct presence *presence, struct failure *failure);

/*
 * Was a step refused as invalid because an earlier attempt, whose reply was lost, had done it?
 * True if the resource, or the setting (NULL: none), now differs from before.
 */
bool aws_kind_was_done(
    const struct request *request, const struct presence *before, const char *setting);

#endif
