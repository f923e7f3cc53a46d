/*
 * journal: the state of a filter between kread and kack, kept in a file so that it can go back.
 *
 * After a crash kread repeats the records from the group's checkpoint on, and they have to find the
 * filter's state as it was before them. So the file holds a snapshot of the whole state, and the
 * inputs that were applied to it since, each with its position. Before an input is applied that is
 * not after the last one of its shard, the journal goes back: it loads the newest snapshot from
 * before that position, and applies the inputs again that came before it. Those of other shards
 * that the group will repeat are left out, too. What the group's checkpoints have passed is deleted.
 */
#ifndef JOURNAL_JOURNAL_H
#define JOURNAL_JOURNAL_H

#include "base/buffer.h"
#include "base/caller.h"
#include "base/failure.h"
#include "record/position.h"
#include "system/sandbox.h"

struct journal;

/* The state, which belongs to the filter. The same inputs in the same order make the same state. */
struct journal_state {
	void *context;
	void (*clear)(void *context); /* to what it is before the first input */
	bool (*save)(void *context, struct buffer *saved); /* false: larger than the ceiling */
	/* saved may be damaged: FAILURE_PERMANENT. */
	bool (*load)(void *context, struct span saved, struct failure *failure);
	bool (*apply)(void *context, struct span input, struct failure *failure);
};

struct journal_settings {
	const char *path; /* NULL: STREAM.GROUP.TOOL beside the group's checkpoints */
	const char *tool; /* its name */
	const char *stream; /* its name, as the user gave it */
	const char *group;
	/* The options that the state depends on, as text: with others the file is of no use. */
	const char *options;
	size_t ceiling; /* bytes of a saved state at most */
	struct caller caller;
};

/*
 * Opens the file, which is created if it is missing, takes its lock until the process ends
 * (FAILURE_TEMPORARY: another process has it), and loads the state.
 */
struct journal *journal_open(const struct journal_settings *settings,
    const struct journal_state *state, struct failure *failure);
void journal_close(struct journal *journal);
/* Adds the directories of the file and of the checkpoints to the rights that a tool keeps. */
bool journal_sandbox(
    const struct journal_settings *settings, struct sandbox *sandbox, struct failure *failure);

/*
 * Before an input from this position is applied: goes back if it has to. FAILURE_PERMANENT: the
 * position is before the oldest snapshot, or of another stream than the state.
 */
bool journal_before(
    struct journal *journal, const struct position *position, struct failure *failure);
/* Adds an input that was applied, of up to 4096 bytes. */
bool journal_add(struct journal *journal, const struct position *position, struct span input,
    struct failure *failure);
/*
 * Adds an input that stays whatever the journal goes back to, such as what a timer has given: its
 * position, without "+", is only kept with it.
 */
bool journal_note(
    struct journal *journal, struct span position, struct span input, struct failure *failure);
/*
 * *found: has the group committed a position in that shard (start NULL: in one that the state is
 * of)? committed: that position (start NULL: the one that was committed last, as a shard that is
 * closed or idle may have none after it).
 */
bool journal_committed(struct journal *journal, struct span shard, char committed[POSITION_SIZE],
    bool *found, struct failure *failure);
/* Puts the inputs on disk. To be called before what depends on them is written. */
bool journal_sync(struct journal *journal, struct failure *failure);

#endif
