/* redact: takes a secret out of foreign text. */
#ifndef RATE_REDACT_H
#define RATE_REDACT_H

#include "base/buffer.h"
#include "base/span.h"

/* Shorter than this, a secret could not be told from ordinary text. */
enum { REDACT_LEAST = 4 };

/* "[redacted]" for the secret, its characters as they are or in the escapes of a URL or of JSON, in
 * any case. */
void redact(struct buffer *text, struct span secret);

#endif
