/* list: the entries that are installed. */
#ifndef FXCRON_LIST_H
#define FXCRON_LIST_H

#include "fxcron/options.h"

/* Writes a line for each; reports those that are not as fxcron wrote them, with status 2. */
void list(struct fxcron *fx, struct failure *failure);

#endif
