/*
 * ini: the format of ~/.aws/config and ~/.aws/credentials, as botocore reads it: keys in any case,
 * followed by "=" or ":"; comment lines (# ;); a value continued by lines with a deeper indent;
 * keys nested below one without a value. If a key is set twice, the last counts. Read here, as no
 * library in Debian has just these rules.
 */
#ifndef TEXT_INI_H
#define TEXT_INI_H

#include <stdbool.h>
#include <stddef.h>
#include "base/span.h"

struct ini;

/* NULL: text is invalid in line *line (from 1) for *reason (static). */
struct ini *ini_parse(struct span text, size_t *line, const char **reason);
void ini_free(struct ini *ini); /* also wipes it: it may hold keys */

/*
 * Is there such a section? In "[profile my own]" kind is "profile" and name is "my own", with or
 * without quotes; with kind NULL, name is all between the brackets.
 */
bool ini_has(const struct ini *ini, const char *kind, const char *name);
/* sub: the key above a nested one, or NULL. Returns NULL if the value is missing or empty. */
const char *ini_get(
    const struct ini *ini, const char *kind, const char *name, const char *sub, const char *key);

#endif
