/*
 * endpoint: the URL of a service, from its region and partition, FIPS and dual-stack settings, or
 * from what the user named: --endpoint-url, AWS_ENDPOINT_URL_SERVICE, AWS_ENDPOINT_URL, a
 * profile's services section, its endpoint_url.
 */
#ifndef AWS_SETTINGS_ENDPOINT_H
#define AWS_SETTINGS_ENDPOINT_H

#include <stdbool.h>
#include "aws/settings/config.h"

/* A service of AWS. */
struct aws_service {
	const char *name; /* for messages: "Kinesis" */
	const char *host; /* the first part of its host: "kinesis" */
	const char *signing; /* the service's name in a signature: "kinesis" */
	const char *setting; /* in AWS_ENDPOINT_URL_…, upper case: "SECRETS_MANAGER" */
	const char *target; /* before the action in X-Amz-Target: "Kinesis_20131202."; NULL: query */
	const char *content; /* Content-Type */
};

extern const struct aws_service aws_kinesis, aws_dynamodb, aws_secretsmanager, aws_sts;
extern const struct aws_service aws_dynamodbstreams; /* the changes of DynamoDB's tables */
/* The query protocol; S3: REST. IAM is in one region of its partition, whatever is configured. */
extern const struct aws_service aws_sns, aws_iam, aws_s3;

extern const struct aws_service aws_cloudwatch, aws_firehose;

struct endpoint {
	/* "https://kinesis.eu-west-1.amazonaws.com", with a path, if any, but no slash at its end. */
	char *url;
	char *host; /* as in the Host header, with a port unless it is the default */
	char *path; /* the path of the URL; "/": it has none */
	char *region; /* to sign for */
	bool named; /* by the user, which allows plain http */
};

/* region: of the resource (an ARN); NULL: the configured one. */
bool endpoint_find(const struct aws_config *config, const struct aws_service *service,
    const char *region, struct endpoint *endpoint, struct failure *failure);
/*
 * As endpoint_find, for a service that issues credentials: as in the AWS CLI, --endpoint-url is not
 * its endpoint.
 */
bool endpoint_find_for_keys(const struct aws_config *config, const struct aws_service *service,
    const char *region, struct endpoint *endpoint, struct failure *failure);
void endpoint_free(struct endpoint *endpoint);

/* Is it the name of a region, and the URL of an endpoint? */
bool endpoint_is_region(const char *text);
bool endpoint_is_url(const char *text);

/* The DNS suffix of a region's partition: "amazonaws.com"; dual_stack: "api.aws". */
const char *endpoint_suffix(const char *region, bool dual_stack);

#endif
