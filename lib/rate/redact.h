/* redact: removes a secret from text that comes from outside. */
#ifndef RATE_REDACT_H
#define RATE_REDACT_H

#include "base/buffer.h"
#include "base/span.h"

/* A shorter secret could not be distinguished from ordinary text. */
enum { REDACT_LEAST = 4 };

/* Replaces the secret by "[redacted]", in any case, its characters plain or escaped as in a URL or
 * in JSON. */
void redact(struct buffer *text, struct span secret);

#endif
