/*
 * home: the directory of embedded streams and tables that an entry's command works on: its
 * FX_HOME, or the default, as base/environment.h finds it.
 */
#ifndef SCHEDULE_HOME_H
#define SCHEDULE_HOME_H

#include <stdbool.h>
#include <stddef.h>
#include "schedule/entry.h"
#include "schedule/place.h"

/*
 * The home of an installed entry, whose variables hold all that differs from the default. To free.
 */
char *home_of_entry(const struct place *place, const struct entry *entry);
/* The home of the environment of place. To free. */
char *home_of_place(const struct place *place);
/* Are both the same directory? */
bool home_is_same(const char *a, const char *b);

/*
 * The name to use in this home for an entry whose name another home has taken: NAME.1a2b3c4d,
 * always the same for a name and home. To free.
 */
char *home_name(const char *name, const char *home);

#endif
