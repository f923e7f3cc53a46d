/*
 * pace: when a sharer looks at the leases (sharer_due). A scan reads the whole table, and costs the
 * more the longer the table is. Therefore readers of a group that is large scan it less often,
 * except the first few by name, who see to it that what a dead reader had is read again soon.
 * Leases that another reader, or kack, may have changed are looked at one by one in between.
 * Private to this folder.
 */
#ifndef GROUP_SHARE_PACE_H
#define GROUP_SHARE_PACE_H

#include "group/share/state.h"

/* Note that leases were looked at, or renewed, and when to do so again. */
void pace_scanned(struct sharer *sharer, int64_t now, bool good);
void pace_watched(struct sharer *sharer, int64_t now, bool good);
void pace_renewed(struct sharer *sharer, int64_t now, bool good);
/* Is it time for a scan, or would it cost less than looks at single leases? */
bool pace_wants_all(const struct sharer *sharer, int64_t now);
/* The reader has said something, which may allow a step at once. */
void pace_hurry(struct sharer *sharer);

#endif
