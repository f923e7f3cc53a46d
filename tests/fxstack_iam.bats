# fxstack_iam: topics, buckets, roles and policies on AWS: created, changed in place, destroyed,
# and correct after interruptions.
# Takes minutes.

load helper
load aws
load fxstack_aws

setup() {
	aws_reset
	stack >first
	stack '.expire_days = 7' '.trust = "lambda" | .tools = ["kput", "ddbput"]' \
		'.tools = ["kread", "kack", "ddbput"]' >second
}

# stack [FILTER-OF-BUCKET [OF-ROLE [OF-POLICY]]]: the tests' stack, changed by these jq filters.
# Its policies refer to the stream and the table.
stack() {
	jq -c . <<<'{"resource":"topic","name":"sns:alerts"}'
	jq -c "${1-.}" <<<'{"resource":"bucket","name":"s3://fx-archive","expire_days":90}'
	jq -c "${2-.}" <<<'{"resource":"role","name":"iam:producer","tools":["kput"]}'
	jq -c "${3-.}" <<<'{"resource":"policy","name":"iam:consumer","tools":["kread"]}'
	jq -c . <<<'{"resource":"stream","name":"kinesis:rates"}
		{"resource":"table","name":"dynamodb:rates","key":"ticker"}'
}

# there [PREFIX]: the resources that boto3 finds, as a JSON object.
# shellcheck disable=SC2120 # is gives it a prefix
there() {
	aws_py '
prefix = sys.argv[1] if len(sys.argv) > 1 else ""
found = {}
def tags(some):
    return {tag["Key"]: tag["Value"] for tag in some}
def actions(document):
    return sorted({action.split(":")[1] for statement in document["Statement"]
                   for action in statement["Action"] if "Put" in action or "Get" in action
                   or "Write" in action})
for topic in sns.list_topics()["Topics"]:
    if topic["TopicArn"].endswith(":" + prefix + "alerts"):
        found["topic"] = tags(sns.list_tags_for_resource(ResourceArn=topic["TopicArn"])["Tags"])
for bucket in s3.list_buckets()["Buckets"]:
    if bucket["Name"] == prefix + "fx-archive":
        def ask(name, what):
            try:
                return getattr(s3, name)(Bucket=bucket["Name"])[what]
            except s3.exceptions.ClientError:
                return {}
        block = ask("get_public_access_block", "PublicAccessBlockConfiguration")
        found["bucket"] = [
            [rule["ID"] + ":" + str(rule["Expiration"]["Days"])
             for rule in ask("get_bucket_lifecycle_configuration", "Rules")],
            len(block) == 4 and all(block.values()), tags(ask("get_bucket_tagging", "TagSet"))]
for role in iam.list_roles()["Roles"]:
    if role["RoleName"] == prefix + "producer":
        name = role["RoleName"]
        inline = iam.list_role_policies(RoleName=name)["PolicyNames"]
        found["role"] = [
            role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"],
            {one: actions(iam.get_role_policy(RoleName=name, PolicyName=one)["PolicyDocument"])
             for one in inline}, tags(iam.list_role_tags(RoleName=name)["Tags"])]
for policy in iam.list_policies(Scope="Local")["Policies"]:
    if policy["PolicyName"] == prefix + "consumer":
        arn = policy["Arn"]
        version = iam.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])
        found["policy"] = [actions(version["PolicyVersion"]["Document"]),
                           tags(iam.list_policy_tags(PolicyArn=arn)["Tags"])]
print(json.dumps(found, separators=(",", ":")))' "$@"
}

GONE={}
FIRST='{"topic":'$OURS',"bucket":[["fxstack-expire:90"],true,'$OURS'],"role":[{"Service":["ec2.amazonaws.com"]},{"fxpipe":["PutRecords"]},'$OURS'],"policy":[["GetRecords","GetShardIterator"],'$OURS']}'
SECOND='{"topic":'$OURS',"bucket":[["fxstack-expire:7"],true,'$OURS'],"role":[{"Service":["lambda.amazonaws.com"]},{"fxpipe":["BatchWriteItem","PutItem","PutRecords"]},'$OURS'],"policy":[["BatchWriteItem","GetRecords","GetShardIterator","PutItem"],'$OURS']}'

actions() {
	jq -rs 'map(select(.resource | test("stream|table") | not) | .name + " " + .action) | join("; ")'
}

@test "deploy creates all, as boto3 sees it; then diff is empty and deploy changes nothing" {
	aws_through '{}'
	run -1 fxstack diff first
	is '{}'
	[ "$(fxstack deploy first | actions)" = \
		"sns:alerts made; s3://fx-archive made; iam:producer made; iam:consumer made" ]
	is "$FIRST"
	[ -z "$(fxstack diff first)" ]
	: >"$AWS_FAULTS/log"
	[ "$(fxstack deploy first | jq -rs 'map(.action) | unique | join(" ")')" = unchanged ]
	[ -s "$AWS_FAULTS/log" ]
	[ -z "$(jq -r '.action | select(test("^(Describe|List|Get|GET)") | not)' "$AWS_FAULTS/log")" ]
	[ "$(fxstack destroy --yes first | actions)" = \
		"iam:consumer deleted; iam:producer deleted; s3://fx-archive deleted; sns:alerts deleted" ]
	is '{}'
	[ "$(fxstack destroy --yes first | jq -rs 'map(.action) | unique | join(" ")')" = absent ]
}

@test "days, trust and policies are changed in place and back" {
	fxstack deploy first >/dev/null
	run -1 --separate-stderr fxstack diff second
	is "$FIRST"
	holds -s 'map({key: .resource, value: [.changes[] | select(.setting != "document") |
		[.setting, .from, .to]]}) | from_entries == {bucket: [["expire_days", "90", "7"]],
		role: [["trust", "ec2", "lambda"]], policy: []}' <<<"$output"
	fxstack deploy second >changed
	is "$SECOND"
	[ -z "$(fxstack diff second)" ]
	fxstack deploy first >/dev/null
	is "$FIRST"
	[ -z "$(fxstack diff first)" ]
}

@test "adding and removing our rule keeps a bucket's rules of others" {
	fxstack deploy first >/dev/null
	aws_py 's3.put_bucket_lifecycle_configuration(Bucket="fx-archive", LifecycleConfiguration={
    "Rules": [{"ID": "theirs <&>", "Status": "Enabled", "Filter": {"Prefix": "a&b/"},
               "Expiration": {"Days": 3}}]})'
	run -1 fxstack diff first
	holds '.changes == [{setting: "expire_days", from: "none", to: "90"}]' <<<"$output"
	fxstack deploy first >/dev/null
	there | holds '.bucket[0] == ["theirs <&>:3", "fxstack-expire:90"]'
	stack 'del(.expire_days)' >never
	fxstack deploy never >/dev/null
	there | holds '.bucket[0] == ["theirs <&>:3"]'
	[ -z "$(fxstack diff never)" ]
	aws_py 'rule, = s3.get_bucket_lifecycle_configuration(Bucket="fx-archive")["Rules"]
assert rule["Filter"] == {"Prefix": "a&b/"}, rule
s3.delete_bucket_lifecycle(Bucket="fx-archive")'
	fxstack deploy first >/dev/null
	fxstack deploy never >/dev/null
	there | holds '.bucket[0] == []'
}

@test "unfinished uploads are aborted after days, by a rule beside that of expiry" {
	stack '.abort_uploads_days = 7' | sed -n 2p >both
	fxstack deploy both >/dev/null
	[ -z "$(fxstack diff both)" ]
	aws_py 'rules = s3.get_bucket_lifecycle_configuration(Bucket="fx-archive")["Rules"]
assert [rule["ID"] for rule in rules] == ["fxstack-expire", "fxstack-abort-uploads"], rules
assert rules[1]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}, rules'
	sed -n 2p first >one
	run -1 fxstack diff one
	holds '.changes == [{setting: "abort_uploads_days", from: "7", to: "none"}]' <<<"$output"
	fxstack deploy one >/dev/null
	there | holds '.bucket[0] == ["fxstack-expire:90"]'
}

@test "a bucket that was made public is made private again" {
	fxstack deploy first >/dev/null
	aws_py 's3.put_public_access_block(Bucket="fx-archive", PublicAccessBlockConfiguration={
    "BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": False,
    "RestrictPublicBuckets": True})'
	run -1 fxstack diff first
	holds '.changes == [{setting: "public_access", from: "open", to: "blocked"}]' <<<"$output"
	fxstack deploy first >/dev/null
	is "$FIRST"
}

@test "a bucket is created in the configured region" {
	export AWS_REGION=eu-central-1
	fxstack deploy first >/dev/null
	aws_py 'where = s3.get_bucket_location(Bucket="fx-archive")["LocationConstraint"]
assert where == "eu-central-1", where'
	[ -z "$(fxstack diff first)" ]
}

@test "seven changes of a policy: five versions at most, and the last is the default" {
	local tools
	for tools in kread kput kread,kput ddbput ddbget kput,ddbget kput,ddbput kread; do
		stack . . ".tools = (\"$tools\" / \",\")" | sed -n '4,6p' >policy
		fxstack deploy policy >/dev/null
		[ -z "$(fxstack diff policy)" ]
	done
	aws_py 'arn = "arn:aws:iam::123456789012:policy/consumer"
versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
names = sorted(version["VersionId"] for version in versions)
assert names == ["v4", "v5", "v6", "v7", "v8"], names
assert [version["VersionId"] for version in versions if version["IsDefaultVersion"]] == ["v8"]'
	fxstack destroy --yes policy >/dev/null
	is '{}'
}

@test "a policy in another order is the same" {
	fxstack deploy first >/dev/null
	aws_py 'def turned(value):
    if isinstance(value, dict):
        return {name: turned(value[name]) for name in reversed(list(value))}
    return [turned(one) for one in value] if isinstance(value, list) else value
document = iam.get_role_policy(RoleName="producer", PolicyName="fxpipe")["PolicyDocument"]
iam.put_role_policy(RoleName="producer", PolicyName="fxpipe",
                    PolicyDocument=json.dumps(turned(document), indent=1))'
	[ -z "$(fxstack diff first)" ]
}

@test "resources that it did not create are kept, except with --foreign" {
	aws_py 'sns.create_topic(Name="alerts")
s3.create_bucket(Bucket="fx-archive")
document = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "123456789012"}}]})
iam.create_role(RoleName="producer", AssumeRolePolicyDocument=document)
document = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Action": "kinesis:*", "Resource": "*"}]})
iam.create_policy(PolicyName="consumer", PolicyDocument=document)'
	fxstack deploy first | holds -s 'map(select(.name == "iam:producer")) | .[0].action == "changed"'
	[ -z "$(fxstack diff first)" ]
	before=$(there)
	holds '[.topic, .bucket[2], .role[2], .policy[1]] == [{}, {}, {}, {}]' <<<"$before"
	run -1 --separate-stderr fxstack destroy --yes first
	has "$stderr" "kept, since fxstack did not create it"
	is "$before"
	fxstack destroy --yes --foreign first >/dev/null
	is '{}'
}

@test "destroy neither empties a bucket nor detaches what others attached to a role" {
	fxstack deploy first >/dev/null
	aws_py 's3.put_object(Bucket="fx-archive", Key="a", Body=b"kept")
iam.put_role_policy(RoleName="producer", PolicyName="theirs",
    PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "kinesis:*", "Resource": "*"}]}))
iam.create_instance_profile(InstanceProfileName="profile")
iam.add_role_to_instance_profile(InstanceProfileName="profile", RoleName="producer")'
	run -2 --separate-stderr fxstack destroy --yes first
	has "$stderr" "fxstack does not delete objects: empty the bucket"
	has "$stderr" "fxstack does not detach policies or instance profiles that others attached"
	there | holds '(.role[1] | keys) == ["theirs"] and has("bucket") and (has("topic") | not)'
	aws_py 'assert s3.get_object(Bucket="fx-archive", Key="a")["Body"].read() == b"kept"
s3.delete_object(Bucket="fx-archive", Key="a")
iam.remove_role_from_instance_profile(InstanceProfileName="profile", RoleName="producer")
iam.delete_role_policy(RoleName="producer", PolicyName="theirs")'
	fxstack destroy --yes first >/dev/null
	is '{}'
}

@test "refusals of the services are reported" {
	aws_through '{"rules":[
		{"action":"CreateRole","fault":"refuse","status":403,"code":"AccessDenied"},
		{"action":"CreateTopic","fault":"refuse","status":403,"code":"AuthorizationError"},
		{"action":"PUT","fault":"refuse","status":409,"code":"BucketAlreadyExists"}]}'
	run -2 --separate-stderr fxstack deploy first
	has "$stderr" "line 1: the topic sns:alerts: SNS CreateTopic: AuthorizationError"
	has "$stderr" "a policy must allow sns:CreateTopic"
	has "$stderr" "names of buckets are unique across all accounts"
	has "$stderr" "a policy must allow iam:CreateRole"
	there | holds 'keys == ["policy"]'
	aws_script '{"rules":[{"action":"PUT","fault":"refuse","status":409,"code":"OperationAborted"}]}'
	run -75 fxstack deploy first
	aws_script '{"rules":[
		{"action":"DeletePolicy","fault":"refuse","status":409,"code":"DeleteConflict"}]}'
	fxstack deploy first >/dev/null || [ $? = 75 ]
	run -2 --separate-stderr fxstack destroy --yes first
	has "$stderr" "it is attached to users, groups or roles: detach it"
	stack '.name = "s3://-no-"' | sed -n 2p >wrong
	run -2 fxstack deploy wrong
}

@test "it waits for a resource that IAM has created but does not find everywhere yet" {
	fxstack deploy first >/dev/null
	aws_through '{"rules":[
		{"action":"PutRolePolicy","fault":"refuse","status":404,"code":"NoSuchEntity","times":2},
		{"action":"UpdateAssumeRolePolicy","fault":"refuse","status":404,"code":"NoSuchEntity","times":1},
		{"action":"ListPolicyVersions","fault":"refuse","status":404,"code":"NoSuchEntity","times":1},
		{"action":"CreatePolicyVersion","fault":"refuse","status":404,"code":"NoSuchEntity","times":1}]}'
	fxstack deploy second >/dev/null
	is "$SECOND"
	[ "$(aws_struck refuse)" -ge 4 ]
}

@test "a role or a policy given by ARN is changed, but not created" {
	local arn=arn:aws:iam::123456789012
	fxstack deploy first >/dev/null
	stack . ".name = \"$arn:role/producer\" | .trust = \"lambda\"" \
		".name = \"$arn:policy/consumer\" | .tools = [\"kput\"]" >arns
	fxstack deploy arns >/dev/null
	there | holds '.role[0] == {Service: ["lambda.amazonaws.com"]} and .policy[0] == ["PutRecords"]'
	fxstack destroy --yes arns >/dev/null
	run -2 --separate-stderr fxstack deploy arns
	has "$stderr" "no such role; to create one, give a name (iam:NAME)"
	has "$stderr" "no such policy; to create one, give a name (iam:NAME)"
}

@test "an attached policy is kept with all its versions" {
	local arn=arn:aws:iam::123456789012:policy/consumer
	fxstack deploy first >/dev/null
	fxstack deploy second >/dev/null
	aws_py 'iam.create_user(UserName="u"); iam.attach_user_policy(UserName="u", PolicyArn=sys.argv[1])' $arn
	run -2 --separate-stderr fxstack destroy --yes second
	has "$stderr" "it is attached to users, groups or roles: detach it"
	aws_py 'assert len(iam.list_policy_versions(PolicyArn=sys.argv[1])["Versions"]) == 2' $arn
	aws_py 'iam.detach_user_policy(UserName="u", PolicyArn=sys.argv[1])' $arn
	fxstack destroy --yes second >/dev/null
}

@test "it waits for a bucket that S3 does not find everywhere yet" {
	fxstack deploy first >/dev/null
	aws_through '{"rules":[
		{"action":"GET publicAccessBlock","fault":"refuse","status":404,"code":"NoSuchBucket","times":1}]}'
	fxstack deploy first >/dev/null
	[ "$(aws_struck refuse)" = 1 ]
	is "$FIRST"
}

@test "a resource of another account is not mistaken for ours of the same name" {
	local arn=arn:aws:iam::999999999999:role/producer
	fxstack deploy first >/dev/null
	stack . ".name = \"$arn\" | .trust = \"lambda\"" | jq -c 'select(.resource == "role")' >other
	for verb in 'deploy' 'destroy --yes --foreign' 'diff' 'destroy'; do
		# shellcheck disable=SC2086 # words
		run -2 --separate-stderr fxstack $verb other
		has "$stderr" "it belongs to another account; the credentials are of account 123456789012"
	done
	echo '{"resource":"stream","name":"arn:aws:kinesis:us-east-1:999999999999:stream/r"}' >other
	run -2 --separate-stderr fxstack deploy --timeout 5s other
	is "$FIRST"
}

@test "a role can trust a service, its host or an account" {
	local trust
	for trust in ecs-tasks:Service:ecs-tasks.amazonaws.com \
		scheduler.amazonaws.com:Service:scheduler.amazonaws.com 123456789012:AWS:123456789012; do
		stack . ".trust = \"${trust%%:*}\"" | sed -n '3p;5p' >role
		fxstack deploy role >/dev/null
		[ -z "$(fxstack diff role)" ]
		trust=${trust#*:}
		there | holds --arg kind "${trust%%:*}" --arg name "${trust#*:}" \
			'.role[0] == {($kind): [$name]}'
	done
}

@test "--prefix: dev and prod are separate" {
	fxstack deploy --prefix dev first >/dev/null
	fxstack deploy --prefix prod first >/dev/null
	fxstack destroy --yes --prefix dev first >/dev/null
	is '{}' dev-
	is "$FIRST" prod-
	aws_py 'document = iam.get_role_policy(RoleName="prod-producer", PolicyName="fxpipe")
assert "stream/prod-rates" in json.dumps(document["PolicyDocument"]), document'
}

@test "each service is called at its AWS_ENDPOINT_URL_SERVICE" {
	local service
	for service in SNS S3 IAM STS KINESIS DYNAMODB; do
		export "AWS_ENDPOINT_URL_$service=$AWS_ENDPOINT_URL"
	done
	AWS_ENDPOINT_URL=http://127.0.0.1:9
	fxstack deploy first >/dev/null
	for service in SNS S3 IAM STS KINESIS DYNAMODB; do
		unset "AWS_ENDPOINT_URL_$service"
	done
	AWS_ENDPOINT_URL=$AWS_MOTO
	is "$FIRST"
}

@test "throttled, cut off, internal errors: retried; if they last, 75, and running it again works" {
	local seed chaos
	for seed in 1 2; do
		chaos="{\"seed\":$seed,\"rules\":[{\"fault\":\"any\",\"chance\":0.2}]}"
		aws_through "$chaos"
		until fxstack deploy first >/dev/null 2>err; do
			[ $? = 75 ] || cat err >&2
		done
		aws_script '{}'
		is "$FIRST"
		aws_script "$chaos"
		until fxstack destroy --yes first >/dev/null 2>err; do :; done
		aws_script '{}'
		is '{}'
		AWS_ENDPOINT_URL=$AWS_MOTO
	done
}

@test "killed 30 times at any call of deploy and destroy: the next run completes the work" {
	killed_often 30 24
}
