# fxstack_proof: the tutorial's stack, deployed, run for hours from its cron lines, watched,
# changed to 2 shards and 48 hours, and destroyed; embedded, and on AWS with the same file.
# Takes minutes.

load helper
load aws
load cron

STREAM=intraday-analytics-stream TABLE=DataConsumerTable

setup() {
	aws_reset
	# What cron's bare environment does not tell, as on anyone's machine.
	mkdir -p "$HOME/.aws"
	cat >"$HOME/.aws/config" <<-END
		[default]
		region = $AWS_REGION
		endpoint_url = $AWS_ENDPOINT_URL
		aws_access_key_id = $AWS_ACCESS_KEY_ID
		aws_secret_access_key = $AWS_SECRET_ACCESS_KEY
	END
	# The tutorial's own, but for the provider: an hour of minutes is recorded, and comes
	# from each run as another hour of the day.
	jq -c --arg home "$FX_HOME" 'if .name == "producer" and .resource == "schedule" then
		.environment = {FX_PROVIDER: "sample", FX_HOME: $home} |
		.command = "fxfetch BTC/USD | fxenc | sed \"s/\\(last_refreshed\\\":\\\"[^T]*T\\)../\\1$(cat hour)/\" | kput -q -k ticker"
		elif .resource == "consumer" then .environment = {FX_HOME: $home} else . end' \
		"$REPOSITORY/scripts/stacks/tutorial.ndjson" >first
	jq -c 'if .resource == "stream" then .shards = 2 | .retention = "48h" else . end' first >second
}

# deploy FILE…: prints the results; afterwards diff finds nothing.
deploy() {
	fxstack deploy "$@" | jq -r '[.resource, .name, .action] | join(" ")'
	fxstack diff "$@" >left
	[ ! -s left ]
}

# run_hours FIRST LAST: runs each line of the crontab once for each hour.
run_hours() {
	local hour
	for ((hour = $1; hour <= $2; hour++)); do
		printf %02d "$hour" >"$HOME/hour"
		as_cron producer
		as_cron table
	done
}

# The times in the table, each exactly once.
check_table() {
	ddbget -t "$1" BTC/USD >items
	[ "$(wc -l <items)" = $(($2 * 60)) ]
	[ "$(jq -r .last_refreshed items | sort -u | wc -l)" = $(($2 * 60)) ]
	[ "$(jq -r '.last_refreshed[11:13]' items | sort -u | wc -l)" = "$2" ]
}

# watched STREAM: its data are fresh, and no group lags.
watched() {
	fxhealth -s "$1" -g table
	kstat -s "$1" -g table >figures
	holds -s 'length > 0 and all(.lag == 0 or .lag_ms == 0)' figures
}

# life_of STREAM TABLE HOURS OPTION…
life_of() {
	local stream=$1 table=$2 hours=$3
	shift 3
	run -1 fxstack diff "$@" first
	deploy "$@" first >done
	[ "$(grep -c ' made$' done)" = "$made" ]
	deploy "$@" first >done
	not grep -E ' (made|changed|refused|failed)$' done
	[ "$(fxcron list | wc -l)" = 2 ]
	run_hours 0 $((hours - 1))
	check_table "$table" "$hours"
	watched "$stream"
	deploy "$@" second >done
	[ "$(grep ' changed$' done)" = "stream $stream changed" ]
	run_hours "$hours" $((2 * hours - 1))
	check_table "$table" $((2 * hours))
	watched "$stream"
	kstat -s "$stream" | holds -s 'map(.shard) | unique | length >= 2'
	# A minute that comes again changes nothing.
	run_hours 0 0
	check_table "$table" $((2 * hours))
	# And back; then nothing is left.
	deploy "$@" first >done
	[ "$(grep ' changed$' done)" = "stream $stream changed" ]
	deploy "$@" second >done
	fxstack destroy --yes "$@" second >done
	not holds 'select(.action | IN("kept", "failed"))' done
	fxstack destroy --yes "$@" second >done
	not holds 'select(.action | IN("absent", "skipped") | not)' done
	[ -z "$(fxcron list)" ]
	run -1 fxstack diff "$@" second
}

@test "the tutorial's stack is deployed, used and destroyed on this machine" {
	unset "${!AWS_@}"
	made=4 life_of $STREAM $TABLE 6
	[ -z "$(ls -A "$FX_HOME")" ]
}

@test "the same file is deployed, used and destroyed on AWS" {
	made=6 life_of kinesis:$STREAM dynamodb:$TABLE 3 --aws
	aws_py 'assert not kinesis.list_streams()["StreamNames"]
assert not dynamodb.list_tables()["TableNames"]
assert not boto3.client("iam").list_roles()["Roles"]'
}
