/*
 * answers: what a command writes back about the lines of an attempt. With --receipts it writes
 * the lines that it did, in any order; with --persistent it answers each line in order, with the
 * line itself or with {"error":...}.
 */
#ifndef KBATCH_ANSWERS_H
#define KBATCH_ANSWERS_H

#include "base/buffer.h"
#include "kbatch/backlog.h"

/* What a command reported about one line. */
struct answer {
	size_t at; /* the line's place in the attempt */
	char *error; /* NULL: it did the line; else it failed, and whoever takes it frees this */
};

struct answers {
	const struct backlog *backlog;
	bool persistent;
	bool positions; /* the command is given lines with their positions */
	const backlog_number *numbers; /* of the lines of the attempt */
	size_t count;
	bool *done; /* of each line */
	size_t left; /* lines that are not done */
	size_t next; /* the line that is likely to be answered next */
	size_t failed; /* lines answered with an error */
	size_t unknown; /* lines that the command was not given */
	struct buffer line; /* one that has no newline yet */
	bool too_long; /* that line is longer than any of ours: the rest of it is skipped */
	uint64_t *hashes; /* of the lines, once one was answered out of order */
	bool hashed;
	struct buffer expected; /* a line as it was given, to compare with */
	struct answer *queue;
	size_t queue_first, queue_count;
};

/* lines: of an attempt at most; longest: bytes of a line at most. */
void answers_init(struct answers *answers, const struct backlog *backlog, bool persistent,
    bool positions, size_t lines, size_t longest);
void answers_free(struct answers *answers);
/* An attempt begins. The numbers of lines that are not done stay valid while answers are taken. */
void answers_begin(struct answers *answers, const backlog_number *numbers, size_t count);
/* The lines are gone: further answers are compared with none. unknown keeps its value. */
void answers_end(struct answers *answers);
/*
 * Takes what the command wrote. given: how many lines of the attempt it has been given. False: it
 * wrote something that is not an answer (--persistent only).
 */
bool answers_take(struct answers *answers, const char *bytes, size_t length, size_t given);
/* A persistent command has answered all lines. */
bool answers_are_complete(const struct answers *answers);
/* The oldest answer that was not returned yet. False: there is none. */
bool answers_next(struct answers *answers, struct answer *answer);

#endif
