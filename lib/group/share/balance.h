/* balance: which leases a reader should take, so that all readers have an equal share. */
#ifndef GROUP_SHARE_BALANCE_H
#define GROUP_SHARE_BALANCE_H

#include "group/share/known.h"

/* What a reader has to do about one lease. */
enum balance_want {
	BALANCE_NOTHING,
	BALANCE_TAKE, /* it is free, or its owner has not renewed it */
	BALANCE_ASK /* its owner has more than its share */
};

struct balance {
	const char *worker; /* this reader */
	int64_t failover; /* ms after which an owner that renews nothing is dead */
	size_t most; /* leases of this reader */
	bool may_ask;
	bool takes_all; /* that is free, whatever its share */
	uint64_t *seed; /* of the choice among leases: changes with each use */
	/* Did an earlier run on this machine hold the lease, which has ended? NULL: never. */
	bool (*is_mine)(void *context, const struct lease *lease);
	void *context;
};

/* Is the lease of nobody who lives? */
bool balance_is_free(const struct balance *balance, const struct known_lease *known, int64_t now);

/*
 * wants[i] becomes what to do about known->leases[i]. held: how many of them this reader has or
 * waits for.
 */
void balance_decide(const struct balance *balance, const struct known *known, size_t held,
    int64_t now, enum balance_want *wants);

#endif
