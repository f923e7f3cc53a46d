/* sso: private to sso.c and sso_token.c: the settings and token of IAM Identity Center. */
#ifndef AWS_CREDENTIALS_SSO_H
#define AWS_CREDENTIALS_SSO_H

#include "aws/credentials/source.h"

struct sso {
	const char *session; /* NULL: the settings are in the profile itself, the old form */
	const char *start_url;
	const char *region;
	const char *account;
	const char *role;
};

/*
 * *token: the token of the session that "aws sso login" opened, from ~/.aws/sso/cache, to be freed
 * with memory_wipe_text. An expired token is renewed there if possible.
 */
enum outcome sso_token(struct search *search, const char *profile, const struct sso *sso,
    char **token, struct failure *failure);

#endif
