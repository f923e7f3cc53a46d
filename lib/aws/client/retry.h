/*
 * aws_retry: whether a call is tried again, and when: the standard rules of
 * 2026. Time and chance are arguments. Source: AWS SDKs and Tools Reference
 * Guide, "Retry behavior".
 */
#ifndef AWS_CLIENT_RETRY_H
#define AWS_CLIENT_RETRY_H

#include <stdbool.h>
#include <stdint.h>

enum aws_fault {
	AWS_FAULT_FINAL, /* the same again gets the same */
	AWS_FAULT_TRANSIENT, /* out of reach, or failed inside */
	AWS_FAULT_THROTTLED
};

enum { AWS_QUOTA = 500, AWS_SKEW = 5 * 60 * 1000 /* ms */ };

/* What the retries of all calls together have left to spend. */
struct aws_quota {
	unsigned tokens; /* AWS_QUOTA at the start and at the most */
};

/* code: "" where there is none; status: of HTTP, 0 where no whole reply came. */
enum aws_fault aws_retry_fault(const char *code, int status);
/* Does code say that the time it was signed with is wrong, or that the keys are? */
bool aws_retry_is_skew(const char *code);
bool aws_retry_is_credentials(const char *code);

/* Takes what a retry costs, which is returned; 0 where it is not there: no retry. */
unsigned aws_quota_take(struct aws_quota *quota, enum aws_fault fault);
/* After a success: cost is that of the call's last retry, 0 where there was none. */
void aws_quota_return(struct aws_quota *quota, unsigned cost);

/*
 * How long to wait after so many failed attempts (from 1), in ms. base: for
 * transient faults, 50, or 25 for DynamoDB; hint: x-amz-retry-after, -1 where
 * there is none; chance: any number, evenly spread.
 */
int64_t aws_retry_delay(
    enum aws_fault fault, unsigned attempts, int64_t base, int64_t hint, uint32_t chance);

#endif
