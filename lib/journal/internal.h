/* internal: what the parts of the journal share; private to them. */
#ifndef JOURNAL_INTERNAL_H
#define JOURNAL_INTERNAL_H

#include "journal/journal.h"
#include "journal/places.h"
#include "sqlite/database.h"
#include "group/checkpoints.h"

enum { JOURNAL_BATCH = 64 * 1024 * 1024 /* bytes of a batch at most */ };

/* The position of an input that journal_note has added is a mark; those of others never are. */
#define JOURNAL_NOTE "+"

struct journal {
	struct journal_settings settings;
	struct journal_state state;
	struct database database;
	struct checkpoints *groups; /* NULL: the stream has none yet */
	bool begun; /* there was an input */
	bool known; /* the state is of the stream that the group reads */
	struct places places;
	struct buffer inputs; /* not in the file yet */
	struct buffer saved; /* the state, for a snapshot */
	int64_t last; /* number of the newest batch */
	size_t since; /* bytes of inputs since the newest snapshot */
	size_t snapshot; /* its bytes */
};

/* Loads the state of the newest snapshot and the inputs since. */
bool journal_load(struct journal *journal, struct failure *failure);
/* Makes the file and the state what they were before the position. No input waits to be written. */
bool journal_go_back(
    struct journal *journal, const struct position *position, struct failure *failure);
/*
 * Within the transaction that adds a batch: adds a snapshot of the state as it is, once there are
 * as many bytes of inputs since the last one as it has, and deletes what the group has passed.
 */
bool journal_snapshot(struct journal *journal, struct failure *failure);

#endif
