/* high_water: the highest position read in each shard. */
#ifndef KACK_HIGH_WATER_H
#define KACK_HIGH_WATER_H

#include <stddef.h>
#include "base/failure.h"
#include "record/position.h"

struct high_water_shard {
	char text[POSITION_SIZE];
	struct position position; /* of text */
	bool settled;
};

/* Zeroed is empty. */
struct high_water {
	struct high_water_shard *shards;
	struct position *changed;
	size_t count;
	size_t capacity;
};

/*
 * Finds the position of a line, wherever a filter has put it, and the length of its record.
 * FAILURE_PERMANENT: it has none, or an invalid one; the text names what a filter may have done.
 */
bool high_water_find(
    struct span line, struct position *position, size_t *record, struct failure *failure);

/* Notes a position; one that is not above the shard's highest changes nothing. */
void high_water_note(struct high_water *high_water, const struct position *position);
/* The shards' positions that have moved since the last settle; borrowed until the next call. */
size_t high_water_changed(struct high_water *high_water, const struct position **positions);
/* Notes that all of them are committed. */
void high_water_settle(struct high_water *high_water);
void high_water_free(struct high_water *high_water);

#endif
