/* retry: classes of error codes, the budget of retries, and waits. */
#include <stddef.h>
#include <string.h>

#include "aws/client/retry.h"

enum {
	TRANSIENT_COST = 14,
	THROTTLED_COST = 5,
	THROTTLED_BASE = 1000, /* ms */
	MOST = 20000, /* ms */
	HINT_MORE = 5000 /* ms that a hint may add */
};

static const char *const throttling[] = {"Throttling", "ThrottlingException", "ThrottledException",
    "RequestThrottledException", "TooManyRequestsException",
    "ProvisionedThroughputExceededException", "TransactionInProgressException",
    "RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceededException", "RequestThrottled",
    "SlowDown", "PriorRequestNotComplete", "EC2ThrottledException", "KMSThrottlingException",
    "KMSThrottling", "Throttled", NULL};
static const char *const transient[] = {"RequestTimeout", "RequestTimeoutException",
    "IDPCommunicationError", "IDPCommunicationErrorException", "InternalFailure",
    "InternalServerError", "InternalError", "ServiceUnavailable", "TemporaryRedirect",
    "InternalServerException", "InternalServiceError", "InternalServiceException",
    "InternalServiceFault", "ServiceUnavailableException",
    /* Another request for the same item or resource is being processed. */
    "ReplicatedWriteConflictException", "TransactionConflictException", "ConcurrentModification",
    "ConcurrentModificationException", "ConcurrentAccess", "ConcurrentAccessException",
    "OperationAborted", "ConditionalRequestConflict", "EntityTemporarilyUnmodifiable", NULL};
static const char *const skew[] = {"AuthFailure", "InvalidSignatureException", "RequestExpired",
    "RequestInTheFuture", "RequestTimeTooSkewed", "SignatureDoesNotMatch", NULL};
static const char *const credentials[] = {"ExpiredToken", "ExpiredTokenException",
    "UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", NULL};

static bool
is_among(const char *code, const char *const *codes)
{
	for (; *codes != NULL; codes++) {
		if (strcmp(code, *codes) == 0)
			return true;
	}
	return false;
}

enum aws_fault
aws_retry_fault(const char *code, int status)
{
	if (is_among(code, throttling) || status == 429)
		return AWS_FAULT_THROTTLED;
	if (is_among(code, transient) || status == 0 || status == 408 || status == 500 ||
	    status == 502 || status == 503 || status == 504)
		return AWS_FAULT_TRANSIENT;
	return AWS_FAULT_FINAL;
}

bool
aws_retry_is_skew(const char *code)
{
	return is_among(code, skew);
}

bool
aws_retry_is_credentials(const char *code)
{
	return is_among(code, credentials);
}

unsigned
aws_quota_take(struct aws_quota *quota, enum aws_fault fault)
{
	unsigned cost = fault == AWS_FAULT_THROTTLED ? THROTTLED_COST : TRANSIENT_COST;

	if (cost > quota->tokens)
		return 0;
	quota->tokens -= cost;
	return cost;
}

void
aws_quota_return(struct aws_quota *quota, unsigned cost)
{
	quota->tokens += cost > 0 ? cost : 1;
	if (quota->tokens > AWS_QUOTA)
		quota->tokens = AWS_QUOTA;
}

int64_t
aws_retry_delay(
    enum aws_fault fault, unsigned attempts, int64_t base, int64_t hint, uint32_t chance)
{
	int64_t all = fault == AWS_FAULT_THROTTLED ? THROTTLED_BASE : base;

	while (attempts-- > 1 && all < MOST)
		all *= 2;
	if (all > MOST)
		all = MOST;
	int64_t delay = (int64_t)(((uint64_t)all * chance) >> 32);
	int64_t hinted = hint < delay + HINT_MORE ? hint : delay + HINT_MORE;
	return hinted > delay ? hinted : delay;
}
