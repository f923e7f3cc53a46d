/* aws_retry: what is tried again, when, and until the quota is spent. */
#include "aws/client/retry.h"
#include "tap.h"

enum { HALF = INT32_MAX };

static void
is_fault(const char *code, int status, enum aws_fault expected)
{
	is_number((int64_t)aws_retry_fault(code, status), (int64_t)expected,
	    *code != '\0' ? code : "a status");
}

static void
tells_faults(void)
{
	is_fault("", 500, AWS_FAULT_TRANSIENT);
	is_fault("", 502, AWS_FAULT_TRANSIENT);
	is_fault("", 503, AWS_FAULT_TRANSIENT);
	is_fault("", 504, AWS_FAULT_TRANSIENT);
	is_fault("", 0, AWS_FAULT_TRANSIENT);
	is_fault("", 501, AWS_FAULT_FINAL);
	is_fault("", 403, AWS_FAULT_FINAL);
	is_fault("", 301, AWS_FAULT_FINAL);
	is_fault("", 429, AWS_FAULT_THROTTLED);
	is_fault("InternalFailure", 500, AWS_FAULT_TRANSIENT);
	is_fault("RequestTimeout", 400, AWS_FAULT_TRANSIENT);
	is_fault("ReplicatedWriteConflictException", 400, AWS_FAULT_TRANSIENT);
	is_fault("ProvisionedThroughputExceededException", 400, AWS_FAULT_THROTTLED);
	is_fault("ThrottlingException", 400, AWS_FAULT_THROTTLED);
	is_fault("SlowDown", 503, AWS_FAULT_THROTTLED);
	is_fault("LimitExceededException", 400, AWS_FAULT_THROTTLED);
	is_fault("ResourceNotFoundException", 400, AWS_FAULT_FINAL);
	is_fault("ValidationException", 400, AWS_FAULT_FINAL);
	ok(aws_retry_is_skew("RequestTimeTooSkewed") && !aws_retry_is_skew("Throttling"),
	    "the errors of a wrong clock");
	ok(aws_retry_is_credentials("ExpiredTokenException") &&
	        !aws_retry_is_credentials("AccessDeniedException"),
	    "what other credentials may help against");
}

static void
waits(void)
{
	is_number(aws_retry_delay(AWS_FAULT_TRANSIENT, 1, 50, -1, 0), 0, "jitter: from nothing");
	is_number(aws_retry_delay(AWS_FAULT_TRANSIENT, 1, 50, -1, UINT32_MAX), 49, "to 50 ms");
	is_number(aws_retry_delay(AWS_FAULT_TRANSIENT, 2, 50, -1, UINT32_MAX), 99, "then to 100");
	is_number(aws_retry_delay(AWS_FAULT_TRANSIENT, 2, 25, -1, UINT32_MAX), 49,
	    "DynamoDB's begins at 25");
	is_number(aws_retry_delay(AWS_FAULT_THROTTLED, 1, 25, -1, HALF), 499,
	    "throttled: half of a second");
	is_number(aws_retry_delay(AWS_FAULT_THROTTLED, 3, 25, -1, HALF), 1999, "half of four");
	is_number(
	    aws_retry_delay(AWS_FAULT_THROTTLED, 60, 50, -1, UINT32_MAX), 19999, "20 s at most");
	is_number(aws_retry_delay(AWS_FAULT_TRANSIENT, 1, 50, 1500, HALF), 1500,
	    "the service's hint");
	is_number(aws_retry_delay(AWS_FAULT_THROTTLED, 3, 50, 1500, HALF), 1999,
	    "which shortens nothing");
	is_number(aws_retry_delay(AWS_FAULT_TRANSIENT, 1, 50, 3600000, HALF), 5024,
	    "and adds 5 s at most");
}

static void
spends(void)
{
	struct aws_quota quota = {AWS_QUOTA};
	unsigned count = 0;

	while (aws_quota_take(&quota, AWS_FAULT_TRANSIENT) > 0)
		count++;
	is_number(count, 35, "35 retries of transient faults");
	is_number(quota.tokens, 10, "leave 10 tokens");
	is_number(aws_quota_take(&quota, AWS_FAULT_THROTTLED), 5, "enough for a throttled call");
	aws_quota_return(&quota, 0);
	is_number(quota.tokens, 6, "a success gives one");
	aws_quota_return(&quota, 14);
	is_number(quota.tokens, 20, "a success after a retry gives back its cost");
	quota.tokens = AWS_QUOTA - 1;
	aws_quota_return(&quota, 14);
	is_number(quota.tokens, AWS_QUOTA, "never more than 500");
}

int
main(void)
{
	tells_faults();
	waits();
	spends();
	return done();
}
