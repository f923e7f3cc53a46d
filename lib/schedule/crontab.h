/*
 * crontab: the user's crontab(1), and the changes of entries in it (see block.h). Other lines stay
 * as they are, byte for byte.
 */
#ifndef SCHEDULE_CRONTAB_H
#define SCHEDULE_CRONTAB_H

#include <stdbool.h>
#include "base/buffer.h"
#include "base/failure.h"
#include "base/span.h"
#include "schedule/place.h"

enum { CRONTAB_MOST = 16 * 1024 * 1024 /* bytes */ };

struct crontab_change {
	const char *name; /* of the entry */
	struct span block; /* put where the one of that name is, or at the end; empty: removed */
	const char *home; /* replace only an entry of this home (home.h); NULL: any */
};

/* Initialises text and reads the crontab: empty if there is none. *missing: no crontab(1). */
bool crontab_read(struct buffer *text, bool *missing, struct failure *failure);
/*
 * Makes the change. An edit by someone else in between is kept if it can be seen: crontab(1) cannot
 * compare and replace. *changed: false if the crontab needed no change. Without crontab(1) there is
 * nothing to remove, and a block is refused. An entry whose lines are not as fxcron wrote them is
 * not replaced (FAILURE_PERMANENT). It can be removed: lines that fxcron did not write stay, and
 * caller.warn reports them.
 */
bool crontab_edit(const struct place *place, const struct crontab_change *change, bool *changed,
    struct failure *failure);

#endif
