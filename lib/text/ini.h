/*
 * ini: the format of ~/.aws/config and ~/.aws/credentials, read as botocore
 * reads it: keys in any case, "=" or ":" behind them, whole lines of comment
 * (# ;), a value carried on by lines that stand further in, and keys nested
 * below one that has no value of its own. Of keys set twice the last counts.
 */
#ifndef TEXT_INI_H
#define TEXT_INI_H

#include <stdbool.h>
#include <stddef.h>
#include "base/span.h"

struct ini;

/* NULL where text is not such a file: *line (from 1) and *reason (static) say where and why. */
struct ini *ini_parse(struct span text, size_t *line, const char **reason);
void ini_free(struct ini *ini); /* wipes it: it may hold keys */

/*
 * Of "[profile my own]" kind is "profile" and name is "my own", with or without
 * quotes; kind NULL: name is all that stands between the brackets.
 */
bool ini_has(const struct ini *ini, const char *kind, const char *name);
/* sub: the key above nested ones, or NULL. NULL where there is none, or an empty one. */
const char *ini_get(
    const struct ini *ini, const char *kind, const char *name, const char *sub, const char *key);

#endif
