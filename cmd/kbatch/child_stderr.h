/*
 * speech: what a command says while it works. Its lines are passed on as words
 * of ours, so many and no more; the last ones are kept for whoever asks why it failed.
 */
#ifndef KBATCH_CHILD_STDERR_H
#define KBATCH_CHILD_STDERR_H

#include <stddef.h>
#include "base/span.h"
#include "tool/tool.h"

enum { SPEECH_LINE = 256, SPEECH_LAST = 400 };

/* How much is passed on, of all commands of a tool together. */
struct speech_limit {
	struct tool *tool;
	const char *name; /* of the command, safe to print */
	int64_t since; /* clock_steady */
	unsigned said; /* lines since then */
	uint64_t held_back; /* and those that were not said */
};

struct speech {
	struct speech_limit *limit;
	char line[SPEECH_LINE]; /* the start of one that has not ended */
	size_t length;
	char last[2 * SPEECH_LAST]; /* bytes; the last SPEECH_LAST of them count */
	size_t last_length;
};

void speech_begin(struct speech *speech, struct speech_limit *limit);
void speech_hear(struct speech *speech, const char *bytes, size_t length);
/* A line that has no newline yet has ended. */
void speech_pause(struct speech *speech);
/* The last words: whole lines of them where there are any. Valid until more is heard. */
struct span speech_last(const struct speech *speech);
/* Says how many lines were held back. */
void speech_limit_end(struct speech_limit *limit);

#endif
