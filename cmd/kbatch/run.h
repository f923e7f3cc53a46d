/*
 * run: a place in which one batch at a time is given to a command, tried again
 * where that failed, and told of.
 */
#ifndef KBATCH_RUN_H
#define KBATCH_RUN_H

#include <poll.h>
#include "system/child.h"
#include "kbatch/context.h"

enum { RUN_DESCRIPTORS = 4, RUN_VARIABLES = 5, RUN_VARIABLE = 64 };

enum run_state {
	RUN_FREE,
	RUN_UNDER_WAY,
	RUN_WAITING, /* until the next try */
	RUN_HALTED /* what is left of its batch is not tried any more */
};

/* How the last try ended. */
struct verdict {
	bool temporary;
	int status; /* -1: it did not end by itself */
	int signal; /* 0: none */
	char text[700]; /* a clause: "./handler ended with status 1" */
	char words[SPEECH_LAST]; /* its last */
	size_t words_length;
};

/* What the command writes back. */
struct answers {
	struct buffer line; /* one that has not ended */
	bool too_long; /* nothing of ours is: the rest of it is passed over */
	size_t next; /* in the part: which line is likely to come */
	uint64_t *hashes; /* of the lines of the part, once one came out of order */
	bool hashed;
	size_t failed; /* lines that it answered with an error */
	size_t unknown; /* lines that it was not given */
	struct buffer given; /* to compare with */
};

struct run {
	struct course *course;
	enum run_state state;
	struct child child;
	struct batch batch;
	struct speech speech;
	struct buffer input; /* what the command is being given */
	size_t written;
	size_t taken; /* bytes that its pipe has taken in this try */
	bool stayed; /* it was there before this try */
	size_t fed; /* lines of the part that went there */
	struct answers answers;
	int64_t deadline; /* clock_steady: of a try that takes too long, or of the next one; 0 */
	int warned; /* signals sent to one that took too long */
	bool broken; /* it did not keep to what was agreed, and was killed */
	bool expected; /* its end is: no more lines come */
	int64_t window;
	bool final; /* nothing more of that window waits */
	char variables[RUN_VARIABLES][RUN_VARIABLE];
	struct verdict verdict;
};

void run_init(struct run *run, struct course *course);
void run_free(struct run *run);
/* Its batch has been filled with count numbers. */
void run_begin(struct run *run, size_t count);
/* What it waits for. */
void run_watch(struct run *run, struct pollfd *descriptors);
/* When it wants to be moved, whatever comes; 0: never. */
int64_t run_due(const struct run *run);
void run_move(struct run *run, const struct pollfd *descriptors);
/* The ticket of the first line that is tried now, or next. */
uint64_t run_first(const struct run *run);
/* Tries what is to be tried now. */
void run_try(struct run *run);
/* Ends its command: one that stays is let go, any other is killed. */
void run_end(struct run *run);

/* run_environment.c: environ and what the command may want to know. The array is to be freed. */
char **run_environment(struct run *run);

/* run_pipes.c: gives it what it takes of the part without waiting. */
void run_feed(struct run *run);
/* Is there something that it has not been given? */
bool run_is_hungry(const struct run *run);
/* Reads from its output or words, so many times at the most; closed at their end. */
void run_hear(struct run *run, int *from, int turns);

/* answers.c: takes what the command wrote. False: it does not keep to what was agreed. */
bool answers_take(struct run *run, const char *bytes, size_t length);
void answers_begin(struct run *run);

/* verdict.c: the try has ended, and so has the command, with status as of waitpid. */
void verdict_of_end(struct run *run, int status, size_t unread);
/* The same where it goes on. */
void verdict_of_answers(struct run *run);

/* judgement.c: what comes of the try that the verdict is of. may_split: as far as --bisect goes. */
void judge(struct run *run, bool may_split);
/* What is left of the batch is not tried any more, and nothing is begun behind it. */
void judge_halt(struct run *run, enum failure_kind kind, const char *hint);

#endif
