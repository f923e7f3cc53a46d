/* difference: in which settings what there is differs from what is wanted. */
#ifndef STACK_DIFFERENCE_H
#define STACK_DIFFERENCE_H

#include "base/buffer.h"
#include "stack/resource.h"

struct difference {
	const char *setting;
	const char *from; /* NULL: there is none yet */
	const char *to;
	bool fixed; /* it cannot be changed in place */
};

struct differences {
	struct difference all[RESOURCE_SETTINGS];
	size_t count;
	const struct difference *fixed; /* the first that is; NULL: none */
	const struct difference *next; /* the first that is not; NULL: none */
};

/* In the order of the kind's settings. Borrowed from both until either changes. */
void differences_find(const struct resource *resource, const struct presence *presence,
    struct differences *differences);
/* [{"setting":"shards","from":"1","to":"2"}]; of a secret's value neither from nor to. */
bool differences_write(const struct differences *differences, struct buffer *json);

#endif
