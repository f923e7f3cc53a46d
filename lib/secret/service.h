/* secret_service: a secret in AWS Secrets Manager; for secret.c. */
#ifndef SECRET_SERVICE_H
#define SECRET_SERVICE_H

#include "secret/secret.h"
#include "secret/name.h"

/* Adds the whole of it, whatever the name's field. */
bool secret_service_read(const struct secret_name *name, const struct secret_settings *settings,
    struct buffer *secret, struct failure *failure);

#endif
