/*
 * sso_cache: the file in which the AWS CLI keeps the token of an SSO session. Source: botocore,
 * SSOTokenLoader; OIDC API Reference, CreateToken.
 */
#ifndef AWS_CREDENTIALS_SSO_CACHE_H
#define AWS_CREDENTIALS_SSO_CACHE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/buffer.h"
#include "base/span.h"

/* Is that member a time later than time (ms since 1970)? */
bool sso_cache_good_until(struct span cache, const char *member, int64_t time);
/*
 * Adds the cache with the values of a reply to CreateToken at now; members that we do not know stay
 * unchanged. False: the reply holds no token, or text has no room.
 */
bool sso_cache_renew(struct buffer *text, struct span cache, struct span reply, int64_t now);

#endif
