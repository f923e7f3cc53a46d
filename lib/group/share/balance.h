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
	/* Did an earlier run on this machine hold the shard's lease, which has ended? NULL: never. */
	bool (*is_mine)(void *context, const char *shard);
	void *context;
};

/* Who shares the leases. */
struct balance_readers {
	size_t count; /* that live, this reader included */
	size_t before; /* those whose names come before this reader's */
};

/*
 * wants[i] becomes what to do about known->leases[i], as they were just read. held: how many of
 * them this reader has or waits for.
 */
void balance_decide(const struct balance *balance, struct known *known, size_t held,
    enum balance_want *wants, struct balance_readers *readers);

#endif
