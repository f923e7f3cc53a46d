/* steps: makes steps, and notes what became of each. */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "group/share/pace.h"
#include "group/share/steps.h"

void
steps_add(struct steps *steps, enum lease_step step, const struct lease *lease, struct held *held,
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

/* The leases of its children are free, and this reader has less to read. */
static void
note_children(struct sharer *sharer, const struct held *held)
{
	sharer->born = memory_resize(
	    sharer->born, sharer->born_count + held->child_count + 1, sizeof *sharer->born);
	for (size_t i = 0; i < held->child_count; i++)
		sharer->born[sharer->born_count++] = held->children[i];
}

/* What became of a step. False: a tenure could not begin. */
static bool
take_result(struct sharer *sharer, const struct lease_request *request, struct held *held,
    int64_t now, struct failure *failure)
{
	bool changed = request->result == LEASE_CHANGED;

	if (changed)
		known_change(&sharer->known, &request->lease, now);
	switch (request->step) {
	case LEASE_LOOK:
		break;
	case LEASE_TAKE:
		if (changed)
			return state_begin(
			    sharer, state_add(sharer, &request->lease, READING, now), now, failure);
		/* Another reader was faster; there may be others that are free. */
		sharer->contested = sharer->contested || request->result == LEASE_CONFLICT;
		if (sharer->settings.store->sees_ends)
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
		held->doubted = !changed;
		if (changed) {
			held->lease = request->lease;
			held->renewed = now;
		}
		break;
	case LEASE_END:
		if (changed && sharer->settings.store->sees_ends)
			sharer->unsettled = true;
		else if (changed)
			note_children(sharer, held);
		/* fall through */
	case LEASE_YIELD:
	case LEASE_RELEASE:
		/* If not, another may have asked for it: the next scan shows what is left to do. */
		if (changed)
			state_drop(sharer, held);
		break;
	}
	return true;
}

bool
steps_make(struct sharer *sharer, struct steps *steps, int64_t now, struct failure *failure)
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
	steps_free(steps);
	return good;
}

void
steps_free(struct steps *steps)
{
	free(steps->requests);
	free(steps->held);
	*steps = (struct steps){.count = 0};
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
			steps_add(&steps, LEASE_RENEW, &sharer->held[i]->lease, sharer->held[i],
			    &sharer->seed);
	}
	good = steps_make(sharer, &steps, now, failure);
	pace_renewed(sharer, now, good);
	for (size_t i = sharer->held_count; i-- > 0;) {
		struct held *held = sharer->held[i];

		if (is_renewed(held) && now - held->renewed >= sharer->settings.failover)
			state_lose(sharer, held, "it could not be renewed in time");
	}
	return good;
}
