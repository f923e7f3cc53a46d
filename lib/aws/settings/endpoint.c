/* endpoint: builds URLs by botocore's partitions.json, or parses the user's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "aws/settings/endpoint.h"
#include "base/environment.h"
#include "base/memory.h"

const struct aws_service aws_kinesis = {
    "Kinesis", "kinesis", "kinesis", "KINESIS", "Kinesis_20131202.", "application/x-amz-json-1.1"};
const struct aws_service aws_dynamodb = {"DynamoDB", "dynamodb", "dynamodb", "DYNAMODB",
    "DynamoDB_20120810.", "application/x-amz-json-1.0"};
const struct aws_service aws_dynamodbstreams = {"DynamoDB Streams", "streams.dynamodb", "dynamodb",
    "DYNAMODB_STREAMS", "DynamoDBStreams_20120810.", "application/x-amz-json-1.0"};
const struct aws_service aws_secretsmanager = {"Secrets Manager", "secretsmanager",
    "secretsmanager", "SECRETS_MANAGER", "secretsmanager.", "application/x-amz-json-1.1"};
const struct aws_service aws_sts = {
    "STS", "sts", "sts", "STS", NULL, "application/x-www-form-urlencoded; charset=utf-8"};
enum { WHERE = 64 }; /* for what names a URL */

#define FORM "application/x-www-form-urlencoded; charset=utf-8"
const struct aws_service aws_sns = {"SNS", "sns", "sns", "SNS", NULL, FORM};
const struct aws_service aws_iam = {"IAM", "iam", "iam", "IAM", NULL, FORM};
const struct aws_service aws_s3 = {"S3", "s3", "s3", "S3", NULL, "binary/octet-stream"};

const struct aws_service aws_cloudwatch = {"CloudWatch", "monitoring", "monitoring", "CLOUDWATCH",
    "GraniteServiceVersion20100801.", "application/x-amz-json-1.0"};
const struct aws_service aws_firehose = {"Firehose", "firehose", "firehose", "FIREHOSE",
    "Firehose_20150804.", "application/x-amz-json-1.1"};

struct partition {
	const char *prefix; /* of the names of its regions */
	const char *suffix;
	const char *dual_stack;
	const char *home; /* the region of services that have one for the whole partition */
	const char *whole; /* in place of the region in the host of such a service */
};

/* The first with a matching prefix counts; the last matches all. */
static const struct partition partitions[] = {
    {"cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn", "cn-north-1", ".cn-north-1"},
    {"us-gov-", "amazonaws.com", "api.aws", "us-gov-west-1", ".us-gov"},
    {"eusc-", "amazonaws.eu", "api.amazonwebservices.eu", "eusc-de-east-1", ".eusc-de-east-1"},
    {"us-iso-", "c2s.ic.gov", "api.aws.ic.gov", "us-iso-east-1", ".us-iso-east-1"},
    {"us-isob-", "sc2s.sgov.gov", "api.aws.scloud", "us-isob-east-1", ".us-isob-east-1"},
    {"eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", "eu-isoe-west-1", ".eu-isoe-west-1"},
    {"us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov", "us-isof-south-1", ".us-isof-south-1"},
    {"", "amazonaws.com", "api.aws", "us-east-1", ""},
};

static const struct partition *
partition_of(const char *region)
{
	const struct partition *partition = partitions;
	while (strncmp(region, partition->prefix, strlen(partition->prefix)) != 0)
		partition++;
	return partition;
}

const char *
endpoint_suffix(const char *region, bool dual_stack)
{
	const struct partition *partition = partition_of(region);
	return dual_stack ? partition->dual_stack : partition->suffix;
}

/* It becomes a part of a host name. */
bool
endpoint_is_region(const char *region)
{
	size_t length = strlen(region);
	return length > 0 && length <= 63 && region[0] != '-' && region[length - 1] != '-' &&
	       strspn(region, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

static bool
is_on(const struct aws_config *config, const char *variable, const char *key)
{
	const char *value = aws_config_setting(config, variable, key);
	return value != NULL && strcasecmp(value, "true") == 0;
}

/* *url: from the section that the profile's services names; NULL: it has none for the service. */
static bool
from_services(const struct aws_config *config, const struct aws_service *service, const char **url,
    struct failure *failure)
{
	const char *profile = aws_config_profile(config);
	const char *services = aws_config_get(config, profile, "services");
	struct shown shown, shown_profile;

	*url = NULL;
	if (services == NULL)
		return true;
	if (!aws_config_has_section(config, "services", services)) {
		show(&shown, services, strlen(services));
		return fail(failure, FAILURE_PERMANENT,
		    "services = %s in the profile %s: %s has no section [services %s]", shown.text,
		    show(&shown_profile, profile, strlen(profile)), aws_config_path(config),
		    shown.text);
	}
	*url = aws_config_section(config, "services", services, service->setting, "endpoint_url");
	return true;
}

/* *url: the one that is configured, by what where says; NULL: none. */
static bool
find_configured(const struct aws_config *config, const struct aws_service *service,
    const char **url, char where[WHERE], struct failure *failure)
{
	*url = NULL;
	if (is_on(config, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls"))
		return true;
	snprintf(where, WHERE, "AWS_ENDPOINT_URL_%s", service->setting);
	if ((*url = environment_aws(where)) != NULL)
		return true;
	snprintf(where, WHERE, "AWS_ENDPOINT_URL");
	if ((*url = environment_aws(where)) != NULL)
		return true;
	snprintf(where, WHERE, "endpoint_url of the profile's services");
	if (!from_services(config, service, url, failure) || *url != NULL)
		return *url != NULL;
	snprintf(where, WHERE, "endpoint_url of the profile");
	*url = aws_config_get(config, aws_config_profile(config), "endpoint_url");
	return true;
}

/* Only letters, digits and the bytes of more? */
static bool
is_plain(const char *text, size_t length, const char *more)
{
	for (size_t i = 0; i < length; i++) {
		char byte = text[i];
		bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
		              (byte >= '0' && byte <= '9');
		if (!letter && (byte == '\0' || strchr(more, byte) == NULL))
			return false;
	}
	return length > 0;
}

/* The host for the Host header: without the scheme's default port. */
static char *
host_of(const char *start, size_t length, bool https)
{
	const char *port = https ? ":443" : ":80";
	size_t tail = strlen(port);
	if (length > tail && memcmp(start + length - tail, port, tail) == 0)
		length -= tail;
	return memory_copy(start, length);
}

static bool
take_apart(const char *url, struct endpoint *endpoint)
{
	bool https = strncasecmp(url, "https://", 8) == 0;
	if (!https && strncasecmp(url, "http://", 7) != 0)
		return false;
	const char *host = url + (https ? 8 : 7);
	size_t length = strcspn(host, "/");
	const char *path = host + length;
	size_t path_length = strlen(path);
	while (path_length > 0 && path[path_length - 1] == '/')
		path_length--;
	if (!is_plain(host, length, ".-_:[]") ||
	    (path_length > 0 && !is_plain(path, path_length, "/.-_~%:@!$&'()*+,;=")))
		return false;
	endpoint->host = host_of(host, length, https);
	endpoint->path = path_length > 0 ? memory_copy(path, path_length) : memory_copy_text("/");
	endpoint->url = memory_format("%s%.*s%.*s", https ? "https://" : "http://", (int)length,
	    host, (int)path_length, path);
	return true;
}

/* The URL of IAM. Only the partition aws has FIPS hosts of their own. */
static char *
whole_url(const struct aws_service *service, const char *region, bool dual, bool fips)
{
	const struct partition *partition = partition_of(region);
	bool government = strncmp(region, "us-gov-", 7) == 0;
	const char *whole = !dual || government ? partition->whole : ".global";
	return memory_format("https://%s%s%s.%s", service->host, fips && !government ? "-fips" : "",
	    whole, dual ? partition->dual_stack : partition->suffix);
}

/* The exceptions are those of botocore's endpoint rules, compared with them in all partitions. */
static char *
usual_url(const struct aws_config *config, const struct aws_service *service, const char *region)
{
	bool dual = is_on(config, "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint");
	bool fips = is_on(config, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint");
	bool secrets = service == &aws_secretsmanager, objects = service == &aws_s3;
	if (service == &aws_iam)
		return whole_url(service, region, dual, fips);
	/* In the older partitions its usual host is dual-stack. */
	if (secrets && strncmp(endpoint_suffix(region, false), "amazonaws.com", 13) == 0)
		dual = false;
	/* There the usual hosts are the FIPS hosts. */
	if (!secrets && !objects && !dual && strncmp(region, "us-gov-", 7) == 0)
		fips = false;
	const char *host =
	    dual && service == &aws_dynamodbstreams ? "streams-dynamodb" : service->host;
	return memory_format("https://%s%s%s.%s.%s", host, fips ? "-fips" : "",
	    objects && dual ? ".dualstack" : "", region, endpoint_suffix(region, dual && !objects));
}

bool
endpoint_is_url(const char *text)
{
	struct endpoint endpoint = {.url = NULL};
	bool is_url = take_apart(text, &endpoint);

	endpoint_free(&endpoint);
	return is_url;
}

/* named: the URL that the user named, by where; NULL: none. */
static bool
fill(const struct aws_config *config, const struct aws_service *service, const char *region,
    const char *named, const char *where, struct endpoint *endpoint, struct failure *failure)
{
	struct shown shown;
	char *url = named != NULL ? memory_copy_text(named) : usual_url(config, service, region);
	bool good = take_apart(url, endpoint);
	/* Before an @ there may be a password: do not show it. */
	if (!good && strchr(url, '@') != NULL)
		fail(failure, FAILURE_PERMANENT, "%s is not the URL of an endpoint", where);
	else if (!good)
		fail(failure, FAILURE_PERMANENT,
		    "%s: \"%s\" is not the URL of an endpoint: http://HOST[:PORT][/PATH] or "
		    "https://…, without blanks",
		    where, show(&shown, url, strlen(url)));
	free(url);
	endpoint->named = named != NULL;
	if (service == &aws_iam)
		region = partition_of(region)->home;
	endpoint->region = good ? memory_copy_text(region) : NULL;
	return good;
}

static bool
find_region(const struct aws_config *config, const char **region, struct failure *failure)
{
	const char *setting = NULL;
	struct shown shown;

	if (*region == NULL && (*region = aws_config_region(config, &setting, failure)) == NULL)
		return false;
	return endpoint_is_region(*region) ||
	       fail(failure, FAILURE_PERMANENT, "%s%s\"%s\" is not the name of an AWS region",
	           setting != NULL ? setting : "", setting != NULL ? ": " : "",
	           show(&shown, *region, strlen(*region)));
}

bool
endpoint_find(const struct aws_config *config, const struct aws_service *service,
    const char *region, struct endpoint *endpoint, struct failure *failure)
{
	const char *chosen = aws_config_choice(config)->endpoint_url;

	*endpoint = (struct endpoint){.url = NULL};
	if (chosen == NULL)
		return endpoint_find_for_keys(config, service, region, endpoint, failure);
	return find_region(config, &region, failure) &&
	       fill(config, service, region, chosen, "--endpoint-url", endpoint, failure);
}

bool
endpoint_find_for_keys(const struct aws_config *config, const struct aws_service *service,
    const char *region, struct endpoint *endpoint, struct failure *failure)
{
	const char *named;
	char where[WHERE] = "the usual endpoint";

	*endpoint = (struct endpoint){.url = NULL};
	return find_region(config, &region, failure) &&
	       find_configured(config, service, &named, where, failure) &&
	       fill(config, service, region, named, where, endpoint, failure);
}

void
endpoint_free(struct endpoint *endpoint)
{
	free(endpoint->url);
	free(endpoint->host);
	free(endpoint->path);
	free(endpoint->region);
	*endpoint = (struct endpoint){.url = NULL};
}
