/* list: the entries that are installed. */
#ifndef FXCRON_LIST_H
#define FXCRON_LIST_H

#include "fxcron/options.h"

/* A line for each; one that is not as fxcron wrote it is reported, and the status is 2. */
void list(struct fxcron *fx, struct failure *failure);

#endif
