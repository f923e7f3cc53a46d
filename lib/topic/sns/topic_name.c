/* topic_name: asks for the account, and puts the ARN of a topic together. */
#include <stdlib.h>
#include <string.h>

#include "aws/client/account.h"
#include "base/memory.h"
#include "topic/sns/arn.h"
#include "topic/sns/topic_name.h"

char *
topic_name_arn(const char *name, const struct caller *caller, struct failure *failure)
{
	const struct aws_settings settings = {
	    .service = &aws_sts, .in_flight = 1, .caller = *caller};
	struct account account = {.number = NULL};
	struct sns_arn checked;
	struct aws *sts;
	char *arn;

	if (strncmp(name, TOPIC_NAME_SCHEME, strlen(TOPIC_NAME_SCHEME)) != 0)
		return memory_copy_text(name);
	name += strlen(TOPIC_NAME_SCHEME);
	/* Before anything is sent. */
	arn = memory_format("arn:aws:sns:r:0:%s", name);
	if (!sns_arn_read(arn, &checked, failure)) {
		struct shown shown;

		free(arn);
		fail(failure, FAILURE_PERMANENT, "\"%s\" is not the name of a topic",
		    show(&shown, name, strlen(name)));
		return NULL;
	}
	free(arn);
	arn = NULL;
	sts = aws_open(&settings, failure);
	if (sts != NULL && account_ask(sts, &account, failure))
		arn = memory_format("arn:%s:sns:%s:%s:%s", account.partition, aws_region(sts),
		    account.number, name);
	account_free(&account);
	aws_close(sts);
	return arn;
}
