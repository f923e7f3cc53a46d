# policy_proof: the policies that `fxstack policy` writes. Each tool works with its own, and
# fails in clear words with any action of it taken away; each request is judged by what it
# is about (tests/server/iam.py), and nothing that it did would have been allowed next door.

load helper
load aws

optional='' # actions that the tool does without
REGION=us-east-1 ACCOUNT=123456789012
STREAM=arn:aws:kinesis:$REGION:$ACCOUNT:stream/rates
TABLE=arn:aws:dynamodb:$REGION:$ACCOUNT:table/rates
SECRET=arn:aws:secretsmanager:$REGION:$ACCOUNT:secret:Key

setup_file() {
	aws_start --auth
}

setup() {
	aws_reset
	make_stream rates
	make_table rates
	make_secret Key text
	admin_key=$AWS_ACCESS_KEY_ID admin_secret=$AWS_SECRET_ACCESS_KEY
	make_user
	cat >stack <<-'END'
		{"resource":"stream","name":"kinesis:rates"}
		{"resource":"table","name":"dynamodb:rates","key":"ticker,last_refreshed"}
		{"resource":"secret","name":"secretsmanager:Key"}
	END
	export FX_STREAM=kinesis:rates FX_TABLE=dynamodb:rates
}

# iam_call FORM: the reply's body.
iam_call() {
	aws_post /open "Version=2010-05-08&$1" "Content-Type: application/x-www-form-urlencoded" \
		"Authorization: AWS4-HMAC-SHA256 Credential=$admin_key/20250101/$REGION/iam/aws4_request, SignedHeaders=host, Signature=0"
}

make_user() {
	iam_call 'Action=CreateUser&UserName=tool' >/dev/null
	iam_call 'Action=CreateAccessKey&UserName=tool' >key
	user_key=$(sed -n 's|.*<AccessKeyId>\(.*\)</AccessKeyId>.*|\1|p' key)
	user_secret=$(sed -n 's|.*<SecretAccessKey>\(.*\)</SecretAccessKey>.*|\1|p' key)
}

# From now on with that policy and no other.
become() {
	iam_call "Action=PutUserPolicy&UserName=tool&PolicyName=own&PolicyDocument=$(jq -r '@json | @uri' "$1")" >/dev/null
	AWS_ACCESS_KEY_ID=$user_key AWS_SECRET_ACCESS_KEY=$user_secret
}

become_admin() {
	AWS_ACCESS_KEY_ID=$admin_key AWS_SECRET_ACCESS_KEY=$admin_secret
}

# less POLICY ACTION: from now on with all of it but that.
less() {
	jq -c --arg action "$2" '.Statement |= map(.Action -= [$action] |
		if .Action == [] then .Action = ["sts:GetCallerIdentity"] else . end)' "$1" >less
	become less
}

# less_each POLICY COMMAND…: with each action taken away COMMAND fails, and says which and on what.
less_each() {
	local policy=$1 action words
	shift
	jq -r '.Statement[].Action[]' "$policy" >actions
	[ -s actions ]
	while read -r action; do
		[[ " $optional " != *" $action "* ]] || continue
		less "$policy" "$action"
		run -2 --separate-stderr "$@" 3<&-
		# shellcheck disable=SC2154 # run's
		has "$stderr" "is not authorized to perform: $action on resource: $(resource_of "$policy" "$action")" || {
			echo "without $action: $stderr" >&2
			return 1
		}
	done <actions
}

# The ARN's beginning: of a secret's, all but the letters behind its name.
resource_of() {
	jq -r --arg action "$2" 'first(.Statement[] | select(.Action | index($action))).Resource[0] |
		sub("-[?]+$"; "")' "$1"
}

policy() {
	fxstack policy "$@" <stack >policy
}

# What was done since the log was emptied would not have been allowed next door.
not_next_door() {
	aws_python "$REPOSITORY/tests/server/iam.py" "$1" <"$AWS_PLACE/judged"
}

# each TOOL COMMAND…: COMMAND works with the tool's own policy, and fails without any part of it.
each() {
	policy "$1"
	become policy
	shift
	: >"$AWS_PLACE/judged"
	"$@"
	not_next_door policy
	less_each policy "$@"
}

kput_lines() {
	kput -q <lines
}

@test "kput" {
	rates 3 >lines
	optional=kinesis:ListShards
	each kput kput_lines
}

@test "kput, throttled, does without ListShards, and says so if asked" {
	policy kput
	less policy kinesis:ListShards
	aws_through '{"rules":[{"action":"PutRecords","fault":"partial","times":2}]}'
	rates 1000 >lines
	run -0 --separate-stderr kput -v -q <lines
	has "$stderr" "is not authorized to perform: kinesis:ListShards on resource: $STREAM"
	become_admin
	[ "$(stream_records rates | sort -u | wc -l)" = 1000 ]
}

@test "kread" {
	rates 3 | kput -q
	each kread kread
}

kack_lines() {
	kack -g table <lines && kack -g table --to trim-horizon
}

@test "kack" {
	rates 3 | kput -q
	kread -g table >lines
	each kack kack_lines
}

@test "kstat" {
	rates 3 | kput -q
	kread -g table | kack -g table
	each kstat kstat -g table
}

# Many at once; one; with a look at the table's time to live.
ddbput_lines() {
	ddbput -q <lines && ddbput -q --if-absent <lines && ddbput -q --ttl expires <lines
}

@test "ddbput" {
	expiring 3 >lines
	optional=dynamodb:DescribeTimeToLive
	each ddbput ddbput_lines
}

expiring() {
	rates "$1" | jq -c '.expires = (now + 1000000 | floor)'
}

@test "ddbput does without DescribeTimeToLive, and says so" {
	policy ddbput
	less policy dynamodb:DescribeTimeToLive
	expiring 3 >lines
	run -0 --separate-stderr ddbput -q --ttl expires <lines
	has "$stderr" "is not authorized to perform: dynamodb:DescribeTimeToLive on resource: $TABLE"
	become_admin
	[ "$(table_items rates | wc -l)" = 3 ]
}

# One item, those of a partition, all.
ddbget_items() {
	ddbget BTC/USD "$1" && ddbget BTC/USD && ddbget
}

@test "ddbget" {
	rates 3 | ddbput -q
	each ddbget ddbget_items "$(rates 3 | jq -r .last_refreshed | head -n 1)"
}

@test "smget" {
	each smget smget --no-cache secretsmanager:Key
}

# A provider like alphavantage that this machine plays.
serve() {
	mkdir -p server "$XDG_CONFIG_HOME/fxpipe/providers"
	jq -n '{answers: [range(9) | {body: {"Realtime Currency Exchange Rate": {"5. Exchange Rate": "1.5"}} | tojson}]}' \
		>server/script.json
	in_background "$REPOSITORY/tests/server/play" server/script.json server
	wait_for 10 test -s server/port
	sed "s|https://[a-z.]*/|http://127.0.0.1:$(cat server/port)/|; s|\"key_host\": \"[^\"]*\"|\"key_host\": \"127.0.0.1\"|" \
		"$REPOSITORY/lib/providers/alphavantage.json" | jq 'del(.limits)' \
		>"$XDG_CONFIG_HOME/fxpipe/providers/alphavantage.json"
}

# What the kernel's keyring keeps of the secret is let go before.
fxfetch_anew() {
	smget --no-cache secretsmanager:Key >/dev/null 2>&1 || true
	fxfetch -p alphavantage -K secretsmanager:Key BTC/USD
}

@test "fxfetch" {
	serve
	each fxfetch fxfetch_anew
}

cwput_lines() {
	cwput -q <lines
}

@test "cwput, in its own namespace alone" {
	echo '{"metric":"Lag","value":1}' >lines
	each cwput cwput_lines
	become policy
	run -2 --separate-stderr cwput -q -n other <lines
	has "$stderr" "is not authorized to perform: cloudwatch:PutMetricData on resource: *"
}

@test "what is allowed next door, or not at all, is found out" {
	policy kput
	echo '{"allowed":true,"context":{},"pairs":[["kinesis:PutRecords","'$STREAM'"]]}' >"$AWS_PLACE/judged"
	not_next_door policy
	jq '.Statement[].Resource = ["*"]' policy >wide
	run -1 not_next_door wide
	has "$output" "allowed: kinesis:PutRecords on ${STREAM}2"
	run -1 not_next_door <(jq '.Statement[].Action = ["kinesis:GetRecords"]' policy)
	has "$output" "not allowed: kinesis:PutRecords"
	: >"$AWS_PLACE/judged"
	run -1 not_next_door policy
	has "$output" "nothing was asked"
}
