/* balance: counts what each reader has, and chooses. */

/*
 * Each reader computes the same shares from what all of them see: of N leases and W live readers
 * each has N / W, and the first N % W of them, by name, one more. One that has less than its share
 * takes what is free, and then asks the one that has most above its share. A lease that stays free
 * although all have their share, for a reader may be limited to fewer, is taken by anybody.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "group/share/balance.h"

enum { LEFT_OVER = 2 /* failover times for which a lease is free before anybody takes it */ };

struct worker {
	const char *name;
	size_t count; /* of its leases */
	size_t share;
};

struct workers {
	struct worker *workers;
	size_t count;
	size_t leases; /* that can be read now */
};

static size_t
choose(const struct balance *balance, size_t count)
{
	return count > 0 ? random_next(balance->seed) % count : 0;
}

static bool
is_mine(const struct balance *balance, const struct lease *lease)
{
	return strcmp(lease->owner, balance->worker) == 0 && balance->is_mine != NULL &&
	       balance->is_mine(balance->context, lease);
}

bool
balance_is_free(const struct balance *balance, const struct known_lease *known, int64_t now)
{
	return known->lease.owner[0] == '\0' || now - known->since >= balance->failover ||
	       is_mine(balance, &known->lease);
}

static int
compare(const void *a, const void *b)
{
	return strcmp(((const struct worker *)a)->name, ((const struct worker *)b)->name);
}

static struct worker *
find(const struct workers *workers, const char *name)
{
	struct worker wanted = {.name = name};

	return bsearch(&wanted, workers->workers, workers->count, sizeof wanted, compare);
}

/* Each live owner once, sorted by name, and this reader. */
static void
list(const struct balance *balance, const struct known *known, int64_t now, struct workers *workers)
{
	size_t kept = 0;

	*workers =
	    (struct workers){.workers = memory_new(known->count + 1, sizeof *workers->workers)};
	workers->workers[workers->count++].name = balance->worker;
	for (size_t i = 0; i < known->count; i++) {
		if (known->leases[i].lease.at != LEASE_AT_SHARD_END &&
		    !balance_is_free(balance, &known->leases[i], now))
			workers->workers[workers->count++].name = known->leases[i].lease.owner;
	}
	qsort(workers->workers, workers->count, sizeof *workers->workers, compare);
	for (size_t i = 0; i < workers->count; i++) {
		if (i == 0 ||
		    strcmp(workers->workers[kept - 1].name, workers->workers[i].name) != 0)
			workers->workers[kept++] = workers->workers[i];
	}
	workers->count = kept;
}

static void
count(const struct balance *balance, const struct known *known, size_t held, int64_t now,
    struct workers *workers)
{
	for (size_t i = 0; i < known->count; i++) {
		const struct known_lease *lease = &known->leases[i];

		if (!known_is_readable(known, &lease->lease))
			continue;
		workers->leases++;
		if (!balance_is_free(balance, lease, now))
			find(workers, lease->lease.owner)->count++;
	}
	find(workers, balance->worker)->count = held;
	for (size_t i = 0; i < workers->count; i++)
		workers->workers[i].share =
		    workers->leases / workers->count + (i < workers->leases % workers->count);
}

/* Takes what is free, in an order of its own so that readers do not try the same ones; returns how
 * many. */
static size_t
take_free(const struct balance *balance, const struct known *known, size_t room, size_t share,
    int64_t now, enum balance_want *wants)
{
	size_t taken = 0, first = choose(balance, known->count);

	for (size_t n = 0; n < known->count && taken < room; n++) {
		size_t i = (first + n) % known->count;
		const struct known_lease *lease = &known->leases[i];
		bool left_over = now - lease->since >= LEFT_OVER * balance->failover;

		if (!known_is_readable(known, &lease->lease) ||
		    !balance_is_free(balance, lease, now))
			continue;
		if (taken >= share && !left_over)
			continue;
		wants[i] = BALANCE_TAKE;
		taken++;
	}
	return taken;
}

/* The worker that has most above its share, other than this one; NULL: nobody has. */
static struct worker *
find_richest(const struct workers *workers, const char *self)
{
	struct worker *richest = NULL;

	for (size_t i = 0; i < workers->count; i++) {
		struct worker *worker = &workers->workers[i];
		bool better = richest == NULL ||
		              worker->count - worker->share > richest->count - richest->share;

		if (worker->count > worker->share && better && strcmp(worker->name, self) != 0)
			richest = worker;
	}
	return richest;
}

/* Asks that worker for one of its leases. False: it has none that can be asked for. */
static bool
ask_for_one(const struct balance *balance, const struct known *known, const char *owner,
    int64_t now, enum balance_want *wants)
{
	size_t first = choose(balance, known->count);

	for (size_t n = 0; n < known->count; n++) {
		size_t i = (first + n) % known->count;
		const struct lease *lease = &known->leases[i].lease;

		/* Nothing is done about one that is being handed over already. */
		if (wants[i] != BALANCE_NOTHING || strcmp(lease->owner, owner) != 0 ||
		    lease->checkpoint_owner[0] != '\0' || !known_is_readable(known, lease) ||
		    balance_is_free(balance, &known->leases[i], now))
			continue;
		wants[i] = BALANCE_ASK;
		return true;
	}
	return false;
}

void
balance_decide(const struct balance *balance, const struct known *known, size_t held, int64_t now,
    enum balance_want *wants)
{
	struct workers all;
	size_t share, room, fair;

	memset(wants, 0, known->count * sizeof *wants);
	list(balance, known, now, &all);
	count(balance, known, held, now, &all);
	share = find(&all, balance->worker)->share;
	room = held < balance->most ? balance->most - held : 0;
	if (share > balance->most)
		share = balance->most;
	fair = balance->takes_all ? room : share > held ? share - held : 0;
	held += take_free(balance, known, room, fair, now, wants);
	while (balance->may_ask && held < share) {
		struct worker *richest = find_richest(&all, balance->worker);

		if (richest == NULL)
			break;
		richest->count--;
		if (!ask_for_one(balance, known, richest->name, now, wants))
			richest->count = 0;
		else
			held++;
	}
	free(all.workers);
}
