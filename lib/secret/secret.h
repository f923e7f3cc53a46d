/*
 * secret: reads a secret by its name, which says where it is.
 *
 *	file:PATH
 *		A regular file, not a symbolic link, that belongs to the user or root, with
 *		no permissions for others or the group, of up to 64 KiB. One newline at its
 *		end is not part of the secret.
 *	secretsmanager:NAME[#FIELD], arn:…:secretsmanager:…[#FIELD]
 *		In AWS Secrets Manager. FIELD names a member if the secret is a JSON object.
 *		The kernel keeps the secret for 5 minutes (system/keyring.h).
 */
#ifndef SECRET_SECRET_H
#define SECRET_SECRET_H

#include "base/buffer.h"
#include "base/caller.h"
#include "base/failure.h"
#include "system/sandbox.h"

enum { SECRET_MAX = 64 * 1024 };

struct secret_settings {
	const char *version, *stage; /* of Secrets Manager; NULL: the current one */
	bool fresh; /* fetches it and removes it from the kernel's keyring */
	struct caller caller; /* its detail reports where the secret is from, never its value */
};

/*
 * Initialises secret; free it with buffer_wipe. *missing: there is no such file. Forbids core
 * dumps of this process from here on.
 */
bool secret_read(const char *name, const struct secret_settings *settings, struct buffer *secret,
    bool *missing, struct failure *failure);
/*
 * Adds what secret_read and secret_forget need to the rights that a tool keeps, before the secret
 * is read.
 */
void secret_sandbox(const char *name, const struct caller *caller, struct sandbox *sandbox);
/* The secret was not accepted: removes it from the keyring, so that it is fetched again. */
void secret_forget(const char *name, const struct caller *caller);

#endif
