/* words: splits as a shell does, without expanding anything, and quotes. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "schedule/words.h"
#include "text/json.h"

void
words_add(struct words *words, const char *word)
{
	words->list = memory_resize(words->list, words->count + 2, sizeof *words->list);
	words->list[words->count++] = memory_copy_text(word);
	words->list[words->count] = NULL;
}

void
words_free(struct words *words)
{
	for (size_t i = 0; i < words->count; i++)
		free(words->list[i]);
	free(words->list);
	*words = (struct words){NULL, 0};
}

/* Adds word if it was begun; a begun word may be empty. */
static void
end_word(struct words *words, struct buffer *word, bool *begun)
{
	if (*begun)
		words_add(words, buffer_text(word));
	buffer_clear(word);
	*begun = false;
}

static void
split(struct span text, bool operators, struct words *words)
{
	struct buffer word;
	char quote = '\0';
	bool begun = false;

	buffer_init(&word, text.length + 2);
	for (size_t at = 0; at < text.length && text.start[at] != '\0'; at++) {
		char c = text.start[at];

		if (c == quote) {
			quote = '\0';
		} else if (quote == '\0' && (c == '\'' || c == '"')) {
			quote = c;
			begun = true;
		} else if (c == '\\' && quote != '\'') {
			begun = true;
			if (++at < text.length)
				buffer_add(&word, text.start + at, 1);
		} else if (quote == '\0' && (c == ' ' || c == '\t')) {
			end_word(words, &word, &begun);
		} else if (quote == '\0' && operators && strchr("|&;()<>", c) != NULL) {
			end_word(words, &word, &begun);
			words_add(words, "\n");
		} else {
			buffer_add(&word, &c, 1);
			begun = true;
		}
	}
	end_word(words, &word, &begun);
	buffer_free(&word);
}

void
words_split(struct span text, struct words *words)
{
	*words = (struct words){NULL, 0};
	split(text, false, words);
}

void
words_split_command(struct span text, struct words *words)
{
	*words = (struct words){NULL, 0};
	split(text, true, words);
}

struct span
words_after(struct span text, const char *word)
{
	size_t length = strlen(word), at = 0;
	char quote = '\0', before = ' ';

	for (; at < text.length; at++) {
		char c = text.start[at];

		if (quote == '\0' && before == ' ' && at + length < text.length &&
		    memcmp(text.start + at, word, length) == 0 && text.start[at + length] == ' ') {
			at += length + 1;
			break;
		}
		if (c == quote)
			quote = '\0';
		else if (quote == '\0' && (c == '\'' || c == '"'))
			quote = c;
		else if (c == '\\' && quote != '\'')
			at++;
		before = c;
	}
	at = at < text.length ? at : text.length;
	return (struct span){text.start + at, text.length - at};
}

bool
words_are_plain(struct span text)
{
	char quote = '\0';

	for (size_t at = 0; at < text.length; at++) {
		char c = text.start[at];

		if (c == quote)
			quote = '\0';
		else if (quote == '\'')
			continue;
		else if (quote == '"' && strchr("$`\\", c) != NULL)
			return false;
		else if (quote == '\0' && strchr("|&;()<>$`*?[~#{", c) != NULL)
			return false;
		else if (quote == '\0' && (c == '\'' || c == '"'))
			quote = c;
		else if (quote == '\0' && c == '\\')
			at++;
	}
	return quote == '\0';
}

/* In quotes; two backslashes are kept apart by closing the quotes and opening them. */
void
words_quote_cron(struct buffer *to, const char *word)
{
	static const char plain[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:=@,+-";

	if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
		buffer_add_text(to, word);
		return;
	}
	buffer_add_text(to, "'");
	for (const char *at = word; *at != '\0'; at++) {
		if (*at == '\'')
			buffer_add_text(to, "'\\''");
		else if (*at == '%')
			buffer_add_text(to, "'\\%'");
		else if (*at == '\\' && at > word && at[-1] == '\\')
			buffer_add_text(to, "''\\");
		else
			buffer_add(to, at, 1);
	}
	buffer_add_text(to, "'");
}

void
words_quote_unit(struct buffer *to, const char *word)
{
	buffer_add_text(to, "\"");
	for (const char *at = word; *at != '\0'; at++) {
		if (*at == '\\' || *at == '"')
			buffer_add_text(to, "\\");
		else if (*at == '%' || *at == '$')
			buffer_add(to, at, 1);
		buffer_add(to, at, 1);
	}
	buffer_add_text(to, "\"");
}

/* $'...', for what holds control bytes or is not UTF-8, which systemd does not take. */
static void
quote_escaped(struct buffer *to, const char *word)
{
	static const char bytes[] = "\a\b\033\f\n\r\t\v\\'", letters[] = "abEfnrtv\\'";
	const char *end = word + strlen(word);
	size_t length;
	bool whole;

	buffer_add_text(to, "$'");
	for (const char *at = word; at < end; at += whole ? length : 1) {
		const char *known = strchr(bytes, *at);

		length = utf8_sequence(at, end, &whole);
		if (known != NULL)
			buffer_add_format(to, "\\%c", letters[known - bytes]);
		else if (!whole || (unsigned char)*at < ' ' || *at == 0x7F)
			buffer_add_format(to, "\\%03o", (unsigned)(unsigned char)*at);
		else
			buffer_add(to, at, length);
	}
	buffer_add_text(to, "'");
}

static bool
must_be_escaped(const char *word)
{
	for (const char *at = word; *at != '\0'; at++) {
		if ((unsigned char)*at < ' ' || *at == 0x7F)
			return true;
	}
	return !json_is_utf8(span_of(word));
}

void
words_quote_bash(struct buffer *to, const char *word)
{
	if (must_be_escaped(word)) {
		quote_escaped(to, word);
		return;
	}
	if (word[0] == '\0')
		buffer_add_text(to, "''");
	for (const char *at = word; *at != '\0'; at++) {
		bool first = at == word;

		if (strchr(" '\"\\|&;()<>!{}*[]?^$`,", *at) != NULL || (*at == '#' && first) ||
		    (*at == '~' && (first || at[-1] == ':' || at[-1] == '=')))
			buffer_add_text(to, "\\");
		buffer_add(to, at, 1);
	}
}
