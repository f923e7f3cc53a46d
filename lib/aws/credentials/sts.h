/*
 * credentials_sts: keys for a role, from the Security Token Service of the
 * region in force. Source: STS API Reference, AssumeRole and AssumeRoleWithWebIdentity.
 */
#ifndef AWS_CREDENTIALS_STS_H
#define AWS_CREDENTIALS_STS_H

#include "aws/credentials/source.h"

struct role {
	const char *arn;
	const char *session; /* NULL: one is made up */
	const char *external_id; /* NULL: none */
	const char *duration; /* seconds; NULL: the service's hour */
};

/* Signed with source. */
enum outcome sts_assume_role(struct search *search, const struct role *role,
    const struct found_keys *source, struct found_keys *found, struct failure *failure);
/* Not signed: token says who we are. */
enum outcome sts_web_identity(struct search *search, const struct role *role, const char *token,
    struct found_keys *found, struct failure *failure);

#endif
