/*
 * turns: things with a key, of which only one with each key is under way at a
 * time. What comes meanwhile with the same key waits behind it; then the newest
 * may go for all that wait (the older ones are superseded), or the oldest.
 */
#ifndef TABLE_DYNAMODB_KEY_QUEUE_H
#define TABLE_DYNAMODB_KEY_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/span.h"

/* The first member of the caller's own. Its key stays where it is as long as it is here. */
struct turn {
	struct turn *next; /* with the same key, behind this one */
	struct span key;
};

/* All that are here with one key. */
struct slot {
	struct slot *same; /* in the same place of the table of keys */
	struct slot *next; /* in the queue of those that are ready */
	uint64_t hash;
	struct turn *first;
	struct turn *last;
	struct turn *under_way; /* NULL: none is */
	unsigned attempts; /* the caller's */
};

struct turns;

/* seed: anything that differs from process to process. */
struct turns *turns_open(uint64_t seed);
/* What is still here goes to release. */
void turns_close(struct turns *turns, void (*release)(struct turn *));

void turns_add(struct turns *turns, struct turn *turn);
/* Keys of which one could go now. */
size_t turns_ready(const struct turns *turns);
/* The key that has been ready for the longest: its newest is under way, or its oldest. NULL: none. */
struct slot *turns_take(struct turns *turns, bool newest);
/* What is under way is not any more: first among those ready. */
void turns_put_back(struct turns *turns, struct slot *slot);
/* The same, but kept by the caller, until it is picked again or put back. */
void turns_hold(struct slot *slot);
void turns_pick(struct slot *slot, bool newest);

/*
 * What was under way has arrived: it and those before it, or all with that key,
 * are handed out, a list ended by NULL. slot must not be used any more.
 */
struct turn *turns_done(struct turns *turns, struct slot *slot, bool all);
/* What was under way will never arrive: it alone is handed out. The same for slot. */
struct turn *turns_refused(struct turns *turns, struct slot *slot);
/* The key's slot; NULL where nothing with that key is here. */
struct slot *turns_find(const struct turns *turns, struct span key);

#endif
