/* places: the last position that was read of each shard. */
#ifndef JOURNAL_PLACES_H
#define JOURNAL_PLACES_H

#include "base/buffer.h"
#include "record/position.h"

struct place {
	char text[POSITION_SIZE]; /* a position with its shard, without "+" */
	struct position position; /* of text */
	bool seen; /* in this run: more lines from it are of the same record */
};

struct places {
	struct place **items; /* in no order */
	size_t count;
};

/* The place in that shard; NULL: nothing was read of it. */
struct place *places_find(const struct places *places, struct span shard);
/* text: a position. False: it is invalid. */
bool places_set(struct places *places, struct span text);
void places_clear(struct places *places);

/* As text, a line for each. False: beyond the buffer's ceiling; the text is invalid. */
bool places_write(const struct places *places, struct buffer *text);
bool places_read(struct places *places, struct span text);

#endif
