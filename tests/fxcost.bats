# fxcost: what a stack costs. The sums were done by hand, from the table of prices.

load helper

PRICES=$REPOSITORY/scripts/prices/us-east-1.json

# cost_of ITEM FILE: its cost, by its name.
cost_of() {
	jq -r --arg item "$1" 'select(.item == $item) | .cost' "$2"
}

# said ITEM JQ [FILE]: does jq say so of that item?
said() {
	jq -se --arg item "$1" "map(select((.item // .wrong) == \$item)) | length == 1 and (.[0] | $2)" "${3-out}" >/dev/null
}

is_cost() {
	[ "$(cost_of "$1" out)" = "$2" ] || { echo "$1: $(cost_of "$1" out), not $2" && false; }
}

stream() {
	printf '{"resource":"stream","name":"kinesis:s"%s}\n' "$1"
}

table() {
	printf '{"resource":"table","name":"dynamodb:t","key":"a,b"%s}\n' "$1"
}

@test "the total is the sum of its items, to a millionth" {
	{
		stream ',"shards":3,"retention":"48h","encryption":"alias/mine"'
		table ',"point_in_time_recovery":true'
		echo '{"resource":"secret","name":"secretsmanager:Key"}'
	} >stack
	fxcost --records 12345 --bytes 777 --metrics 3 --runs-on fargate stack >out
	jq -se 'length > 10 and all(.item and .why and .cost >= 0)' out
	jq -se '(map(select(.item != "total") | .cost * 1000000 | round) | add) ==
		(.[-1].cost * 1000000 | round) and .[-1].item == "total"' out
}

@test "a stream by the shard: hours, units of 25 KB, extended and long-term retention" {
	stream '' | fxcost --records 1000000 --bytes 25600 >out
	is_cost "s: shards" 10.95
	is_cost "s: PUT payload units" 0.425833 # 30,416,666.67 of them
	stream ',"shards":4' | fxcost --records 1000000 --bytes 25601 >out
	is_cost "s: shards" 43.8
	is_cost "s: PUT payload units" 0.851667
	stream ',"shards":2,"retention":"48h"' | fxcost --records 1 >out
	is_cost "s: extended retention" 29.2
	is_cost "s: long-term retention" ''
	# 8 GB a day for 23 days after the first seven.
	stream ',"retention":"720h"' | fxcost --records 8192 --bytes 1048576 >out
	is_cost "s: long-term retention" 4.232
}

@test "a stream on demand: hours, gigabytes in and out, retention" {
	{
		stream ',"on_demand":true,"retention":"168h"'
		printf '{"resource":"consumer","name":"%s","stream":"kinesis:s","command":"kread -g %s"}\n' a a b b
	} >stack
	# 8 GB a day: 243.33 a month, by two readers; six days of it are kept longer.
	fxcost --records 8388608 --bytes 1000 stack >out
	is_cost "s: on-demand stream" 29.2
	is_cost "s: written" 19.466667
	is_cost "s: read" 19.466667
	is_cost "s: extended retention" 4.8
}

@test "a customer's key costs, the service's does not" {
	stream ',"encryption":"alias/mine"' | fxcost >out 2>/dev/null
	is_cost "s: its key" 1
	is_cost "s: its key, calls" 0.05256
	stream ',"encryption":"alias/aws/kinesis"' | fxcost >out
	is_cost "s: its key" ''
	stream ',"encryption":"alias/aws/kinesis"' | fxcost --free-tier >out
	is_cost "s: its key, calls" 0
}

@test "a table: on demand, provisioned, storage, recovery" {
	table '' | fxcost --records 4320 --bytes 1025 --reads 100000 >out
	is_cost "t: writes" 0.16425
	is_cost "t: reads" 0.190104
	table ',"billing":{"read":5,"write":5},"point_in_time_recovery":true' |
		fxcost --records 4320 --bytes 924 --months 12 >out
	is_cost "t: writes, provisioned" 2.3725
	is_cost "t: reads, provisioned" 0.4745
	is_cost "t: storage" 0.375938 # 1,576,800 items of 1 KiB
	is_cost "t: point-in-time recovery" 0.300751
	table ',"billing":{"read":5,"write":5}' >stack
	fxcost --records 4320 --free-tier stack >out
	is_cost total 0
	# What is free is so once, not for each table.
	sed 'p;s/:t"/:u"/' stack | sed 's/5,"w/20,"w/' | fxcost --records 4320 --free-tier >out
	is_cost "t: reads, provisioned" 0
	is_cost "u: reads, provisioned" 1.4235
}

@test "the table of a group: renewals, reads and commits, by the shards of its stream" {
	local consumer='{"resource":"consumer","name":"c","stream":"kinesis:s","group":"dynamodb:g","instances":4,"command":"kread -f -g $FX_GROUP | ddbput | kack -g $FX_GROUP"}'
	stream ',"shards":4' >stack
	echo "$consumer" >>stack
	fxcost --records 1000 stack >out
	is_cost "c: consumer" 0
	is_cost "g: renewals" 1.971 # 4 x 3 in 10 s
	is_cost "g: reads" 0.3942 # 4 x 3 in 10 s, of less than 4 KB
	is_cost "g: commits" 0.01901
	# Its line is not another table.
	{
		cat stack
		echo '{"resource":"group","name":"dynamodb:g"}'
	} | fxcost --records 1000 >both
	diff <(sort out) <(sort both)
	sed 's/"shards":4/"shards":20/;s/kread -f/& --failover 30s/' stack | fxcost --records 1000000000 >out
	is_cost "g: renewals" 3.285
	is_cost "g: reads" 0.3942 # three times less often, 9,000 bytes
	is_cost "g: commits" 164.25 # 5 a second
	# From cron, a line for those that run elsewhere, on demand, and on this machine.
	sed 's/"instances":4/"schedule":"rate(1 minute)"/' stack | fxcost >out
	is_cost "g: renewals" 0.219
	printf '%s\n' "$(stream ',"on_demand":true')" '{"resource":"group","name":"dynamodb:g"}' | fxcost >out
	is_cost "g: renewals" 1.971
	echo '{"resource":"group","name":"g"}' | fxcost >out
	said "g: group" '.why == "not on this machine"'
	for minute in 0 1; do
		echo '{"tool":"kack","started":"2025-10-21T14:0'$minute':00.123Z","seconds":1,"lines":9,"bytes":9,"done":9,"batches":2}'
	done >statistics
	fxcost --stats statistics stack >out
	said "g: commits" '.quantity == 87600'
}

@test "consumers by enhanced fan-out: their hours and gigabytes" {
	printf '{"resource":"consumer","name":"%s","command":"kread -f -g %s %s"}\n' a a '--enhanced a' b b '--enhanced=b --register' >consumers
	{
		stream ',"shards":2'
		cat consumers
	} | fxcost --records 8388608 --bytes 1000 >out
	is_cost "a: enhanced fan-out" 21.9
	is_cost "a: read by enhanced fan-out" 3.089193 # 237.630208 GB
	is_cost "b: enhanced fan-out" 21.9
	{
		stream ',"on_demand":true'
		cat consumers
	} | fxcost --records 8388608 --bytes 1000 >out
	is_cost "s: read" 0
	is_cost "b: read by enhanced fan-out" 11.88151
}

@test "a fanout is priced once, with its stream" {
	stream ',"shards":2' >stack
	echo '{"resource":"fanout","name":"kinesis:f"}' >>stack
	fxcost stack >out
	is_cost "f: enhanced fan-out" 21.9
	echo '{"resource":"consumer","name":"c","fanout":"kinesis:f","command":"kread --enhanced $FX_FANOUT"}' >>stack
	fxcost stack >out
	is_cost "f: enhanced fan-out" ''
	is_cost "c: enhanced fan-out" 21.9
	echo '{"resource":"fanout","name":"f"}' | fxcost >out
	said "f: fanout" '.why == "not on this machine"'
}

@test "kput --aggregate: fewer records are stored, of up to 50 KB" {
	local producer='{"resource":"schedule","name":"p","schedule":"rate(1 minute)","command":"fxfetch BTC/USD | fxenc | kput -q --aggregate -k ticker"}'
	# One for each of 43,800 runs and shard; as many as records; by their length.
	printf '%s\n' "$(stream ',"shards":2')" "$producer" >stack
	fxcost --records 1000000 --bytes 100 stack >out
	said "s: PUT payload units" '.quantity == 175200 and (.why | test("aggregated, one for each run and shard, 2 of 25 KB"))'
	fxcost --records 1000 --bytes 100 stack >out
	said "s: PUT payload units" '.quantity == 30416.666667'
	sed 's/"schedule":"rate(1 minute)",//' stack | fxcost --records 512000 --bytes 100 >out
	said "s: PUT payload units" '.quantity == 60833.333333' # 30,416.67 of 50 KB
	# On demand, and as statistics show it.
	for minute in 0 1; do
		echo '{"tool":"kput","started":"2025-10-21T14:0'$minute':00.123Z","seconds":1,"lines":1000,"bytes":100000,"done":1000,"entries":4}'
	done >statistics
	fxcost --stats statistics stack >out
	said "s: PUT payload units" '.quantity == 175200 and (.why | test("aggregated, as seen"))'
	{ stream ',"on_demand":true' && echo "$producer"; } | fxcost --stats statistics >out
	said "s: written" '.quantity == (175200 * 25 / 1048576 * 1000000 | round / 1000000)'
	sed 's/ --aggregate//' stack | fxcost --records 1000 --bytes 100 >out
	said "s: PUT payload units" '.quantity == 30416.666667 and (.why | test("aggregated") | not)'
}

@test "secrets, topics, buckets, metrics, machines" {
	cat >stack <<-'END'
		{"resource":"secret","name":"secretsmanager:Key"}
		{"resource":"topic","name":"sns:alerts"}
		{"resource":"bucket","name":"s3://archive","expire_days":73}
		{"resource":"schedule","name":"p","schedule":"rate(1 minute)","command":"fxfetch -p kraken BTC/USD | kput -q"}
		{"resource":"schedule","name":"a","schedule":"cron(0 * * * ? *)","command":"kread -g s | s3put s3://archive | kack -g s"}
	END
	fxcost --records 1048576 --bytes 1024 --months 12 --metrics 20 --runs-on t4g.nano stack >out
	is_cost "Key: secret" 0.4
	is_cost "Key: calls" 0.219
	is_cost "alerts: published" 0
	is_cost "archive: storage" 1.679 # 73 GB: it does not keep more than 2.4 months
	is_cost "archive: objects written" 0.00365
	is_cost "CloudWatch metrics" 6
	is_cost t4g.nano 3.066
	is_cost "p: schedule" 0
	fxcost --free-tier --metrics 20 stack >out
	is_cost "CloudWatch metrics" 3
	fxcost --runs-on fargate stack >out
	is_cost "Fargate: processor" 5.90935
	is_cost "Fargate: memory" 1.2994
}

@test "subscriptions, deliveries, alarms" {
	cat >stack <<-'END'
		{"resource":"topic","name":"sns:alerts","encryption":"alias/mine"}
		{"resource":"subscription","name":"sns:queue","endpoint":"arn:aws:sqs:us-east-1:123456789012:q"}
		{"resource":"subscription","name":"sns:hook","endpoint":"https://example.com/"}
		{"resource":"subscription","name":"sns:mail","endpoint":"you@example.com","filter":{"a":["b"]}}
		{"resource":"subscription","name":"sns:file","from":"endpoint"}
		{"resource":"delivery","name":"firehose:archive","bucket":"archive","role":"r"}
		{"resource":"alarm","name":"cloudwatch:late","metric":"Lag","when":"> 1"}
		{"resource":"alarm","name":"cloudwatch:fast","metric":"Lag","when":"> 1","period":"10s"}
		{"resource":"schedule","name":"a","schedule":"rate(1 minute)","command":"kread -g a | snspub -t x | kack -g a"}
	END
	# Ten million records of 5 KB a day, three quarters of it because they are rounded up.
	fxcost --records 10000000 --bytes 1280 stack >out
	is_cost "queue: delivered" 0
	is_cost "hook: delivered" 0.02628
	is_cost "mail: delivered" 0.876
	is_cost "file: delivered" 0.876
	is_cost "archive: delivered" 42.061011
	is_cost "archive: objects written" 0.0438
	is_cost "alerts: its key" 1
	is_cost "alerts: its key, calls" 0.02628
	is_cost "late: alarm" 0.1
	is_cost "fast: alarm" 0.3
	fxcost --free-tier stack >out
	is_cost "late: alarm" 0
	is_cost "hook: delivered" 0
	is_cost "mail: delivered" 0.856
	sed 's/sns:\|firehose:\|cloudwatch://' stack | fxcost >out
	is_cost total 0
	said "archive: delivery" '.why == "not on this machine"'
}

@test "without --records the number of records follows from the schedules" {
	{
		stream ''
		echo '{"resource":"schedule","name":"p","schedule":"rate(5 minutes)","command":"fxfetch -p coinbase BTC/USD ETH/USD | fxenc | kput -q"}'
		echo '{"resource":"schedule","name":"q","schedule":"*/30 9 * * *","command":"fxfetch DOGE/USD | fxenc | kput -q"}'
	} >stack
	fxcost stack >out
	said "s: PUT payload units" '.quantity == 17580.833333'
	stream '' | fxcost >out
	said "s: PUT payload units" '.quantity == 0 and (.why | test("--records"))'
}

@test "the runs of a schedule, in all its forms" {
	local schedule runs
	while IFS='|' read -r schedule runs; do
		{
			stream ''
			echo '{"resource":"schedule","name":"p","schedule":"'"$schedule"'","command":"fxfetch -p coinbase BTC/USD | kput -q"}'
		} | fxcost >out
		said "s: PUT payload units" "(.quantity - $runs | fabs) < 0.001" || { echo "$schedule: $(cat out)" && false; }
	done <<-'END'
		rate(1 hour)|730
		rate(2 days)|15.208333
		cron(0/5 * * * ? *)|8760
		cron(0 18 ? * MON-FRI *)|21.726190
		cron(0/15 8-17 ? * MON-FRI *)|869.047619
		cron(55-5 22-4 ? * FRI-MON *)|1338.333333
		cron(0 9 L * ? *)|1
		cron(0 9 ? JAN-MAR,JUL 6#3 *)|0.333333
		5,10,50-59/3 * * * *|4380
		*/7 * * * *|6570
		0 0 1 * *|1
		0 0 * * 0-7|30.416667
		0 0 1 * MON|5.202381
		@hourly|730
		@reboot|0
	END
	for schedule in 'cron(0 9 * * ?)' '*/0 * * * *' '61 * * * *' 'rate(1 week)' '* * * *'; do
		echo '{"resource":"schedule","name":"p","schedule":"'"$schedule"'","command":"fxfetch BTC/USD"}' >stack
		run -2 --separate-stderr fxcost stack
		[ "$stderr" = "fxcost: the stack, line 1: $schedule is not a schedule" ]
		[ -z "$output" ]
	done
}

@test "statistics that are cut off, a single line, or empty" {
	echo '{"tool":"kput","started":"2025-10-21T14:00:00.123Z","seconds":1.5,"lines":3,"bytes":900,"done":3}' >statistics
	stream '' >stack
	fxcost --stats statistics stack >out
	said "s: PUT payload units" '.quantity == 0 and (.why | test("more than one run"))'
	echo '{"tool":"kput","started":"2025-10-21T14:01:00.123Z","seconds":1.5,"lines":3,"bytes":900,"done":3}' >>statistics
	head -c 50 statistics >>statistics
	fxcost --stats statistics --stats statistics stack >out
	said "s: PUT payload units" '.quantity == 131400'
	for line in '"started":"yesterday"' '"started":"2025-10-21T14:00:00Z","seconds":"x"' '"started":"2025-10-21T14:00:00Z","done":-1'; do
		printf '\n{"tool":"kput",%s}\n' "$line" >statistics
		run -2 --separate-stderr fxcost --stats statistics stack
		[ "$stderr" = "fxcost: the statistics, line 2: no time, or a member that is not a number" ]
	done
	echo '{"resource":"table","name":"dynamodb:t","billing":{"read":"x"}}' >stack
	run -2 --separate-stderr fxcost stack
	has "$stderr" 'fxcost: the cost cannot be calculated: '
}

@test "statistics of the tools: extrapolated to a month, each process once" {
	# Four runs, a minute apart, of three records; a service's lines add up as they go.
	for minute in 0 1 2 3; do
		echo '{"tool":"kput","started":"2025-10-21T14:0'$minute':00.123Z","seconds":1.5,"lines":3,"bytes":900,"done":3,"batches":1}'
		echo '{"tool":"fxfetch","started":"2025-10-21T14:0'$minute':00.001Z","seconds":1,"lines":3,"bytes":1,"done":3}'
	done >statistics
	for seconds in 60 120 3600; do
		echo '{"tool":"ddbget","started":"2025-10-21T14:00:00.000Z","seconds":'$seconds',"lines":'$seconds',"bytes":1,"done":'$seconds'}'
	done >more
	{
		stream ''
		table ''
		echo '{"resource":"secret","name":"secretsmanager:Key"}'
	} >stack
	fxcost --stats statistics --stats more stack >out
	said "s: PUT payload units" '.quantity == 131400'
	said "Key: calls" '.quantity == 43800'
	said "t: storage" '.quantity == (131400 * 400 / 1073741824 * 1000000 | round / 1000000)'
	said "t: reads" '.quantity == 1314000'
	# What is said counts more than what is seen.
	fxcost --stats statistics --records 10/day --bytes 10 stack >out
	said "t: writes" '.quantity == 304.166667'
}

@test "embedded resources cost nothing; --aws treats plain names as AWS resources" {
	printf '%s\n' '{"resource":"stream","name":"rates"}' '{"resource":"table","name":"./t","key":"a"}' >stack
	fxcost --records 4320 stack >out
	is_cost total 0
	fxcost --records 4320 --aws stack >out
	is_cost "rates: shards" 10.95
}

@test "Alpha Vantage's plan is in the total if it is called more than 25 times a day" {
	{
		echo '{"resource":"secret","name":"file:key"}'
		echo '{"resource":"schedule","name":"p","schedule":"rate(1 minute)","command":"fxfetch BTC/USD ETH/USD DOGE/USD | kput -q"}'
	} >stack
	fxcost stack >out
	is_cost "Alpha Vantage" 49.99
	sed 's/rate(1 minute)/rate(3 hours)/' stack | fxcost >out
	is_cost "Alpha Vantage" ''
	sed 's/fxfetch/fxfetch -p coinbase/' stack | fxcost >out
	is_cost "Alpha Vantage" ''
	sed 's/"command"/"environment":{"FX_PROVIDER":"coinbase"},"command"/' stack | fxcost >out
	is_cost "Alpha Vantage" ''
	fxcost --aws "$REPOSITORY/scripts/stacks/tutorial.ndjson" >out
	is_cost "intraday-analytics-stream: shards" 10.95
	is_cost "AlphaVantageApiKey: calls" 0.219
	is_cost total 11.663673
}

@test "the tutorial's table, from its own assumptions, and its errors" {
	fxcost --tutorial >out
	said "total" '.says == 13.68'
	# To the cent, but where it rounded twice, and for the writes.
	jq -r 'select(.says) | "\(.item) \(.cost * 100 | round / 100) \(.says + 0)"' out >sums
	diff sums - <<-'END'
		Lambda (Producer) 0.55 0.55
		Lambda (Consumer) 0.27 0.28
		Kinesis 10.95 10.95
		DynamoDB: 5 GB 1.25 1.25
		DynamoDB: writes 0.08 0.25
		Secrets Manager 0.4 0.4
		EventBridge 0 0
		total 13.5 13.68
	END
	[ "$(jq -r 'select(.wrong) | .wrong' out | wc -l)" = 10 ]
	said "Alpha Vantage is left out" '.cost == 49.99'
	said "DynamoDB: the table is provisioned" '.cost == 2.847'
	said "Secrets Manager: calls are left out" '.cost == 0.657'
	is_cost "as it is built" 65.139137
}

@test "a table of prices can be replaced; missing prices are reported" {
	jq '.prices.kinesis_shard_hour.price = 1 | .date = "2030-01"' "$PRICES" >mine.json
	stream '' | fxcost -p mine.json --records 1 >out
	is_cost "s: shards" 730
	said "total" '.why | test("2030-01")'
	jq 'del(.prices.kinesis_shard_hour)' "$PRICES" >less.json
	stream '' >stack
	run -2 --separate-stderr fxcost --prices=less.json stack
	[ "$stderr" = "fxcost: the price table lacks kinesis_shard_hour" ]
	echo '[]' >none.json
	run -2 --separate-stderr fxcost -pnone.json stack
	has "$stderr" "the price table is not"
	run -2 --separate-stderr fxcost -p no-such-place stack
	has "$stderr" "there is no price table no-such-place"
}

@test "every price has a date and a source, and is used" {
	jq -e '.prices | to_entries | all(.value.price > 0 and .value.per >= 1 and .value.unit
		and (.value.date | test("^20[0-9]{2}-[0-9]{2}")) and (.value.source | test("^https://")))' "$PRICES"
	local name
	for name in $(jq -r '.prices | keys[]' "$PRICES"); do
		grep -qw "$name" "$REPOSITORY/scripts/fxcost" || { echo "$name is not used" && false; }
	done
}

@test "a line that is not a resource: exit status 2, its number, no output" {
	local line
	for line in 'no JSON' '[]' '{"resource":"stream"}' '{"resource":"queue","name":"q"}'; do
		{
			stream ''
			echo
			echo "$line"
		} >stack
		run -2 --separate-stderr fxcost stack
		has "$stderr" "the stack, line 3: "
		[ -z "$output" ]
	done
	echo 'no JSON' >statistics
	run -2 --separate-stderr fxcost --stats statistics </dev/null
	has "$stderr" "the statistics, line 1: "
}

@test "usage errors: exit status 2" {
	local arguments
	while read -r arguments; do
		# shellcheck disable=SC2086 # words
		run -2 --separate-stderr fxcost $arguments </dev/null
		has "$stderr" "fxcost: "
		[ -z "$output" ]
	done <<-'END'
		--no-such
		--records
		--records -5
		--records 1.5
		--bytes x
		--runs-on moon
		one two
		no-such-file
		--stats no-such-file
	END
	fxcost --help | grep -q -e --tutorial
}

@test "on a terminal: a table with cents; on a pipe, lines" {
	stream ',"shards":137' | fxcost --records 1 --table >out
	grep -q '^s: shards .* 100,010 shard-hour  *1,500\.15  137 × 730 hours$' out
	grep -q '^total .* 1,500\.15  prices of us-east-1' out
	stream '' | fxcost --records 1 | jq -e .cost >/dev/null
	fxcost --tutorial --table | grep -q '^! Alpha Vantage'
}
