/* cache_key: the name under which the kernel's keyring keeps a secret of Secrets Manager. */
#ifndef SECRET_CACHE_KEY_H
#define SECRET_CACHE_KEY_H

#include "aws/settings/config.h"
#include "secret/name.h"

/*
 * The region, the secret's name, and a digest of the settings that decide which endpoint is
 * asked and with whose keys, so that one account's secret is not given to another. To be freed.
 * NULL: the settings are not valid; nothing is kept then.
 */
char *secret_cache_key(const struct secret_name *name, const struct aws_choice *choice);

#endif
