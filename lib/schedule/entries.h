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
	const char *home; /* replace only an entry of this home (home.h); NULL: any */
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
/*
 * Removes the entry NAME, if it exists, and ends its loop. *removed: it existed. If its lines are
 * not as fxcron wrote them, those that it did not write stay; caller.warn reports what was removed
 * and what stays.
 */
bool entries_remove(
    const struct place *place, const char *name, bool *removed, struct failure *failure);

/* An entry that is not as fxcron wrote it. */
struct entries_damaged {
	const char *name;
	const struct entry
	    *entry; /* its variables, from what is left of its line; NULL: nothing is */
	bool idle; /* cron runs none of its lines, and none put among them */
	const struct failure *failure;
};

/* Receives the entries that are installed. */
struct entries_visitor {
	void (*visit)(void *context, const struct entry *entry);
	void (*report)(void *context, const struct entries_damaged *damaged);
	void *context;
};

/*
 * Visits each entry as cron or systemd runs it: those of the crontab by name, then the units.
 */
bool entries_each(
    const struct place *place, const struct entries_visitor *visitor, struct failure *failure);

#endif
