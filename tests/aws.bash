# aws: AWS on this machine, for the bats files that load it (after helper). moto's
# server runs once per file; each test begins with an empty one.
#
#   setup_file, setup, teardown, teardown_file    as below; a file with its own calls these:
#   aws_start [--auth]     starts the server (in setup_file; --auth: it checks signatures)
#   aws_reset              it forgets everything (in setup)
#   aws_no_breach          see aws_through (in teardown, after fx_end_started)
#   aws_stop               ends it (in teardown_file)
#   aws_settings           sets AWS_ENDPOINT_URL and what else a tool needs; done at load
#   aws_through SCRIPT     from now on through tests/server/faults, with these faults:
#                          '{"seed":1,"rules":[{"action":"PutRecords","fault":"partial"}]}'.
#                          It looks at every signature; a breach fails the test at its end.
#   aws_script SCRIPT      another one from now on
#   aws_struck FAULT [ACTION]    how often it did that
#   $AWS_FAULTS            a directory with its log
#   $AWS_MOTO              the server's URL, whatever AWS_ENDPOINT_URL says
#   aws_py CODE [ARGUMENT…]    Python on that server, with kinesis, dynamodb, secretsmanager,
#                          sts (boto3's clients), json, sys and base64 at hand
#   aws_call TARGET JSON   one call, unsigned; the reply's body: Kinesis_20131202.ListShards
#   make_stream NAME [SHARDS]
#   make_table NAME [KEY…]     KEY: NAME[:TYPE]; default: ticker last_refreshed
#   make_secret NAME TEXT
#   stream_records NAME    all records as text, a line each, shard after shard (--keys: the
#                          partition key and a tab in front; --shards: the shard's too)
#   table_items NAME       all items, a line of DynamoDB's own JSON each, in no order

AWS_PYTHON=$REPOSITORY/tests/.venv/bin/python
AWS_PLACE=${BATS_FILE_TMPDIR-$BATS_RUN_TMPDIR}/aws

aws_settings() {
	AWS_MOTO=http://127.0.0.1:$(cat "$AWS_PLACE/port") || return
	export AWS_ENDPOINT_URL=$AWS_MOTO AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
	export AWS_ACCESS_KEY_ID=AKIDFXPIPEEXAMPLE
	export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY
	export AWS_EC2_METADATA_DISABLED=true
}

[ ! -f "$AWS_PLACE/port" ] || aws_settings

# Python is not ours: the sanitizers have nothing to see in it. What our tools need if it runs them
# is in FX_OURS.
aws_python() {
	FX_OURS=$(jq -n 'env | {LD_PRELOAD, ASAN_OPTIONS, UBSAN_OPTIONS} | with_entries(select(.value))') \
		env -u LD_PRELOAD -u ASAN_OPTIONS -u UBSAN_OPTIONS "$AWS_PYTHON" "$@"
}

# shellcheck disable=SC2120 # some test gives --auth
aws_start() {
	[ -x "$AWS_PYTHON" ] || {
		echo "no moto: $AWS_PYTHON is not there; scripts/setup makes it" >&2
		return 1
	}
	mkdir -p "$AWS_PLACE"
	echo 0 >"$AWS_PLACE/port"
	aws_settings
	rm "$AWS_PLACE/port"
	# Not through aws_python: a shell in between would be its parent.
	env -u LD_PRELOAD -u ASAN_OPTIONS -u UBSAN_OPTIONS "$AWS_PYTHON" "$REPOSITORY/tests/server/moto" \
		"$@" "$AWS_PLACE/port" </dev/null >"$AWS_PLACE/log" 2>&1 3>&- &
	echo $! >"$AWS_PLACE/pid"
	wait_for 120 test -f "$AWS_PLACE/port" || {
		cat "$AWS_PLACE/log" >&2
		return 1
	}
	aws_settings
}

aws_stop() {
	[ ! -f "$AWS_PLACE/pid" ] || kill -KILL "$(cat "$AWS_PLACE/pid")" 2>/dev/null || true
}

aws_through() {
	AWS_FAULTS=$(mktemp -d)
	export AWS_FAULTS
	env -u LD_PRELOAD -u ASAN_OPTIONS -u UBSAN_OPTIONS "$AWS_PYTHON" "$REPOSITORY/tests/server/faults" \
		"$AWS_MOTO" "$AWS_FAULTS" "$1" </dev/null >"$AWS_FAULTS/err" 2>&1 3>&- &
	fx_started+=($!)
	wait_for 60 test -f "$AWS_FAULTS/port" || {
		cat "$AWS_FAULTS/err" >&2
		return 1
	}
	AWS_ENDPOINT_URL=http://127.0.0.1:$(cat "$AWS_FAULTS/port")
}

aws_script() {
	AWS_MOTO=$AWS_ENDPOINT_URL aws_post /script "$1" >/dev/null
}

aws_struck() {
	jq -s --arg fault "$1" --arg action "${2-}" \
		'map(select(.fault == $fault and (.action == $action or $action == ""))) | length' \
		"$AWS_FAULTS/log"
}

aws_no_breach() {
	[ -z "${AWS_FAULTS-}" ] || not grep '"breach": "' "$AWS_FAULTS/log"
}

# aws_post PATH BODY [HEADER…]: the reply's body. By the shell itself: it is asked often.
aws_post() {
	local LC_ALL=C path=$1 body=$2 socket line status length=0
	shift 2
	exec {socket}<>"/dev/tcp/127.0.0.1/${AWS_MOTO##*:}" || return
	printf '%s\r\n' "POST $path HTTP/1.1" "Host: 127.0.0.1" "Connection: close" \
		"Content-Length: ${#body}" "$@" "" >&"$socket"
	printf %s "$body" >&"$socket"
	read -r -t 120 _ status _ <&"$socket"
	while read -r -t 120 line <&"$socket" && [ "$line" != $'\r' ]; do
		case ${line,,} in
		content-length:*) length=${line##*[!0-9$'\r']} length=${length%$'\r'} ;;
		esac
	done
	head -c "$length" <&"$socket"
	exec {socket}>&-
	[ "$status" = 200 ] || {
		echo "aws_post: status $status" >&2
		return 1
	}
}

aws_reset() {
	aws_post /moto-api/reset '' >/dev/null
}

aws_call() {
	aws_post /open "$2" "X-Amz-Target: $1" "Content-Type: application/x-amz-json-1.1" \
		"Authorization: AWS4-HMAC-SHA256 Credential=$AWS_ACCESS_KEY_ID/20250101/$AWS_REGION/$(
			case $1 in
			Kinesis*) echo kinesis ;;
			DynamoDB*) echo dynamodb ;;
			*) echo "${1%%.*}" ;;
			esac
		)/aws4_request, SignedHeaders=host, Signature=0"
}

make_stream() {
	aws_call Kinesis_20131202.CreateStream "{\"StreamName\":\"$1\",\"ShardCount\":${2-1}}" >/dev/null
}

make_table() {
	local name=$1 key type kinds=(HASH RANGE) schema='' attributes=''
	shift
	[ $# -gt 0 ] || set -- ticker last_refreshed
	local -i count=0
	for key; do
		case $key in
		*:*) type=${key##*:} ;;
		*) type=S ;;
		esac
		schema+=",{\"AttributeName\":\"${key%:*}\",\"KeyType\":\"${kinds[count++]}\"}"
		attributes+=",{\"AttributeName\":\"${key%:*}\",\"AttributeType\":\"$type\"}"
	done
	aws_call DynamoDB_20120810.CreateTable "{\"TableName\":\"$name\",\"BillingMode\":\"PAY_PER_REQUEST\",
		\"KeySchema\":[${schema#,}],\"AttributeDefinitions\":[${attributes#,}]}" >/dev/null
}

make_secret() {
	aws_call secretsmanager.CreateSecret "$(jq -nc --arg name "$1" --arg text "$2" \
		'{Name: $name, SecretString: $text, ClientRequestToken: ("0" * 32)}')" >/dev/null
}

aws_py() {
	local code=$1
	shift
	AWS_ENDPOINT_URL=$AWS_MOTO PYTHONPATH=$REPOSITORY/tests/server aws_python \
		-c "from clients import *
$code" "$@"
}

stream_records() {
	aws_py 'print_stream(*sys.argv[1:])' "$@"
}

table_items() {
	aws_py 'print_table(sys.argv[1])' "$@"
}

setup_file() {
	aws_start
}

setup() {
	aws_reset
}

teardown() {
	fx_end_started
	aws_no_breach
}

teardown_file() {
	aws_stop
}
