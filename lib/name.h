/*
 * name: how streams, tables and secrets are named. Schemes and "arn:" are tried
 * before "/"; NAME is [A-Za-z0-9_.-]{1,128}, not starting with a dot.
 */
#ifndef NAME_H
#define NAME_H

#include <stdbool.h>
#include "failure.h"

bool name_is_valid(const char *name);

/*
 * The file of an embedded stream (suffix ".stream") or table (".table"): NAME
 * is $FX_HOME/NAME.suffix, anything with a "/" a path taken as it is. Caller frees.
 * False for what is neither; noun ("stream") goes into the failure.
 */
bool name_to_path(
    const char *name, const char *noun, const char *suffix, char **path, struct failure *failure);

#endif
