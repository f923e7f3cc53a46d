/*
 * json_pointer: JSON Pointers (RFC 6901), compiled once and followed in one walk. One extension:
 * the token "*" is the only member or element of its container, whatever its name.
 */
#ifndef TEXT_JSON_POINTER_H
#define TEXT_JSON_POINTER_H

#include <stdbool.h>
#include <stddef.h>
#include "base/span.h"

enum { JSON_POINTERS_MAX = 16 };

struct json_pointers;

/* count: at most JSON_POINTERS_MAX; some may be NULL. If one is not a JSON Pointer: NULL, and *bad
 * is its index. */
struct json_pointers *json_pointers_compile(
    const char *const pointers[], size_t count, size_t *bad);
void json_pointers_free(struct json_pointers *pointers);

/*
 * found[i] becomes the value that pointers[i] leads to; its start is NULL if there is none. If a
 * name occurs twice, the first counts. value must be valid JSON. Allocates nothing.
 */
void json_pointers_follow(
    const struct json_pointers *pointers, struct span value, struct span *found);

#endif
