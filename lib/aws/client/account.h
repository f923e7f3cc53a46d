/* account: the account that the credentials belong to. Source: STS API Reference,
 * GetCallerIdentity. */
#ifndef AWS_CLIENT_ACCOUNT_H
#define AWS_CLIENT_ACCOUNT_H

#include "aws/client/aws.h"

struct account {
	char *number; /* "123456789012" */
	char *partition; /* "aws" */
};

/* Asks STS, which requires no permission. sts: opened for aws_sts. Free with account_free. */
bool account_ask(struct aws *sts, struct account *account, struct failure *failure);
void account_free(struct account *account);

#endif
