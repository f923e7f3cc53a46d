/* store: what each step makes of a lease. */
#include <stdio.h>
#include <string.h>

#include "group/share/store.h"

void
lease_step_apply(struct lease_request *request, const char *worker)
{
	struct lease *lease = &request->lease;

	if (request->step == LEASE_LOOK)
		return;
	lease->counter++;
	switch (request->step) {
	case LEASE_ASK:
		snprintf(
		    lease->checkpoint_owner, sizeof lease->checkpoint_owner, "%s", lease->owner);
		snprintf(lease->owner, sizeof lease->owner, "%s", worker);
		break;
	case LEASE_TAKE:
	case LEASE_ADOPT:
		snprintf(lease->owner, sizeof lease->owner, "%s", worker);
		snprintf(lease->tenure, sizeof lease->tenure, "%s", request->tenure);
		lease->checkpoint_owner[0] = '\0';
		break;
	case LEASE_LOOK:
	case LEASE_RENEW:
		break;
	case LEASE_YIELD:
		/* Who had asked for it may have ended. */
		if (strcmp(lease->owner, worker) == 0)
			lease->owner[0] = '\0';
		lease->checkpoint_owner[0] = '\0';
		break;
	case LEASE_END:
		lease->at = LEASE_AT_SHARD_END;
		lease->owner[0] = '\0';
		break;
	case LEASE_RELEASE:
		lease->owner[0] = lease->checkpoint_owner[0] = '\0';
		break;
	}
}
