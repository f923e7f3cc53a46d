/* block_damaged: a block whose lines are not as fxcron wrote them, for block.c only. */
#ifndef SCHEDULE_BLOCK_DAMAGED_H
#define SCHEDULE_BLOCK_DAMAGED_H

#include "base/buffer.h"
#include "base/span.h"

/* The first line that runs NAME, or did, among the lines of its block; start NULL: none. */
struct span block_damaged_line(struct span text, const char *name);
/* Adds text to kept without the lines of the block of NAME that fxcron wrote. */
void block_damaged_strip(struct span text, const char *name, struct buffer *kept);

#endif
