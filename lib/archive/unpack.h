/* unpack: uncompresses the bytes of an object as they arrive: gzip, zstd, or plain bytes. */
#ifndef ARCHIVE_UNPACK_H
#define ARCHIVE_UNPACK_H

#include "archive/object_name.h"
#include "base/failure.h"

struct unpack;

struct unpack *unpack_open(enum object_compression compression);
void unpack_close(struct unpack *unpack); /* NULL is allowed */

/*
 * Takes bytes off packed and writes up to room (above 0) uncompressed bytes; *made: how many. If
 * fewer, packed is used up. False: FAILURE_REFUSED: the bytes are damaged.
 */
bool unpack_some(struct unpack *unpack, struct span *packed, char *to, size_t room, size_t *made,
    struct failure *failure);
/* Can the bytes end here? */
bool unpack_is_complete(const struct unpack *unpack);

#endif
