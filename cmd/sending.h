/*
 * sending: the loop of a storing tool whose lines go to a service: they are read
 * while others are on their way, and get their receipts as their fates come.
 */
#ifndef SENDING_H
#define SENDING_H

#include "intake.h"

/* True: the input has ended, and all of it is done. */
bool sending_loop(struct intake *intake, struct lines *lines, struct failure *failure);

#endif
