/* base64: RFC 4648, padded, strict on reading. */
#ifndef TEXT_BASE64_H
#define TEXT_BASE64_H

#include "base/buffer.h"
#include "base/span.h"

bool base64_encode(struct buffer *to, const void *bytes, size_t length);
/* As base64_encode, of less than 1 GiB, to memory with room for it. Returns the length. */
size_t base64_write(char *to, const void *bytes, size_t length);
/* False: text is not base64, or the ceiling is reached; to is then unchanged. */
bool base64_decode(struct buffer *to, struct span text);

#endif
