/*
 * secret_value: what a reply of GetSecretValue holds, and a member of a secret
 * that is a JSON object, as the console makes them. Nothing of a secret stays
 * in memory but where the caller wipes it. Source: Secrets Manager API
 * Reference, GetSecretValue.
 */
#ifndef SECRET_VALUE_H
#define SECRET_VALUE_H

#include "base/buffer.h"
#include "base/failure.h"
#include "base/span.h"

/*
 * Adds the secret of a reply: the bytes of its SecretString, or of its
 * SecretBinary, which is base64. FAILURE_PERMANENT where the reply does not hold one.
 */
bool secret_value_read(struct span reply, struct buffer *secret, struct failure *failure);

/*
 * Puts one member's value in the secret's place: a string's bytes, or else its
 * JSON text. FAILURE_PERMANENT, with id and field in its words, where there is no
 * such member, or the secret is no JSON object.
 */
bool secret_value_pick(
    struct buffer *secret, const char *field, const char *id, struct failure *failure);

#endif
