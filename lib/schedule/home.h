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

/* The home of an installed entry, whose variables say all that differs from the default. To free. */
char *home_of_entry(const struct place *place, const struct entry *entry);
/* The home of the environment of place. To free. */
char *home_of_place(const struct place *place);
/* Are both one directory? */
bool home_is_same(const char *a, const char *b);

/*
 * The name of an entry of name in this home if another home has taken that name: NAME.1a2b3c4d,
 * the same each time. To free.
 */
char *home_name(const char *name, const char *home);

#endif
