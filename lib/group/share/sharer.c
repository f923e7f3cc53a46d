/* sharer: holds leases. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "group/share/pace.h"
#include "group/share/state.h"

struct sharer *
sharer_open(const struct sharer_settings *settings)
{
	struct sharer *sharer = memory_new(1, sizeof *sharer);

	sharer->settings = *settings;
	sharer->seed = settings->seed;
	return sharer;
}

void
sharer_close(struct sharer *sharer)
{
	for (size_t i = 0; i < sharer->held_count; i++) {
		free(sharer->held[i]->children);
		free(sharer->held[i]);
	}
	free(sharer->held);
	free(sharer->events);
	free(sharer->born);
	known_free(&sharer->known);
	free(sharer);
}

bool
sharer_next(struct sharer *sharer, struct share_event *event)
{
	if (sharer->event_first == sharer->event_count) {
		sharer->event_first = sharer->event_count = 0;
		return false;
	}
	*event = sharer->events[sharer->event_first++];
	return true;
}

bool
sharer_is_fit(const struct sharer *sharer)
{
	return !sharer->unfit;
}

int64_t
sharer_held_until(const struct sharer *sharer, const char *shard)
{
	const struct held *held = state_find(sharer, shard);

	if (held == NULL || held->stage != READING)
		return 0;
	return sharer->settings.store->sees_ends ? INT64_MAX
	                                         : held->renewed + sharer->settings.failover;
}

static void
leave(struct sharer *sharer, struct held *held, const char *mark)
{
	held->stage = LEAVING;
	snprintf(held->mark, sizeof held->mark, "%s", mark);
	pace_hurry(sharer);
}

void
sharer_yielded(struct sharer *sharer, const char *shard, const char *mark)
{
	struct held *held = state_find(sharer, shard);

	if (held == NULL || held->stage != YIELDING)
		return;
	held->asked = true;
	leave(sharer, held, mark);
}

void
sharer_ended(struct sharer *sharer, const char *shard, const char *mark,
    const struct lease *children, size_t count)
{
	struct held *held = state_find(sharer, shard);

	if (held == NULL || held->stage != READING)
		return;
	held->ended = true;
	held->deadline = INT64_MAX;
	held->children = memory_new(count + 1, sizeof *held->children);
	if (count > 0)
		memcpy(held->children, children, count * sizeof *children);
	held->child_count = count;
	leave(sharer, held, mark);
}

void
sharer_drop(struct sharer *sharer, const char *shard)
{
	struct held *held = state_find(sharer, shard);

	if (held == NULL || held->stage != READING)
		return;
	held->deadline = INT64_MAX;
	leave(sharer, held, "");
}

/* The reader may not know yet that another has asked for it. */
static void
finish(struct sharer *sharer, struct held *held, const char *mark)
{
	if (held->stage != READING && held->stage != YIELDING)
		return;
	if (held->stage == YIELDING)
		held->asked = true;
	else
		held->deadline = INT64_MAX;
	leave(sharer, held, mark);
}

void
sharer_finish(struct sharer *sharer, const char *shard, const char *mark)
{
	struct held *held = state_find(sharer, shard);

	sharer->finishing = true;
	if (held != NULL)
		finish(sharer, held, mark);
}

void
sharer_finish_rest(struct sharer *sharer)
{
	sharer->finishing = true;
	pace_hurry(sharer);
	for (size_t i = 0; i < sharer->held_count; i++)
		finish(sharer, sharer->held[i], "");
}

const char *
sharer_shard(const struct sharer *sharer, size_t number)
{
	return sharer->held[number]->lease.shard;
}

/* Could it still be taken: is it free, or may it expire? */
static bool
is_doubtful(const struct sharer *sharer, const struct known_lease *known)
{
	size_t most = sharer->settings.most;

	return (known->owner == KNOWN_NOBODY || !known->renewed) &&
	       state_find(sharer, known->shard) == NULL && (most == 0 || sharer->held_count < most);
}

struct sharer_counts
sharer_count(const struct sharer *sharer)
{
	struct sharer_counts counts = {
	    .held = sharer->held_count, .scanned = sharer->known.read_at > 0 && !sharer->stale};

	for (size_t i = 0; i < sharer->known.count; i++) {
		const struct known_lease *known = &sharer->known.leases[i];

		counts.doubtful +=
		    known_is_readable(&sharer->known, known) && is_doubtful(sharer, known);
	}
	for (size_t i = 0; i < sharer->held_count; i++) {
		const struct held *held = sharer->held[i];

		counts.leaving += state_is_leaving(sharer, held);
		counts.ending += held->stage == LEAVING && held->ended && !held->children_added;
	}
	counts.doubtful += sharer->unsettled;
	return counts;
}
