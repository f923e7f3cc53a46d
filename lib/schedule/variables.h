/* variables: the environment of an entry's command, which must not hold a secret. */
#ifndef SCHEDULE_VARIABLES_H
#define SCHEDULE_VARIABLES_H

#include <stdbool.h>
#include "base/failure.h"
#include "schedule/entry.h"
#include "schedule/place.h"

/* Refuses secrets in variables and in the command: others can read a crontab line as it runs. */
bool variables_check(const struct entry *entry, struct failure *failure);
/*
 * Adds the variables that the tools use, as they are where the entry is installed (cron starts
 * with nearly none), unless the entry sets them or they only say what is the default.
 */
bool variables_inherit(struct entry *entry, const struct place *place, struct failure *failure);
/* The value of the entry's own variable; NULL: it has none. */
const char *variables_get(const struct entry *entry, const char *name);

#endif
