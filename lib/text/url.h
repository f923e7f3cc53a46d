/* url: text as it stands in a URL, and in a form. */
#ifndef TEXT_URL_H
#define TEXT_URL_H

#include <stdbool.h>
#include "base/buffer.h"
#include "base/failure.h"
#include "base/span.h"

/* Adds bytes as they stand in a URL: all but A-Z a-z 0-9 - . _ ~ (and keep's) as %XX. */
bool url_encode(struct buffer *url, struct span bytes, const char *keep);

/* Adds them as they were before. What is no %XX stays as it is. */
bool url_decode(struct buffer *plain, struct span text);

/* Is the host this machine (127.*, [::1], localhost)? */
bool url_is_local(struct span host);

/*
 * The host of an https URL, or of an http URL to this machine; without port. FAILURE_PERMANENT:
 * the sentence begins with a verb ("has no host").
 */
bool url_host(const char *url, struct span *host, struct failure *failure);

#endif
