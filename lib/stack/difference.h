/* difference: the settings in which a resource differs from the ones its line asks for. */
#ifndef STACK_DIFFERENCE_H
#define STACK_DIFFERENCE_H

#include "base/buffer.h"
#include "stack/resource.h"

struct difference {
	const char *setting;
	const char *from; /* NULL: the resource has no such setting yet */
	const char *to;
	bool fixed; /* the setting cannot be changed in place */
};

struct differences {
	struct difference all[RESOURCE_SETTINGS];
	size_t count;
	const struct difference *fixed; /* the first fixed one; NULL: none */
	const struct difference *next; /* the first that is not fixed; NULL: none */
};

/* Compares in the order of the kind's settings. Borrows from both until either changes. */
void differences_find(const struct resource *resource, const struct presence *presence,
    struct differences *differences);
/*
 * Appends [{"setting":"shards","from":"1","to":"2"}]; for a secret's value only the setting.
 * False: the buffer is full.
 */
bool differences_write(const struct differences *differences, struct buffer *json);

#endif
