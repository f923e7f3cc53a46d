/* format: how bytes are compressed. */
#ifndef PACK_FORMAT_H
#define PACK_FORMAT_H

enum pack_format { PACK_PLAIN, PACK_GZIP, PACK_ZSTD };

#endif
