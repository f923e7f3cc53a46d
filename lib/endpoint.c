#include <stddef.h>
#include "endpoint.h"
const struct aws_service aws_kinesis = {"Kinesis", "kinesis", "kinesis", "KINESIS", "Kinesis_20131202.", "application/x-amz-json-1.1"};
const struct aws_service aws_dynamodb = {"DynamoDB", "dynamodb", "dynamodb", "DYNAMODB", "DynamoDB_20120810.", "application/x-amz-json-1.0"};
const struct aws_service aws_secretsmanager = {"Secrets Manager", "secretsmanager", "secretsmanager", "SECRETS_MANAGER", "secretsmanager.", "application/x-amz-json-1.1"};
const struct aws_service aws_sts = {"STS", "sts", "sts", "STS", NULL, "application/x-www-form-urlencoded"};
