# filters: what those of scripts/filters make of records, marks and wrong arguments; alarms.jq is
# tried in fxmetrics.bats.

load helper

FILTERS=$REPOSITORY/scripts/filters

# each COMMAND…: runs it with each filter that is for a chain of lines with positions.
each() {
	local filter
	for filter in "$FILTERS"/*.jq; do
		case ${filter##*/} in alarms.jq | csv.jq | lambda-event.jq) continue ;; esac
		"$@" "$filter" || { echo "${filter##*/}" && return 1; }
	done
}

# apply FILTER [OPTION…]: with arguments of which each filter takes its own.
apply() {
	local filter=$1
	shift
	jq "${@--c}" --arg tickers 'BTC/USD ETH/USD' --argjson above 10 --argjson below null -f "$filter"
}

lets_marks_through() {
	cat >marks <<-'END'
		{"_pos":"0:5+"}
		{"_pos":"shardId-000000000001:49590338271490256608559692538361571095921575989136588898+"}
		{"_pos":"0:5+"}
		{"_pos":"0:7.12+"}
	END
	apply "$1" <marks | cmp marks - && apply "$1" -nc <marks | cmp marks -
}

@test "every filter of a chain lets marks through, once and unchanged" {
	each lets_marks_through
	# And the test can fail.
	echo '.,.' >twice.jq
	not lets_marks_through "$PWD/twice.jq"
}

survives_anything() {
	printf '%s\n' '{"_pos":"0:1","_raw":"AAE="}' null false 5 '"text"' '"{"' '[]' '[[]]' '{}' '{"ticker":[]}' \
		'{"ticker":"BTC/USD","exchange_rate":"text"}' '{"ticker":null,"last_refreshed":{"a":[]}}' \
		'{"ticker":"BTC/USD","last_refreshed":{"a":[1e999]},"exchange_rate":-1e999}' \
		'{"exchange_rate":1}' '{"_pos":7}' '{"_pos":[]}' '{"_raw":5}' "{\"ticker\":\"$(printf '%09999d' 0)\"}" \
		'{"_pos":"0:9+"}' >anything
	apply "$1" <anything >out && [ "$(tail -n 1 out)" = '{"_pos":"0:9+"}' ] &&
		apply "$1" -nc <anything | cmp out -
}

@test "no filter fails on a record that is not a rate, with and without -n" {
	each survives_anything
}

keeps_positions() {
	rates 5 | sed 's/^{/{"_pos":"0:3",/' | apply "$1" >out
	[ -s out ] && not grep -v '^{"_pos":"0:3",' out
}

@test "the output of a filter has its position first" {
	each keeps_positions
}

has_usage() {
	head -n 1 "$1" | grep -q "^# ${1##*/}: " && grep -q "^#   .*-f ${1##*/}" "$1"
}

@test "every filter describes what it does and how to use it, and has its entry in fxpipe-filters(7)" {
	local filter
	each has_usage
	for filter in "$FILTERS"/*.jq; do
		has_usage "$filter"
		grep -q "^\.Ss ${filter##*/}" "$REPOSITORY/man/fxpipe-filters.7" || { echo "$filter" && false; }
	done
}

# A filter is one file, so that it can be copied; what several have must stay the same.
@test "definitions of one name are the same in all filters" {
	local name
	for name in mark record number; do
		for filter in "$FILTERS"/*.jq; do
			awk -v name="$name" '$1 == "def" && $2 ~ "^" name "[:(]" { on = 1 } on { print } on && /;$/ { exit }' "$filter" |
				sed 's/^/=/' | tr '\n' ' '
			echo
		done | grep . | sort -u >"$name"
		[ "$(wc -l <"$name")" = 1 ] || { cat "$name" && false; }
	done
}

# The tickers kept, in one line.
tickers() {
	jq -r '.ticker // ._pos' | paste -sd ' '
}

mixed() {
	rates 2 BTC/USD
	rates 2 DOGE/USD
	rates 1 ETH/USD
}

# A wrong argument: the message, once for each run of the program, status 2, and nothing written.
refuses() {
	local message=$1
	shift
	printf '%s\n' '{"_pos":"0:1","ticker":"BTC/USD","exchange_rate":11}' '{"_pos":"0:2+"}' >two
	run -2 --separate-stderr jq -nc "$@" two
	[ -z "$output" ]
	[ "$stderr" = "$message" ] || { echo "$stderr" && false; }
	# Without -n jq 1.6 begins again with each line.
	run -2 --separate-stderr jq -c "$@" two
	[ -z "$output" ]
	[ "$(sort -u <<<"$stderr")" = "$message" ]
}

@test "only.jq keeps the tickers named, in a list with blanks or commas, or an array" {
	local list
	for list in 'BTC/USD ETH/USD' 'BTC/USD,ETH/USD' ' BTC/USD, ETH/USD '; do
		[ "$(mixed | jq -c --arg tickers "$list" -f "$FILTERS/only.jq" | tickers)" = 'BTC/USD BTC/USD ETH/USD' ]
	done
	[ "$(mixed | jq -c --argjson tickers '["ETH/USD"]' -f "$FILTERS/only.jq" | tickers)" = ETH/USD ]
}

@test "only.jq: wrong arguments" {
	refuses "only.jq: tickers is missing (--arg tickers 'BTC/USD ETH/USD')" -f "$FILTERS/only.jq"
	refuses "only.jq: tickers is 5, not a list of names (--arg tickers 'BTC/USD ETH/USD')" --argjson tickers 5 -f "$FILTERS/only.jq"
	refuses "only.jq: tickers is \" ,\", not a list of names (--arg tickers 'BTC/USD ETH/USD')" --arg tickers ' ,' -f "$FILTERS/only.jq"
	refuses "only.jq: tickers is [1], not a list of names (--arg tickers 'BTC/USD ETH/USD')" --argjson tickers '[1]' -f "$FILTERS/only.jq"
}

alerts() {
	printf '{"_pos":"0:1","exchange_rate":%s}\n' 5 6 10 10.1 20 '"50"' null | jq -c "$@" -f "$FILTERS/price_alert.jq" |
		jq -c .exchange_rate | paste -sd ' '
}

@test "price_alert.jq keeps rates above or below a bound, of which one may be left out" {
	[ "$(alerts --argjson above 10 --argjson below 6)" = '5 10.1 20' ]
	[ "$(alerts --argjson above 10)" = '10.1 20' ]
	[ "$(alerts --argjson below 6)" = 5 ]
	[ "$(alerts --argjson above 10 --argjson below null)" = '10.1 20' ]
	[ "$(alerts --arg above 10)" = '10.1 20' ]
	[ "$(alerts --argjson above -1e3)" = '5 6 10 10.1 20' ]
	[ "$(alerts --argjson above 0 --argjson below 0)" = '5 6 10 10.1 20' ]
}

@test "price_alert.jq: wrong arguments" {
	refuses 'price_alert.jq: a bound is missing (--argjson above 110000, --argjson below 90000, or both)' -f "$FILTERS/price_alert.jq"
	refuses 'price_alert.jq: above is "5x", not a number (--argjson above 110000)' --arg above 5x -f "$FILTERS/price_alert.jq"
	refuses 'price_alert.jq: below is [5], not a number (--argjson below 90000)' --argjson above 5 --argjson below '[5]' -f "$FILTERS/price_alert.jq"
	refuses 'price_alert.jq: below is "", not a number (--argjson below 90000)' --arg below '' -f "$FILTERS/price_alert.jq"
	refuses 'price_alert.jq: above is "nan", not a number (--argjson above 110000)' --arg above nan -f "$FILTERS/price_alert.jq"
}

@test "slim.jq keeps the key and the rate" {
	echo '{"ticker":"A/B","exchange_rate":2,"timestamp":"t","last_refreshed":"l","bid_price":1}' >in
	run -0 jq -c -f "$FILTERS/slim.jq" in
	[ "$output" = '{"ticker":"A/B","last_refreshed":"l","exchange_rate":2}' ]
}

@test "both_ways.jq adds the reciprocal" {
	echo '{"ticker":"A/B","exchange_rate":4,"bid_price":1}' >in
	run -0 jq -c -f "$FILTERS/both_ways.jq" in
	[ "${lines[1]}" = '{"ticker":"B/A","exchange_rate":0.25}' ]
	[ "${#lines[@]}" = 2 ]
}

# --- dedupe.jq ---

# quotes TICKER/TIME/RATE…: records with positions 0:1, 0:2, …
quotes() {
	local quote n=0
	for quote; do
		n=$((n + 1))
		IFS=: read -r ticker time rate <<<"$quote"
		printf '{"_pos":"0:%d","ticker":"%s","last_refreshed":"%s","exchange_rate":%s}\n' "$n" "$ticker" "$time" "${rate:-1}"
	done
	printf '{"_pos":"0:%d+"}\n' "$n"
}

# The numbers of the records that are kept.
kept() {
	jq -c "$@" -f "$FILTERS/dedupe.jq" | jq -r ._pos | sed 's/^0://' | paste -sd ' '
}

@test "dedupe.jq drops a record whose key repeats the last of its ticker" {
	[ "$(quotes A:1 A:1 B:1 A:1 B:1 A:2 A:1 B:2 B:2 | kept)" = '1 3 6 7 8 9+' ]
	[ "$(quotes A:1:5 A:2:5 B:3:5 A:4:6 A:5:6 A:6:5 | kept --arg key ticker,exchange_rate)" = '1 3 4 6 6+' ]
	[ "$(quotes A:1:5 A:1:6 A:1:6 | kept --argjson key '["ticker","last_refreshed","exchange_rate"]')" = '1 2 3+' ]
	# One member: all but the first.
	[ "$(quotes A:1 A:2 B:1 A:3 B:2 | kept --arg key ticker)" = '1 3 5+' ]
}

@test "dedupe.jq passes on records without its key, with a huge one, and those that are not objects" {
	{
		printf '{"_pos":"0:1","ticker":"A"}\n{"_pos":"0:2","ticker":"A"}\n{"_pos":"0:3","_raw":"WzFd"}\n{"_pos":"0:4","_raw":"WzFd"}\n'
		printf '{"_pos":"0:5","ticker":null,"last_refreshed":1}\n{"_pos":"0:6","ticker":null,"last_refreshed":1}\n'
		printf '{"_pos":"0:%d","ticker":"%05000d","last_refreshed":1}\n' 7 0 8 0
		printf '[1]\n[1]\n5\n5\n'
	} >in
	jq -c -f "$FILTERS/dedupe.jq" in | cmp in -
}

@test "dedupe.jq compares values of all types, and members of the same names as its own do no harm" {
	printf '{"_pos":"0:%d","ticker":%s,"last_refreshed":%s}\n' 1 '"1"' 1 2 1 1 3 '"1"' '"1"' 4 1 1 5 '{"a":[1]}' '[]' \
		6 '{"a":[1]}' '[]' 7 '""' 1 8 '""' 1 9 '[]' 1 10 '""' 1 >in
	[ "$(kept <in)" = '1 2 3 5 7 9' ]
}

@test "dedupe.jq: its memory is bounded by --argjson keys" {
	# The last two keys are remembered, and at most four.
	[ "$(quotes A:1 B:1 A:1 B:1 | kept --argjson keys 2)" = '1 2 4+' ]
	[ "$(quotes A:1 B:1 C:1 D:1 E:1 A:1 E:1 | kept --argjson keys 2)" = '1 2 3 4 5 6 7+' ]
	[ "$(quotes A:1 B:1 C:1 D:1 D:1 C:1 | kept --argjson keys 2)" = '1 2 3 4 6+' ]
	[ "$(quotes A:1 A:1 B:1 A:1 | kept --argjson keys 1)" = '1 3 4 4+' ]
	# A key in use is not forgotten.
	[ "$(quotes A:1 B:1 A:1 C:1 A:1 D:1 A:1 E:1 A:1 | kept --argjson keys 2)" = '1 2 4 6 8 9+' ]
	# 60,000 keys of 1,000 bytes, 100 of which are remembered: in 64 MB of memory.
	seq 60000 | awk '{ printf "{\"ticker\":\"%01000d\",\"last_refreshed\":1}\n", $1 }' >in
	(ulimit -v 65536 && jq -c --argjson keys 100 -f "$FILTERS/dedupe.jq" in) | cmp in -
}

@test "dedupe.jq: wrong arguments" {
	refuses 'dedupe.jq: keys is "many", not a number (--argjson keys 10000)' --arg keys many -f "$FILTERS/dedupe.jq"
	refuses 'dedupe.jq: keys is 0, not 1 or more (--argjson keys 10000)' --argjson keys 0 -f "$FILTERS/dedupe.jq"
	refuses "dedupe.jq: key is {}, not a list of names (--arg key 'ticker,last_refreshed')" --argjson key '{}' -f "$FILTERS/dedupe.jq"
	refuses "dedupe.jq: key is \"\", not a list of names (--arg key 'ticker,last_refreshed')" --arg key '' -f "$FILTERS/dedupe.jq"
}

@test "dedupe.jq in a chain: what is dropped is committed" {
	local n
	for n in 1 2; do rates 3; done | kput -q -k ticker
	kread -g once | jq -c --arg key last_refreshed -f "$FILTERS/dedupe.jq" | tee lines | ddbput -t once -k ticker,last_refreshed | kack -g once
	[ "$(grep -c ticker lines)" = 3 ]
	[ "$(ddbget -t once BTC/USD | wc -l)" = 3 ]
	kstat -g once | holds '.lag == 0'
}

# --- lines as they are (-R) ---

as_they_are() {
	cat >exact <<-'END'
		{"_pos":"0:1", "ticker":"BTC/USD","exchange_rate":102119.00000000 ,"last_refreshed":"1","n":[0.10,1e2,12345678901234567890123]}
		{"_pos":"0:2","ticker":"ETH/USD","exchange_rate":11.50,"last_refreshed":"1","s":"\u00e9é\/"}
		{"_pos":"0:2+"}
	END
	apply "$1" -Rr <exact | cmp exact - && apply "$1" -Rnr <exact | cmp exact -
}

@test "only.jq, price_alert.jq and dedupe.jq with -Rr write lines byte for byte" {
	local filter
	for filter in only price_alert dedupe; do
		as_they_are "$FILTERS/$filter.jq"
		printf '%s\n' 'no json' '' '[' '"a"' '{"_pos":"0:5+"}' | apply "$FILTERS/$filter.jq" -Rr | tail -n 1 >last
		[ "$(cat last)" = '{"_pos":"0:5+"}' ]
	done
}

@test "with -R a line that jq may have damaged is refused, not written" {
	# jq -R reads 4 KiB at a time and breaks characters at the ends.
	python3 -c 'print("{\"ticker\":\"BTC/USD\",\"exchange_rate\":99,\"last_refreshed\":\"1\",\"s\":\"" + "é" * 2100 + "\"}")' >short
	python3 -c 'print("{\"ticker\":\"BTC/USD\",\"exchange_rate\":99,\"last_refreshed\":\"1\",\"s\":\"" + "a" * 5000 + "\"}")' >ascii
	local filter pad
	for filter in only price_alert dedupe lambda-event; do
		for pad in '' x; do
			sed "s/é/$pad&/;s/^{/{\"_pos\":\"0:1\",/" short >line
			if ! jq -Rr . line | cmp -s line -; then
				run -2 --separate-stderr apply "$FILTERS/$filter.jq" -Rr <line
				[ -z "$output" ]
				has "$stderr" "$filter.jq: line 1 may have been damaged by jq -R, as it is longer than 4 KiB (leave out -R)"
				: >damaged
			fi
			apply "$FILTERS/$filter.jq" -c <line >out
			[ -s out ]
		done
		[ "$filter" = lambda-event ] || apply "$FILTERS/$filter.jq" -Rr <ascii | cmp ascii -
	done
}

# --- csv.jq ---

csv() {
	jq -r "$@" -f "$FILTERS/csv.jq"
}

@test "csv.jq: chosen members, header, quoting, and what Python reads of it" {
	cat >in <<-'END'
		{"_pos":"0:1","ticker":"BTC/USD","exchange_rate":1.5,"note":"a \"b\", c\nd","list":[1,{"a":"b"}],"yes":true}
		{"_pos":"0:2+"}
		{"_pos":"0:3","exchange_rate":null,"ticker":"É"}
		{"_pos":"0:4","_raw":"WzFd"}
		{"_pos":"0:5","other":1}
		[1]
		"text"
		{"_pos":"0:5+"}
	END
	csv --arg members ticker,exchange_rate,note,list,yes,none <in >out.csv
	head -n 1 out.csv | grep -qx '"ticker","exchange_rate","note","list","yes","none"'
	python3 -c 'import csv; print(ascii(list(csv.reader(open("out.csv", newline="", encoding="utf-8")))))' >rows
	cat >expected <<-'END'
		[['ticker', 'exchange_rate', 'note', 'list', 'yes', 'none'], ['BTC/USD', '1.5', 'a "b", c\nd', '[1,{"a":"b"}]', 'true', ''], ['\xc9', '', '', '', '', '']]
	END
	diff expected rows
	[ "$(csv --arg members '_pos ticker' <in)" = $'"_pos","ticker"\n"0:1","BTC/USD"\n"0:3","É"\n"0:4",\n"0:5",' ]
	[ "$(csv --argjson members '["ticker"]' --argjson header false <in)" = $'"BTC/USD"\n"É"' ]
	[ "$(csv --argjson members '["ticker"]' --arg header false <in)" = $'"BTC/USD"\n"É"' ]
	# By default the members of the first record.
	[ "$(csv <in | head -n 1)" = '"ticker","exchange_rate","note","list","yes"' ]
	# Marks are no rows, and no header is written for them alone.
	[ -z "$(echo '{"_pos":"0:5+"}' | csv --arg members ticker)" ]
	[ -z "$(csv --arg members ticker </dev/null)" ]
	[ "$(csv -n --arg members ticker <in)" = "$(csv --arg members ticker <in)" ]
}

@test "csv.jq: wrong arguments" {
	refuses "csv.jq: members is 5, not a list of names (--arg members 'ticker,last_refreshed,exchange_rate')" --argjson members 5 -f "$FILTERS/csv.jq"
	refuses "csv.jq: members is \"\", not a list of names (--arg members 'ticker,last_refreshed,exchange_rate')" --arg members '' -f "$FILTERS/csv.jq"
	refuses 'csv.jq: header is "no", neither true nor false (--argjson header false)' --arg header no -f "$FILTERS/csv.jq"
	refuses 'csv.jq: header is 0, neither true nor false (--argjson header false)' --argjson header 0 -f "$FILTERS/csv.jq"
}

@test "csv.jq in kbatch: what is in the file is committed" {
	rates 250 | kput -q
	kread -g csv | kbatch -n 100 -- sh -c \
		'jq -r --arg members ticker,last_refreshed --argjson header false -f "$1" >>rates.csv' sh "$FILTERS/csv.jq" | kack -g csv
	kstat -g csv | holds '.lag == 0'
	rates 250 | jq -r '[.ticker, .last_refreshed] | @csv' | cmp - rates.csv
}

# --- lambda-event.jq ---

event() {
	jq "$@" -f "$FILTERS/lambda-event.jq"
}

@test "lambda-event.jq: each member of a record, as Lambda's documentation shows them" {
	cat >in <<-'END'
		{"_pos":"shardId-000000000006:49590338271490256608559692538361571095921575989136588898","ticker":"1","timestamp":"2018-12-17T22:37:30.987Z","exchange_rate":1.50}
		{"_pos":"shardId-000000000006:49590338271490256608559692538361571095921575989136588898+"}
	END
	event -Rc --arg arn arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream <in >out
	jq -S . out >found
	jq -S . >expected <<-END
		{"Records":[{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"1",
		"sequenceNumber":"49590338271490256608559692538361571095921575989136588898",
		"data":"$(printf '{"ticker":"1","timestamp":"2018-12-17T22:37:30.987Z","exchange_rate":1.50}' | base64 -w 0)",
		"approximateArrivalTimestamp":1545086250.987},
		"eventSource":"aws:kinesis","eventVersion":"1.0",
		"eventID":"shardId-000000000006:49590338271490256608559692538361571095921575989136588898",
		"eventName":"aws:kinesis:record","invokeIdentityArn":"arn:aws:iam::123456789012:role/lambda-role",
		"awsRegion":"us-east-2","eventSourceARN":"arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream"}]}
	END
	diff expected found
}

@test "lambda-event.jq: embedded shards, parts of aggregates, _raw, keys and times that are missing" {
	cat >in <<-'END'
		{"_pos":"0:1", "ticker":"A/B","n":0.10 }
		{"_pos":"shardId-000000000001:7.3","_raw":"AAE="}
		{ "_pos" : "12:3" , "ticker":5,"timestamp":"yesterday"}
		{"_pos":"x-y:4","ticker":"","customer":"c1","at":"2025-01-01T00:00:00Z"}
	END
	event -Rc <in >out
	[ "$(jq -r '.Records[].eventID' out)" = $'shardId-000000000000:1\nshardId-000000000001:7.3\nshardId-000000000012:3\nx-y:4' ]
	[ "$(jq -r '.Records[].kinesis.sequenceNumber' out | paste -sd ' ')" = '1 7 3 4' ]
	[ "$(jq -r '.Records[].kinesis.partitionKey' out | paste -sd ' ')" = 'A/B shardId-000000000001:7.3 5 x-y:4' ]
	[ "$(jq -r '.Records[0].kinesis.data' out | base64 -d)" = '{ "ticker":"A/B","n":0.10 }' ]
	[ "$(jq -r '.Records[1].kinesis.data' out)" = AAE= ]
	[ "$(jq -r '.Records[2].kinesis.data' out | base64 -d)" = '{ "ticker":5,"timestamp":"yesterday"}' ]
	holds '(now - .Records[2].kinesis.approximateArrivalTimestamp) | . >= 0 and . < 3600' <out
	event -Rc --arg key customer --arg arrived at <in | holds '.Records[3].kinesis | .partitionKey == "c1" and .approximateArrivalTimestamp == 1735689600'
	# Without -R the data are the record as jq writes it.
	[ "$(event -c <in | jq -r '.Records[3].kinesis.data' | base64 -d)" = '{"ticker":"","customer":"c1","at":"2025-01-01T00:00:00Z"}' ]
	[ "$(event -nRc </dev/null)" = '{"Records":[]}' ]
}

@test "lambda-event.jq: wrong arguments, and lines without a position" {
	refuses 'lambda-event.jq: key is 5, not a text (--arg key '"'ticker')" --argjson key 5 -f "$FILTERS/lambda-event.jq"
	refuses 'lambda-event.jq: arn is "rates", not the ARN of a stream (--arg arn arn:aws:kinesis:us-east-1:000000000000:stream/rates)' \
		--arg arn rates -f "$FILTERS/lambda-event.jq"
	local line
	for line in '{"a":1}' '[1]' 5 '{"_pos":"x"}' 'no json'; do
		run -2 --separate-stderr event -Rnc <<<"$line"
		[ -z "$output" ]
		has "$stderr" 'lambda-event.jq: line 1: no position (its _pos is '
		has "$stderr" 'give --positions to kbatch, -g to kread'
	done
}

@test "lambda-event.jq in kbatch: a handler gets all records, byte for byte, and they are committed" {
	rates 250 >in
	printf '[1]\n\0binary\n' >>in
	kput -q <in
	cat >handler.py <<-'END'
		import base64, json, sys
		def lambda_handler(event, context):
		    with open("handled", "ab") as file:
		        for record in event["Records"]:
		            file.write(base64.b64decode(record["kinesis"]["data"]) + b"\n")
		lambda_handler(json.load(sys.stdin), None)
	END
	kread -g handler | kbatch -n 100 --positions -- \
		bash -o pipefail -c 'jq -Rc -f "$1" | python3 handler.py' bash "$FILTERS/lambda-event.jq" | kack -g handler
	cmp in handled
	kstat -g handler | holds '.lag == 0'
}

# --- fxpipe-filters(7) ---

@test "the page shows how this version of jq writes numbers" {
	local version column read old new
	version=$(jq --version)
	case $version in
	jq-1.6*) column=old ;;
	jq-1.7*) column=new ;;
	*) skip "the page says nothing of $version" ;;
	esac
	sed -n 's/^\.It \([0-9][^ ]*\) Ta \([^ ]*\) Ta \([^ ]*\)$/\1 \2 \3/p' "$REPOSITORY/man/fxpipe-filters.7" >numbers
	[ "$(wc -l <numbers)" = 5 ]
	while read -r read old new; do
		[ "$(jq -c . <<<"{\"a\":$read}")" = "{\"a\":${!column}}" ]
	done <numbers
}

@test "the page's example in Miller: marks and digits are kept" {
	command -v mlr >/dev/null || skip "Miller is not installed"
	grep '^mlr ' "$REPOSITORY/man/fxpipe-filters.7" >command
	[ -s command ]
	printf '%s\n' '{"a":1,"exchange_rate":103000.50000000}' '{"exchange_rate":102999.9}' '{"exchange_rate":4}' | kput -q
	kread -g miller | bash command | kput -s kept | kack -g miller
	[ "$(kread -s kept)" = '{ "a": 1, "exchange_rate": 103000.50000000}' ]
	kstat -g miller | holds '.lag == 0'
}
