/*
 * paths: JSON Pointers (RFC 6901) compiled once, followed in one walk. One
 * extension: the token "*" is the only member or element of its container,
 * whatever its name.
 */
#ifndef TEXT_JSON_POINTER_H
#define TEXT_JSON_POINTER_H

#include <stdbool.h>
#include <stddef.h>
#include "base/span.h"

enum { PATHS_MAX = 16 };

struct paths;

/* At most PATHS_MAX, some NULL. Returns NULL where one is no JSON Pointer: *bad says which. */
struct paths *paths_compile(const char *const pointers[], size_t count, size_t *bad);
void paths_free(struct paths *paths);

/*
 * found[i] becomes the value that pointers[i] leads to, its start NULL where
 * there is none; of a name that comes twice the first counts. value is valid
 * JSON. Allocates nothing.
 */
void paths_follow(const struct paths *paths, struct span value, struct span *found);

#endif
