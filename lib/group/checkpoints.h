/*
 * checkpoints: the position that each group of readers has committed, per shard of a stream. One
 * interface, several kinds; checkpoints_open (lib/open) chooses the kind by the group's name.
 */
#ifndef GROUP_CHECKPOINTS_H
#define GROUP_CHECKPOINTS_H

#include <sys/types.h>
#include "base/caller.h"
#include "base/failure.h"
#include "record/position.h"
#include "system/sandbox.h"

struct checkpoints;

enum { GROUP_WORKER = 512 /* bytes of a worker's name at most */ };

enum checkpoints_use {
	CHECKPOINTS_READ, /* also where this process may not write */
	CHECKPOINTS_WRITE,
	CHECKPOINTS_CREATE /* as WRITE; what holds them is created if it does not exist */
};

/*
 * Opens the checkpoints that the group has in the stream of that name, and with them those of other
 * groups that are kept in the same place; group NULL: those beside the stream. *missing (which may
 * be NULL) says that it failed because they do not exist.
 */
struct checkpoints *checkpoints_open(const char *stream_name, const char *group,
    enum checkpoints_use use, bool *missing, const struct caller *caller, struct failure *failure);
/*
 * Opens those of all these groups, to read them. *missing (which may be NULL) says that it failed
 * because none of them has committed anything.
 */
struct checkpoints *checkpoints_open_all(const char *stream_name, const char *const *groups,
    size_t count, bool *missing, const struct caller *caller, struct failure *failure);
void checkpoints_close(struct checkpoints *groups);
/* The directory that they work in; NULL: none. */
const char *checkpoints_directory(const struct checkpoints *groups);
/*
 * Adds what they need to the rights that a tool keeps, before they are opened. create: creates
 * their directory if it does not exist.
 */
void checkpoints_sandbox(const char *stream_name, const char *group, bool create,
    const struct caller *caller, struct sandbox *sandbox);
/* Is the group one whose leases many readers share? */
bool checkpoints_is_shared(const char *group);
/* Is text the name of a group? */
bool checkpoints_is_group(const char *text);

struct checkpoint {
	char text[POSITION_SIZE]; /* P: all before it is done; P+: all through it; or a time */
	bool is_time; /* text is one of position_is_time: nothing was committed yet */
	bool ended; /* text is SHARD:SHARD_END: it was closed, and all its records are done */
	struct position position; /* of text, unless is_time or ended */
	int64_t updated; /* ms; 0: unknown */
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
 * checkpoints are left out.
 */
bool checkpoints_commit(struct checkpoints *groups, const char *group, const char *id,
    const struct position *positions, size_t count, struct failure *failure);
/* What is known of a shard; NULL: it has none, or it is unknown. */
struct checkpoints_shard {
	const char *parents[2];
	const char *hash_keys[2]; /* the first and the last, as decimals */
	uint32_t generation; /* of an embedded stream; else 0 */
};
/* Describes a shard before checkpoints_place creates a checkpoint in it. */
void checkpoints_describe(
    struct checkpoints *groups, const char *shard, const struct checkpoints_shard *about);
/* Puts the group at places (positions or times) of the stream with that id. */
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
/* *id: the id of the stream that the group's checkpoints are of, which the caller frees; NULL: it
 * has no checkpoints. */
bool checkpoints_stream_id(
    struct checkpoints *groups, const char *group, char **id, struct failure *failure);
/* Calls visit for each group's name, until it returns false and has filled failure. */
bool checkpoints_each(struct checkpoints *groups,
    bool (*visit)(void *context, const char *group, struct failure *failure), void *context,
    struct failure *failure);

/*
 * Takes the leases of all the stream's shards for this process, to read them for the group or to
 * move it; they last until the process ends, however it ends. FAILURE_TEMPORARY: another process
 * holds one. Of a group that is kept elsewhere it sees only that nobody renews them, which takes
 * seconds if somebody held one.
 */
bool checkpoints_claim(struct checkpoints *groups, const char *group, struct failure *failure);
/* The directory in which readers of a shared group note their tenures (tenure.h), borrowed. */
const char *checkpoints_notes(struct checkpoints *groups, struct failure *failure);
/* Who reads a shard for a group, as far as the lease says. */
struct group_reader {
	/* On this machine; 0: unknown, or there is none; -1: in another container. */
	pid_t process;
	/* Of a group that is kept elsewhere; worker and waits also of one that readers share here. */
	bool leased; /* the shard has a lease */
	char worker[GROUP_WORKER + 1]; /* who holds it; "": nobody */
	bool ended; /* the shard was closed, and all its records are done */
	bool waits; /* its parents are read first */
	bool renewed; /* these checkpoints have seen the lease change */
	/*
	 * ms by this machine's clock since they first saw the lease as it is: after the first
	 * reading 0. A lease table holds no times.
	 */
	int64_t unchanged;
};
bool checkpoints_reader(struct checkpoints *groups, const char *group, const char *shard,
    struct group_reader *reader, struct failure *failure);

enum reader_life {
	READER_NONE,
	READER_LIVES,
	READER_DEAD, /* its lease was not renewed for the failover time */
	READER_UNKNOWN /* its lease was not watched long enough */
};
enum { READER_FAILOVER = 10000 /* ms: of kread and of KCL, if they are not given another */ };
/* failover: ms after which a reader that renews nothing is dead. */
enum reader_life group_reader_life(const struct group_reader *reader, int64_t failover);

/*
 * Reads the leases of the group again and again, until of each reader it is known whether it lives;
 * at most for the failover time, and for all of it if free_too and a lease that could be taken
 * stays free. Of a group that is kept here that is known at once.
 */
bool checkpoints_watch(struct checkpoints *groups, const char *group, int64_t failover,
    bool free_too, struct failure *failure);

#endif
