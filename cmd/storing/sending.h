/*
 * sending: the loop for a polled sink: lines are read while others are in flight, and get their
 * receipts as the results arrive.
 */
#ifndef STORING_SENDING_H
#define STORING_SENDING_H

#include "storing/intake.h"

/* True: the input has ended, and all lines are done. */
bool sending_loop(struct intake *intake, struct lines *lines, struct failure *failure);

#endif
