/*
 * sts: keys for a role, from the Security Token Service of the configured region. Source: STS API
 * Reference, AssumeRole and AssumeRoleWithWebIdentity.
 */
#ifndef AWS_CREDENTIALS_STS_H
#define AWS_CREDENTIALS_STS_H

#include "aws/credentials/source.h"

struct role {
	const char *arn;
	const char *session; /* NULL: a generated one */
	const char *external_id; /* NULL: none */
	const char *duration; /* seconds; NULL: an hour, the service's default */
};

/* The request is signed with source. */
enum outcome sts_assume_role(struct search *search, const struct role *role,
    const struct found_keys *source, struct found_keys *found, struct failure *failure);
/* The request is not signed: token is the identity. */
enum outcome sts_web_identity(struct search *search, const struct role *role, const char *token,
    struct found_keys *found, struct failure *failure);

#endif
