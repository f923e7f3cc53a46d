/* steps: what a sharer is about to do with leases; private to this folder. */
#ifndef GROUP_SHARE_STEPS_H
#define GROUP_SHARE_STEPS_H

#include "group/share/state.h"

/* Each with the lease that is held, if it is. Zeroed is empty. */
struct steps {
	struct lease_request *requests;
	struct held **held;
	size_t count, capacity;
};

void steps_add(struct steps *steps, enum lease_step step, const struct lease *lease,
    struct held *held, uint64_t *seed);
/* Makes the steps, and frees them. False: some failed. */
bool steps_make(struct sharer *sharer, struct steps *steps, int64_t now, struct failure *failure);
void steps_free(struct steps *steps);

#endif
