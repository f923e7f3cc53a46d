/* arn: the ARN of an SNS topic: arn:PARTITION:sns:REGION:ACCOUNT:NAME. */
#ifndef TOPIC_SNS_ARN_H
#define TOPIC_SNS_ARN_H

#include <stdbool.h>
#include "base/failure.h"

enum { SNS_REGION = 64 };

struct sns_arn {
	char region[SNS_REGION];
	bool fifo; /* its name ends in .fifo */
};

bool sns_arn_read(const char *text, struct sns_arn *arn, struct failure *failure);

#endif
