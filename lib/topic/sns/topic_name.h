/* topic_name: the ARN of a topic that is named sns:NAME, in the configured account and region. */
#ifndef TOPIC_SNS_TOPIC_NAME_H
#define TOPIC_SNS_TOPIC_NAME_H

#include "base/caller.h"
#include "base/failure.h"

#define TOPIC_NAME_SCHEME "sns:"

/* The ARN, to free: name itself if it is one, else by asking STS for the account. NULL: failure. */
char *topic_name_arn(const char *name, const struct caller *caller, struct failure *failure);

#endif
