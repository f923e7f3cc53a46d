/* secret_words: recognises secrets in the words of a command, by the names that come with them. */
#ifndef SCHEDULE_SECRET_WORDS_H
#define SCHEDULE_SECRET_WORDS_H

#include <stdbool.h>
#include "base/span.h"
#include "schedule/words.h"

/*
 * Is there a secret in a word, with its name before it: an option (--password=x), a member of a
 * query or a form (?apikey=x), a header (X-Api-Key: x), a string in JSON ("token":"x") or the
 * password in a URL? name becomes its name, which is inside word. A variable of the shell ($KEY) is
 * not a secret, nor is the name of one (file:PATH).
 */
bool secret_words_in(struct span word, struct span *name);
/* The same in all words of a command; also in a word after its option (--password x, curl -u a:b). */
bool secret_words_find(const struct words *words, struct span *name);

#endif
