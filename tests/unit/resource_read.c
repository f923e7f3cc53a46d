/* Lines of a stack: the settings and names they give, and those that are invalid. */
#include <string.h>
#include "stack/resource.h"
#include "tap.h"

static struct resource resource;
static struct failure failure;

static bool
read_as(const char *line, const char *prefix, bool aws)
{
	resource_free(&resource);
	resource = (struct resource){.name = NULL};
	failure = (struct failure){.kind = FAILURE_NONE};
	return resource_read(&resource, span_of(line), prefix, aws, &failure);
}

static bool
means(const char *line, const char *setting, const char *value)
{
	const char *found;

	if (!read_as(line, NULL, false))
		return false;
	found = settings_get(&resource.wanted, setting);
	return found != NULL && strcmp(found, value) == 0;
}

/* Is it refused with a message that contains phrase? */
static bool
refused(const char *line, bool aws, const char *phrase)
{
	return !read_as(line, NULL, aws) && failure.kind == FAILURE_PERMANENT &&
	       strstr(failure.text, phrase) != NULL;
}

static bool
is_called(const char *line, const char *prefix, bool aws, const char *name, const char *plain)
{
	return read_as(line, prefix, aws) && strcmp(resource.name, name) == 0 &&
	       strcmp(resource.plain, plain) == 0;
}

#define S "{\"resource\":\"stream\",\"name\":\"rates\""
#define T "{\"resource\":\"table\",\"name\":\"rates\",\"key\":\"ticker,last_refreshed\""
#define C \
	"{\"resource\":\"schedule\",\"name\":\"r\",\"schedule\":\"rate(1 " \
	"minute)\",\"command\":\"c\""

static void
test_settings(void)
{
	ok(means(S "}", "shards", "1"), "one shard by default");
	ok(means(S ",\"shards\":7}", "shards", "7"), "the number of shards");
	ok(means(S ",\"on_demand\":true}", "shards", "on-demand"), "on demand");
	ok(means(S "}", "retention", "24h"), "a day by default");
	ok(means(S ",\"retention\":\"7d\"}", "retention", "168h"), "days are hours");
	ok(means(S ",\"retention\":\"90m\"}", "retention", "90m"), "minutes");
	ok(means(S "}", "encryption", "none"), "not encrypted by default");
	ok(means(T "}", "key", "ticker:S,last_refreshed:S"), "a key's types");
	ok(means(T "}", "billing", "on-demand"), "on demand by default");
	ok(means(T ",\"billing\":{\"read\":5,\"write\":6}}", "billing", "5/6"), "provisioned");
	ok(means(T ",\"ttl\":\"expires\"}", "ttl", "expires"), "a TTL attribute");
	ok(means(T ",\"changes\":\"both\"}", "changes", "both"), "a stream of changes");
	ok(means(T ",\"point_in_time_recovery\":true}", "point_in_time_recovery", "on"),
	    "recovery");
	ok(means(C ",\"limit\":55}", "limit", "55"), "a limit");
	ok(means(C ",\"environment\":{\"B\":\"2\",\"A\":\"1\"}}", "environment", "A=1\nB=2"),
	    "variables, sorted");
	ok(means("{\"resource\":\"consumer\",\"name\":\"t\",\"command\":\"c\"}", "schedule",
	       "service"),
	    "a consumer is a service without a schedule");
	ok(refused("{\"resource\":\"schedule\",\"name\":\"t\",\"command\":\"c\",\"schedule\":"
	           "\"service\"}",
	       false, "\"schedule\""),
	    "a schedule cannot be a service");
	ok(means("{\"resource\":\"topic\",\"name\":\"t\",\"encryption\":\"alias/k\"}", "encryption",
	       "alias/k"),
	    "a topic's key");
	ok(means("{\"resource\":\"role\",\"name\":\"p\",\"tools\":[\"kput\",\"kread\"]}", "tools",
	       "kput,kread"),
	    "a role's tools");
}

#define U "{\"resource\":\"subscription\",\"name\":\"u\""
#define D "{\"resource\":\"delivery\",\"name\":\"d\",\"role\":\"r\""
#define A "{\"resource\":\"alarm\",\"name\":\"a\",\"metric\":\"m\",\"when\":"

static void
test_extended(void)
{
	ok(means(U ",\"endpoint\":\"a@b.c\"}", "filter", "none"), "no filter by default");
	ok(means(U ",\"endpoint\":\"a@b.c\",\"filter\":{\"a\": [\"b\", 1]}}", "filter",
	       "{\"a\":[\"b\",1]}"),
	    "a filter, without blanks");
	ok(means(U ",\"endpoint\":\"https://h/\",\"filter_on\":\"body\"}", "filter_on", "body"),
	    "the scope of a filter");
	ok(means(U ",\"endpoint\":\"arn:aws:sqs:r:1:q\",\"raw\":true}", "raw", "on"), "raw");
	ok(refused(U "}", false, "one of the members \"endpoint\" and \"from\""),
	    "an endpoint is required");
	ok(refused(U ",\"endpoint\":\"a@b\",\"from\":\"f\"}", false, "one of the members"),
	    "but not two");
	ok(refused(U ",\"endpoint\":\"http://h/secret\"}", false, "an https URL") &&
	        strstr(failure.text, "secret") == NULL,
	    "plain http is refused, and not shown");
	ok(refused(U ",\"endpoint\":\"a@b\",\"filter\":[]}", false, "must be an object"),
	    "a filter is an object");
	ok(means(D "}", "buffer", "5 MB, 300 s"), "a delivery's buffer by default");
	ok(means(D ",\"size\":64,\"interval\":0}", "buffer", "64 MB, 0 s"), "its buffer");
	ok(means(D ",\"compression\":\"gzip\"}", "compression", "gzip"), "its compression");
	ok(refused(D ",\"compression\":\"zstd\"}", false, "none, gzip, zip or snappy"),
	    "no other compression");
	ok(refused(D ",\"prefix\":\"!{timestamp:yyyy}/\"}", false, "\"error_prefix\""),
	    "expressions require a prefix for errors");
	ok(refused(D ",\"size\":129}", false, "from 1 to 128"), "at most 128 MB");
	ok(means(A "\">= 5e4\"}", "when", ">= 50000"), "a condition");
	ok(means(A "\"<-0.10\"}", "when", "< -0.1"), "without a blank");
	ok(refused(A "\"= 1\"}", false, "\"when\"") && refused(A "\">\"}", false, "\"when\"") &&
	        refused(A "\"> 1 2\"}", false, "\"when\"") &&
	        refused(A "\"> 1e999\"}", false, "\"when\"") &&
	        refused(A "\"> 0x1\"}", false, "\"when\""),
	    "that are no conditions");
	ok(means(A "\"> 1\"}", "statistic", "Average"), "the average by default");
	ok(means(A "\"> 1\",\"statistic\":\"sum\"}", "statistic", "Sum"), "a statistic");
	ok(means(A "\"> 1\",\"statistic\":\"p99.9\"}", "statistic", "p99.9"), "a percentile");
	ok(refused(A "\"> 1\",\"statistic\":\"p101\"}", false, "percentile") &&
	        refused(A "\"> 1\",\"statistic\":\"p\"}", false, "percentile"),
	    "no percentile");
	ok(means(A "\"> 1\"}", "periods", "1 of 1") && means(A "\"> 1\"}", "period", "1m"),
	    "one minute by default");
	ok(means(A "\"> 1\",\"periods\":3,\"datapoints\":2}", "periods", "2 of 3"), "2 of 3");
	ok(refused(A "\"> 1\",\"datapoints\":2}", false, "\"datapoints\""), "not 2 of 1");
	ok(means(A "\"> 1\",\"period\":\"300s\"}", "period", "5m"), "five minutes");
	ok(refused(A "\"> 1\",\"period\":\"15s\"}", false, "\"period\"") &&
	        refused(A "\"> 1\",\"period\":\"1h\",\"periods\":100,\"missing\":\"x\"}", false,
	            "\"missing\"") &&
	        refused(A "\"> 1\",\"period\":\"30m\",\"periods\":49}", false, "\"period\""),
	    "other periods, and more than a day");
	ok(refused(A "\"> 1\",\"dimensions\":{\"a\":1}}", false, "\"dimensions\"") &&
	        refused(A "\"> 1\",\"dimensions\":{\"a\":\"b,c=d\"}}", false, "\"dimensions\""),
	    "dimensions are strings without commas");
	ok(is_called(D "}", "dev", true, "firehose:dev-d", "dev-d"), "a delivery's name");
	ok(is_called(A "\"> 1\"}", NULL, true, "cloudwatch:a", "a"), "an alarm's name");
	ok(refused("{\"resource\":\"alarm\",\"name\":\"a\",\"x\":1}", false, "an alarm has"),
	    "an alarm, not a alarm");
}

static void
test_names(void)
{
	ok(is_called(S "}", NULL, false, "rates", "rates") && !resource.aws, "plain: embedded");
	ok(is_called(S "}", NULL, true, "kinesis:rates", "rates") && resource.aws, "plain: on AWS");
	ok(is_called(S "}", "dev", true, "kinesis:dev-rates", "dev-rates"), "with a prefix");
	ok(is_called("{\"resource\":\"stream\",\"name\":\"kinesis:rates\"}", "dev", false,
	       "kinesis:dev-rates", "dev-rates"),
	    "a scheme, and a prefix");
	ok(is_called("{\"resource\":\"stream\",\"name\":\"./a/rates\"}", "dev", true,
	       "./a/dev-rates", "./a/dev-rates") &&
	        !resource.aws,
	    "a path stays embedded, its last part prefixed");
	ok(is_called(
	       "{\"resource\":\"bucket\",\"name\":\"s3://abc\"}", NULL, false, "s3://abc", "abc"),
	    "a bucket");
	ok(is_called("{\"resource\":\"secret\",\"name\":\"prod/key\"}", NULL, true,
	       "secretsmanager:prod/key", "prod/key"),
	    "a secret on AWS has slashes");
	ok(is_called("{\"resource\":\"stream\",\"name\":\"arn:aws:kinesis:eu-west-1:1:stream/r\"}",
	       NULL, false, "arn:aws:kinesis:eu-west-1:1:stream/r", "r") &&
	        strcmp(resource.region, "eu-west-1") == 0,
	    "an ARN");
	ok(is_called("{\"resource\":\"secret\",\"name\":"
	             "\"arn:aws:secretsmanager:eu-west-1:1:secret:key-AbCdEf\"}",
	       NULL, false, "arn:aws:secretsmanager:eu-west-1:1:secret:key-AbCdEf", "key"),
	    "a secret's ARN");
	ok(!read_as("{\"resource\":\"stream\",\"name\":\"arn:aws:kinesis:eu-west-1:1:stream/r\"}",
	       "dev", false),
	    "no prefix for an ARN");
	ok(is_called(C "}", "dev", true, "dev-r", "dev-r") && !resource.aws,
	    "a schedule is on this machine");
	ok(refused("{\"resource\":\"stream\",\"name\":\"a b\"}", false, "\"a b\""), "a space");
	ok(refused("{\"resource\":\"stream\",\"name\":\"../\"}", false, "name"),
	    "a path without a last part");
	ok(refused("{\"resource\":\"table\",\"key\":\"a\",\"name\":\"kinesis:a\"}", false, "name"),
	    "another type's scheme");
}

static void
test_refused(void)
{
	ok(refused("", false, "not a JSON object"), "an empty line");
	ok(refused("[]", false, "not a JSON object"), "an array");
	ok(refused(S, false, "not a JSON object"), "an incomplete line");
	ok(refused("{\"name\":\"a\"}", false, "\"resource\" is missing"), "no type");
	ok(refused("{\"resource\":\"strem\",\"name\":\"a\"}", false,
	       "\"strem\" is unknown (did you mean \"stream\"?)"),
	    "an unknown type");
	ok(refused("{\"resource\":\"stream\"}", false, "\"name\" is missing"), "no name");
	ok(refused(S ",\"shard\":2}", false,
	       "member \"shard\" is unknown (did you mean \"shards\"?): a stream has resource, "
	       "name, shards"),
	    "an unknown member, the nearest one, and all");
	ok(refused(S ",\"shards\":1,\"shards\":2}", false, "twice"), "a member twice");
	ok(refused(S ",\"shards\":\"2\"}", false, "from 1 to 10000"), "a number that is a string");
	ok(refused(S ",\"shards\":0}", false, "from 1 to"), "too few");
	ok(refused(S ",\"shards\":1.5}", false, "from 1 to"), "a fraction");
	ok(refused(S ",\"shards\":257}", false, "256"), "too many for an embedded one");
	ok(read_as(S ",\"shards\":257}", NULL, true), "not too many for AWS");
	ok(refused(S ",\"shards\":1,\"on_demand\":true}", false, "on_demand"),
	    "shards, and on demand");
	ok(refused(S ",\"retention\":\"soon\"}", false, "retention"), "not a duration");
	ok(refused(S ",\"retention\":\"90m\"}", true, "whole number of hours"), "not whole hours");
	ok(refused(S ",\"retention\":\"1h\"}", true, "24h to 8760h"), "too short for AWS");
	ok(refused(S ",\"encryption\":\"a\\u0000b\"}", false, "NUL"), "a NUL");
	ok(refused(S ",\"encryption\":\"a\\nb\"}", false, "one line"), "two lines");
	ok(refused("{\"resource\":\"table\",\"name\":\"a\"}", false, "\"key\" is missing"),
	    "no key");
	ok(refused("{\"resource\":\"table\",\"name\":\"a\",\"key\":\"a,a\"}", false, "\"key\""),
	    "one attribute twice");
	ok(refused(T ",\"billing\":{\"read\":5}}", false, "billing"), "a billing without write");
	ok(refused(T ",\"billing\":\"5/5\"}", false, "billing"), "a billing as text");
	ok(refused(C ",\"environment\":{\"1A\":\"x\"}}", false, "environment"),
	    "not the name of a variable");
	ok(refused("{\"resource\":\"role\",\"name\":\"a\",\"tools\":[]}", false, "tools"),
	    "no tools");
}

int
main(void)
{
	test_settings();
	test_extended();
	test_names();
	test_refused();
	resource_free(&resource);
	resource = (struct resource){.name = NULL};
	return done();
}
