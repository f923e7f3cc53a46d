/* unpack: uncompresses bytes as they arrive: gzip, zstd, or plain bytes. */
#ifndef PACK_UNPACK_H
#define PACK_UNPACK_H

#include "base/failure.h"
#include "base/span.h"
#include "pack/format.h"

struct unpack;

struct unpack *unpack_open(enum pack_format format);
void unpack_close(struct unpack *unpack); /* NULL is allowed */
/* Begins with other bytes. */
void unpack_again(struct unpack *unpack);

/*
 * Takes bytes off packed and writes up to room (above 0) uncompressed bytes; *made: how many. If
 * fewer, packed is used up. False: FAILURE_REFUSED: the bytes are damaged.
 */
bool unpack_some(struct unpack *unpack, struct span *packed, char *to, size_t room, size_t *made,
    struct failure *failure);
/* Can the bytes end here? */
bool unpack_is_complete(const struct unpack *unpack);

#endif
