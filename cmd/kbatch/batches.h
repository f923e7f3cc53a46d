/*
 * batches: the lines that kbatch was given, and what comes of them: what
 * storing.h asks of a service.
 */
#ifndef KBATCH_BATCHES_H
#define KBATCH_BATCHES_H

#include "kbatch/context.h"

struct batches;

struct batches *batches_open(struct tool *tool, const struct course_settings *settings);
/* Ends the commands that are still there. */
void batches_close(struct batches *batches);

/* line stays where it is until its fate is told. */
void batches_add(struct batches *batches, struct span line, uint64_t ticket, uint64_t lane);
/* Nobody wants receipts any more: what is under way is finished, and no more. */
void batches_reader_gone(struct batches *batches);
/* As move, fate and retries of storing.h. */
bool batches_move(
    struct batches *batches, int input, int watch, int timeout, struct failure *failure);
bool batches_fate(struct batches *batches, uint64_t *ticket, struct failure *refused);
/* Of the line whose fate was told last, which was refused: members for the file of -x. */
const char *batches_details(struct batches *batches);
/* Is a command there, or, unless reading, one that is to end by itself? */
bool batches_busy(const struct batches *batches, bool reading);
uint64_t batches_retries(const struct batches *batches);

#endif
