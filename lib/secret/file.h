/* secret_file: a secret in a file; for secret.c, whose header tells what the file must be. */
#ifndef SECRET_FILE_H
#define SECRET_FILE_H

#include "base/buffer.h"
#include "base/failure.h"

/* *missing: there is no such file. */
bool secret_file_read(
    const char *path, struct buffer *secret, bool *missing, struct failure *failure);

#endif
