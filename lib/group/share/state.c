/* state: the leases that a sharer holds, and its events. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "group/share/state.h"

static void
free_held(struct held *held)
{
	free(held->children);
	free(held);
}

void
state_event(struct sharer *sharer, enum share_kind kind, const struct lease *lease, const char *why)
{
	if (sharer->event_count == sharer->event_capacity) {
		sharer->event_capacity = 2 * sharer->event_capacity + 8;
		sharer->events =
		    memory_resize(sharer->events, sharer->event_capacity, sizeof *sharer->events);
	}
	sharer->events[sharer->event_count++] =
	    (struct share_event){.kind = kind, .lease = *lease, .why = why};
}

/* Where a shard's lease is, or has its place. */
static size_t
place_of(const struct sharer *sharer, const char *shard)
{
	size_t first = 0, last = sharer->held_count;

	while (first < last) {
		size_t middle = first + (last - first) / 2;

		if (strcmp(sharer->held[middle]->lease.shard, shard) < 0)
			first = middle + 1;
		else
			last = middle;
	}
	return first;
}

struct held *
state_find(const struct sharer *sharer, const char *shard)
{
	size_t place = place_of(sharer, shard);

	if (place == sharer->held_count || strcmp(sharer->held[place]->lease.shard, shard) != 0)
		return NULL;
	return sharer->held[place];
}

bool
state_is_leaving(const struct sharer *sharer, const struct held *held)
{
	return held->stage == LEAVING || (held->stage == WAITING && sharer->finishing);
}

bool
state_is_watched(const struct held *held)
{
	return held->stage != READING || held->doubted;
}

struct held *
state_add(struct sharer *sharer, const struct lease *lease, enum stage stage, int64_t now)
{
	struct held *held = memory_new(1, sizeof *held);
	size_t place = place_of(sharer, lease->shard);

	held->lease = *lease;
	held->stage = stage;
	held->renewed = now;
	held->deadline = now + sharer->settings.handover;
	snprintf(held->tenure.worker, sizeof held->tenure.worker, "%s", sharer->settings.worker);
	snprintf(held->tenure.id, sizeof held->tenure.id, "%s", lease->tenure);
	sharer->held = memory_resize(sharer->held, sharer->held_count + 1, sizeof *sharer->held);
	memmove(sharer->held + place + 1, sharer->held + place,
	    (sharer->held_count++ - place) * sizeof *sharer->held);
	sharer->held[place] = held;
	return held;
}

void
state_drop(struct sharer *sharer, struct held *held)
{
	size_t place = place_of(sharer, held->lease.shard);

	memmove(sharer->held + place, sharer->held + place + 1,
	    (--sharer->held_count - place) * sizeof *sharer->held);
	if (held->stage != WAITING && sharer->settings.forget != NULL)
		sharer->settings.forget(sharer->settings.context, held->lease.shard, &held->tenure);
	free_held(held);
}

void
state_lose(struct sharer *sharer, struct held *held, const char *why)
{
	if (held->stage != WAITING)
		state_event(sharer, SHARE_STOP, &held->lease, why);
	state_drop(sharer, held);
}

/* A tenure begins: kack must find it before the first line. */
bool
state_begin(struct sharer *sharer, struct held *held, int64_t now, struct failure *failure)
{
	snprintf(held->tenure.id, sizeof held->tenure.id, "%s", held->lease.tenure);
	held->stage = READING;
	held->renewed = now;
	if (sharer->settings.note != NULL && !sharer->settings.note(sharer->settings.context,
	                                         held->lease.shard, &held->tenure, failure)) {
		held->stage = LEAVING;
		held->deadline = INT64_MAX;
		sharer->unfit = sharer->finishing = true;
		return false;
	}
	state_event(sharer, SHARE_BEGIN, &held->lease, NULL);
	return true;
}
