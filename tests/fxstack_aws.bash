# fxstack_aws: a stack on AWS for tests, and what boto3 finds of it; for the bats files that load
# it (after aws). The files first and second are two versions of the stack; key and newkey are
# the values of its secret.
#
#   stack [OF-STREAM [OF-TABLE [OF-SECRET]]]   the stack, each line changed by a jq filter
#   there [PREFIX]              the resources that exist, as a JSON object
#   is WANTED [PREFIX]          do these exist? WANTED: $FIRST, $SECOND, $GONE or other JSON
#   settled OPTION… FILE        does diff find nothing to do?
#   actions                     from receipts: NAME ACTION; NAME ACTION…
#   mark, asked, mutations      calls since the mark (after aws_through): as in the proxy's log;
#                               the names of those that change something
#   held                        has the proxy delayed one ("hang") since the mark?
#   killed_often COUNT CALLS    deploy and destroy, killed COUNT times, at any of the first CALLS calls

setup() {
	aws_reset
	(umask 077 && printf 'k3y-of-yesterday\n' >key && printf 'k3y-of-today\n' >newkey)
	stack >first
	stack '.shards = 2 | .retention = "48h" | .encryption = "alias/aws/kinesis"' \
		'.billing = {read: 5, write: 6} | del(.ttl, .point_in_time_recovery)' \
		'.from = "newkey"' >second
}

stack() {
	jq -c "${1-.}" <<<'{"resource":"stream","name":"kinesis:rates","shards":1}'
	jq -c "${2-.}" <<<'{"resource":"table","name":"dynamodb:rates",
		"key":"ticker,last_refreshed","ttl":"expires","point_in_time_recovery":true}'
	jq -c "${3-.}" <<<'{"resource":"secret","name":"secretsmanager:app/Key","from":"key"}'
}

there() {
	aws_py '
prefix = sys.argv[1] if len(sys.argv) > 1 else ""
found = {}
name = prefix + "rates"
if name in kinesis.list_streams()["StreamNames"]:
    stream = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]
    tags = kinesis.list_tags_for_stream(StreamName=name)["Tags"]
    found["stream"] = [stream["StreamStatus"], stream["StreamModeDetails"]["StreamMode"],
                       stream["OpenShardCount"], stream["RetentionPeriodHours"],
                       stream["EncryptionType"], {tag["Key"]: tag["Value"] for tag in tags}]
if name in dynamodb.list_tables()["TableNames"]:
    table = dynamodb.describe_table(TableName=name)["Table"]
    units = table["ProvisionedThroughput"]
    ttl = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    backups = dynamodb.describe_continuous_backups(TableName=name)
    tags = dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]
    found["table"] = [
        table["TableStatus"],
        [units["ReadCapacityUnits"], units["WriteCapacityUnits"]]
        if table["BillingModeSummary"]["BillingMode"] == "PROVISIONED" else "on demand",
        [key["AttributeName"] + ":" + key["KeyType"] for key in table["KeySchema"]],
        ttl["TimeToLiveStatus"] == "ENABLED" and ttl["AttributeName"],
        backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        ["PointInTimeRecoveryStatus"], {tag["Key"]: tag["Value"] for tag in tags}]
for secret in secretsmanager.list_secrets(IncludePlannedDeletion=True)["SecretList"]:
    if secret["Name"] == prefix + "app/Key":
        gone = "DeletedDate" in secret
        found["secret"] = [
            None if gone else secretsmanager.get_secret_value(
                SecretId=secret["Name"])["SecretString"],
            {tag["Key"]: tag["Value"] for tag in secret.get("Tags", ())}]
print(json.dumps(found, separators=(",", ":")))' "$@"
}

OURS='{"made-by":"fxstack"}'
FIRST='{"stream":["ACTIVE","PROVISIONED",1,24,"NONE",'$OURS'],"table":["ACTIVE","on demand",["ticker:HASH","last_refreshed:RANGE"],"expires","ENABLED",'$OURS'],"secret":["k3y-of-yesterday",'$OURS']}'
SECOND='{"stream":["ACTIVE","PROVISIONED",2,48,"KMS",'$OURS'],"table":["ACTIVE",[5,6],["ticker:HASH","last_refreshed:RANGE"],false,"DISABLED",'$OURS'],"secret":["k3y-of-today",'$OURS']}'
GONE='{"secret":[null,'$OURS']}'

is() {
	local found
	found=$(there "${@:2}")
	[ "$found" = "$1" ] || {
		printf 'wanted: %s\nfound:  %s\n' "$1" "$found" >&2
		return 1
	}
}

# Marks the place in the log.
mark() {
	seen=$(wc -l <"$AWS_FAULTS/log")
}

# The calls since the mark.
asked() {
	tail -n "+$((seen + 1))" "$AWS_FAULTS/log"
}

# Those of them that change something.
mutations() {
	asked | jq -r '.action | select(test("^(Describe|List|Get)") | not)' | sort | uniq
}

settled() {
	run -0 fxstack diff "$@"
	[ -z "$output" ]
}

actions() {
	jq -rs 'map(.name + " " + .action) | join("; ")'
}

# Has a call been delayed since the mark?
held() {
	asked | grep -q '"fault": "hang"'
}

held_or_ended() {
	held || is_ended "$background"
}

# killed CALLS ACTION…: runs fxstack and kills it after a random call was done, before its reply.
killed() {
	aws_script "{\"rules\":[{\"fault\":\"hang\",\"skip\":$((RANDOM % $1)),\"times\":1}]}"
	shift
	mark
	in_background fxstack "$@" >/dev/null 2>&1
	wait_for 60 held_or_ended
	if ! is_ended "$background"; then
		kill -KILL "$background"
		kills+=1
	fi
	status_of "$background"
	aws_script '{}'
}

killed_often() {
	RANDOM=${FX_SEED:-4}
	aws_through '{}'
	local -i kills=0 round=0
	while [ "$kills" -lt "$1" ]; do
		round+=1
		killed "$2" deploy first
		killed "$2" deploy first
		[ $((round % 3)) != 0 ] || {
			fxstack deploy first >/dev/null
			is "$FIRST"
		}
		killed "$2" deploy second
		killed "$2" deploy second
		[ $((round % 3)) != 1 ] || {
			fxstack deploy second >/dev/null
			is "$SECOND"
			settled second
		}
		killed "$2" destroy --yes first
		[ $((round % 3)) != 2 ] || {
			fxstack destroy --yes first >/dev/null
			is "$GONE"
		}
	done
	fxstack deploy second >/dev/null
	is "$SECOND"
}
