/* objects: a hash table of the open objects, and an array of all by number. */
#include <stdlib.h>

#include "archive/objects.h"
#include "base/hash.h"
#include "base/memory.h"

enum { SLOTS = 4 * OBJECTS_OPEN };

void
object_list_add(struct object_list *list, struct object *object)
{
	object->previous = list->last;
	object->next = NULL;
	if (list->last != NULL)
		list->last->next = object;
	else
		list->first = object;
	list->last = object;
	list->count++;
}

void
object_list_remove(struct object_list *list, struct object *object)
{
	if (object->previous != NULL)
		object->previous->next = object->next;
	else
		list->first = object->next;
	if (object->next != NULL)
		object->next->previous = object->previous;
	else
		list->last = object->previous;
	list->count--;
}

static size_t
slot_of(struct span directory, struct span shard)
{
	uint64_t hash = hash_add(HASH_BEGIN, directory);

	return (size_t)(hash_add(hash, shard) % SLOTS);
}

static size_t
next_slot(size_t slot)
{
	return slot + 1 < SLOTS ? slot + 1 : 0;
}

static struct span
shard_of(const struct position *position)
{
	return position != NULL ? position->shard : span_of(OBJECT_NO_SHARD);
}

static size_t
own_slot(const struct object *object)
{
	return slot_of(span_of(object->directory), object->first.position.shard);
}

struct object *
objects_find(const struct objects *objects, struct span directory, const struct position *position)
{
	struct span shard = shard_of(position);
	size_t slot = slot_of(directory, shard);
	struct object *object;

	while ((object = objects->table[slot]) != NULL) {
		if (span_equal(object->first.position.shard, shard) &&
		    object->positioned == (position != NULL) &&
		    span_is(directory, object->directory))
			return object;
		slot = next_slot(slot);
	}
	return NULL;
}

static void
enter(struct objects *objects, struct object *object)
{
	size_t slot = own_slot(object);

	while (objects->table[slot] != NULL)
		slot = next_slot(slot);
	objects->table[slot] = object;
}

struct object *
objects_open(
    struct objects *objects, struct span directory, const struct position *position, int64_t now)
{
	uint32_t number = objects->base + (uint32_t)objects->numbered_count;
	struct object *object = object_open(directory, position, number, now);

	if (objects->numbered_count == objects->capacity) {
		objects->capacity = objects->capacity > 0 ? 2 * objects->capacity : 64;
		objects->numbered =
		    memory_resize(objects->numbered, objects->capacity, sizeof *objects->numbered);
	}
	objects->numbered[objects->numbered_count++] = object;
	object_list_add(&objects->open, object);
	enter(objects, object);
	return object;
}

void
objects_close(struct objects *objects, struct object *object)
{
	size_t slot = own_slot(object);

	while (objects->table[slot] != object)
		slot = next_slot(slot);
	objects->table[slot] = NULL;
	/* Those after it may be here because their own slot was taken. */
	while (objects->table[slot = next_slot(slot)] != NULL) {
		struct object *other = objects->table[slot];

		objects->table[slot] = NULL;
		enter(objects, other);
	}
	object_list_remove(&objects->open, object);
}

struct object *
objects_numbered(const struct objects *objects, uint32_t number)
{
	return objects->numbered[number - objects->base];
}

void
objects_release(struct objects *objects, struct spool *spool, struct object *object)
{
	size_t released = 0;

	objects->numbered[object->number - objects->base] = NULL;
	object_free(spool, object);
	while (released < objects->numbered_count && objects->numbered[released] == NULL)
		released++;
	/* Rarely, so that it takes no time. */
	if (released < objects->numbered_count && released < objects->numbered_count / 2)
		return;
	objects->base += (uint32_t)released;
	objects->numbered_count -= released;
	memmove(objects->numbered, objects->numbered + released,
	    objects->numbered_count * sizeof *objects->numbered);
}

void
objects_free(struct objects *objects, struct spool *spool)
{
	for (size_t i = 0; i < objects->numbered_count; i++) {
		if (objects->numbered[i] != NULL)
			object_free(spool, objects->numbered[i]);
	}
	free(objects->numbered);
}
