/*
 * storing: the loop of a tool that stores or sends its input lines and writes
 * each to its output as soon as it, and every line before it, is safe or set
 * aside (the laws of fxpipe(7)).
 */
#ifndef STORING_STORING_H
#define STORING_STORING_H

#include "system/sandbox.h"
#include "tool/tool.h"

struct storing {
	struct tool *tool;
	const char *rejects_path; /* -x, or NULL */
	bool quiet; /* -q */
	/*
	 * Its records are objects, which it takes apart anyway: a mark is known as one also where a
	 * filter has put members in front of its _pos. Of any other bytes that would be to believe
	 * them.
	 */
	bool objects;
	bool whole; /* take is given lines as they are, with their positions */
	size_t window; /* bytes read ahead at the most */
	const struct sandbox *sandbox; /* entered once the file of -x is open; or NULL */
	void *context;
	/*
	 * Takes a record (the line's data, its position taken off) into the batch.
	 * False with FAILURE_REFUSED: the line is refused; with another kind: the
	 * end. record.start stays where it is until commit returns.
	 */
	bool (*take)(void *context, struct span record, uint64_t ticket, struct failure *failure);
	/* Makes the batch safe, all of it, and empties it. Also called with an empty batch: does
	 * nothing. */
	bool (*commit)(void *context, struct failure *failure);
	/*
	 * For a service, where lines are sent and their fates come later: take is called with the
	 * line's own ticket, record.start stays where it is until the ticket's fate is told, and
	 * these two are set instead of commit. As stream_move and stream_fate (lib/stream.h);
	 * *present: it was there already (--if-absent).
	 */
	bool (*move)(void *context, int input, int watch, int timeout, struct failure *failure);
	bool (*fate)(void *context, uint64_t *ticket, bool *present, struct failure *refused);
	uint64_t (*retries)(void *context);
	uint64_t (*throttles)(void *context); /* or NULL */
	/*
	 * Has move something to look after though every line has its fate? reading: more lines
	 * may come; else: something that has to be finished. Or NULL: it has not.
	 */
	bool (*busy)(void *context, bool reading);
	/*
	 * Of a line that fate has just told to be refused: further members for the file of -x,
	 * as text that begins with a comma; or NULL, as may be the function.
	 */
	const char *(*details)(void *context);
	/* Lets go of what it stores into, before the end; or NULL. */
	void (*close)(void *context);
};

/* Runs until the input ends, then tool_end. */
_Noreturn void storing_run(struct storing *storing);

#endif
