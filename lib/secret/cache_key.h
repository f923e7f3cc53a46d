/* secret_cache_key: under which description the kernel's keyring keeps a secret of Secrets Manager.
 */
#ifndef SECRET_CACHE_KEY_H
#define SECRET_CACHE_KEY_H

#include "secret/name.h"

/*
 * The region, the secret's name and a digest of all that decides where the
 * service is and whose keys ask it: what one account's keys got is not given to
 * another's. Free it. NULL: the settings do not tell; then nothing is kept.
 */
char *secret_cache_key(const struct secret_name *name);

#endif
