/* The policies of each tool, and a stack as a template, without any request. */
#include <cjson/cJSON.h>
#include <stdlib.h>

#include "stack/iam/permissions.h"
#include "stack/iam/policy.h"
#include "stack/template/template.h"
#include "tap.h"

static struct failure failure;

static struct stack *
stack_of(const char *const lines[])
{
	static const struct stack_settings settings = {.prefix = "dev", .secrets = -1};
	static const struct stack_settings plain = {.secrets = -1};
	struct stack *stack = stack_open(strstr(lines[0], "arn:") != NULL ? &plain : &settings);

	for (size_t i = 0; lines[i] != NULL; i++)
		if (!stack_add(stack, span_of(lines[i]), i + 1, &failure))
			printf("# %s: %s\n", lines[i], failure.text);
	return stack;
}

/* The policy of up to two tools, by stack_arn. */
static char *
written_for(struct stack *stack, const char *tool, const char *other)
{
	const char *tools[] = {tool, other};
	struct buffer document;
	char *text = NULL;

	buffer_init(&document, POLICY_MOST);
	if (policy_for(stack, tools, other != NULL ? 2 : 1, &document, &failure))
		text = buffer_take_text(&document);
	else
		buffer_free(&document);
	return text;
}

#define HEAD "{\"Version\":\"2012-10-17\",\"Statement\":["
#define STREAM "arn:aws:kinesis:us-east-1:123456789012:stream/rates"
#define KEYED "arn:aws:kinesis:eu-west-1:123456789012:stream/keyed"
#define TABLE "arn:aws:dynamodb:us-east-1:123456789012:table/rates"
#define SECRET "arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf"

static const char *const whole[] = {"{\"resource\":\"stream\",\"name\":\"" STREAM
                                    "\",\"encryption\":\"alias/aws/kinesis\"}",
    "{\"resource\":\"stream\",\"name\":\"" KEYED "\",\"encryption\":\"alias/mine\"}",
    "{\"resource\":\"table\",\"name\":\"" TABLE "\",\"key\":\"a,b\"}",
    "{\"resource\":\"secret\",\"name\":\"" SECRET "\"}", NULL};

static void
test_tools(struct stack *stack)
{
	static const struct {
		const char *tool, *document;
	} tools[] = {
	    {"kput", HEAD
	        "{\"Effect\":\"Allow\",\"Action\":[\"kinesis:DescribeStreamSummary\","
	        "\"kinesis:ListShards\",\"kinesis:PutRecords\"],\"Resource\":[\"" STREAM
	        "\",\"" KEYED "\"]},"
	        "{\"Effect\":\"Allow\",\"Action\":[\"kms:GenerateDataKey\"],"
	        "\"Resource\":[\"arn:aws:kms:eu-west-1:123456789012:key/*\"],\"Condition\":{"
	        "\"ForAnyValue:StringEquals\":{\"kms:ResourceAliases\":[\"alias/mine\"]},"
	        "\"StringEquals\":{\"kms:ViaService\":[\"kinesis.eu-west-1.amazonaws.com\"]}}}]}"},
	    {"smget", HEAD "{\"Effect\":\"Allow\",\"Action\":[\"secretsmanager:GetSecretValue\"],"
	                   "\"Resource\":[\"" SECRET "\"]}]}"},
	    {"kack", HEAD "{\"Effect\":\"Allow\",\"Action\":[\"kinesis:DescribeStreamSummary\","
	                  "\"kinesis:ListShards\"],\"Resource\":[\"" STREAM "\",\"" KEYED "\"]}]}"},
	    {"ddbget", HEAD
	        "{\"Effect\":\"Allow\",\"Action\":[\"dynamodb:BatchGetItem\",\"dynamodb:"
	        "DescribeTable\","
	        "\"dynamodb:GetItem\",\"dynamodb:Query\",\"dynamodb:Scan\"],\"Resource\":[\"" TABLE
	        "\"]}]}"},
	    {"cwput", HEAD "{\"Effect\":\"Allow\",\"Action\":[\"cloudwatch:PutMetricData\"],"
	                   "\"Resource\":[\"*\"],\"Condition\":{\"StringEquals\":"
	                   "{\"cloudwatch:namespace\":[\"" POLICY_NAMESPACE "\"]}}}]}"},
	};

	for (size_t i = 0; i < sizeof tools / sizeof *tools; i++) {
		char *text = written_for(stack, tools[i].tool, NULL);

		is_text(text, tools[i].document, tools[i].tool);
		free(text);
	}
}

static void
test_together(struct stack *stack)
{
	char *both = written_for(stack, "kput", "smget"),
	     *other = written_for(stack, "smget", "kput");
	char *twice = written_for(stack, "kput", "kput"), *once = written_for(stack, "kput", NULL);

	is_text(other, both, "the order of the tools does not matter");
	is_text(twice, once, "naming a tool twice has no effect");
	free(both), free(other), free(twice), free(once);
}

static void
test_refused(void)
{
	static const char *const lines[] = {"{\"resource\":\"stream\",\"name\":\"rates\"}",
	    "{\"resource\":\"table\",\"name\":\"dynamodb:rates\",\"key\":\"a\"}", NULL};
	struct stack *stack = stack_of(lines);

	ok(written_for(stack, "kput", NULL) == NULL && failure.kind == FAILURE_PERMANENT,
	    "an embedded stream needs no policy");
	is_text(failure.text, "kput needs no policy: the stack has no stream on AWS",
	    "the message says so");
	ok(written_for(stack, "fxenc", NULL) == NULL, "fxenc does not call AWS");
	is_text(failure.text, "fxenc is not a tool that calls AWS", "the message says so");
	ok(policy_knows("fxstack") && policy_knows("kread") && !policy_knows("put") &&
	        !policy_knows("") && !policy_knows("kput kread") && !policy_knows("fxenc") &&
	        !policy_knows(PERMISSION_CONSUMERS),
	    "it knows the tools that call AWS");
	stack_close(stack);
}

static void
test_permissions(void)
{
	bool ordered = true;

	for (const struct permission *permission = permissions + 1; permission->action != NULL;
	     permission++)
		if (permission[-1].type == permission->type && permission[-1].on == permission->on)
			ordered = ordered && strcmp(permission[-1].action, permission->action) < 0;
	ok(ordered, "the actions of a type are sorted and unique");
}

static unsigned reported;
static char left_out_names[1000];

static void
left_out(void *context, const struct resource *resource, const char *why)
{
	(void)context;
	reported++;
	snprintf(left_out_names + strlen(left_out_names),
	    sizeof left_out_names - strlen(left_out_names), "%s ", resource->plain);
	(void)why;
}

static const char *const mixed[] = {
    "{\"resource\":\"stream\",\"name\":\"kinesis:a-b\",\"shards\":2,\"retention\":\"48h\","
    "\"encryption\":\"alias/aws/kinesis\"}",
    "{\"resource\":\"stream\",\"name\":\"kinesis:a.b\",\"on_demand\":true}",
    "{\"resource\":\"stream\",\"name\":\"kinesis:a-b2\"}",
    "{\"resource\":\"stream\",\"name\":\"here\"}",
    "{\"resource\":\"table\",\"name\":\"dynamodb:t\",\"key\":\"pk:S,sk:N\",\"billing\":"
    "{\"read\":5,\"write\":6},\"ttl\":\"ends\",\"point_in_time_recovery\":true,\"changes\":"
    "\"both\"}",
    "{\"resource\":\"secret\",\"name\":\"secretsmanager:key\"}",
    "{\"resource\":\"topic\",\"name\":\"sns:alerts\"}",
    "{\"resource\":\"bucket\",\"name\":\"s3://archive\",\"expire_days\":90}",
    "{\"resource\":\"schedule\",\"name\":\"s\",\"schedule\":\"rate(1 minute)\",\"command\":\"x\"}",
    "{\"resource\":\"role\",\"name\":\"iam:producer\",\"tools\":[\"fxfetch\",\"kput\"]}",
    "{\"resource\":\"policy\",\"name\":\"iam:admin\",\"tools\":[\"fxstack\"]}", NULL};

/* A value by the names that lead to it. */
static const cJSON *
at(const cJSON *from, const char *path)
{
	char *copy = strdup(path), *rest = copy, *name;

	while (from != NULL && (name = strsep(&rest, "/")) != NULL)
		from = *name >= '0' && *name <= '9' ? cJSON_GetArrayItem(from, atoi(name))
		                                    : cJSON_GetObjectItemCaseSensitive(from, name);
	free(copy);
	return from;
}

static void
is_at(const cJSON *template, const char *path, const char *expected)
{
	char *text = cJSON_PrintUnformatted(at(template, path));

	is_text(text, expected, path);
	free(text);
}

static void
check_template(const cJSON *template)
{
	static const struct {
		const char *path, *json;
	} values[] = {
	    {"AWSTemplateFormatVersion", "\"2010-09-09\""},
	    {"Resources/StreamDevAB/Type", "\"AWS::Kinesis::Stream\""},
	    {"Resources/StreamDevAB/Properties",
	        "{\"Name\":\"dev-a-b\",\"RetentionPeriodHours\":48,\"ShardCount\":2,"
	        "\"StreamEncryption\":{\"EncryptionType\":\"KMS\",\"KeyId\":\"alias/aws/kinesis\"},"
	        "\"Tags\":[{\"Key\":\"made-by\",\"Value\":\"fxstack\"}]}"},
	    {"Resources/StreamDevAB2/Properties/StreamModeDetails",
	        "{\"StreamMode\":\"ON_DEMAND\"}"},
	    {"Resources/StreamDevAB22/Properties/Name", "\"dev-a-b2\""},
	    {"Resources/TableDevT/Properties/StreamSpecification",
	        "{\"StreamViewType\":\"NEW_AND_OLD_IMAGES\"}"},
	    {"Resources/TableDevT/Properties/KeySchema",
	        "[{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"},"
	        "{\"AttributeName\":\"sk\",\"KeyType\":\"RANGE\"}]"},
	    {"Resources/TableDevT/Properties/AttributeDefinitions/1",
	        "{\"AttributeName\":\"sk\",\"AttributeType\":\"N\"}"},
	    {"Resources/TableDevT/Properties/ProvisionedThroughput",
	        "{\"ReadCapacityUnits\":5,\"WriteCapacityUnits\":6}"},
	    {"Resources/TableDevT/Properties/TimeToLiveSpecification",
	        "{\"AttributeName\":\"ends\",\"Enabled\":true}"},
	    {"Resources/SecretDevKey/Properties/Name", "\"dev-key\""},
	    {"Resources/BucketDevArchive/Properties/LifecycleConfiguration/Rules/0/"
	     "ExpirationInDays",
	        "90"},
	    {"Resources/BucketDevArchive/Properties/PublicAccessBlockConfiguration/BlockPublicAcls",
	        "true"},
	    {"Resources/RoleDevProducer/Properties/AssumeRolePolicyDocument/Statement/0/Principal",
	        "{\"Service\":[\"ec2.amazonaws.com\"]}"},
	    {"Resources/RoleDevProducer/Properties/Policies/0/PolicyDocument/Statement/0/Resource/"
	     "0",
	        "{\"Fn::GetAtt\":[\"StreamDevAB\",\"Arn\"]}"},
	    {"Resources/RoleDevProducer/Properties/Policies/0/PolicyDocument/Statement/1/Resource",
	        "[{\"Fn::Sub\":\"arn:${AWS::Partition}:secretsmanager:${AWS::Region}:"
	        "${AWS::AccountId}:secret:dev-key-?\?????\"}]"},
	    {"Resources/PolicyDevAdmin/Properties/PolicyDocument/Statement/5/Resource",
	        "[{\"Fn::Sub\":\"arn:${AWS::Partition}:iam::${AWS::AccountId}:role/"
	        "dev-producer\"}]"},
	};

	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		is_at(template, values[i].path, values[i].json);
	is_number(cJSON_GetArraySize(at(template, "Resources")), 9, "it contains nothing embedded");
}

static void
test_template(void)
{
	struct stack *stack = stack_of(mixed);
	struct buffer document, again;

	buffer_init(&document, POLICY_MOST);
	buffer_init(&again, POLICY_MOST);
	if (!ok(template_write(stack, &document, left_out, NULL, &failure), "a template"))
		printf("# %s\n", failure.text);
	is_number(reported, 4, "it reports each resource left out");
	is_text(left_out_names, "dev-here dev-key dev-s dev-admin ", "their names");
	cJSON *template = cJSON_ParseWithLength(document.data, document.length);
	check_template(template);
	cJSON_Delete(template);
	template_write(stack, &again, left_out, NULL, &failure);
	is_span(buffer_span(&again), buffer_span(&document), "the same stack, the same text");
	buffer_free(&document);
	buffer_free(&again);
	stack_close(stack);
}

#define ROLE "arn:aws:iam::123456789012:role/delivery"

/* A stack with what the resources of the others name: by ARNs, so that no account is asked for. */
static const char *const extended[] = {"{\"resource\":\"stream\",\"name\":\"" STREAM "\"}",
    "{\"resource\":\"table\",\"name\":\"" TABLE "\",\"key\":\"a\"}",
    "{\"resource\":\"topic\",\"name\":\"arn:aws:sns:us-east-1:123456789012:alerts\","
    "\"encryption\":\"12345678-1234\"}",
    "{\"resource\":\"bucket\",\"name\":\"arn:aws:s3:::archive\"}",
    "{\"resource\":\"role\",\"name\":\"" ROLE "\",\"tools\":[\"firehose\"],"
    "\"trust\":\"firehose\"}",
    "{\"resource\":\"subscription\",\"name\":\"sns:mail\",\"endpoint\":\"a@b.c\","
    "\"filter\":{\"a\":[\"b\"]},\"raw\":true}",
    "{\"resource\":\"subscription\",\"name\":\"sns:other\",\"endpoint\":\"https://h/\"}",
    "{\"resource\":\"delivery\",\"name\":\"arn:aws:firehose:us-east-1:123456789012:"
    "deliverystream/d\",\"role\":\"" ROLE "\",\"stream\":\"" STREAM "\",\"prefix\":\"p/\"}",
    "{\"resource\":\"alarm\",\"name\":\"arn:aws:cloudwatch:us-east-1:123456789012:alarm:late\","
    "\"table\":\"" TABLE "\",\"metric\":\"WriteThrottleEvents\",\"when\":\"> 0\","
    "\"statistic\":\"sum\",\"period\":\"5m\"}",
    NULL};

static void
is_statement(const cJSON *policy, unsigned number, const char *actions, const char *rest)
{
	char path[64];

	snprintf(path, sizeof path, "Statement/%u/Action", number);
	is_at(policy, path, actions);
	snprintf(path, sizeof path, "Statement/%u/Resource", number);
	is_at(policy, path, rest);
}

/* A command in the stack uses enhanced fan-out. */
static void
test_enhanced(void)
{
	static const char *const lines[] = {"{\"resource\":\"stream\",\"name\":\"" STREAM "\"}",
	    "{\"resource\":\"consumer\",\"name\":\"table\",\"stream\":\"" STREAM "\","
	    "\"command\":\"kread -g table --enhanced table --register | kack -g table\"}",
	    NULL};
	struct stack *stack = stack_of(lines);
	char *text = written_for(stack, "kread", NULL);
	cJSON *policy = cJSON_Parse(text);

	is_statement(policy, 0,
	    "[\"kinesis:DescribeStreamSummary\",\"kinesis:GetRecords\","
	    "\"kinesis:GetShardIterator\",\"kinesis:ListShards\","
	    "\"kinesis:RegisterStreamConsumer\"]",
	    "[\"arn:aws:kinesis:us-east-1:123456789012:stream/rates\"]");
	is_statement(policy, 1, "[\"kinesis:DescribeStreamConsumer\",\"kinesis:SubscribeToShard\"]",
	    "[\"arn:aws:kinesis:us-east-1:123456789012:stream/rates/consumer/*\"]");
	cJSON_Delete(policy);
	free(text);
	text = written_for(stack, "kput", NULL);
	ok(strstr(text, "Consumer") == NULL, "kput does not");
	free(text);
	stack_close(stack);
}

static void
test_extended_policies(struct stack *stack)
{
	char *text = written_for(stack, "firehose", NULL);
	cJSON *policy = cJSON_Parse(text);

	is_statement(policy, 0,
	    "[\"kinesis:DescribeStream\",\"kinesis:GetRecords\",\"kinesis:GetShardIterator\","
	    "\"kinesis:ListShards\"]",
	    "[\"" STREAM "\"]");
	is_statement(policy, 1,
	    "[\"s3:GetBucketLocation\",\"s3:ListBucket\",\"s3:ListBucketMultipartUploads\"]",
	    "[\"arn:aws:s3:::archive\"]");
	is_statement(policy, 2, "[\"s3:AbortMultipartUpload\",\"s3:GetObject\",\"s3:PutObject\"]",
	    "[\"arn:aws:s3:::archive/*\"]");
	cJSON_Delete(policy);
	free(text);
	text = written_for(stack, "kread", NULL);
	ok(strstr(text, "Consumer") == NULL, "kread needs no consumer of enhanced fan-out");
	free(text);
	text = written_for(stack, "snspub", NULL);
	policy = cJSON_Parse(text);
	is_statement(policy, 1, "[\"kms:Decrypt\",\"kms:GenerateDataKey\"]",
	    "[\"arn:aws:kms:us-east-1:123456789012:key/12345678-1234\"]");
	is_at(policy, "Statement/1/Condition",
	    "{\"StringEquals\":{\"kms:ViaService\":[\"sns.us-east-1.amazonaws.com\"]}}");
	cJSON_Delete(policy);
	free(text);
	text = written_for(stack, "fxstack", NULL);
	policy = cJSON_Parse(text);
	is_statement(policy, 3, "[\"sns:ListSubscriptionsByTopic\",\"sns:Subscribe\"]",
	    "[\"arn:aws:sns:us-east-1:123456789012:alerts\"]");
	is_statement(policy, 6, "[\"iam:PassRole\"]", "[\"" ROLE "\"]");
	is_at(policy, "Statement/6/Condition",
	    "{\"StringEquals\":{\"iam:PassedToService\":[\"firehose.amazonaws.com\"]}}");
	cJSON_Delete(policy);
	free(text);
}

static void
test_extended_template(struct stack *stack)
{
	static const struct {
		const char *path, *json;
	} values[] = {
	    {"Resources/SubscriptionMail/Properties",
	        "{\"Endpoint\":\"a@b.c\",\"Protocol\":\"email\",\"FilterPolicy\":{\"a\":[\"b\"]},"
	        "\"FilterPolicyScope\":\"MessageAttributes\",\"RawMessageDelivery\":true,"
	        "\"TopicArn\":{\"Ref\":\"TopicAlerts\"}}"},
	    {"Resources/DeliveryD/Type", "\"AWS::KinesisFirehose::DeliveryStream\""},
	    {"Resources/DeliveryD/Properties/DeliveryStreamType", "\"KinesisStreamAsSource\""},
	    {"Resources/DeliveryD/Properties/KinesisStreamSourceConfiguration",
	        "{\"KinesisStreamARN\":{\"Fn::GetAtt\":[\"StreamRates\",\"Arn\"]},"
	        "\"RoleARN\":{\"Fn::GetAtt\":[\"RoleDelivery\",\"Arn\"]}}"},
	    {"Resources/DeliveryD/Properties/ExtendedS3DestinationConfiguration",
	        "{\"Prefix\":\"p/\",\"ErrorOutputPrefix\":\"\",\"CompressionFormat\":"
	        "\"UNCOMPRESSED\",\"BufferingHints\":{\"SizeInMBs\":5,\"IntervalInSeconds\":300},"
	        "\"ProcessingConfiguration\":{\"Enabled\":true,\"Processors\":[{\"Type\":"
	        "\"AppendDelimiterToRecord\",\"Parameters\":[{\"ParameterName\":\"Delimiter\","
	        "\"ParameterValue\":\"\\\\n\"}]}]},\"BucketARN\":{\"Fn::GetAtt\":"
	        "[\"BucketArchive\",\"Arn\"]},\"RoleARN\":{\"Fn::GetAtt\":[\"RoleDelivery\","
	        "\"Arn\"]}}"},
	    {"Resources/AlarmLate/Properties",
	        "{\"AlarmName\":\"late\",\"Namespace\":\"AWS/DynamoDB\",\"MetricName\":"
	        "\"WriteThrottleEvents\",\"Statistic\":\"Sum\",\"Dimensions\":[{\"Name\":"
	        "\"TableName\",\"Value\":\"rates\"}],\"ComparisonOperator\":"
	        "\"GreaterThanThreshold\",\"Threshold\":0,\"DatapointsToAlarm\":1,"
	        "\"EvaluationPeriods\":1,\"Period\":300,\"TreatMissingData\":\"missing\","
	        "\"Tags\":[{\"Key\":\"made-by\",\"Value\":\"fxstack\"}],\"AlarmActions\":"
	        "[{\"Ref\":\"TopicAlerts\"}]}"},
	    {"Resources/TopicAlerts/Properties/KmsMasterKeyId", "\"12345678-1234\""},
	};
	struct buffer document;
	cJSON *template;

	buffer_init(&document, POLICY_MOST);
	ok(template_write(stack, &document, left_out, NULL, &failure), "a template of all types");
	/* Raw values are read only now. */
	template = cJSON_ParseWithLength(document.data, document.length);
	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		is_at(template, values[i].path, values[i].json);
	cJSON_Delete(template);
	buffer_free(&document);
}

static void
test_extended(void)
{
	struct stack *stack = stack_of(extended);

	if (!ok(stack_check(stack, &failure), "references"))
		printf("# %s\n", failure.text);
	test_extended_policies(stack);
	test_extended_template(stack);
	stack_close(stack);
}

static void
test_nothing(void)
{
	static const char *const lines[] = {"{\"resource\":\"stream\",\"name\":\"rates\"}", NULL};
	struct stack *stack = stack_of(lines);
	struct buffer document;

	buffer_init(&document, POLICY_MOST);
	ok(!template_write(stack, &document, left_out, NULL, &failure),
	    "an embedded stack has no template");
	is_text(failure.text, "the stack has nothing on AWS", "the message says so");
	buffer_free(&document);
	stack_close(stack);
}

int
main(void)
{
	struct stack *stack = stack_of(whole);

	test_tools(stack);
	test_together(stack);
	test_permissions();
	test_refused();
	test_enhanced();
	test_template();
	test_extended();
	test_nothing();
	stack_close(stack);
	return done();
}
