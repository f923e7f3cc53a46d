/* hash: MD5 as Kinesis uses it, to place a partition key among the shards. */
#ifndef HASH_H
#define HASH_H

#include "span.h"

enum { HASH_BYTES = 16 };

void hash_md5(struct span text, unsigned char digest[HASH_BYTES]);
/* In lower-case hexadecimal, NUL-terminated. */
void hash_md5_text(struct span text, char hex[2 * HASH_BYTES + 1]);

#endif
