/*
 * sigv4_canonical: the canonical form of a request, which both sides digest. Source: IAM User
 * Guide, "Create a canonical request".
 */
#ifndef AWS_SETTINGS_SIGV4_CANONICAL_H
#define AWS_SETTINGS_SIGV4_CANONICAL_H

#include "base/buffer.h"
#include "aws/settings/sigv4.h"

/*
 * Adds the canonical request without the digest of the payload at its end, and the names of the
 * signed headers. False: one of them exceeds its ceiling.
 */
bool sigv4_canonical(const struct sigv4_request *request, const struct sigv4_keys *keys,
    const char *date, struct buffer *canonical, struct buffer *names);

#endif
