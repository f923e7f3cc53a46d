# pipeline: what pipeline.bats asks of the tools together, wherever streams and tables are;
# pipeline_aws.bats asks it as well.

producer() {
	fxfetch -p sample BTC/USD | fxenc | kput -q -k ticker
}

consumer() {
	kread -g table | ddbput -x rejects | kack -g table
}

# How many records a group has still to read.
left_for() {
	kread -g "$1" | jq -c 'select(.ticker)' | wc -l
}

table_holds() {
	[ "$(ddbget | wc -l)" = "$1" ]
}

processor_ticks() {
	awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"
}

# A provider's rates go through a stream into a table, digit for digit.
digits() {
	producer
	consumer
	[ ! -e rejects ] || [ ! -s rejects ]
	ddbget BTC/USD >items
	[ "$(wc -l <items)" = 60 ]
	# The recording's own 60 closing prices, by time.
	tail -n +2 "$FIXTURES/btc-usd-hour.csv" | tr , ' ' | sort >expected
	# As text: no number is read on the way.
	sed -E 's/.*"exchange_rate":([0-9.]+).*/\1/' items >values
	sed -E 's/.*"last_refreshed":"([^"]+)".*/\1/' items >moments
	paste -d ' ' moments values | sort | sed -E 's/(\.[0-9]*[1-9])0+$|\.0+$/\1/' >actual
	cmp expected actual
	holds -s 'all(.source == "sample" and (.timestamp | test("^2.*Z$")))' items
}

# The same records a second time change nothing in the table, and move the group on.
again() {
	producer
	consumer
	ddbget | sort >before
	producer
	[ "$(left_for table)" = 60 ]
	consumer
	ddbget | sort | jq -c 'del(.timestamp)' >after
	jq -c 'del(.timestamp)' before | cmp - after
	[ "$(left_for table)" = 0 ]
	consumer
	ddbget | sort | jq -c 'del(.timestamp)' | cmp - after
}

# What a filter drops is done as well, for marks pass it.
filter_drops() {
	rates 500 BTC/USD | kput -q -k ticker
	rates 500 ETH/USD | kput -q -k ticker
	kread -g eth |
		jq -c --arg tickers ETH/USD -f "$REPOSITORY/scripts/filters/only.jq" |
		ddbput | kack -g eth
	[ "$(ddbget | jq -r .ticker | uniq)" = ETH/USD ]
	[ "$(ddbget | wc -l)" = 500 ]
	[ "$(left_for eth)" = 0 ]
	# Also where everything is dropped.
	kread -g none | jq -c --arg tickers X/Y -f "$REPOSITORY/scripts/filters/only.jq" |
		ddbput | kack -g none
	[ "$(left_for none)" = 0 ]
}

# A filter may make several lines of one.
filter_multiplies() {
	rates 300 | kput -q -k ticker
	kread -g both | jq -c -f "$REPOSITORY/scripts/filters/both_ways.jq" | ddbput | kack -g both
	[ "$(ddbget BTC/USD | wc -l)" = 300 ]
	[ "$(ddbget USD/BTC | wc -l)" = 300 ]
	[ "$(left_for both)" = 0 ]
}

# A filter that loses positions is reported, and nothing is committed.
filter_loses_positions() {
	rates 10 | kput -q
	run -2 --separate-stderr bash -c 'set -o pipefail
		kread -g lost | jq -c "{ticker, last_refreshed}" | kack -g lost'
	has "$stderr" "kack: "
	has "$stderr" "_pos"
	[ "$(left_for lost)" = 10 ]
}

# A filter that loses marks: the records are done, less the last.
filter_loses_marks() {
	rates 10 | kput -q
	kread -g lost | jq -c 'select(._pos | endswith("+") | not)' | ddbput | kack -g lost
	[ "$(ddbget | wc -l)" = 10 ]
	[ "$(left_for lost)" = 1 ]
}

# A consumer that stops at a refused line leaves it, and those after it, for the next run.
stops_at_refused() {
	rates 5 | kput -q
	echo '{"ticker":5}' | kput -q
	rates 3 ETH/USD | kput -q
	run -2 --separate-stderr bash -c 'set -o pipefail; kread -g table | ddbput | kack -g table'
	has "$stderr" "refused"
	[ "$(ddbget | wc -l)" = 5 ]
	# The last line that came through is not known to be the last of its position.
	[ "$(kread -g table | grep -c '^{"_pos":"[^+]*"')" = 5 ]
	# With -x the line is set aside, once, and all is done.
	run -1 --separate-stderr bash -c 'set -o pipefail
		kread -g table | ddbput -x rejects | kack -g table'
	[ "$(jq -r .record.ticker rejects)" = 5 ]
	[ "$(ddbget | wc -l)" = 8 ]
	run -0 bash -c 'set -o pipefail; kread -g table | ddbput -x rejects | kack -g table'
	[ "$(wc -l <rejects)" = 1 ]
}

# Groups read the same stream without knowing of each other.
groups() {
	rates 40 | kput -q
	kread -g a -n 10 | kack -g a
	kread -g b | kack -g b
	rates 5 ETH/USD | kput -q
	[ "$(left_for a)" = 35 ]
	[ "$(left_for b)" = 5 ]
	[ "$(left_for c)" = 45 ]
	kstat --groups | jq -r .group | sort | cmp - <(printf 'a\nb\n')
}

# One reader of a group at a time: the second ends with 75 and a message.
one_reader() {
	rates 5 | kput -q
	in_background kread -f -g table >first
	wait_for 20 test -s first
	run -75 --separate-stderr kread -g table
	has "$stderr" "table"
	[ "$(left_for other)" = 5 ]
	kill -TERM "$background"
	status_of "$background"
	[ "$(left_for table)" = 5 ]
}

# As a service (-f): a record is in the table within some microseconds after kput stored it.
service_prompt() {
	mkfifo acks
	in_background bash -c 'set -o pipefail; kread -f -g table | ddbput | kack -g table --receipts >acks'
	exec {receipts}<acks
	local number start times=()
	for number in $(seq 20); do
		start=${EPOCHREALTIME/[^0-9]/}
		printf '{"ticker":"BTC/USD","exchange_rate":1,"last_refreshed":"%03d"}\n' "$number" | kput -q
		# The receipt, not the mark behind it.
		until read -r -t 20 line <&"$receipts" && [[ $line == *ticker* ]]; do
			[ -n "$line" ]
		done
		times+=($((${EPOCHREALTIME/[^0-9]/} - start)))
		[ "$(ddbget | wc -l)" = "$number" ]
	done
	# A start of kput is in it. Generous, for the machine may be busy: the middle one of twenty.
	mapfile -t times < <(printf '%s\n' "${times[@]}" | sort -n)
	echo "microseconds from kput to the receipt: ${times[*]}"
	[ "${times[10]}" -lt "$1" ]
}

# A service waits for its stream, costs nothing while idle, and ends whole by SIGTERM.
service_waits() {
	in_background bash -c 'set -o pipefail; kread -f -g table | ddbput | kack -g table'
	wait_for 20 pgrep -P "$background" kread
	local reader ticks
	reader=$(pgrep -P "$background" kread)
	rates 7 | kput -q
	wait_for 20 table_holds 7
	# While it idles: 100 ticks a second; it would have used them all by spinning.
	ticks=$(processor_ticks "$reader")
	# The passing of time is what is measured against here.
	sleep 1
	[ $(($(processor_ticks "$reader") - ticks)) -le 10 ]
	kill -TERM "$reader"
	status_of "$background"
	[ "$status" = 143 ]
	[ "$(left_for table)" = 0 ]
}

# An input that ends badly ends the pipeline badly, what came is kept.
ends_badly() {
	rates 4 >lines
	printf '{"ticker":"BTC/USD","last_refr' >>lines
	run -2 --separate-stderr kput -q <lines
	[ "$(kread | wc -l)" = 4 ]
}
