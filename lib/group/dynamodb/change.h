/* change: claims and moves the leases of a group; private to this folder. */
#ifndef GROUP_DYNAMODB_CHANGE_H
#define GROUP_DYNAMODB_CHANGE_H

#include "group/dynamodb/lease_table.h"
#include "group/kind.h"
#include "group/share/known.h"

struct checkpoints_table {
	struct checkpoints base;
	struct lease_table *table;
	struct leases leases; /* as last read */
	int64_t read_at; /* steady clock, µs; 0: they are not known */
	struct known known; /* the same, and since when each is unchanged */
	int64_t known_at; /* ms of clock_boot: when they were last read */
	struct leases described; /* shards whose parents and hash keys are known; not sorted */
	struct fence *fences; /* of commit.c */
	size_t fence_count;
	char *group;
	char *notes; /* the directory of tenures on this machine; NULL until it is needed */
	struct caller caller;
};

bool change_read(struct checkpoints_table *own, struct failure *failure);
/* Waits until a time of clock_steady. False: a signal asks to end. */
bool change_nap(const struct caller *caller, int64_t until, struct failure *failure);

/* The functions of the kind. */
bool change_claim(struct checkpoints *groups, const char *group, struct failure *failure);
void change_describe(
    struct checkpoints *groups, const char *shard, const struct checkpoints_shard *about);
bool change_place(struct checkpoints *groups, const char *group, const char *id,
    char (*places)[POSITION_SIZE], size_t count, enum checkpoints_placing how,
    struct failure *failure);
bool change_delete(
    struct checkpoints *groups, const char *group, bool *found, struct failure *failure);

#endif
