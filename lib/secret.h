/*
 * secret: file:PATH (later Secrets Manager). The file is opened without
 * following a link at its end; it is regular, the user's or root's own, has no
 * bits for others or the group, and at most 64 KiB. One trailing newline is not
 * part of it.
 */
#ifndef SECRET_H
#define SECRET_H

#include "buffer.h"
#include "failure.h"

enum { SECRET_MAX = 64 * 1024 };

/* Initialises secret; wipe and free it with secret_free. *missing: there is no such file. */
bool secret_read(const char *name, struct buffer *secret, bool *missing, struct failure *failure);
void secret_free(struct buffer *secret);

#endif
