/* alert_state: keeps the state on disk for a group, so that it can go back to where the group is. */
#ifndef FXALERT_ALERT_STATE_H
#define FXALERT_ALERT_STATE_H

#include "fxalert/alert_output.h"

/* As filtering_open; the state is loaded into to->watches. */
bool alert_state_open(struct alert_output *to, struct failure *failure);
/* Adds a record from that position to the state. position NULL: it is not kept. */
bool alert_state_add(struct alert_output *to, const struct watch_input *input,
    const struct position *position, struct alert alerts[WATCH_ALERTS], size_t *count, bool *late,
    struct failure *failure);

#endif
