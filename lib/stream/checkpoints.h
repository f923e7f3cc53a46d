/*
 * checkpoints: the position that each group of readers has committed, per shard. They are in the
 * file NAME.groups beside the stream, never in the stream's own file.
 */
#ifndef STREAM_CHECKPOINTS_H
#define STREAM_CHECKPOINTS_H

#include <sys/types.h>
#include "base/caller.h"
#include "base/failure.h"
#include "record/position.h"
#include "system/sandbox.h"

struct checkpoints;

/*
 * Opens the checkpoints of the stream of that name. missing NULL: their file is created if it does
 * not exist; else *missing says that it does not, and NULL is returned.
 */
struct checkpoints *checkpoints_open(
    const char *stream_name, bool *missing, const struct caller *caller, struct failure *failure);
/* Only to read them, also where this process may not write. */
struct checkpoints *checkpoints_open_to_read(
    const char *stream_name, bool *missing, const struct caller *caller, struct failure *failure);
/* The same, for one reading at once; FAILURE_TEMPORARY, from reading too, if another program begins
 * to write to them: then open them to read. */
struct checkpoints *checkpoints_glance(
    const char *stream_name, bool *missing, const struct caller *caller, struct failure *failure);
void checkpoints_close(struct checkpoints *groups);
const char *checkpoints_directory(const struct checkpoints *groups); /* of their file */
/*
 * Adds that directory to the rights that a tool keeps, before they are opened. create: creates it
 * if it does not exist.
 */
void checkpoints_sandbox(
    const char *stream_name, bool create, const struct caller *caller, struct sandbox *sandbox);

struct checkpoint {
	char text[POSITION_SIZE]; /* P: all before it is done; P+: all through it; or a time */
	bool is_time; /* text is one of position_is_time: nothing was committed yet */
	struct position position; /* of text, unless is_time */
	int64_t updated; /* ms */
};

/*
 * *found false: the group has no checkpoint for the shard. False with FAILURE_PERMANENT: its
 * checkpoint is damaged.
 */
bool checkpoints_get(struct checkpoints *groups, const char *group, const char *shard,
    struct checkpoint *checkpoint, bool *found, struct failure *failure);
/* Has the group a checkpoint in any shard, also in one that no longer exists? */
bool checkpoints_have(
    struct checkpoints *groups, const char *group, bool *found, struct failure *failure);
/* FAILURE_PERMANENT if the group's checkpoints are of another stream than id. */
bool checkpoints_check(
    struct checkpoints *groups, const char *group, const char *id, struct failure *failure);
/*
 * Commits all positions at once, for the stream with that id. Positions that are not ahead of the
 * checkpoints are left out, unless moved: then they replace them, and checkpoints of another stream
 * are deleted.
 */
bool checkpoints_commit(struct checkpoints *groups, const char *group, const char *id,
    const struct position *positions, size_t count, bool moved, struct failure *failure);
/*
 * Puts the group at places (positions or times) of the stream with that id.
 */
enum checkpoints_placing {
	CHECKPOINTS_BEGIN, /* only shards that have no checkpoint yet */
	CHECKPOINTS_MOVE, /* replaces checkpoints, and deletes those of another stream */
	CHECKPOINTS_MOVE_ALL /* deletes also those of other shards, which the stream no longer has */
};
bool checkpoints_place(struct checkpoints *groups, const char *group, const char *id,
    char (*places)[POSITION_SIZE], size_t count, enum checkpoints_placing how,
    struct failure *failure);
bool checkpoints_delete(
    struct checkpoints *groups, const char *group, bool *found, struct failure *failure);
/* Deletes the checkpoints of a stream that is gone, and their file if no others are in it. */
bool checkpoints_forget(
    const char *stream_name, const char *id, const struct caller *caller, struct failure *failure);
/* *id: the id of the stream that the group's checkpoints are of, which the caller frees; NULL: it
 * has no checkpoints. */
bool checkpoints_stream_id(
    struct checkpoints *groups, const char *group, char **id, struct failure *failure);
/* Are two ids of the same stream, as far as they are known? */
bool checkpoints_same_stream(const char *a, const char *b);
/* The path of a file STREAM.ENDING beside the checkpoints; the caller frees it. NULL on failure. */
char *checkpoints_beside(const char *stream_name, const char *ending, const struct caller *caller,
    struct failure *failure);
/* Calls visit for each position that a group has committed in the stream with that id. */
bool checkpoints_positions(struct checkpoints *groups, const char *id,
    void (*visit)(void *context, const char *group, const struct position *position), void *context,
    struct failure *failure);
/* Calls visit for each group's name, until it returns false and has filled failure. */
bool checkpoints_each(struct checkpoints *groups,
    bool (*visit)(void *context, const char *group, struct failure *failure), void *context,
    struct failure *failure);

#endif
