/*
 * groups: how far each group of readers has come, per shard. Kept beside the
 * stream, in NAME.groups; never in the stream's own file.
 */
#ifndef GROUPS_H
#define GROUPS_H

#include <signal.h>
#include "failure.h"
#include "position.h"

struct groups;

/* The groups of the stream of that name; the file is made where it is not. */
struct groups *groups_open(const char *stream_name, const volatile sig_atomic_t *stop,
    struct failure *failure);
void groups_close(struct groups *groups);


/* One reader (or mover) of a group at a time: 75 where another has it. */
bool groups_claim(struct groups *groups, const char *group, struct failure *failure);

struct checkpoint {
	char position[POSITION_SIZE]; /* P: all before it is done; P+: all through it */
	int64_t updated; /* ms */
};

/* found false where the group has no checkpoint for the shard. */
bool groups_get(struct groups *groups, const char *group, const char *shard,
    struct checkpoint *checkpoint, bool *found, struct failure *failure);
/* FAILURE_PERSON where the group's checkpoints are of another stream than id. */
bool groups_check(struct groups *groups, const char *group, const char *id,
    struct failure *failure);
/*
 * Commits all of them at once, for the stream that is called id. Those not
 * ahead of what is there are left out, unless moved: then they replace it, and
 * checkpoints of another stream go.
 */
bool groups_commit(struct groups *groups, const char *group, const char *id,
    const struct position *positions, size_t count, bool moved, struct failure *failure);
bool groups_delete(struct groups *groups, const char *group, bool *found, struct failure *failure);
/* Calls visit for each group's name. */
bool groups_each(struct groups *groups, void (*visit)(void *context, const char *group),
    void *context, struct failure *failure);

#endif
