/*
 * block: an entry in a crontab, four lines:
 *	# fxpipe: NAME begin
 *	# SCHEDULE
 *	TIME DIRECTORY/fxcron run NAME [OPTION...] -- COMMAND
 *	# fxpipe: NAME end
 * The third is what cron runs, and the only one that counts: a user may have changed it, or
 * commented it out, alone or with the others, which pauses the entry.
 */
#ifndef SCHEDULE_BLOCK_H
#define SCHEDULE_BLOCK_H

#include <stdbool.h>
#include "base/buffer.h"
#include "base/failure.h"
#include "base/span.h"
#include "schedule/entry.h"

struct block {
	const char *name; /* borrowed */
	struct span whole; /* the four lines; start NULL: there is none */
	struct span schedule; /* the second without its "# " */
	struct span line; /* the third */
};

/* What is left of a block whose lines are not as fxcron wrote them. */
struct block_remains {
	struct span
	    line; /* the first that fxcron wrote for cron, perhaps edited; start NULL: none */
	struct span kept; /* the first for cron that block_strip leaves; start NULL: none */
};

/*
 * Looks for the block of NAME. True: it is complete, or none of its lines exists (whole.start
 * NULL). FAILURE_PERMANENT if its lines are not as fxcron wrote them.
 */
bool block_find(struct span text, const char *name, struct block *block, struct failure *failure);
void block_find_remains(struct span text, const char *name, struct block_remains *remains);
/* Initialises names: of the blocks that begin in text, each once, sorted by bytes. */
void block_names(struct span text, struct words *names);

/* Adds the block of an entry whose line is words; time: its fields. Refuses a line too long. */
bool block_format(const struct entry *entry, const char *time, const struct words *line,
    struct buffer *block, struct failure *failure);
/*
 * The entry as cron runs it, into one from entry_init. Its schedule is as it was installed if the
 * time in the line is still the same, else that time.
 */
bool block_entry(const struct block *block, struct entry *entry, struct failure *failure);
/* Its name and variables, as far as they can be found, into one from entry_init. */
void block_remains_entry(
    const struct block_remains *remains, const char *name, struct entry *entry);
/*
 * Adds text without the block of NAME to kept, or without the lines of it that fxcron wrote if
 * there are others among them.
 */
void block_strip(struct span text, const char *name, struct buffer *kept);

#endif
