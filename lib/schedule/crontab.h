/*
 * crontab: the user's crontab(1), and in it a block of four lines for each entry:
 *	# fxpipe: NAME begin
 *	# SCHEDULE
 *	TIME DIRECTORY/fxcron run NAME [OPTION...] -- COMMAND
 *	# fxpipe: NAME end
 * Other lines stay as they are, byte for byte.
 */
#ifndef SCHEDULE_CRONTAB_H
#define SCHEDULE_CRONTAB_H

#include <stdbool.h>
#include "base/buffer.h"
#include "base/failure.h"
#include "base/span.h"
#include "schedule/entry.h"
#include "schedule/place.h"

enum { CRONTAB_MOST = 16 * 1024 * 1024 };

/* Where an entry's block is in a crontab. */
struct crontab_block {
	struct span whole; /* the four lines */
	struct span schedule; /* the second without its "# " */
	struct span line; /* the third */
};

/* Initialises text and reads the crontab: empty if there is none. *missing: no crontab(1). */
bool crontab_read(struct buffer *text, bool *missing, struct failure *failure);
/*
 * Looks for the block of NAME. True: it is there (block), or nothing of it is (block->whole.start
 * NULL). FAILURE_PERMANENT if its lines are not as fxcron wrote them.
 */
bool crontab_find(
    struct span text, const char *name, struct crontab_block *block, struct failure *failure);
/* Initialises names: of the blocks that begin in text, each once, sorted by bytes. */
void crontab_names(struct span text, struct words *names);

/* Adds the block of an entry whose line is words; time: its fields. Refuses a line too long. */
bool crontab_format(const struct entry *entry, const char *time, const struct words *line,
    struct buffer *block, struct failure *failure);
/* The entry of a block, into one from entry_init. */
bool crontab_entry(const struct crontab_block *block, struct entry *entry, struct failure *failure);

/*
 * Puts block where the one of NAME is, or at the end; an empty block removes it. An edit by
 * someone else in between is kept if it can be seen: crontab(1) cannot compare and replace.
 * *changed: false if the crontab was so already. Without crontab(1) there is nothing to remove, and
 * a block is refused.
 */
bool crontab_edit(const struct place *place, const char *name, struct span block, bool *changed,
    struct failure *failure);

#endif
