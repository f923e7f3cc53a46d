/* shared_shards: what shared.c needs of the shards that are read. */
#ifndef KREAD_SHARED_SHARDS_H
#define KREAD_SHARED_SHARDS_H

#include "kread/shared.h"

/* Of reader.h: may the records of a chunk be written? */
bool shared_shards_admit(void *context, const struct chunk *chunk, struct progress *progress,
    bool *admitted, struct failure *failure);

#endif
