/* table_key: a table's key as text: "ticker:S,last_refreshed:S". */
#ifndef TABLE_KEY_H
#define TABLE_KEY_H

#include <stdbool.h>
#include "base/failure.h"
#include "table/item.h"

/* Each part is NAME[:TYPE], TYPE S (the default), N or B. False: FAILURE_PERMANENT. */
bool table_key_parse(const char *text, struct table_key *key, struct failure *failure);

/* As table_key_parse reads it, with the types. Returns text. */
enum { TABLE_KEY_TEXT = 2 * (KEY_NAME_MAX + 3) + 1 };
const char *table_key_format(const struct table_key *key, char text[TABLE_KEY_TEXT]);

#endif
