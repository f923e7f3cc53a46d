/* scan: what a sharer does once it has read the table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "group/share/balance.h"
#include "group/share/clean.h"
#include "group/share/state.h"

/* Steps that are to be made, each with the lease that is held, if it is. */
struct steps {
	struct lease_request *requests;
	struct held **held;
	size_t count, capacity;
};

static void
add_step(struct steps *steps, enum lease_step step, const struct lease *lease, struct held *held,
    uint64_t *seed)
{
	struct lease_request *request;

	if (steps->count == steps->capacity) {
		steps->capacity = 2 * steps->capacity + 16;
		steps->requests =
		    memory_resize(steps->requests, steps->capacity, sizeof *steps->requests);
		steps->held = memory_resize(steps->held, steps->capacity, sizeof *steps->held);
	}
	steps->held[steps->count] = held;
	request = &steps->requests[steps->count++];
	*request = (struct lease_request){.step = step, .lease = *lease};
	if (step == LEASE_TAKE || step == LEASE_ADOPT)
		snprintf(request->tenure, sizeof request->tenure, "%016llx%016llx",
		    (unsigned long long)random_next(seed), (unsigned long long)random_next(seed));
	else
		snprintf(request->tenure, sizeof request->tenure, "%s", lease->tenure);
}

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

/* Compares a lease that is read, or given up, with the table. */
static void
compare_held(struct sharer *sharer, struct held *held, const struct lease *lease, int64_t now)
{
	if (is_owned(sharer, held, lease)) {
		held->lease = *lease;
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

/* Must who had the lease not be waited for any longer? */
static bool
may_adopt(const struct sharer *sharer, const struct held *held, int64_t now)
{
	const char *before = held->lease.checkpoint_owner;

	if (before[0] == '\0')
		return true;
	return !sharer->settings.store->sees_ends &&
	       (now >= held->deadline ||
	           known_is_dead(&sharer->known, before, sharer->settings.failover, now));
}

/* Compares a lease that was asked for. */
static void
compare_waiting(struct sharer *sharer, struct steps *steps, struct held *held,
    const struct lease *lease, int64_t now)
{
	held->lease = *lease;
	if (is_worker(sharer, lease->owner)) {
		if (may_adopt(sharer, held, now))
			add_step(steps, sharer->finishing ? LEASE_RELEASE : LEASE_ADOPT, lease,
			    held, &sharer->seed);
	} else if (sharer->settings.store->sees_ends &&
	           is_worker(sharer, lease->checkpoint_owner)) {
		/* Given up to this reader, and asked for by another before it began: that one
		 * waits. */
		add_step(steps, LEASE_YIELD, lease, held, &sharer->seed);
	} else {
		state_drop(sharer, held);
	}
}

/* Compares all that is held with the table. */
static void
compare_all(struct sharer *sharer, struct steps *steps, int64_t now)
{
	for (size_t i = sharer->held_count; i-- > 0;) {
		struct held *held = sharer->held[i];
		const struct known_lease *known = known_find(&sharer->known, held->lease.shard);

		if (known == NULL) {
			state_lose(sharer, held, "it was deleted");
		} else if (held->stage != WAITING) {
			compare_held(sharer, held, &known->lease, now);
		} else {
			compare_waiting(sharer, steps, held, &known->lease, now);
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

static bool
add_children(struct sharer *sharer, const struct held *held, struct failure *failure)
{
	struct lease_store *store = sharer->settings.store;
	struct lease *children = memory_new(held->child_count + 1, sizeof *children);
	size_t count = 0;
	bool added;

	for (size_t i = 0; i < held->child_count; i++) {
		if (!has_later_parent(sharer, &held->children[i]))
			children[count++] = held->children[i];
	}
	added = store->add(store, children, count, failure);
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
		held->children_added = add_children(sharer, held, failure);
		sharer->unsettled = true;
	}
	known_pass(&sharer->known, held->lease.shard);
}

/* Gives up what may be given up. */
static void
leave_all(struct sharer *sharer, struct steps *steps, int64_t now, struct failure *failure)
{
	for (size_t i = sharer->held_count; i-- > 0;) {
		struct held *held = sharer->held[i];
		bool done = held->stage == LEAVING && is_committed(held);

		if (held->ended && sharer->settings.store->sees_ends)
			pass(sharer, held, failure);
		if (done && held->asked)
			add_step(steps, LEASE_YIELD, &held->lease, held, &sharer->seed);
		else if (done && held->ended &&
		         (held->children_added || add_children(sharer, held, failure)))
			add_step(steps, LEASE_END, &held->lease, held, &sharer->seed);
		else if (done && !held->ended)
			add_step(steps, LEASE_RELEASE, &held->lease, held, &sharer->seed);
		else if ((held->stage == LEAVING || held->stage == YIELDING) &&
		         now >= held->deadline)
			be_late(sharer, held);
	}
}

/* For balance_decide. */
static bool
was_mine(void *context, const struct lease *lease)
{
	const struct sharer *sharer = context;

	return state_find(sharer, lease->shard) == NULL && sharer->settings.was_mine != NULL &&
	       sharer->settings.was_mine(sharer->settings.context, lease);
}

static void
want(struct sharer *sharer, struct steps *steps, int64_t now)
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
	balance_decide(&balance, &sharer->known, held, now, wants);
	for (size_t i = 0; i < sharer->known.count; i++) {
		const struct lease *lease = &sharer->known.leases[i].lease;

		if (wants[i] != BALANCE_NOTHING && state_find(sharer, lease->shard) == NULL)
			add_step(steps, wants[i] == BALANCE_TAKE ? LEASE_TAKE : LEASE_ASK, lease,
			    NULL, &sharer->seed);
	}
	free(wants);
}

/* What became of a step. False: a tenure could not begin. */
static bool
take_result(struct sharer *sharer, const struct lease_request *request, struct held *held,
    int64_t now, struct failure *failure)
{
	bool changed = request->result == LEASE_CHANGED;
	bool sees_ends = sharer->settings.store->sees_ends;

	if (changed)
		known_change(&sharer->known, &request->lease, now);
	switch (request->step) {
	case LEASE_TAKE:
		if (changed)
			return state_begin(
			    sharer, state_add(sharer, &request->lease, READING, now), now, failure);
		/* Another reader was faster; there may be others that are free. */
		if (sees_ends)
			sharer->unsettled = true;
		break;
	case LEASE_ASK:
		if (changed)
			state_add(sharer, &request->lease, WAITING, now);
		break;
	case LEASE_ADOPT:
		if (changed) {
			held->lease = request->lease;
			return state_begin(sharer, held, now, failure);
		}
		break;
	case LEASE_RENEW:
		if (changed) {
			held->lease = request->lease;
			held->renewed = now;
		}
		break;
	case LEASE_END:
		if (changed && sees_ends)
			sharer->unsettled = true;
		/* fallthrough */
	case LEASE_YIELD:
	case LEASE_RELEASE:
		/* If not, another may have asked for it: the next scan shows what is left to do. */
		if (changed)
			state_drop(sharer, held);
		break;
	}
	return true;
}

/* Makes the steps. False: some failed. */
static bool
make(struct sharer *sharer, struct steps *steps, int64_t now, struct failure *failure)
{
	struct lease_store *store = sharer->settings.store;
	bool good = true;

	if (steps->count > 0)
		store->change(
		    store, sharer->settings.worker, steps->requests, steps->count, failure);
	for (size_t i = 0; i < steps->count; i++) {
		good = take_result(sharer, &steps->requests[i], steps->held[i], now, failure) &&
		       good && steps->requests[i].result != LEASE_FAILED;
	}
	free(steps->requests);
	free(steps->held);
	return good;
}

bool
sharer_scan(struct sharer *sharer, int64_t now, struct failure *failure)
{
	struct lease_store *store = sharer->settings.store;
	struct leases leases = {.count = 0};
	struct steps steps = {.count = 0};
	bool read = store->read(store, &leases, failure);

	if (read)
		known_update(&sharer->known, &leases, now);
	if (read && store->sees_ends)
		known_all_live(&sharer->known, now);
	leases_free(&leases);
	if (!read)
		return false;
	sharer->unsettled = false;
	compare_all(sharer, &steps, now);
	leave_all(sharer, &steps, now, failure);
	clean_expired(sharer);
	if (!sharer->finishing)
		want(sharer, &steps, now);
	return make(sharer, &steps, now, failure);
}

/* Another reader that has asked for a lease renews it. */
static bool
is_renewed(const struct held *held)
{
	return held->stage == READING || held->stage == WAITING ||
	       (held->stage == LEAVING && !held->asked);
}

bool
sharer_renew(struct sharer *sharer, int64_t now, struct failure *failure)
{
	struct steps steps = {.count = 0};
	bool good;

	if (sharer->settings.store->sees_ends)
		return true;
	for (size_t i = 0; i < sharer->held_count; i++) {
		if (is_renewed(sharer->held[i]))
			add_step(&steps, LEASE_RENEW, &sharer->held[i]->lease, sharer->held[i],
			    &sharer->seed);
	}
	good = make(sharer, &steps, now, failure);
	for (size_t i = sharer->held_count; i-- > 0;) {
		struct held *held = sharer->held[i];

		if (is_renewed(held) && now - held->renewed >= sharer->settings.failover)
			state_lose(sharer, held, "it could not be renewed in time");
	}
	return good;
}
