/*
 * block: an entry in a crontab, four lines:
 *	# fxpipe: NAME begin
 *	# SCHEDULE
 *	TIME DIRECTORY/fxcron run NAME [OPTION...] -- COMMAND
 *	# fxpipe: NAME end
 * The third is what cron runs, and the only one that counts: a user may have changed it, or
 * commented it out, which pauses the entry.
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

/*
 * Looks for the block of NAME. True: it is there, or nothing of it is (whole.start NULL).
 * FAILURE_PERMANENT if its lines are not as fxcron wrote them; then line.start is NULL unless the
 * line of the entry was found among them.
 */
bool block_find(struct span text, const char *name, struct block *block, struct failure *failure);
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
/*
 * Adds text without the block of NAME to kept, or without the lines of it that fxcron wrote if
 * there are others among them.
 */
void block_strip(struct span text, const char *name, struct buffer *kept);

#endif
