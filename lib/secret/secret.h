/*
 * secret: what only its owner may know, by the name of its place.
 *
 *	file:PATH	opened without following a link at its end; regular, the
 *		user's or root's own, with no bits for others or the group, at
 *		most 64 KiB. One trailing newline is not part of it.
 *	secretsmanager:NAME[#FIELD], arn:...:secretsmanager:...[#FIELD]
 *		in AWS Secrets Manager; FIELD is a member of the JSON object that
 *		the secret is. Kept for a few minutes by the kernel (lib/keyring).
 */
#ifndef SECRET_SECRET_H
#define SECRET_SECRET_H

#include "base/buffer.h"
#include "base/caller.h"
#include "base/failure.h"

enum { SECRET_MAX = 64 * 1024 };

struct secret_settings {
	const char *version, *stage; /* of Secrets Manager; NULL: what is current */
	bool fresh; /* what the kernel's keyring has is let go, and nothing is kept there */
	struct caller caller; /* its detail hears where the secret is from, never what it is */
};

/*
 * Initialises secret; wipe and free it with secret_free. *missing: there is no
 * such file. From here on the process leaves no core behind (lib/core).
 */
bool secret_read(const char *name, const struct secret_settings *settings, struct buffer *secret,
    bool *missing, struct failure *failure);
/* It was not accepted where it was used: the next secret_read fetches it anew. */
void secret_forget(const char *name);

#endif
