/*
 * kept: answers that were made, kept for clients that ask the same while the table stays as it is.
 * Any thread.
 */
#ifndef SERVE_KEPT_H
#define SERVE_KEPT_H

#include <stdint.h>

#include "base/pool.h"
#include "web/request.h"

struct kept;

struct kept *kept_open(void);
void kept_close(struct kept *kept); /* NULL is allowed */
/* Fills reply with the answer of that name and version. False: there is none. Texts are in pool. */
bool kept_find(
    struct kept *kept, const char *name, uint64_t version, struct reply *reply, struct pool *pool);
/* Keeps a copy of the answer, unless it is large; another one may be forgotten for it. */
void kept_add(struct kept *kept, const char *name, uint64_t version, const struct reply *reply);

#endif
