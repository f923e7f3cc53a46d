/*
 * value: the secret in a reply of GetSecretValue, and a member of a secret that is a JSON object,
 * as the console creates them. No copy of a secret stays in memory except where the caller wipes
 * it. Source: Secrets Manager API Reference, GetSecretValue.
 */
#ifndef SECRET_VALUE_H
#define SECRET_VALUE_H

#include "base/buffer.h"
#include "base/failure.h"
#include "base/span.h"

/*
 * Adds the secret of a reply: the bytes of its SecretString, or of its SecretBinary (base64).
 * FAILURE_PERMANENT: the reply does not hold exactly one.
 */
bool secret_value_read(struct span reply, struct buffer *secret, struct failure *failure);

/*
 * Replaces the secret by one of its members: the bytes of a string, else the JSON text of the
 * value. FAILURE_PERMANENT, with id and field in the message: it has no such member, or the
 * secret is not a JSON object.
 */
bool secret_value_pick(
    struct buffer *secret, const char *field, const char *id, struct failure *failure);

#endif
