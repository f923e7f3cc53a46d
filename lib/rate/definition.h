/* definition: reads and checks a provider's JSON document. */
#ifndef RATE_DEFINITION_H
#define RATE_DEFINITION_H

#include "rate/provider.h"

enum { DEFINITION_MAX = 256 * 1024 };

/*
 * Fills provider, which is zeroed except its name and account; free it with provider_free in any
 * case. base: the document that it is based on, which is valid; start NULL: none. origin (a path or
 * a name) begins the messages; all failures are FAILURE_PERMANENT. built_in: it may read recorded
 * replies.
 */
bool definition_read(struct provider *provider, struct span text, struct span base,
    const char *origin, bool built_in, struct failure *failure);

/*
 * The name that a document says it is based on, and its line; NULL: none, or it is not valid. To be
 * freed.
 */
char *definition_base(struct span text, size_t *line);

#endif
