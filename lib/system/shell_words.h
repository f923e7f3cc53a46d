/* command: a line taken apart as a shell does it, but without one: nothing is expanded. */
#ifndef SYSTEM_SHELL_WORDS_H
#define SYSTEM_SHELL_WORDS_H

#include <stdbool.h>

/*
 * Quotes and backslashes as in POSIX. words ends with a NULL and is freed with
 * shell_words_free; NULL where a quote is not closed.
 */
char **shell_words_split(const char *line);
void shell_words_free(char **words);

#endif
