/*
 * name: parses the name of a secret: file:PATH, secretsmanager:NAME[#FIELD] or an ARN[#FIELD].
 * Source: Secrets Manager API Reference, CreateSecret and GetSecretValue.
 */
#ifndef SECRET_NAME_H
#define SECRET_NAME_H

#include <stdbool.h>
#include "base/failure.h"

struct secret_name {
	char *path; /* NULL: it is in Secrets Manager */
	char *id; /* NAME or the ARN */
	char *region; /* of the ARN; NULL: the configured one */
	char *field; /* NULL: the whole secret */
};

/*
 * If text is not a valid name: FAILURE_PERMANENT, and nothing to free. The message does not quote
 * it, as it may be the secret itself.
 */
bool secret_name_parse(const char *text, struct secret_name *name, struct failure *failure);
void secret_name_free(struct secret_name *name);

#endif
