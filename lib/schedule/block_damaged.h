/* block_damaged: a block whose lines are not as fxcron wrote them, for block.c only. */
#ifndef SCHEDULE_BLOCK_DAMAGED_H
#define SCHEDULE_BLOCK_DAMAGED_H

#include "schedule/block.h"

/* Adds text to kept without the lines of the block of NAME that fxcron wrote. */
void block_damaged_strip(
    struct span text, const char *name, struct buffer *kept, struct block_remains *remains);

#endif
