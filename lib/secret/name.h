/*
 * secret_name: where a secret is, from its name: file:PATH,
 * secretsmanager:NAME[#FIELD] or an ARN[#FIELD]. Source: Secrets Manager API
 * Reference, CreateSecret and GetSecretValue.
 */
#ifndef SECRET_NAME_H
#define SECRET_NAME_H

#include <stdbool.h>
#include "base/failure.h"

struct secret_name {
	char *path; /* NULL: it is in Secrets Manager */
	char *id; /* the NAME or ARN there */
	char *region; /* the ARN's; NULL: the one in force */
	char *field; /* NULL: the whole of it */
};

/*
 * FAILURE_PERMANENT, and nothing to free, for what is no such name. The words do
 * not repeat it: it may well be the secret itself.
 */
bool secret_name_parse(const char *text, struct secret_name *name, struct failure *failure);
void secret_name_free(struct secret_name *name);

#endif
