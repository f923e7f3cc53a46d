/* base64: RFC 4648, padded, strict on reading. */
#ifndef TEXT_BASE64_H
#define TEXT_BASE64_H

#include "base/buffer.h"
#include "base/span.h"

bool base64_encode(struct buffer *to, const void *bytes, size_t length);
/* The same, of less than 1 GiB, into memory with room for it and a NUL. Returns its length. */
size_t base64_write(char *to, const void *bytes, size_t length);
/* False where text is not base64 (or the ceiling is reached); to is as before then. */
bool base64_decode(struct buffer *to, struct span text);

#endif
