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
	struct buffer *print; /* if not NULL: gets what would be installed, and nothing is */
};

/*
 * Installs entry in place of the one of its name. name, schedule ("service" for one), command and
 * systemd must be set; variables of the environment that the tools use are added to it, and where
 * it logs. All failures are FAILURE_PERMANENT unless they come from the system.
 */
bool entries_install(const struct place *place, struct entry *entry,
    const struct entries_settings *settings, struct failure *failure);
/* Removes what there is of NAME, and ends its loop. *removed: there was something. */
bool entries_remove(
    const struct place *place, const char *name, bool *removed, struct failure *failure);

/*
 * Calls visit for each entry: those of the crontab by name, then the units. *whole is false if
 * one is not as fxcron wrote it, which is reported to report, with its name; the others follow.
 */
typedef void entries_visit(void *context, const struct entry *entry);
typedef void entries_report(void *context, const char *name, const struct failure *failure);
bool entries_each(const struct place *place, entries_visit *visit, entries_report *report,
    void *context, bool *whole, struct failure *failure);

#endif
