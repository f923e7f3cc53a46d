/* scan: what a sharer does once it has read the table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "group/share/balance.h"
#include "group/share/clean.h"
#include "group/share/pace.h"
#include "group/share/steps.h"

static bool
is_worker(const struct sharer *sharer, const char *name)
{
	return strcmp(name, sharer->settings.worker) == 0;
}

/* Is it still this reader's, in its tenure? */
static bool
is_owned(const struct sharer *sharer, const struct held *held, const struct lease *lease)
{
	return is_worker(sharer, lease->owner) && strcmp(lease->tenure, held->tenure.id) == 0;
}

/* Has another reader asked for it, who waits? */
static bool
is_asked_for(const struct sharer *sharer, const struct held *held, const struct lease *lease)
{
	return is_worker(sharer, lease->checkpoint_owner) &&
	       strcmp(lease->tenure, held->tenure.id) == 0;
}

/* A renewal that did not succeed is made again, with the lease as it is. */
static void
renew_again(struct sharer *sharer, struct held *held, struct steps *steps)
{
	if (held->doubted && (held->stage == READING || held->stage == WAITING))
		steps_add(steps, LEASE_RENEW, &held->lease, held, &sharer->seed);
	held->doubted = false;
}

/* Compares a lease that is read, or given up, with the table. */
static void
compare_held(struct sharer *sharer, struct held *held, const struct lease *lease,
    struct steps *steps, int64_t now)
{
	if (is_owned(sharer, held, lease)) {
		held->lease = *lease;
		renew_again(sharer, held, steps);
	} else if (is_asked_for(sharer, held, lease)) {
		held->lease = *lease;
		if (held->stage == READING) {
			held->stage = YIELDING;
			held->deadline = now + sharer->settings.handover;
			state_event(sharer, SHARE_YIELD, lease, NULL);
		} else if (held->stage == LEAVING && !held->asked) {
			held->asked = true;
			held->deadline = now + sharer->settings.handover;
		}
	} else if (held->stage == LEAVING) {
		state_drop(sharer, held);
	} else {
		state_lose(sharer, held, "another reader has taken it");
	}
}

/*
 * Must who had the lease not be waited for any longer? It may have renewed it until it was asked
 * for, also if it has renewed no other: for the failover time from then on it may write.
 */
static bool
may_adopt(const struct sharer *sharer, const struct held *held, int64_t now)
{
	const char *before = held->lease.checkpoint_owner;
	int64_t asked = held->deadline - sharer->settings.handover;
	int64_t failover = sharer->settings.failover;

	if (before[0] == '\0')
		return true;
	return !sharer->settings.store->sees_ends && now - asked >= failover &&
	       (now >= held->deadline || known_is_dead(&sharer->known, before, failover));
}

/* Compares one that is waited for. */
static void
compare_waiting(struct sharer *sharer, struct held *held, const struct lease *lease,
    struct steps *steps, int64_t now)
{
	held->lease = *lease;
	if (is_worker(sharer, lease->owner) && may_adopt(sharer, held, now))
		steps_add(steps, sharer->finishing ? LEASE_RELEASE : LEASE_ADOPT, &held->lease,
		    held, &sharer->seed);
	else if (is_worker(sharer, lease->owner))
		renew_again(sharer, held, steps);
	else if (is_worker(sharer, lease->checkpoint_owner))
		/* A third has asked before this one had begun, and need not wait. */
		steps_add(steps, LEASE_YIELD, &held->lease, held, &sharer->seed);
	else
		state_drop(sharer, held);
}

/* Compares what is held with the leases that were seen: all, or some. */
static void
compare_all(
    struct sharer *sharer, const struct leases *seen, bool all, struct steps *steps, int64_t now)
{
	for (size_t i = sharer->held_count; i-- > 0;) {
		struct held *held = sharer->held[i];
		const struct lease *lease = leases_find(seen, held->lease.shard);

		if (lease == NULL && all) {
			state_lose(sharer, held, "it was deleted");
		} else if (lease == NULL) {
			continue;
		} else if (held->stage != WAITING) {
			compare_held(sharer, held, lease, steps, now);
		} else {
			compare_waiting(sharer, held, lease, steps, now);
		}
	}
}

/* Is all committed that the reader has written? */
static bool
is_committed(const struct held *held)
{
	struct position mark;

	return held->mark[0] == '\0' || !position_parse(span_of(held->mark), &mark) ||
	       !lease_is_ahead(&held->lease, &mark);
}

/* Has it, a child of two, a parent that gets its lease later? That one adds it, at its end. */
static bool
has_later_parent(const struct sharer *sharer, const struct lease *child)
{
	for (size_t i = 0; i < LEASE_PARENTS && child->parents[i][0] != '\0'; i++) {
		if (known_find(&sharer->known, child->parents[i]) == NULL)
			return true;
	}
	return false;
}

/*
 * scanned: all leases were read since the shard was read to its end. Only then is it certain that a
 * parent has no lease yet: two that begin and end between two scans would be left to each other.
 */
static bool
add_children(struct sharer *sharer, const struct held *held, bool scanned, struct failure *failure)
{
	struct lease_store *store = sharer->settings.store;
	struct lease *children = memory_new(held->child_count + 1, sizeof *children);
	size_t count = 0;
	bool added;

	for (size_t i = 0; i < held->child_count; i++) {
		if (!has_later_parent(sharer, &held->children[i]))
			children[count++] = held->children[i];
		else if (!scanned)
			sharer->scan_at = 0;
	}
	added =
	    (count == held->child_count || scanned) && store->add(store, children, count, failure);
	free(children);
	return added;
}

/*
 * It was not handed over in time. Where nothing expires, the other reader waits until it is given
 * up, which it is once nothing more of it is written; not at its end, as what follows may be
 * written.
 */
static void
be_late(struct sharer *sharer, struct held *held)
{
	static const char why[] = "it was not handed over in time";

	if (!sharer->settings.store->sees_ends) {
		state_lose(sharer, held, why);
	} else if (held->stage == LEAVING && !held->ended) {
		state_event(sharer, SHARE_STOP, &held->lease, why);
		held->mark[0] = '\0';
		held->deadline = INT64_MAX;
	}
}

/*
 * A shard was read to its end. Where nothing expires, what follows is read before all of it is
 * committed: it comes after it in this reader's output, and others see that it is not done.
 */
static void
pass(struct sharer *sharer, struct held *held, struct failure *failure)
{
	if (!held->children_added) {
		held->children_added = add_children(sharer, held, true, failure);
		sharer->unsettled = true;
	}
	known_pass(&sharer->known, held->lease.shard);
}

/* Gives up what may be given up. */
static void
leave_all(
    struct sharer *sharer, bool scanned, struct steps *steps, int64_t now, struct failure *failure)
{
	for (size_t i = sharer->held_count; i-- > 0;) {
		struct held *held = sharer->held[i];
		bool done = held->stage == LEAVING && is_committed(held);

		if (held->ended && sharer->settings.store->sees_ends)
			pass(sharer, held, failure);
		if (done && held->asked)
			steps_add(steps, LEASE_YIELD, &held->lease, held, &sharer->seed);
		else if (done && held->ended &&
		         (held->children_added || add_children(sharer, held, scanned, failure)))
			steps_add(steps, LEASE_END, &held->lease, held, &sharer->seed);
		else if (done && !held->ended)
			steps_add(steps, LEASE_RELEASE, &held->lease, held, &sharer->seed);
		else if ((held->stage == LEAVING || held->stage == YIELDING) &&
		         now >= held->deadline)
			be_late(sharer, held);
	}
}

/* For balance_decide. */
static bool
was_mine(void *context, const char *shard)
{
	const struct sharer *sharer = context;

	return state_find(sharer, shard) == NULL && sharer->settings.was_mine != NULL &&
	       sharer->settings.was_mine(
	           sharer->settings.context, leases_find(sharer->seen, shard));
}

static void
want(struct sharer *sharer, const struct leases *seen, struct steps *steps, int64_t now)
{
	struct lease_store *store = sharer->settings.store;
	struct balance balance = {.worker = sharer->settings.worker,
	    .failover = sharer->settings.failover,
	    .most = sharer->settings.most > 0 ? sharer->settings.most : SIZE_MAX,
	    .may_ask =
	        sharer->settings.asks && (store->may_ask == NULL || store->may_ask(store, now)),
	    .takes_all = store->sees_ends && !sharer->settings.asks,
	    .seed = &sharer->seed,
	    .is_mine = was_mine,
	    .context = sharer};
	enum balance_want *wants = memory_new(sharer->known.count + 1, sizeof *wants);
	size_t held = 0;

	for (size_t i = 0; i < sharer->held_count; i++)
		held += sharer->held[i]->stage == READING || sharer->held[i]->stage == WAITING;
	sharer->seen = seen;
	balance_decide(&balance, &sharer->known, held, wants, &sharer->readers);
	for (size_t i = 0; i < seen->count; i++) {
		const struct lease *lease = &seen->leases[i];

		if (wants[i] != BALANCE_NOTHING && state_find(sharer, lease->shard) == NULL)
			steps_add(steps, wants[i] == BALANCE_TAKE ? LEASE_TAKE : LEASE_ASK, lease,
			    NULL, &sharer->seed);
	}
	free(wants);
}

/* Are all of its parents at their ends, as far as this reader knows? */
static bool
is_due(const struct sharer *sharer, const struct lease *child)
{
	for (size_t i = 0; i < LEASE_PARENTS && child->parents[i][0] != '\0'; i++) {
		const struct known_lease *parent = known_find(&sharer->known, child->parents[i]);

		if (parent != NULL && parent->at != LEASE_AT_SHARD_END)
			return false;
	}
	return true;
}

/* Who has read a shard to its end continues with its children: nobody has to find them. */
static bool
take_born(struct sharer *sharer, int64_t now, struct failure *failure)
{
	size_t most = sharer->settings.most > 0 ? sharer->settings.most : SIZE_MAX;
	struct steps steps = {.count = 0};

	for (size_t i = 0; i < sharer->born_count && !sharer->finishing; i++) {
		const struct lease *child = &sharer->born[i];

		if (sharer->held_count + steps.count < most && is_due(sharer, child) &&
		    state_find(sharer, child->shard) == NULL)
			steps_add(&steps, LEASE_TAKE, child, NULL, &sharer->seed);
	}
	sharer->born_count = 0;
	return steps_make(sharer, &steps, now, failure);
}

/* What follows from the leases that were seen. */
static bool
follow(struct sharer *sharer, const struct leases *seen, bool all, int64_t now,
    struct failure *failure)
{
	struct steps steps = {.count = 0};

	compare_all(sharer, seen, all, &steps, now);
	leave_all(sharer, all, &steps, now, failure);
	if (all)
		clean_expired(sharer, seen);
	if (all && !sharer->finishing)
		want(sharer, seen, &steps, now);
	return steps_make(sharer, &steps, now, failure) && take_born(sharer, now, failure);
}

bool
sharer_scan(struct sharer *sharer, int64_t now, struct failure *failure)
{
	struct lease_store *store = sharer->settings.store;
	struct leases leases = {.count = 0};
	bool good = store->read(store, &leases, failure);

	if (good) {
		known_update(&sharer->known, &leases, now);
		if (store->sees_ends)
			known_all_live(&sharer->known, now);
		sharer->stale = sharer->unsettled = false;
		good = follow(sharer, &leases, true, now, failure);
	}
	leases_free(&leases);
	pace_scanned(sharer, now, good);
	return good;
}

bool
sharer_watch(struct sharer *sharer, int64_t now, struct failure *failure)
{
	struct lease_store *store = sharer->settings.store;
	struct leases leases = {.count = 0};
	struct steps looks = {.count = 0};
	bool good = true;

	for (size_t i = 0; i < sharer->held_count; i++) {
		if (state_is_watched(sharer->held[i]))
			steps_add(&looks, LEASE_LOOK, &sharer->held[i]->lease, sharer->held[i],
			    &sharer->seed);
	}
	if (looks.count > 0)
		store->change(store, sharer->settings.worker, looks.requests, looks.count, failure);
	for (size_t i = 0; i < looks.count; i++) {
		const struct lease_request *request = &looks.requests[i];

		good = good && request->result != LEASE_FAILED;
		if (request->result == LEASE_CONFLICT)
			state_lose(sharer, looks.held[i], "it was deleted");
		else if (request->result == LEASE_CHANGED) {
			known_change(&sharer->known, &request->lease, now);
			*leases_add(&leases) = request->lease;
		}
	}
	steps_free(&looks);
	good = follow(sharer, &leases, false, now, failure) && good;
	leases_free(&leases);
	pace_watched(sharer, now, good);
	return good;
}

bool
sharer_look(struct sharer *sharer, int64_t now, struct failure *failure)
{
	if (pace_wants_all(sharer, now))
		return sharer_scan(sharer, now, failure);
	return sharer_watch(sharer, now, failure);
}
