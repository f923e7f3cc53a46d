/* shell_words: splits a command line into words as a shell does, without expansions. */
#ifndef SYSTEM_SHELL_WORDS_H
#define SYSTEM_SHELL_WORDS_H

#include <stdbool.h>

/*
 * Quotes and backslashes are as in POSIX. The list ends with NULL; free it with
 * shell_words_free, which also wipes it. Returns NULL if a quote is not closed.
 */
char **shell_words_split(const char *line);
void shell_words_free(char **words);

#endif
