/*
 * alert_missing: alerts for records that have not come. Nothing in the stream repeats them, so that
 * they are kept in the state until the group has committed a position after theirs.
 */
#ifndef FXALERT_ALERT_MISSING_H
#define FXALERT_ALERT_MISSING_H

#include "fxalert/alert_output.h"

enum { ALERT_MISSING_WAIT = 1000 /* ms between two looks */ };

/* At the start: gives those again that may not have arrived, if it is known where the group is. */
bool alert_missing_begin(struct alert_output *to, struct failure *failure);
/* At a line's position, before the line is taken: gives them, if they were not given before. */
bool alert_missing_again(struct alert_output *to, struct failure *failure);
/* Gives those that are due. */
bool alert_missing_check(struct alert_output *to, struct failure *failure);

#endif
