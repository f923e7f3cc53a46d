/* md5: MD5, by which Kinesis maps a partition key to a shard. */
#ifndef TEXT_MD5_H
#define TEXT_MD5_H

#include "base/failure.h"
#include "base/span.h"

enum { MD5_BYTES = 16 };

/* False (2): this system's libcrypto lacks MD5. */
bool md5(struct span text, unsigned char digest[MD5_BYTES], struct failure *failure);
/* In lower-case hexadecimal, NUL-terminated. */
bool md5_text(struct span text, char hex[2 * MD5_BYTES + 1], struct failure *failure);

#endif
