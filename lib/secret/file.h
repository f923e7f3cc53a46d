/* file: a secret in a file; secret.h says which files are accepted. */
#ifndef SECRET_FILE_H
#define SECRET_FILE_H

#include "base/buffer.h"
#include "base/failure.h"

/* Reads it into secret, which is initialised. *missing: there is no such file. */
bool secret_file_read(
    const char *path, struct buffer *secret, bool *missing, struct failure *failure);

#endif
