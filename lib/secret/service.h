/* service: a secret in AWS Secrets Manager. */
#ifndef SECRET_SERVICE_H
#define SECRET_SERVICE_H

#include "secret/secret.h"
#include "secret/name.h"

/* Adds the whole secret, also if the name has a field. */
bool secret_service_read(const struct secret_name *name, const struct secret_settings *settings,
    struct buffer *secret, struct failure *failure);

#endif
