/*
 * spooling: the loop for a keeping sink, which holds the lines on disk until they are safe.
 */
#ifndef STORING_SPOOLING_H
#define STORING_SPOOLING_H

#include "storing/intake.h"

/* True: the input has ended, and all lines are done. */
bool spooling_loop(struct intake *intake, struct lines *lines, struct failure *failure);

#endif
