/* credentials_sso: IAM Identity Center; for lib/credentials_sso*.c. */
#ifndef AWS_CREDENTIALS_SSO_H
#define AWS_CREDENTIALS_SSO_H

#include "aws/credentials/source.h"

struct sso {
	const char *session; /* NULL: written in the profile itself, the old way */
	const char *start_url;
	const char *region;
	const char *account;
	const char *role;
};

/*
 * The token of the session that "aws sso login" has opened, for memory_wipe_text: from
 * ~/.aws/sso/cache, and where it has ended and can be renewed, renewed there.
 */
enum outcome sso_token(struct search *search, const char *profile, const struct sso *sso,
    char **token, struct failure *failure);

#endif
