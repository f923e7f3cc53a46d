/* lease_store: opens the leases of a group that readers share. The only file that knows all kinds. */
#include "group/dynamodb/lease_table.h"
#include "group/file/lease_file.h"
#include "group/share/store.h"

struct lease_store *
lease_store_open(struct checkpoints *groups, const char *group, const char *id, int64_t timeout,
    const struct caller *caller, struct failure *failure)
{
	if (!checkpoints_is_shared(group))
		return lease_file_open(groups, group, id, caller, failure);
	return lease_table_open_store(group, timeout, caller, failure);
}
