/* kinds: the table of the kinds of resources. */
#ifndef FXSTACK_KINDS_H
#define FXSTACK_KINDS_H

#include "stack/resource.h"

/* The kind for a type of resource, embedded or on AWS; NULL: such a resource does not exist. */
const struct resource_kind *kinds_find(enum resource_type type, bool aws);

#endif
