/* change: claims, moves and deletes the leases of a group. */

/*
 * Nothing holds a lease table for a moment. So leases are claimed by looking until it is clear that
 * nobody renews them, and changed on condition that they are as they were then: a reader that takes
 * or renews one meanwhile wins, and the change is refused; a reader that comes later finds it gone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "group/dynamodb/change.h"

enum {
	WATCH = 10000, /* ms: the time in which a reader renews its leases, three times */
	LOOK_EVERY = 1000, /* ms */
	NAP = 50 /* ms */
};

bool
change_read(struct checkpoints_table *own, struct failure *failure)
{
	own->read_at = 0;
	if (!lease_table_read(own->table, &own->leases, failure))
		return false;
	own->read_at = clock_steady();
	own->known_at = clock_boot();
	known_update(&own->known, &own->leases, own->known_at);
	return true;
}

static bool
in_use(const struct lease *lease, const char *group, struct failure *failure)
{
	struct shown shown;

	return fail(failure, FAILURE_TEMPORARY, "group %s is in use: %s reads shard %s", group,
	    show(&shown, lease->owner, strlen(lease->owner)), lease->shard);
}

/* *held: a lease has an owner. Fails if one has changed since it was read before. */
static bool
compare(const struct leases *before, const struct leases *now, bool *held, const char *group,
    struct failure *failure)
{
	*held = false;
	for (size_t i = 0; i < now->count; i++) {
		const struct lease *lease = &now->leases[i];
		const struct lease *old = leases_find(before, lease->shard);

		if (lease->owner[0] == '\0')
			continue;
		*held = true;
		if (old != NULL && old->counter != lease->counter)
			return in_use(lease, group, failure);
	}
	return true;
}

bool
change_nap(const struct caller *caller, int64_t until, struct failure *failure)
{
	while (clock_steady() < until) {
		if (caller_is_stopped(caller))
			return fail_stopped(failure);
		usleep(NAP * 1000);
	}
	return true;
}

bool
change_claim(struct checkpoints *groups, const char *group, struct failure *failure)
{
	struct checkpoints_table *own = (struct checkpoints_table *)groups;
	struct leases before = {.count = 0};
	int64_t start = clock_steady();
	bool free_of_readers = false, held = true, good = true;

	for (int64_t look = 0; good && !free_of_readers; look++) {
		good = change_nap(&own->caller, start + look * LOOK_EVERY * 1000, failure) &&
		       change_read(own, failure) &&
		       compare(&before, &own->leases, &held, group, failure);
		if (look == 0 && good && held)
			caller_detail(&own->caller,
			    "group %s: looking for %d s whether its readers live", group,
			    WATCH / 1000);
		free_of_readers = good && (!held || look * LOOK_EVERY >= WATCH);
		if (look == 0 && good && !free_of_readers) {
			before = own->leases;
			own->leases = (struct leases){.count = 0};
		}
	}
	leases_free(&before);
	return good;
}

static bool
settle(struct checkpoints_table *own, enum lease_change changed, const struct lease *lease,
    struct failure *failure)
{
	own->read_at = 0;
	if (changed == LEASE_CONFLICT)
		return fail(failure, FAILURE_TEMPORARY,
		    "group %s is in use: the lease of shard %s was changed meanwhile", own->group,
		    lease->shard);
	return changed == LEASE_CHANGED;
}

void
change_describe(
    struct checkpoints *groups, const char *shard, const struct checkpoints_shard *about)
{
	struct checkpoints_table *own = (struct checkpoints_table *)groups;

	lease_describe(leases_add(&own->described), shard, about);
}

/* A lease for a shard that has none. */
static void
begin_lease(const struct checkpoints_table *own, const char *shard, struct lease *lease)
{
	for (size_t i = 0; i < own->described.count; i++) {
		if (strcmp(own->described.leases[i].shard, shard) == 0) {
			*lease = own->described.leases[i];
			return;
		}
	}
	lease_describe(lease, shard, &(struct checkpoints_shard){.parents = {NULL, NULL}});
}

/* Puts the group at a place of a shard. */
static bool
put_place(struct checkpoints_table *own, const char *id, const char *place, bool moved,
    struct failure *failure)
{
	char *shard = memory_copy(place, strcspn(place, ":"));
	const struct lease *known = leases_find(&own->leases, shard);
	struct lease lease;
	bool put = true;

	if (known != NULL)
		lease = *known;
	else
		begin_lease(own, shard, &lease);
	snprintf(lease.stream, sizeof lease.stream, "%s", id);
	free(shard);
	if (!lease_put_at(&lease, place))
		return fail(failure, FAILURE_PERMANENT, "%s is not a place in a stream", place);
	if (known == NULL)
		put = settle(own, lease_table_add(own->table, &lease, failure), &lease, failure);
	else if (moved)
		put = settle(own, lease_table_move(own->table, &lease, failure), &lease, failure);
	return put;
}

static bool
is_placed(const struct lease *lease, char (*places)[POSITION_SIZE], size_t count)
{
	size_t length = strlen(lease->shard);

	for (size_t i = 0; i < count; i++) {
		if (strncmp(places[i], lease->shard, length) == 0 && places[i][length] == ':')
			return true;
	}
	return false;
}

/* Deletes the leases of all other shards. */
static bool
delete_others(struct checkpoints_table *own, char (*places)[POSITION_SIZE], size_t count,
    struct failure *failure)
{
	bool good = true;

	for (size_t i = 0; good && i < own->leases.count; i++) {
		const struct lease *lease = &own->leases.leases[i];

		if (!is_placed(lease, places, count))
			good = settle(
			    own, lease_table_delete(own->table, lease, failure), lease, failure);
	}
	return good;
}

bool
change_place(struct checkpoints *groups, const char *group, const char *id,
    char (*places)[POSITION_SIZE], size_t count, enum checkpoints_placing how,
    struct failure *failure)
{
	struct checkpoints_table *own = (struct checkpoints_table *)groups;
	bool good = own->read_at != 0 || change_read(own, failure);

	(void)group;
	for (size_t i = 0; good && i < count; i++)
		good = put_place(own, id, places[i], how != CHECKPOINTS_BEGIN, failure);
	if (good && how == CHECKPOINTS_MOVE_ALL)
		good = delete_others(own, places, count, failure);
	return good;
}

/* The table stays: what made it, removes it. */
bool
change_delete(struct checkpoints *groups, const char *group, bool *found, struct failure *failure)
{
	struct checkpoints_table *own = (struct checkpoints_table *)groups;

	(void)group;
	if (own->read_at == 0 && !change_read(own, failure))
		return false;
	*found = own->leases.count > 0;
	return delete_others(own, NULL, 0, failure);
}
