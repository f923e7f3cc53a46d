/* key_queue: a hash table of keys with their waiting entries; a list of the keys that are ready. */
#include <stdlib.h>

#include "base/hash.h"
#include "base/memory.h"
#include "table/dynamodb/key_queue.h"

enum { PLACES = 1 << 14 };

struct key_queue {
	struct key_slot *places[PLACES];
	struct key_slot *first; /* of those ready */
	struct key_slot *last;
	size_t ready;
	struct key_slot *spare;
	uint64_t seed;
};

struct key_queue *
key_queue_open(uint64_t seed)
{
	struct key_queue *queue = memory_new(1, sizeof *queue);

	queue->seed = seed;
	return queue;
}

static void
release_slot(struct key_slot *slot, void (*release)(struct keyed *))
{
	while (slot->first != NULL) {
		struct keyed *keyed = slot->first;

		slot->first = keyed->next;
		release(keyed);
	}
	free(slot);
}

void
key_queue_close(struct key_queue *queue, void (*release)(struct keyed *))
{
	for (size_t i = 0; i < PLACES; i++) {
		while (queue->places[i] != NULL) {
			struct key_slot *slot = queue->places[i];

			queue->places[i] = slot->same;
			release_slot(slot, release);
		}
	}
	while (queue->spare != NULL) {
		struct key_slot *slot = queue->spare;

		queue->spare = slot->next;
		free(slot);
	}
	free(queue);
}

/* From a start that outsiders do not know. */
static uint64_t
hash_key(const struct key_queue *queue, struct span key)
{
	uint64_t hash = hash_add(HASH_BEGIN ^ queue->seed, key);

	return hash ^ hash >> 32;
}

static struct key_slot *
find(const struct key_queue *queue, struct span key, uint64_t hash)
{
	struct key_slot *slot = queue->places[hash % PLACES];

	while (slot != NULL && (slot->hash != hash || !span_equal(slot->first->key, key)))
		slot = slot->same;
	return slot;
}

struct key_slot *
key_queue_find(const struct key_queue *queue, struct span key)
{
	return find(queue, key, hash_key(queue, key));
}

static void
add_ready(struct key_queue *queue, struct key_slot *slot)
{
	slot->next = NULL;
	if (queue->first == NULL)
		queue->first = slot;
	else
		queue->last->next = slot;
	queue->last = slot;
	queue->ready++;
}

static struct key_slot *
new_slot(struct key_queue *queue, uint64_t hash, struct keyed *keyed)
{
	struct key_slot *slot = queue->spare;
	struct key_slot **place = &queue->places[hash % PLACES];

	if (slot != NULL)
		queue->spare = slot->next;
	else
		slot = memory_new(1, sizeof *slot);
	*slot = (struct key_slot){.same = *place, .hash = hash, .first = keyed, .last = keyed};
	*place = slot;
	return slot;
}

void
key_queue_add(struct key_queue *queue, struct keyed *keyed)
{
	uint64_t hash = hash_key(queue, keyed->key);
	struct key_slot *slot = find(queue, keyed->key, hash);

	keyed->next = NULL;
	if (slot == NULL) {
		add_ready(queue, new_slot(queue, hash, keyed));
	} else {
		slot->last->next = keyed;
		slot->last = keyed;
	}
}

size_t
key_queue_ready(const struct key_queue *queue)
{
	return queue->ready;
}

void
key_queue_pick(struct key_slot *slot, bool newest)
{
	slot->in_flight = newest ? slot->last : slot->first;
}

struct key_slot *
key_queue_take(struct key_queue *queue, bool newest)
{
	struct key_slot *slot = queue->first;

	if (slot == NULL)
		return NULL;
	queue->first = slot->next;
	queue->ready--;
	key_queue_pick(slot, newest);
	return slot;
}

void
key_queue_hold(struct key_slot *slot)
{
	slot->in_flight = NULL;
}

void
key_queue_put_back(struct key_queue *queue, struct key_slot *slot)
{
	slot->in_flight = NULL;
	if (queue->first == NULL)
		queue->last = slot;
	slot->next = queue->first;
	queue->first = slot;
	queue->ready++;
}

static void
remove_slot(struct key_queue *queue, struct key_slot *slot)
{
	struct key_slot **at = &queue->places[slot->hash % PLACES];

	while (*at != slot)
		at = &(*at)->same;
	*at = slot->same;
	slot->next = queue->spare;
	queue->spare = slot;
}

/* After entries were removed: the key is ready again, or unused if none is left. */
static void
next_entry(struct key_queue *queue, struct key_slot *slot)
{
	slot->in_flight = NULL;
	slot->attempts = 0;
	if (slot->first == NULL)
		remove_slot(queue, slot);
	else
		add_ready(queue, slot);
}

struct keyed *
key_queue_done(struct key_queue *queue, struct key_slot *slot, bool all)
{
	struct keyed *done = slot->first, *last = all ? slot->last : slot->in_flight;

	slot->first = last->next;
	last->next = NULL;
	next_entry(queue, slot);
	return done;
}

struct keyed *
key_queue_refused(struct key_queue *queue, struct key_slot *slot)
{
	struct keyed *refused = slot->in_flight, *before = NULL;
	struct keyed **at = &slot->first;

	while (*at != refused) {
		before = *at;
		at = &before->next;
	}
	*at = refused->next;
	if (slot->last == refused)
		slot->last = before;
	refused->next = NULL;
	next_entry(queue, slot);
	return refused;
}
