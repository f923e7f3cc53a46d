/*
 * groups: how far each group of readers has come, per shard. Kept beside the
 * stream, in NAME.groups; never in the stream's own file.
 */
#ifndef STREAM_CHECKPOINTS_H
#define STREAM_CHECKPOINTS_H

#include <signal.h>
#include <sys/types.h>
#include "base/failure.h"
#include "record/position.h"

struct checkpoints;

/*
 * The groups of the stream of that name. missing NULL: their file is made where
 * it is not; else it tells that nobody has made it yet, and NULL is returned.
 */
struct checkpoints *checkpoints_open(const char *stream_name, bool *missing,
    const volatile sig_atomic_t *stop, struct failure *failure);
void checkpoints_close(struct checkpoints *groups);
const char *checkpoints_directory(const struct checkpoints *groups); /* that they are kept in */

/* One reader (or mover) of a group at a time: 75 where another has it. */
bool checkpoints_claim(struct checkpoints *groups, const char *group, struct failure *failure);
/* The process that has the group now; 0: none. */
bool checkpoints_reader(
    struct checkpoints *groups, const char *group, pid_t *reader, struct failure *failure);

struct checkpoint {
	char text[POSITION_SIZE]; /* P: all before it is done; P+: all through it; or a time */
	bool is_time; /* text is as in position_is_time: nothing was committed yet */
	struct position position; /* of text, unless is_time */
	int64_t updated; /* ms */
};

/*
 * found false where the group has no checkpoint for the shard. FAILURE_PERMANENT
 * for one that is no position.
 */
bool checkpoints_get(struct checkpoints *groups, const char *group, const char *shard,
    struct checkpoint *checkpoint, bool *found, struct failure *failure);
/* Has the group a checkpoint in any shard, whether it is still there or not? */
bool checkpoints_have(
    struct checkpoints *groups, const char *group, bool *found, struct failure *failure);
/* FAILURE_PERMANENT where the group's checkpoints are of another stream than id. */
bool checkpoints_check(
    struct checkpoints *groups, const char *group, const char *id, struct failure *failure);
/*
 * Commits all of them at once, for the stream that is called id. Those not
 * ahead of what is there are left out, unless moved: then they replace it, and
 * checkpoints of another stream go.
 */
bool checkpoints_commit(struct checkpoints *groups, const char *group, const char *id,
    const struct position *positions, size_t count, bool moved, struct failure *failure);
/*
 * Puts the group at places: positions or times, of the stream that is called id.
 */
enum groups_placing {
	GROUPS_BEGIN, /* only where there is no checkpoint yet */
	GROUPS_MOVE, /* in the place of what is there; checkpoints of another stream go */
	GROUPS_MOVE_ALL /* so do those in other shards: the stream has them no more */
};
bool checkpoints_place(struct checkpoints *groups, const char *group, const char *id,
    char (*places)[POSITION_SIZE], size_t count, enum groups_placing how, struct failure *failure);
bool checkpoints_delete(
    struct checkpoints *groups, const char *group, bool *found, struct failure *failure);
/* Forgets all groups of the stream called id, for it is gone, and their file where that was all. */
bool checkpoints_forget(const char *stream_name, const char *id, struct failure *failure);
/* Calls visit for each group's name, until it returns false, having filled failure. */
bool checkpoints_each(struct checkpoints *groups,
    bool (*visit)(void *context, const char *group, struct failure *failure), void *context,
    struct failure *failure);

#endif
