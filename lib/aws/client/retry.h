/*
 * retry: whether a call is retried, and when, by the standard rules of 2026. Time and chance are
 * arguments. Source: AWS SDKs and Tools Reference Guide, "Retry behavior".
 */
#ifndef AWS_CLIENT_RETRY_H
#define AWS_CLIENT_RETRY_H

#include <stdbool.h>
#include <stdint.h>

enum aws_fault {
	AWS_FAULT_FINAL, /* a retry would get the same reply */
	AWS_FAULT_TRANSIENT, /* unreachable, or an internal error */
	AWS_FAULT_THROTTLED
};

enum { AWS_QUOTA = 500, AWS_SKEW = 5 * 60 * 1000 /* ms */ };

/* The budget that the retries of all calls share. */
struct aws_quota {
	unsigned tokens; /* starts with AWS_QUOTA, which is also the most */
};

/* code: "" if there is none. status: of HTTP; 0: no complete reply. */
enum aws_fault aws_retry_fault(const char *code, int status);
/* Does code mean that the time of the signature is wrong, or that the keys are? */
bool aws_retry_is_skew(const char *code);
bool aws_retry_is_credentials(const char *code);

/* Takes and returns the cost of a retry; 0: the budget is spent, do not retry. */
unsigned aws_quota_take(struct aws_quota *quota, enum aws_fault fault);
/* After a success. cost: of the call's last retry; 0: there was none. */
void aws_quota_return(struct aws_quota *quota, unsigned cost);

/*
 * The wait before the next attempt, in ms. attempts: those that failed so far, from 1. base: the
 * shortest wait after a transient fault, 50 ms, for DynamoDB 25. hint: x-amz-retry-after in ms; -1:
 * none. chance: a random number.
 */
int64_t aws_retry_delay(
    enum aws_fault fault, unsigned attempts, int64_t base, int64_t hint, uint32_t chance);

#endif
