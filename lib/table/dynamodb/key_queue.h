/*
 * key_queue: entries with keys, of which at most one of each key is in flight. Entries that arrive
 * meanwhile with the same key wait; then either only the newest of them is sent, which supersedes
 * the others, or the oldest is sent next.
 */
#ifndef TABLE_DYNAMODB_KEY_QUEUE_H
#define TABLE_DYNAMODB_KEY_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/span.h"

/* An entry; the first member of the caller's own struct. Its key must stay valid while it is here. */
struct keyed {
	struct keyed *next; /* with the same key, after this one */
	struct span key;
};

/* All entries of one key. */
struct key_slot {
	struct key_slot *same; /* in the same place of the table of keys */
	struct key_slot *next; /* in the list of those that are ready */
	uint64_t hash;
	struct keyed *first;
	struct keyed *last;
	struct keyed *in_flight; /* NULL: none is */
	unsigned attempts; /* the caller's */
};

struct key_queue;

/* seed: a number that differs from process to process. */
struct key_queue *key_queue_open(uint64_t seed);
/* Passes the entries that are left to release. */
void key_queue_close(struct key_queue *queue, void (*release)(struct keyed *));

void key_queue_add(struct key_queue *queue, struct keyed *keyed);
/* The number of keys that are ready: an entry of theirs may be sent now. */
size_t key_queue_ready(const struct key_queue *queue);
/*
 * Takes the key that has been ready the longest: its newest entry, or its oldest, is in flight.
 * NULL: none is ready.
 */
struct key_slot *key_queue_take(struct key_queue *queue, bool newest);
/* The entry is no longer in flight; its key is the first of those ready. */
void key_queue_put_back(struct key_queue *queue, struct key_slot *slot);
/* The same, but the caller keeps the slot until it is picked again or put back. */
void key_queue_hold(struct key_slot *slot);
void key_queue_pick(struct key_slot *slot, bool newest);

/*
 * The entry in flight is stored: removes and returns it and those before it, or all of that key, as
 * a list ended by NULL. slot must not be used any more.
 */
struct keyed *key_queue_done(struct key_queue *queue, struct key_slot *slot, bool all);
/* The entry in flight will never be stored: removes and returns only it. slot as above. */
struct keyed *key_queue_refused(struct key_queue *queue, struct key_slot *slot);
/* The key's slot; NULL if no entry has that key. */
struct key_slot *key_queue_find(const struct key_queue *queue, struct span key);

#endif
