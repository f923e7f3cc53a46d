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

/* Does the cache have this member, and is it a time after time (ms since 1970)? */
bool sso_cache_good_until(struct span cache, const char *member, int64_t time);
/*
 * Adds to text the cache with the token of a reply to CreateToken, which arrived at now (ms since
 * 1970). Members that we do not know are copied. False: the reply holds no token, or text is full.
 */
bool sso_cache_renew(struct buffer *text, struct span cache, struct span reply, int64_t now);

#endif
