/* balance: counts what each reader has, and chooses. */

/*
 * Each reader computes the same shares from what all of them see: of N leases and W live readers
 * each has N / W, and the first N % W of them, by name, one more. One that has less than its share
 * takes what is free, and then asks the one that has most above its share. A lease that stays free
 * although all have their share, for a reader may be limited to fewer or look seldom, is taken by
 * anybody, of whom none takes many more at once than it has: so the first does not have them all.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "group/share/balance.h"

enum {
	LEFT_OVER = 2, /* failover times for which a lease is free before anybody takes it */
	A_FEW = 10,
	AT_ONCE = 1000 /* leases that are taken at once: others may come meanwhile */
};

struct worker {
	size_t count; /* of its leases */
	size_t share;
	bool lives;
};

/* A decision that is being made. */
struct decision {
	const struct balance *balance;
	const struct known *known;
	struct worker *workers; /* by their numbers in known */
	uint32_t self;
	enum balance_want *wants;
};

static size_t
choose(const struct balance *balance, size_t count)
{
	return count > 0 ? random_next(balance->seed) % count : 0;
}

static bool
is_mine(const struct decision *decision, const struct known_lease *lease)
{
	const struct balance *balance = decision->balance;

	return lease->owner == decision->self && balance->is_mine != NULL &&
	       balance->is_mine(balance->context, lease->shard);
}

/* For how long nobody has changed it. */
static int64_t
age(const struct decision *decision, const struct known_lease *lease)
{
	return decision->known->read_at - lease->since;
}

/* Is the lease of nobody who lives? */
static bool
is_free(const struct decision *decision, const struct known_lease *lease)
{
	return lease->owner == KNOWN_NOBODY ||
	       age(decision, lease) >= decision->balance->failover || is_mine(decision, lease);
}

/* What each has, and should have. */
static void
count(struct decision *decision, size_t held, struct balance_readers *readers)
{
	const struct known *known = decision->known;
	size_t leases = 0, rank = 0;

	*readers = (struct balance_readers){.count = 0};
	decision->workers[decision->self].lives = true;
	for (size_t i = 0; i < known->count; i++) {
		const struct known_lease *lease = &known->leases[i];
		bool readable = known_is_readable(known, lease);

		leases += readable;
		if (lease->at == LEASE_AT_SHARD_END || is_free(decision, lease))
			continue;
		decision->workers[lease->owner].lives = true;
		decision->workers[lease->owner].count += readable;
	}
	decision->workers[decision->self].count = held;
	for (size_t i = 0; i < known->worker_count; i++) {
		readers->count += decision->workers[i].lives;
		readers->before += decision->workers[i].lives && i < decision->self;
	}
	for (size_t i = 0; i < known->worker_count; i++) {
		struct worker *worker = &decision->workers[i];

		if (worker->lives)
			worker->share =
			    leases / readers->count + (rank++ < leases % readers->count);
	}
}

/* Takes what is free, in an order of its own so that readers do not try the same ones; returns how
 * many. */
static size_t
take_free(const struct decision *decision, size_t room, size_t held)
{
	const struct known *known = decision->known;
	size_t taken = 0, first = choose(decision->balance, known->count);
	size_t share = decision->workers[decision->self].share, more = held > A_FEW ? held : A_FEW;

	room = room < AT_ONCE ? room : AT_ONCE;
	share = share > held ? share - held : 0;
	if (decision->balance->takes_all)
		share = room;
	more = share > more ? share : more;
	for (size_t n = 0; n < known->count && taken < room; n++) {
		size_t i = (first + n) % known->count;
		const struct known_lease *lease = &known->leases[i];
		bool left_over = age(decision, lease) >= LEFT_OVER * decision->balance->failover;

		if (taken >= (left_over ? more : share) || !known_is_readable(known, lease) ||
		    !is_free(decision, lease))
			continue;
		decision->wants[i] = BALANCE_TAKE;
		taken++;
	}
	return taken;
}

/* The worker that has most above its share, other than this one; NULL: nobody has. */
static struct worker *
find_richest(const struct decision *decision)
{
	struct worker *richest = NULL;

	for (size_t i = 0; i < decision->known->worker_count; i++) {
		struct worker *worker = &decision->workers[i];
		bool better = richest == NULL ||
		              worker->count - worker->share > richest->count - richest->share;

		if (worker->lives && worker->count > worker->share && better && i != decision->self)
			richest = worker;
	}
	return richest;
}

/* Asks that worker for one of its leases. False: it has none that can be asked for. */
static bool
ask_for_one(const struct decision *decision, size_t owner)
{
	const struct known *known = decision->known;
	size_t first = choose(decision->balance, known->count);

	for (size_t n = 0; n < known->count; n++) {
		size_t i = (first + n) % known->count;
		const struct known_lease *lease = &known->leases[i];

		/* Nothing is done about one that is being handed over already. */
		if (decision->wants[i] != BALANCE_NOTHING || lease->owner != owner ||
		    lease->checkpoint_owner != KNOWN_NOBODY || !known_is_readable(known, lease) ||
		    is_free(decision, lease))
			continue;
		decision->wants[i] = BALANCE_ASK;
		return true;
	}
	return false;
}

static void
ask(const struct decision *decision, size_t count)
{
	while (count > 0) {
		struct worker *richest = find_richest(decision);

		if (richest == NULL)
			return;
		richest->count--;
		if (ask_for_one(decision, (size_t)(richest - decision->workers)))
			count--;
		else
			richest->count = 0;
	}
}

void
balance_decide(const struct balance *balance, struct known *known, size_t held,
    enum balance_want *wants, struct balance_readers *readers)
{
	struct decision decision = {.balance = balance,
	    .known = known,
	    .self = known_worker(known, balance->worker),
	    .wants = wants};
	size_t share, room;

	memset(wants, 0, known->count * sizeof *wants);
	decision.workers = memory_new(known->worker_count, sizeof *decision.workers);
	count(&decision, held, readers);
	room = held < balance->most ? balance->most - held : 0;
	held += take_free(&decision, room, held);
	share = decision.workers[decision.self].share;
	if (share > balance->most)
		share = balance->most;
	if (balance->may_ask && held < share)
		ask(&decision, share - held);
	free(decision.workers);
}
