/*
 * endpoint: where a service is. Regions and partitions, FIPS, dual stack, and
 * what the user named: AWS_ENDPOINT_URL_SERVICE, AWS_ENDPOINT_URL, a profile's
 * services section, its endpoint_url.
 */
#ifndef AWS_SETTINGS_ENDPOINT_H
#define AWS_SETTINGS_ENDPOINT_H

#include <stdbool.h>
#include "aws/settings/config.h"

/* A service as the rest of lib/ names it. */
struct aws_service {
	const char *name; /* for people: "Kinesis" */
	const char *host; /* the first part of its host: "kinesis" */
	const char *signing; /* the service's name in a signature: "kinesis" */
	const char *setting; /* in AWS_ENDPOINT_URL_…, upper case: "SECRETS_MANAGER" */
	const char *target; /* before the action in X-Amz-Target: "Kinesis_20131202."; NULL: query */
	const char *content; /* Content-Type */
};

extern const struct aws_service aws_kinesis, aws_dynamodb, aws_secretsmanager, aws_sts;
/* The query protocol; S3: REST. IAM's region is its partition's first, whatever is asked for. */
extern const struct aws_service aws_sns, aws_iam, aws_s3;

extern const struct aws_service aws_cloudwatch;

struct endpoint {
	/* "https://kinesis.eu-west-1.amazonaws.com": with path, but without a slash at its end. */
	char *url;
	char *host; /* as in the Host header, with a port where it is not the scheme's own */
	char *path; /* "/" or the path of an endpoint that has one */
	char *region; /* to sign for */
	bool named; /* by the user: plain http is then allowed */
};

/* region: of the resource (an ARN's); NULL: that of config. */
bool endpoint_find(const struct aws_config *config, const struct aws_service *service,
    const char *region, struct endpoint *endpoint, struct failure *failure);
void endpoint_free(struct endpoint *endpoint);

/* The DNS suffix of a region's partition: "amazonaws.com"; dual_stack: "api.aws". */
const char *endpoint_suffix(const char *region, bool dual_stack);

#endif
