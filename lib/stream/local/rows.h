/* rows: the rows of batches, copied and split into records; private to this folder. */
#ifndef STREAM_LOCAL_ROWS_H
#define STREAM_LOCAL_ROWS_H

#include "stream/local/local.h"

/*
 * Copies rows from position from on, before position to; base is that of their shard. The read
 * transaction has ended when it returns. FAILURE_PERMANENT: a row is damaged.
 */
bool rows_copy(
    struct local *local, uint64_t from, uint64_t to, uint64_t base, struct failure *failure);
/* The rows that were copied, as a chunk that begins at sequence and ends before until. */
bool rows_split(struct local *local, uint64_t sequence, uint64_t until, struct chunk *chunk,
    struct failure *failure);

#endif
