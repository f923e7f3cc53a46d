/*
 * compress: compresses bytes into a file: as gzip without time and name, as zstd, or not at all.
 * The same bytes give the same file.
 */
#ifndef ARCHIVE_COMPRESS_H
#define ARCHIVE_COMPRESS_H

#include <stdint.h>

#include "base/failure.h"
#include "base/span.h"
#include "pack/format.h"

struct compressor;

struct compressor *compressor_open(enum pack_format compression);
void compressor_close(struct compressor *compressor); /* NULL is allowed */
/* Begins with the file fd. */
void compressor_begin(struct compressor *compressor, int fd);
bool compressor_add(struct compressor *compressor, struct span bytes, struct failure *failure);
/* Writes what is left. */
bool compressor_end(struct compressor *compressor, struct failure *failure);
uint64_t compressor_size(const struct compressor *compressor); /* bytes in the file */

#endif
