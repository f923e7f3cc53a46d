/* variables: the environment of an entry's command, which must not hold a secret. */
#ifndef SCHEDULE_VARIABLES_H
#define SCHEDULE_VARIABLES_H

#include <stdbool.h>
#include "base/failure.h"
#include "schedule/entry.h"
#include "schedule/place.h"

/* Does the name say that the variable holds a secret? */
bool variables_is_secret(const char *name);
/* Refuses secrets in variables and in the command: other users can see both while they run. */
bool variables_check(const struct entry *entry, struct failure *failure);
/*
 * Adds the variables that the tools use, as they are when the entry is installed (cron sets almost
 * none), unless the entry sets them or they have the default value.
 */
bool variables_inherit(struct entry *entry, const struct place *place, struct failure *failure);
/* The value of the entry's own variable; NULL: it has none. */
const char *variables_get(const struct entry *entry, const char *name);

#endif
