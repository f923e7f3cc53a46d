# fxstack_policy: fxstack policy and template. A template deployed by CloudFormation (moto's)
# is the stack: fxstack finds nothing to do.

load helper
load aws

setup() {
	aws_reset
	cat >stack <<-'END'
		{"resource":"stream","name":"kinesis:rates","shards":2,"retention":"48h","encryption":"alias/aws/kinesis"}
		{"resource":"table","name":"dynamodb:rates","key":"ticker,last_refreshed:N","billing":{"read":2,"write":3},"ttl":"ends","point_in_time_recovery":true}
		{"resource":"table","name":"dynamodb:plain","key":"ticker"}
		{"resource":"secret","name":"secretsmanager:Key"}
		{"resource":"topic","name":"sns:alerts"}
		{"resource":"bucket","name":"s3://archive","expire_days":90}
		{"resource":"stream","name":"local"}
		{"resource":"role","name":"iam:producer","tools":["fxfetch","kput"],"trust":"ecs-tasks.amazonaws.com"}
		{"resource":"role","name":"iam:keeper","tools":["fxstack"]}
		{"resource":"policy","name":"iam:consumer","tools":["kread","ddbput","kack","cwput"]}
	END
}

# cloudformation FILE: a stack by that template; its status, and how many resources it has.
cloudformation() {
	aws_py '
client = boto3.client("cloudformation")
client.create_stack(StackName="fx", TemplateBody=open(sys.argv[1]).read(),
                    Capabilities=["CAPABILITY_NAMED_IAM"])
print(client.describe_stacks(StackName="fx")["Stacks"][0]["StackStatus"],
      len(client.describe_stack_resources(StackName="fx")["StackResources"]))' "$1"
}

# settled FILE: what differs once all is ACTIVE.
settled() {
	wait_for 20 ready "$1"
	fxstack diff "$1" 2>/dev/null >differs
}

ready() {
	fxstack diff "$1" 2>/dev/null | jq -se 'all(.resource == "secret" or .action != "make")'
}

@test "after CloudFormation has deployed the template, diff finds nothing" {
	cat >whole <<-'END'
		{"resource":"stream","name":"kinesis:rates","shards":2,"retention":"48h"}
		{"resource":"stream","name":"kinesis:other"}
		{"resource":"table","name":"dynamodb:rates","key":"ticker,last_refreshed:N","billing":{"read":2,"write":3}}
		{"resource":"table","name":"dynamodb:plain","key":"ticker"}
		{"resource":"topic","name":"sns:alerts"}
		{"resource":"policy","name":"iam:consumer","tools":["kread","ddbput","kack","cwput"]}
		{"resource":"policy","name":"iam:keeper","tools":["fxstack"]}
	END
	fxstack template whole >template
	[ "$(cloudformation template)" = "CREATE_COMPLETE 7" ]
	settled whole || { cat differs >&2 && false; }
	[ ! -s differs ]
}

@test "the same for the rest, except for properties that moto's CloudFormation ignores" {
	fxstack template stack >template 2>messages
	grep -q '^fxstack: .*local.*embedded' messages
	[ "$(cloudformation template)" = "CREATE_COMPLETE 9" ]
	grep -v '"local"' stack >there
	settled there || [ $? = 1 ]
	jq -r '"\(.name) \(.action) \([.changes[].setting] | join(" "))"' differs >left
	diff left - <<-'END'
		kinesis:rates change encryption
		dynamodb:rates change ttl point_in_time_recovery
		secretsmanager:Key make 
		s3://archive change public_access expire_days
		iam:producer change document
		iam:keeper change document
	END
}

@test "logical ids are valid, unique and the same each time, and so is the text" {
	{
		printf '{"resource":"stream","name":"kinesis:%s"}\n' a-b a.b a_b aB a-b2
		printf '{"resource":"topic","name":"sns:%s"}\n' a-b "$(printf 'a%.0s' {1..256})"
	} >names
	fxstack template names >template 2>/dev/null
	fxstack template names 2>/dev/null | cmp - template
	jq -e '.Resources | length == 7 and (keys | all(test("^[A-Za-z0-9]{1,255}$")))' template
	[ "$(cloudformation template)" = "CREATE_COMPLETE 7" ]
}

@test "a template contains no secret" {
	echo hush-hush >file
	chmod 600 file
	echo '{"resource":"secret","name":"secretsmanager:Key","from":"file"}' | fxstack template >template 2>messages
	not grep -q hush template messages
	grep -q 'Key: .*value' messages
}

@test "policy writes one document for the tools named, else a line for each tool; always the same" {
	fxstack policy kput fxfetch <stack >one
	fxstack policy fxfetch kput <stack | cmp - one
	jq -e '.Version == "2012-10-17" and (.Statement | length == 2)' one
	fxstack policy <stack >all
	jq -se 'map(.tool) | . == (["fxfetch", "kput", "kread", "kack", "kstat", "ddbput", "ddbget", "smget", "cwput", "snspub", "s3put", "s3get", "fxserve", "fxhealth"])' all
	# A star is only in actions without a resource, and for all objects of a bucket.
	jq -se 'map(.policy.Statement[] | select(.Resource - ["arn:aws:s3:::archive/*"] | tostring | test("\\*")) | .Action[]) ==
		["cloudwatch:PutMetricData"]' all
	run -2 --separate-stderr fxstack policy kput </dev/null
	has "$stderr" "kput needs no policy: the stack has no stream on AWS"
}

@test "the changes of a table are allowed only to readers, and only if its line names them" {
	jq -nc '{resource: "table", name: "dynamodb:t", key: "k"}, {resource: "table", name: "dynamodb:u", key: "k", changes: "both"},
		{resource: "table", name: "dynamodb:v", key: "k", changes: "none"}' >tables
	fxstack policy kread <tables | jq -e '.Statement == [{Effect: "Allow", Action: ["dynamodb:DescribeStream",
		"dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"],
		Resource: ["arn:aws:dynamodb:us-east-1:123456789012:table/u/stream/*"]}]'
	fxstack policy kack <tables | jq -e '.Statement[0].Action == ["dynamodb:DescribeStream", "dynamodb:ListStreams"]'
	fxstack policy ddbput ddbget fxstack <tables | jq -e '[.. | strings | select(test("/stream/"))] == []'
	sed '2d' tables >plain
	run -2 --separate-stderr fxstack policy kread <plain
	has "$stderr" "kread needs no policy: the stack has no stream on AWS"
}

@test "a stream's own key is allowed only through Kinesis" {
	echo '{"resource":"stream","name":"kinesis:s","encryption":"alias/mine"}' >keyed
	fxstack policy kput <keyed >policy
	jq -e '.Statement[1] | .Action == ["kms:GenerateDataKey"] and
		.Condition["StringEquals"] == {"kms:ViaService": ["kinesis.us-east-1.amazonaws.com"]} and
		.Condition["ForAnyValue:StringEquals"] == {"kms:ResourceAliases": ["alias/mine"]}' policy
	fxstack policy kread <keyed | jq -e '.Statement[1].Action == ["kms:Decrypt"]'
	sed 's|alias/mine|12345678-1234-1234-1234-123456789012|' keyed | fxstack policy kput |
		jq -e '.Statement[1].Resource == ["arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012"]'
}
