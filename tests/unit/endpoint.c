/* endpoint: regions and partitions, and what the user named. */
#include <stdlib.h>
#include <unistd.h>
#include "aws/settings/endpoint.h"
#include "tap.h"

static struct aws_config *config;

static void
is_at(const struct aws_service *service, const char *region, const char *url)
{
	struct endpoint endpoint;
	struct failure failure = {.text = ""};
	bool good = endpoint_find(config, service, region, &endpoint, &failure);
	is_text(good ? endpoint.url : failure.text, url, url);
	if (good)
		is_text(endpoint.region, region, "to be signed for its region");
	endpoint_free(&endpoint);
}

static void
check_partitions(void)
{
	is_at(&aws_kinesis, "eu-west-1", "https://kinesis.eu-west-1.amazonaws.com");
	is_at(&aws_secretsmanager, "us-east-1", "https://secretsmanager.us-east-1.amazonaws.com");
	is_at(&aws_cloudwatch, "eu-west-1", "https://monitoring.eu-west-1.amazonaws.com");
	is_at(&aws_dynamodb, "cn-north-1", "https://dynamodb.cn-north-1.amazonaws.com.cn");
	is_at(&aws_dynamodbstreams, "cn-north-1",
	    "https://streams.dynamodb.cn-north-1.amazonaws.com.cn");
	is_at(&aws_sts, "us-gov-west-1", "https://sts.us-gov-west-1.amazonaws.com");
	is_at(&aws_kinesis, "eusc-de-east-1", "https://kinesis.eusc-de-east-1.amazonaws.eu");
	is_at(&aws_kinesis, "us-iso-east-1", "https://kinesis.us-iso-east-1.c2s.ic.gov");
	is_at(&aws_kinesis, "us-isob-east-1", "https://kinesis.us-isob-east-1.sc2s.sgov.gov");
	is_at(&aws_kinesis, "eu-isoe-west-1", "https://kinesis.eu-isoe-west-1.cloud.adc-e.uk");
	is_at(&aws_kinesis, "us-isof-south-1", "https://kinesis.us-isof-south-1.csp.hci.ic.gov");
	setenv("AWS_USE_FIPS_ENDPOINT", "TRUE", 1);
	is_at(&aws_kinesis, "us-east-2", "https://kinesis-fips.us-east-2.amazonaws.com");
	is_at(&aws_dynamodbstreams, "us-west-2",
	    "https://streams.dynamodb-fips.us-west-2.amazonaws.com");
	is_at(&aws_sts, "us-gov-west-1", "https://sts.us-gov-west-1.amazonaws.com");
	is_at(&aws_cloudwatch, "us-gov-east-1", "https://monitoring.us-gov-east-1.amazonaws.com");
	is_at(&aws_cloudwatch, "cn-north-1", "https://monitoring-fips.cn-north-1.amazonaws.com.cn");
	is_at(&aws_secretsmanager, "us-gov-west-1",
	    "https://secretsmanager-fips.us-gov-west-1.amazonaws.com");
	setenv("AWS_USE_DUALSTACK_ENDPOINT", "true", 1);
	is_at(&aws_secretsmanager, "us-east-2", "https://secretsmanager-fips.us-east-2.amazonaws.com");
	is_at(&aws_kinesis, "us-east-2", "https://kinesis-fips.us-east-2.api.aws");
	is_at(&aws_dynamodbstreams, "us-gov-west-1",
	    "https://streams-dynamodb-fips.us-gov-west-1.api.aws");
	unsetenv("AWS_USE_FIPS_ENDPOINT");
	is_at(&aws_dynamodb, "cn-north-1", "https://dynamodb.cn-north-1.api.amazonwebservices.com.cn");
	unsetenv("AWS_USE_DUALSTACK_ENDPOINT");
}

/* IAM's place is that of the partition. */
static void
is_whole(const char *region, const char *url, const char *home)
{
	struct endpoint endpoint;
	struct failure failure;

	if (!ok(endpoint_find(config, &aws_iam, region, &endpoint, &failure), "IAM in %s", region))
		return;
	is_text(endpoint.url, url, url);
	is_text(endpoint.region, home, "to be signed for the partition's region");
	endpoint_free(&endpoint);
}

static void
check_exceptions(void)
{
	is_at(&aws_sns, "eu-west-1", "https://sns.eu-west-1.amazonaws.com");
	is_at(&aws_s3, "us-east-1", "https://s3.us-east-1.amazonaws.com");
	is_at(&aws_s3, "cn-north-1", "https://s3.cn-north-1.amazonaws.com.cn");
	is_whole("eu-west-1", "https://iam.amazonaws.com", "us-east-1");
	is_whole("cn-northwest-1", "https://iam.cn-north-1.amazonaws.com.cn", "cn-north-1");
	is_whole("us-gov-east-1", "https://iam.us-gov.amazonaws.com", "us-gov-west-1");
	is_whole("us-iso-west-1", "https://iam.us-iso-east-1.c2s.ic.gov", "us-iso-east-1");
	is_whole("eusc-de-east-1", "https://iam.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1");
	setenv("AWS_USE_FIPS_ENDPOINT", "true", 1);
	is_whole("us-gov-east-1", "https://iam.us-gov.amazonaws.com", "us-gov-west-1");
	is_whole("us-east-1", "https://iam-fips.amazonaws.com", "us-east-1");
	is_at(&aws_s3, "us-gov-east-1", "https://s3-fips.us-gov-east-1.amazonaws.com");
	setenv("AWS_USE_DUALSTACK_ENDPOINT", "true", 1);
	is_at(&aws_s3, "eu-west-1", "https://s3-fips.dualstack.eu-west-1.amazonaws.com");
	unsetenv("AWS_USE_FIPS_ENDPOINT");
	is_at(&aws_s3, "eu-west-1", "https://s3.dualstack.eu-west-1.amazonaws.com");
	is_whole("eu-west-1", "https://iam.global.api.aws", "us-east-1");
	is_whole("us-gov-east-1", "https://iam.us-gov.api.aws", "us-gov-west-1");
	unsetenv("AWS_USE_DUALSTACK_ENDPOINT");
}

static void
check_wrong_regions(void)
{
	static const char *const regions[] = {"", "eu west", "a.b", "x/", "EU-WEST-1", "-a", "a-",
	    "a@b", "0123456789012345678901234567890123456789012345678901234567890123"};
	for (size_t i = 0; i < sizeof(regions) / sizeof(*regions); i++) {
		struct endpoint endpoint;
		struct failure failure;
		ok(!endpoint_find(config, &aws_kinesis, regions[i], &endpoint, &failure) &&
		        failure.kind == FAILURE_PERMANENT,
		    "not a region: %s", regions[i]);
		endpoint_free(&endpoint);
	}
}

static void
is_named(const char *url, const char *expected, const char *host, const char *path)
{
	struct endpoint endpoint;
	struct failure failure = {.text = ""};
	setenv("AWS_ENDPOINT_URL", url, 1);
	bool good = endpoint_find(config, &aws_kinesis, "eu-west-1", &endpoint, &failure);
	is_text(endpoint.url, expected, url);
	if (good) {
		is_text(endpoint.host, host, "its host");
		is_text(endpoint.path, path, "its path");
		ok(endpoint.named, "it was named");
	} else
		ok(expected == NULL && failure.kind == FAILURE_PERMANENT &&
		        strstr(failure.text, "PASSWORD") == NULL,
		    "%s", failure.text);
	endpoint_free(&endpoint);
	unsetenv("AWS_ENDPOINT_URL");
}

static void
check_named(void)
{
	is_named("http://127.0.0.1:4566/", "http://127.0.0.1:4566", "127.0.0.1:4566", "/");
	is_named("https://vpce.example.com:443", "https://vpce.example.com:443", "vpce.example.com", "/");
	is_named("HTTP://[::1]:80/base/x/", "http://[::1]:80/base/x", "[::1]", "/base/x");
	is_named("https://h:8443", "https://h:8443", "h:8443", "/");
	is_named("ftp://h", NULL, NULL, NULL);
	is_named("https://", NULL, NULL, NULL);
	is_named("https://user:PASSWORD@h", NULL, NULL, NULL);
	is_named("https://h/a b", NULL, NULL, NULL);
	is_named("https://h/a?b", NULL, NULL, NULL);
	is_named("localhost:4566", NULL, NULL, NULL);
}

/* From the least to the most. */
static void
check_order(void)
{
	static const char text[] = "[default]\nservices = all\nendpoint_url = http://profile\n"
	                           "[services all]\nkinesis =\n  endpoint_url = http://services\n";
	char path[] = "/tmp/fxpipe-endpoint-XXXXXX";
	struct failure failure;
	int file = mkstemp(path);
	if (file < 0 || write(file, text, sizeof(text) - 1) < 0)
		exit(1);
	close(file);
	aws_config_close(config);
	setenv("AWS_CONFIG_FILE", path, 1);
	config = aws_config_open(NULL, &failure);
	is_at(&aws_dynamodb, "eu-west-1", "http://profile");
	is_at(&aws_kinesis, "eu-west-1", "http://services");
	setenv("AWS_ENDPOINT_URL", "http://all", 1);
	is_at(&aws_kinesis, "eu-west-1", "http://all");
	setenv("AWS_ENDPOINT_URL_KINESIS", "http://own", 1);
	is_at(&aws_kinesis, "eu-west-1", "http://own");
	is_at(&aws_dynamodb, "eu-west-1", "http://all");
	setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true", 1);
	is_at(&aws_kinesis, "eu-west-1", "https://kinesis.eu-west-1.amazonaws.com");
	unlink(path);
}

/* A profile whose services section is missing: never the real service. */
static void
check_dangling(void)
{
	static const char text[] = "[default]\nservices = lost\nendpoint_url = http://profile\n";
	char path[] = "/tmp/fxpipe-endpoint-XXXXXX";
	struct endpoint endpoint;
	struct failure failure = {.text = ""};
	int file = mkstemp(path);
	if (file < 0 || write(file, text, sizeof(text) - 1) < 0)
		exit(1);
	close(file);
	aws_config_close(config);
	unsetenv("AWS_ENDPOINT_URL");
	unsetenv("AWS_ENDPOINT_URL_KINESIS");
	unsetenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
	setenv("AWS_CONFIG_FILE", path, 1);
	config = aws_config_open(NULL, &failure);
	ok(!endpoint_find(config, &aws_kinesis, "eu-west-1", &endpoint, &failure) &&
	        failure.kind == FAILURE_PERMANENT && strstr(failure.text, "[services lost]") != NULL &&
	        strstr(failure.text, path) != NULL,
	    "%s", failure.text);
	endpoint_free(&endpoint);
	/* As in botocore, the section is not looked at if another setting precedes it. */
	setenv("AWS_ENDPOINT_URL", "http://all", 1);
	is_at(&aws_kinesis, "eu-west-1", "http://all");
	unlink(path);
}

int
main(void)
{
	static const char *const names[] = {"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ENDPOINT_URL",
	    "AWS_ENDPOINT_URL_KINESIS", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_USE_FIPS_ENDPOINT",
	    "AWS_USE_DUALSTACK_ENDPOINT", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"};
	struct failure failure;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		unsetenv(names[i]);
	setenv("AWS_CONFIG_FILE", "/nonexistent/config", 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials", 1);
	config = aws_config_open(NULL, &failure);
	if (config == NULL)
		return 1;
	check_partitions();
	check_exceptions();
	check_wrong_regions();
	check_named();
	check_order();
	check_dangling();
	aws_config_close(config);
	return done();
}
