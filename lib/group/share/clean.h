/* clean: removes leases that nobody needs any more; private to this folder. */
#ifndef GROUP_SHARE_CLEAN_H
#define GROUP_SHARE_CLEAN_H

#include "group/share/state.h"

/*
 * Removes the leases of some shards that are done, that the stream lists no more, and whose
 * children have been read in part at least; the other ones the next time. A failure is no harm.
 * seen: all leases, as they were just read.
 */
void clean_expired(struct sharer *sharer, const struct leases *seen);

#endif
