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

enum { JSON_POINTERS_MAX = 16 };

struct json_pointers;

/* At most JSON_POINTERS_MAX, some NULL. Returns NULL where one is no JSON Pointer: *bad says which.
 */
struct json_pointers *json_pointers_compile(
    const char *const pointers[], size_t count, size_t *bad);
void json_pointers_free(struct json_pointers *paths);

/*
 * found[i] becomes the value that pointers[i] leads to, its start NULL where
 * there is none; of a name that comes twice the first counts. value is valid
 * JSON. Allocates nothing.
 */
void json_pointers_follow(const struct json_pointers *paths, struct span value, struct span *found);

#endif
