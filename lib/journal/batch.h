/* batch: inputs of a filter with their positions, one after the other in a run of bytes. */
#ifndef JOURNAL_BATCH_H
#define JOURNAL_BATCH_H

#include "base/buffer.h"
#include "record/position.h"

enum { BATCH_INPUT = 4096 /* bytes of an input at most */ };

struct batch_input {
	struct span text; /* of the position */
	struct position position;
	struct span bytes;
};

/* False: beyond the buffer's ceiling. */
bool batch_add(struct buffer *batch, struct span position, struct span bytes);
/* Takes the first input off the batch. False: there is none; batch is empty then, or damaged. */
bool batch_next(struct span *batch, struct batch_input *input);

#endif
