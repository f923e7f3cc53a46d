/*
 * retry_policy: what happens to the lines of an attempt that are left: a pure function from the
 * outcome to a decision.
 */
#ifndef KBATCH_RETRY_POLICY_H
#define KBATCH_RETRY_POLICY_H

#include "kbatch/outcome.h"

enum { RETRY_FOREVER = 1 << 30 /* more than -r accepts */ };

struct retry_rules {
	unsigned retries; /* of lines that failed; RETRY_FOREVER: no limit */
	bool bisect; /* split a part that failed in halves */
	bool rejects; /* there is a rejects file: refuse lines and continue */
};

/* The part of the batch that was attempted. */
struct retry_state {
	size_t left; /* lines that are not done */
	size_t old; /* those of them that are older than --max-age, which are the first ones */
	bool progress; /* the attempt did some of its lines */
	unsigned failures; /* attempts in a row before it that failed without progress */
};

enum retry_action {
	RETRY_NEXT_PART, /* no line is left: continue with the next part of the batch */
	RETRY_NOW, /* attempt the lines that are left at once */
	RETRY_HALVES, /* attempt them at once, one half after the other */
	RETRY_LATER, /* attempt them after a backoff */
	RETRY_REFUSE, /* refuse them, and continue with the next part */
	RETRY_STOP_REFUSED, /* stop: the first line that is left is refused */
	RETRY_STOP_TEMPORARY, /* stop: the command does not work at present */
	RETRY_STOP_PERMANENT /* stop: the command cannot be run */
};

struct retry_decision {
	bool refuse_old; /* first refuse the old lines; the action is for the others */
	bool too_old; /* RETRY_STOP_REFUSED: the first line is older than --max-age */
	enum retry_action action;
	unsigned failures; /* of the lines that are left, from now on */
};

struct retry_decision retry_policy_decide(const struct retry_rules *rules,
    const struct retry_state *state, const struct outcome *outcome);

#endif
