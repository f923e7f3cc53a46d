/* account: asks STS for the number of the account. */
#include <stdlib.h>
#include <string.h>

#include "aws/client/account.h"
#include "base/memory.h"
#include "text/xml.h"

enum { REPLY = 64 * 1024 };

/* "arn:PARTITION:…" */
static char *
partition_of(const char *arn)
{
	const char *at = arn != NULL ? strchr(arn, ':') : NULL;

	return at != NULL ? memory_copy(at + 1, strcspn(at + 1, ":")) : memory_copy_text("aws");
}

bool
account_ask(struct aws *sts, struct account *account, struct failure *failure)
{
	struct aws_call call = {.action = "GetCallerIdentity",
	    .body = span_of("Action=GetCallerIdentity&Version=2011-06-15"),
	    .ceiling = REPLY};
	struct aws_reply reply;
	char *arn;

	*account = (struct account){.number = NULL};
	if (!aws_call_and_wait(sts, &call, &reply, failure))
		return false;
	account->number = xml_text(reply.body, "Account");
	if (account->number == NULL)
		return fail(failure, FAILURE_TEMPORARY,
		    "the reply of STS GetCallerIdentity has no Account");
	arn = xml_text(reply.body, "Arn");
	account->partition = partition_of(arn);
	free(arn);
	return true;
}

void
account_free(struct account *account)
{
	free(account->number);
	free(account->partition);
	*account = (struct account){.number = NULL};
}
