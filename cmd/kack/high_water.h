/* furthest: of the positions that went by, the furthest in each shard. */
#ifndef KACK_HIGH_WATER_H
#define KACK_HIGH_WATER_H

#include <stddef.h>
#include "base/failure.h"
#include "record/position.h"

struct furthest_shard {
	char text[POSITION_SIZE];
	struct position position; /* of text */
	bool settled;
};

/* Zeroed is empty. */
struct furthest {
	struct furthest_shard *shards;
	struct position *news;
	size_t count;
	size_t capacity;
};

/*
 * The position of a line, wherever a filter has put it, and the length of its
 * record. FAILURE_PERMANENT where there is none, saying what a filter may have done.
 */
bool furthest_find(
    struct span line, struct position *position, size_t *record, struct failure *failure);

/* Positions of one shard only move forward: one behind the furthest changes nothing. */
void furthest_note(struct furthest *furthest, const struct position *position);
/* Those that went forward since the last furthest_settle; borrowed until the next call. */
size_t furthest_news(struct furthest *furthest, const struct position **positions);
void furthest_settle(struct furthest *furthest);
void furthest_free(struct furthest *furthest);

#endif
