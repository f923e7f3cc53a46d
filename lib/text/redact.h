/* redact: removes a secret from text that comes from outside. */
#ifndef TEXT_REDACT_H
#define TEXT_REDACT_H

#include "base/buffer.h"
#include "base/span.h"

enum {
	REDACT_LEAST = 4, /* a shorter secret could not be distinguished from ordinary text */
	REDACT_PART = 16 /* bytes of a longer one that are redacted even if the rest differs */
};

/*
 * Replaces the secret by "[redacted]": in either case, its characters plain or escaped as in a URL,
 * in JSON or in HTML, also repeatedly; as hexadecimal digits; in Base64 of either alphabet, alone
 * or inside longer data. Also a part that the end of the text cuts off.
 */
void redact(struct buffer *text, struct span secret);

#endif
