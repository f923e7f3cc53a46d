/* paths: several JSON Pointers (lib/json.h) compiled once, followed in one walk. */
#ifndef PATHS_H
#define PATHS_H

#include <stdbool.h>
#include <stddef.h>
#include "span.h"

enum { PATHS_MAX = 16 };

struct paths;

/* At most PATHS_MAX, some NULL. Returns NULL where one is no JSON Pointer: *bad says which. */
struct paths *paths_compile(const char *const pointers[], size_t count, size_t *bad);
void paths_free(struct paths *paths);

/*
 * found[i] becomes what json_pointer(value, pointers[i]) would give. value is
 * valid JSON. Allocates nothing.
 */
void paths_follow(const struct paths *paths, struct span value, struct span *found);

#endif
