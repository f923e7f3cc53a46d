/* unpacker: replaces records that are compressed by what they hold. */
#ifndef PACK_UNPACKER_H
#define PACK_UNPACKER_H

#include <stdbool.h>

#include "base/failure.h"
#include "base/span.h"

struct unpacker;

/* ceiling: the most bytes that a record may hold. */
struct unpacker *unpacker_open(size_t ceiling);
void unpacker_close(struct unpacker *unpacker); /* NULL is allowed */
/*
 * If the record begins as gzip or zstd do, it becomes what it holds, of all its members or frames,
 * without a newline at the end; valid until the next call. False: FAILURE_REFUSED: the bytes are
 * damaged, incomplete, or hold more than the ceiling; the record is as it was.
 */
bool unpacker_take(struct unpacker *unpacker, struct span *record, struct failure *failure);

#endif
