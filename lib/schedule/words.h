/* words: splits lines into words and quotes words, for crontab lines, units and commands. */
#ifndef SCHEDULE_WORDS_H
#define SCHEDULE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buffer.h"
#include "base/span.h"

struct words {
	char **list; /* the last is NULL; NULL if nothing was added */
	size_t count;
};

void words_add(struct words *words, const char *word); /* copies it */
void words_free(struct words *words);

/* Splits at blanks, quotes and backslashes undone; a NUL byte ends text. */
void words_split(struct span text, struct words *words);
/* The same for a command, in which each of the shell's operators becomes a word "\n". */
void words_split_command(struct span text, struct words *words);
/* The rest of text after the first word that is this one, without quotes, and a blank. */
struct span words_after(struct span text, const char *word);
/* Is text only words and quotes, so that words_split splits it as a shell does? */
bool words_are_plain(struct span text);

/*
 * Adds word as a shell reads it in a crontab's line: cron turns a bare % into a newline, and
 * crons differ in what they make of two backslashes, so none are adjacent.
 */
void words_quote_cron(struct buffer *to, const char *word);
/* As ExecStart= of a unit reads it: systemd expands % and $ in quotes too. */
void words_quote_unit(struct buffer *to, const char *word);
/* As printf %q of bash writes it. */
void words_quote_bash(struct buffer *to, const char *word);

#endif
