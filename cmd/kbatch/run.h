/*
 * run: a command and the attempt that it works on. An attempt gives the lines of a batch, or of a
 * part of it, to the command once and ends with an outcome. Without --persistent the command is
 * started for one attempt; with it, it keeps running for the next.
 *
 * The caller polls the run's descriptors, and after each run_poll takes what has happened:
 * answers (run_next_answer), the attempt's outcome (run_take_outcome), and the end of a command
 * that had no attempt (run_take_end).
 */
#ifndef KBATCH_RUN_H
#define KBATCH_RUN_H

#include <poll.h>
#include "kbatch/answers.h"
#include "kbatch/outcome.h"
#include "system/child.h"

enum { RUN_DESCRIPTORS = 4 };

struct run_settings {
	char **command;
	const char *name; /* the command's, safe to print */
	bool receipts; /* it writes the lines that it did */
	bool persistent; /* it keeps running, and answers each line; receipts is set as well */
	bool positions; /* it is given lines with their positions */
	int64_t timeout; /* us; 0: none */
	size_t lines; /* of an attempt at most */
	size_t longest; /* bytes of a line at most */
};

/* What an attempt is made with. */
struct attempt {
	const backlog_number *numbers; /* those of lines that are not done stay valid */
	size_t count;
	unsigned retry; /* 0: these lines have not failed yet */
	bool windowed; /* the next three are set */
	int64_t window_start, window_end; /* ms of clock_now */
	bool window_final;
};

struct run {
	const struct run_settings *settings;
	const struct backlog *backlog;
	struct child child;
	struct child_stderr_limit *limit;
	struct child_stderr child_stderr;
	struct attempt attempt;
	bool active; /* the attempt is under way */
	bool reused; /* the command was running before the attempt */
	struct buffer input; /* what the command is given next */
	size_t written; /* bytes of input that were written */
	size_t taken; /* bytes written to its pipe in this attempt */
	size_t given; /* lines of the attempt that went into input */
	struct answers answers; /* with receipts */
	int64_t deadline; /* us of clock_steady: when the attempt has taken too long; 0: never */
	int64_t check; /* us of clock_steady: when to check again whether it was stopped */
	unsigned signals; /* sent to a command that took too long, or was stopped */
	int stopped; /* the signal that stopped the command, so that it is ended; 0: none */
	bool invalid; /* the command wrote something that is not an answer, and was killed */
	bool has_outcome, has_end; /* not taken yet */
	struct outcome outcome, end;
};

void run_init(struct run *run, const struct run_settings *settings, const struct backlog *backlog,
    struct child_stderr_limit *limit);
void run_free(struct run *run);

/*
 * To be called before run_begin, then run_take_end: notices if the command of an earlier attempt
 * has ended, and waits for its end if it was killed.
 */
void run_settle(struct run *run);
/* Begins an attempt, starting the command unless it runs. False: it cannot be started. */
bool run_begin(struct run *run, const struct attempt *attempt, struct failure *failure);

/* What run_poll waits for: RUN_DESCRIPTORS of them. */
void run_watch(struct run *run, struct pollfd *descriptors);
/* The time of clock_steady at which run_poll has something to do in any case; 0: never. */
int64_t run_due(const struct run *run);
/* Moves data and notices what has ended. */
void run_poll(struct run *run, const struct pollfd *descriptors);

bool run_next_answer(struct run *run, struct answer *answer);
bool run_take_outcome(struct run *run, struct outcome *outcome);
bool run_take_end(struct run *run, struct outcome *end);

/* Is a command running? */
bool run_has_command(const struct run *run);
/* Is a command working on an attempt? */
bool run_is_active(const struct run *run);
/*
 * Ends the command. A command that has answered everything may end by itself within the timeout: a
 * persistent one without an attempt, and one that has written all of its lines. Any other command,
 * one that was stopped by a signal, and with at_once every command gets SIGTERM, later SIGKILL.
 */
void run_stop(struct run *run, bool at_once);

#endif
