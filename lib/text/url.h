/* url: percent-encoding, and the host of a URL. */
#ifndef TEXT_URL_H
#define TEXT_URL_H

#include <stdbool.h>
#include "base/buffer.h"
#include "base/failure.h"
#include "base/span.h"

/* Adds bytes percent-encoded, except A-Z a-z 0-9 - . _ ~ and the bytes of keep. */
bool url_encode(struct buffer *url, struct span bytes, const char *keep);

/* Adds text with each %XX decoded; all else is unchanged. */
bool url_decode(struct buffer *plain, struct span text);

/* Is the host this machine: 127.*, [::1] or localhost? */
bool url_is_local(struct span host);

/*
 * The host of an https URL, or of an http URL to this machine; without port. FAILURE_PERMANENT:
 * the sentence begins with a verb ("has no host").
 */
bool url_host(const char *url, struct span *host, struct failure *failure);

#endif
