/* shell_words: quotes, backslashes and blanks. */
#include <stdlib.h>
#include <string.h>
#include "base/memory.h"
#include "system/shell_words.h"

/* Moves the word at the start of *line to word. False: a quote is not closed. */
static bool
take_word(const char **line, char *word)
{
	const char *at = *line;
	char quote = '\0';
	for (; *at != '\0' && (quote != '\0' || strchr(" \t\r\n", *at) == NULL); at++) {
		bool escapes = quote == '\0' || (quote == '"' && (at[1] == '"' || at[1] == '\\'));
		if (*at == '\\' && escapes && at[1] != '\0')
			*word++ = *++at;
		else if (*at == quote)
			quote = '\0';
		else if (quote == '\0' && (*at == '"' || *at == '\''))
			quote = *at;
		else
			*word++ = *at;
	}
	*word = '\0';
	*line = at;
	return quote == '\0';
}

char **
shell_words_split(const char *line)
{
	/* At least one byte separates two words. */
	char **words = memory_new(strlen(line) / 2 + 2, sizeof(*words));
	size_t count = 0;
	for (;;) {
		line += strspn(line, " \t\r\n");
		if (*line == '\0')
			return words;
		words[count] = memory_new(strlen(line) + 1, 1);
		if (!take_word(&line, words[count++])) {
			shell_words_free(words);
			return NULL;
		}
	}
}

void
shell_words_free(char **words)
{
	for (size_t i = 0; words != NULL && words[i] != NULL; i++)
		memory_wipe_text(words[i]);
	free(words);
}
