/* definition: a provider's JSON document read and checked. */
#ifndef RATE_DEFINITION_H
#define RATE_DEFINITION_H

#include "rate/provider.h"

enum { DEFINITION_MAX = 256 * 1024 };

/*
 * Fills provider, which is zeroed but for its name. origin (a path, or words)
 * goes into failures, all FAILURE_PERMANENT. built_in: it may read recorded
 * replies. What was filled is freed with provider_free either way.
 */
bool definition_read(struct provider *provider, struct span text, const char *origin, bool built_in,
    struct failure *failure);

#endif
