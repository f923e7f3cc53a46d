/* internal: what the parts of roll share; private to them. */
#ifndef ROLL_INTERNAL_H
#define ROLL_INTERNAL_H

#include "roll/roll.h"

/* The series of a key, which is added if it is new. */
struct series *roll_find(struct roll *roll, struct span key);

#endif
