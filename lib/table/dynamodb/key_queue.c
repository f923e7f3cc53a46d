/* turns: see turns.h. */
#include <stdlib.h>

#include "base/memory.h"
#include "table/dynamodb/key_queue.h"

enum { PLACES = 1 << 14 };

struct turns {
	struct slot *places[PLACES];
	struct slot *first; /* those ready */
	struct slot *last;
	size_t ready;
	struct slot *spare;
	uint64_t seed;
};

struct turns *
turns_open(uint64_t seed)
{
	struct turns *turns = memory_new(1, sizeof *turns);

	turns->seed = seed;
	return turns;
}

static void
release_slot(struct slot *slot, void (*release)(struct turn *))
{
	while (slot->first != NULL) {
		struct turn *turn = slot->first;

		slot->first = turn->next;
		release(turn);
	}
	free(slot);
}

void
turns_close(struct turns *turns, void (*release)(struct turn *))
{
	for (size_t i = 0; i < PLACES; i++) {
		while (turns->places[i] != NULL) {
			struct slot *slot = turns->places[i];

			turns->places[i] = slot->same;
			release_slot(slot, release);
		}
	}
	while (turns->spare != NULL) {
		struct slot *slot = turns->spare;

		turns->spare = slot->next;
		free(slot);
	}
	free(turns);
}

/* FNV-1a, from a start that nobody outside knows. */
static uint64_t
hash_key(const struct turns *turns, struct span key)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ turns->seed;

	for (size_t i = 0; i < key.length; i++)
		hash = (hash ^ (unsigned char)key.start[i]) * UINT64_C(0x100000001b3);
	return hash ^ hash >> 32;
}

static struct slot *
find(const struct turns *turns, struct span key, uint64_t hash)
{
	struct slot *slot = turns->places[hash % PLACES];

	while (slot != NULL && (slot->hash != hash || !span_equal(slot->first->key, key)))
		slot = slot->same;
	return slot;
}

struct slot *
turns_find(const struct turns *turns, struct span key)
{
	return find(turns, key, hash_key(turns, key));
}

static void
add_ready(struct turns *turns, struct slot *slot)
{
	slot->next = NULL;
	if (turns->first == NULL)
		turns->first = slot;
	else
		turns->last->next = slot;
	turns->last = slot;
	turns->ready++;
}

static struct slot *
new_slot(struct turns *turns, uint64_t hash, struct turn *turn)
{
	struct slot *slot = turns->spare;
	struct slot **place = &turns->places[hash % PLACES];

	if (slot != NULL)
		turns->spare = slot->next;
	else
		slot = memory_new(1, sizeof *slot);
	*slot = (struct slot){.same = *place, .hash = hash, .first = turn, .last = turn};
	*place = slot;
	return slot;
}

void
turns_add(struct turns *turns, struct turn *turn)
{
	uint64_t hash = hash_key(turns, turn->key);
	struct slot *slot = find(turns, turn->key, hash);

	turn->next = NULL;
	if (slot == NULL) {
		add_ready(turns, new_slot(turns, hash, turn));
	} else {
		slot->last->next = turn;
		slot->last = turn;
	}
}

size_t
turns_ready(const struct turns *turns)
{
	return turns->ready;
}

void
turns_pick(struct slot *slot, bool newest)
{
	slot->under_way = newest ? slot->last : slot->first;
}

struct slot *
turns_take(struct turns *turns, bool newest)
{
	struct slot *slot = turns->first;

	if (slot == NULL)
		return NULL;
	turns->first = slot->next;
	turns->ready--;
	turns_pick(slot, newest);
	return slot;
}

void
turns_hold(struct slot *slot)
{
	slot->under_way = NULL;
}

void
turns_put_back(struct turns *turns, struct slot *slot)
{
	slot->under_way = NULL;
	if (turns->first == NULL)
		turns->last = slot;
	slot->next = turns->first;
	turns->first = slot;
	turns->ready++;
}

static void
forget(struct turns *turns, struct slot *slot)
{
	struct slot **at = &turns->places[slot->hash % PLACES];

	while (*at != slot)
		at = &(*at)->same;
	*at = slot->same;
	slot->next = turns->spare;
	turns->spare = slot;
}

/* After some were taken out: those that are left have a turn, if any are. */
static void
go_on(struct turns *turns, struct slot *slot)
{
	slot->under_way = NULL;
	slot->attempts = 0;
	if (slot->first == NULL)
		forget(turns, slot);
	else
		add_ready(turns, slot);
}

struct turn *
turns_done(struct turns *turns, struct slot *slot, bool all)
{
	struct turn *done = slot->first, *last = all ? slot->last : slot->under_way;

	slot->first = last->next;
	last->next = NULL;
	go_on(turns, slot);
	return done;
}

struct turn *
turns_refused(struct turns *turns, struct slot *slot)
{
	struct turn *refused = slot->under_way, *before = NULL;
	struct turn **at = &slot->first;

	while (*at != refused) {
		before = *at;
		at = &before->next;
	}
	*at = refused->next;
	if (slot->last == refused)
		slot->last = before;
	refused->next = NULL;
	go_on(turns, slot);
	return refused;
}
