/* roll_state: keeps the state on disk for a group, so that it can go back to where the group is. */
#ifndef FXROLL_ROLL_STATE_H
#define FXROLL_ROLL_STATE_H

#include "roll/roll.h"
#include "fxroll/roll_options.h"

/* As filtering_open; the state is loaded into roll. */
bool roll_state_open(struct filtering *filtering, const struct roll_options *options,
    struct roll *roll, struct failure *failure);
/* Adds a record from that position to the state. journal NULL: it is not kept. */
bool roll_state_add(struct journal *journal, struct roll *roll, const struct roll_input *input,
    const struct position *position, enum series_added *added, struct series **series,
    struct failure *failure);

#endif
