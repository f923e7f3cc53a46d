#include "aws.h"
struct aws *
aws_open(const struct aws_settings *settings, struct failure *failure)
{
	(void)settings;
	fail(failure, FAILURE_PERSON, "AWS: not yet");
	return NULL;
}
void
aws_close(struct aws *aws)
{
	(void)aws;
}
bool
aws_ask(struct aws *aws, const struct aws_call *call, struct aws_reply *reply, struct failure *failure)
{
	(void)aws, (void)call, (void)reply;
	return fail(failure, FAILURE_PERSON, "AWS: not yet");
}
