/*
 * objects: the open objects, found by partition and shard, oldest first; and all objects by number.
 */
#ifndef ARCHIVE_OBJECTS_H
#define ARCHIVE_OBJECTS_H

#include "archive/object.h"

/* In the order of opening or closing. Zeroed: empty. */
struct object_list {
	struct object *first, *last;
	size_t count;
};

void object_list_add(struct object_list *list, struct object *object);
void object_list_remove(struct object_list *list, struct object *object);

enum { OBJECTS_OPEN = 1000 /* at most: each has a block in memory */ };

/* Zeroed: empty. */
struct objects {
	struct object_list open;
	struct object *table[4 * OBJECTS_OPEN]; /* of the open ones, by hash */
	struct object **numbered; /* [0] has the number base; NULL: it was released */
	size_t numbered_count, capacity;
	uint32_t base;
};

/* The open object of a directory and shard; NULL: there is none. */
struct object *objects_find(
    const struct objects *objects, struct span directory, const struct position *position);
/* Opens one, as object_open does. There must be less than OBJECTS_OPEN. */
struct object *objects_open(
    struct objects *objects, struct span directory, const struct position *position, int64_t now);
/* It is open no more; it is in no list then. */
void objects_close(struct objects *objects, struct object *object);
/* The object with this number, which is not released. */
struct object *objects_numbered(const struct objects *objects, uint32_t number);
/* Frees a closed object. */
void objects_release(struct objects *objects, struct spool *spool, struct object *object);
void objects_free(struct objects *objects, struct spool *spool); /* not the struct itself */

#endif
