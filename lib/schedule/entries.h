/*
 * entries: a user's entries as a whole: installing, removing and listing them, whether they are
 * lines of the crontab or systemd units. For fxcron(1), and for the stacks of fxstack(1).
 */
#ifndef SCHEDULE_ENTRIES_H
#define SCHEDULE_ENTRIES_H

#include <stdbool.h>
#include "base/buffer.h"
#include "schedule/entry.h"
#include "schedule/place.h"
#include "schedule/quota.h"

struct entries_settings {
	struct quota_settings quota;
	bool force; /* install it even if the provider allows fewer requests */
	struct buffer *print; /* NULL; else what would be installed is added to it instead */
};

/*
 * Installs entry, or replaces the entry of its name. name, schedule ("service" for a service),
 * command and systemd must be set. Adds to entry the variables of the environment that the tools
 * use, and its log if it has none. All failures are FAILURE_PERMANENT unless they come from the
 * system.
 */
bool entries_install(const struct place *place, struct entry *entry,
    const struct entries_settings *settings, struct failure *failure);
/* Removes the entry NAME, if it exists, and ends its loop. *removed: it existed. */
bool entries_remove(
    const struct place *place, const char *name, bool *removed, struct failure *failure);

/*
 * Calls visit for each entry: those of the crontab by name, then the units. For an entry that is
 * not as fxcron wrote it, calls report and sets *whole to false; the others follow.
 */
typedef void entries_visit(void *context, const struct entry *entry);
typedef void entries_report(void *context, const char *name, const struct failure *failure);
bool entries_each(const struct place *place, entries_visit *visit, entries_report *report,
    void *context, bool *whole, struct failure *failure);

#endif
