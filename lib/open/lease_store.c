/* lease_store: opens the leases of a group that readers share. The only file that knows all kinds. */
#include "group/dynamodb/lease_table.h"
#include "group/share/store.h"

struct lease_store *
lease_store_open(
    const char *group, int64_t timeout, const struct caller *caller, struct failure *failure)
{
	return lease_table_open_store(group, timeout, caller, failure);
}
