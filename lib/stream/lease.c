/* lease: the lock of a group, kept in the lock file beside its checkpoints. */
#include <stdlib.h>

#include "base/memory.h"
#include "sqlite/lock.h"
#include "stream/checkpoints_file.h"
#include "stream/lease.h"

bool
lease_take(struct checkpoints *groups, const char *group, struct failure *failure)
{
	char *in_use =
	    memory_format("group %s is in use: one kread reads a group at a time", group);
	bool taken = lock_claim(&groups->database, group, in_use, failure);

	free(in_use);
	return taken;
}

bool
lease_holder(struct checkpoints *groups, const char *group, pid_t *holder, struct failure *failure)
{
	return lock_claimed(&groups->database, group, holder, failure);
}
