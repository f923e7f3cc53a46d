# fxalert: a line each time a rule becomes true for a key.

load helper

# quote TICKER PRICE MINUTE: a record.
quote() {
	printf '{"ticker":"%s","price":%s,"at":"2025-10-21T14:%02d:00Z"}\n' "$1" "$2" "$3"
}

# quotes PRICE…: records of ticker A, one a minute.
quotes() {
	local minute=0 price
	for price; do
		quote A "$price" $((minute++))
	done
}

# alerted STATUS ARGUMENT…: standard input through fxalert.
alerted() {
	local expected=$1 got=0
	shift
	fxalert -k ticker -T at "$@" >out 2>words || got=$?
	cat words >&2
	[ "$got" = "$expected" ]
}

# fires RULE OPTION… : PRICE…: the prices at which the rule fires, with "d" after them if it is down.
fires() {
	local arguments=()
	while [ "$1" != : ]; do
		arguments+=("$1")
		shift
	done
	shift
	quotes "$@" | fxalert -k ticker -T at "${arguments[@]}" |
		sed 's/.*"direction":"up","value":\([^,]*\),.*/\1/; s/.*"direction":"down","value":\([^,]*\),.*/\1d/' | xargs
}

@test "the members of an alert; marks are passed on, records are not" {
	cat >in <<-'END'
		{"_pos":"0:7","ticker":"A\/\u0042","at":"2025-10-21T14:30:00.5Z","price":50000.50,"x":[1]}
		{"_pos":"0:7+"}
		{"was":"moved","_pos":"0:7+"}
		{"_pos":"1:3","ticker":"A/B","at":"2025-10-21T16:31:00+02:00","price":5e4}

		{"_pos":"1:4","ticker":7,"at":1761057060,"price":47000}
	END
	alerted 0 --stats stats 'price  >  50000' 'price change 0.0005% in 1h' 'price < 48000' <in
	cat >expected <<-'END'
		{"_pos":"0:7","id":"2025-10-21T14:30:00.500Z price > 50000","alert":"price > 50000","ticker":"A/B","at":"2025-10-21T14:30:00.500Z","direction":"up","value":50000.5,"text":"A/B: price > 50000: 50000.5"}
		{"_pos":"0:7+"}
		{"was":"moved","_pos":"0:7+"}
		{"_pos":"1:3","id":"2025-10-21T14:31:00Z price change 0.0005% in 1h down","alert":"price change 0.0005% in 1h","ticker":"A/B","at":"2025-10-21T14:31:00Z","direction":"down","value":50000,"previous":50000.5,"text":"A/B: price change 0.0005% in 1h: 50000 (from 50000.5)"}
		{"_pos":"1:4","id":"2025-10-21T14:31:00Z price < 48000","alert":"price < 48000","ticker":7,"at":"2025-10-21T14:31:00Z","direction":"down","value":47000,"text":"7: price < 48000: 47000"}
	END
	diff expected out
	holds '.lines == 3 and .done == 3 and .marks == 2 and .blank == 1' stats
	jq -e . out >/dev/null
}

@test "above and below: once, and again after it was false" {
	[ "$(fires 'price > 5' : 4 5 5.01 9 5 6)" = '5.01 6' ]
	[ "$(fires 'price >= 5' : 4 5 6 4.99 5)" = '5 5' ]
	[ "$(fires 'price < -5' : -4 -5 -6 -7 -5 -5.5)" = '-6d -5.5d' ]
	[ "$(fires 'price <= 5' : 5 4 6 5)" = '5d 5d' ]
	# Keys have alerts of their own.
	{ quote A 6 0 && quote B 6 0 && quote A 7 1; } | alerted 0 'price > 5'
	[ "$(jq -r .ticker out | xargs)" = 'A B' ]
}

@test "crosses: from one side to the other; the number itself is on neither" {
	[ "$(fires 'price crosses 5' : 4 5 4 5 6 5 6 5 4 9)" = '6 4d 9' ]
	[ "$(fires 'price crosses above 5' : 6 4 5 6 4 7)" = '6 7' ]
	[ "$(fires 'price crosses below 5' : 6 4 5 6 4)" = '4d 4d' ]
	[ -z "$(fires 'price crosses 5' : 5 5 6 7)" ]
}

@test "change: against the lowest and highest value of the time" {
	[ "$(fires 'price change 5% in 3m' : 100 104.99 105 106 100.7 100.8)" = '105 100.7d' ]
	[ "$(fires 'price rise 5% in 3m' : 100 101 102 103 104 105)" = '' ]
	# A value that is just as old as the time counts; one that is older does not.
	[ "$(fires 'price rise 5% in 3m' : 100 101 102 105)" = 105 ]
	[ "$(fires 'price fall 5% in 2m' : 100 1 100 95 90)" = '1d 95d' ]
	[ "$(fires 'price rise 10% in 1h' : 0 5 5.4 5.5)" = 5.5 ]
	[ "$(fires 'price change 10% in 1h' : -100 -95 -90 -105 -98)" = '-90 -105d' ]
}

@test "numbers are exact, whatever their digits" {
	[ "$(fires 'price > 0.1' : 0.1 0.10000000000000000000000001)" = 0.10000000000000000000000001 ]
	[ "$(fires 'price rise 5% in 1h' : 100000000000000000000000000000 104999999999999999999999999999 105e27)" = 105000000000000000000000000000 ]
	[ "$(fires 'price rise 0.000000000000000001% in 1h' : 3 3.00000000000000000002 3.00000000000000000003)" = 3.00000000000000000003 ]
	[ "$(fires 'price > 1e29' : 1e-30 2e29)" = 200000000000000000000000000000 ]
	[ "$(fires 'price < 1e-30' : 1e29 0)" = '0d' ]
	[ "$(fires 'price fall 50% in 1h' : 1e29 1e-30)" = '0.000000000000000000000000000001d' ]
}

@test "--reset: a rule fires again only when the value has gone back by so much" {
	[ "$(fires 'price > 100' --reset 1% : 101 99.01 101 99 101)" = '101 101' ]
	[ "$(fires 'price < 100' --reset 1% : 99 100.99 99 101 99)" = '99d 99d' ]
	[ "$(fires 'price crosses 100' --reset 1% : 95 101 99.9 100.1 99.95 102 99.5)" = '101 99.9d 102 99.5d' ]
	[ "$(fires 'price rise 5% in 1h' --reset 1% : 100 105 104.5 105 103.9 105)" = '105 105' ]
}

@test "--cooldown: the alert comes after the pause, if the rule is still true" {
	[ "$(fires 'price > 5' --cooldown 3m : 6 4 6 4 6 7 8 4 9)" = '6 6 9' ]
	[ "$(fires 'price crosses 5' --cooldown 3m : 4 6 4 4 4 6 4 6 6)" = '6 4d 6' ]
	[ "$(fires 'price > 5' --cooldown 3m : 6 4 7 8 9)" = '6 8' ]
	# At the fifth record both directions are true.
	[ "$(fires 'price change 50% in 1h' --cooldown 3m : 100 200 400 100 200 190 190 180)" = '200 200 180d' ]
}

@test "late records are ignored, and counted; one with the same time replaces the last" {
	{ quote A 100 5 && quote A 300 4 && quote A 100 6; } | alerted 0 'price > 200'
	[ ! -s out ]
	has "$(cat words)" '1 late record (older than the last of its key) was ignored'
	# The wrong 100 is not compared with.
	{ quote A 10 1 && quote A 100 2 && quote A 10 2 && quote A 11 3; } | alerted 0 'price fall 50% in 1h'
	[ ! -s out ]
	{ quote A 10 1 && quote A 100 2 && quote A 10 3; } | alerted 0 'price fall 50% in 1h'
	[ "$(jq -c '[.value,.previous]' out)" = '[10,100]' ]
}

@test "lines that are refused, with their reasons" {
	cat >in <<-'END'
		{"ticker":"A","price":6,"at":"2025-10-21T14:30:00Z"}
		{"ticker":"A","at":"2025-10-21T14:31:00Z"}
		{"ticker":"A","price":"9","at":"2025-10-21T14:31:00Z"}
		{"ticker":"A","price":9,"at":"noon"}
		{"ticker":["A"],"price":9,"at":"2025-10-21T14:31:00Z"}
		{"_pos":"0:1","_raw":"WzFd"}
		[1]
		{"ticker":"B","price":6,"at":"2025-10-21T14:30:00Z"}
	END
	alerted 1 -x rejects 'price > 5' --stats stats <in
	cat >expected <<-'END'
		fxalert: line 2: refused: no member "price"
		fxalert: line 3: refused: member "price": "9" is not a number
		fxalert: line 4: refused: member "at": "noon" is not a time such as "2025-10-21T14:30:00Z"
		fxalert: line 5: refused: member "ticker" cannot be the key: it is null, an object or an array
		fxalert: line 6: refused: a record that is no object (_raw) has no members
		fxalert: line 7: refused: not an object, at byte 1
	END
	diff expected <(head -n 6 words)
	[ "$(jq -r .ticker out | xargs)" = 'A B' ]
	holds -s 'map(.line) == [2,3,4,5,6,7]' rejects
	holds '.lines == 8 and .done == 2 and .refused == 6' stats
}

@test "the command line" {
	usage() {
		local words=$1
		shift
		status=0
		fxalert -k ticker "$@" </dev/null 2>words || status=$?
		[ "$status" = 2 ]
		has "$(cat words)" "fxalert: $words" || { cat words && false; }
	}
	usage "a rule is missing, such as 'exchange_rate > 50000'"
	usage "rule \"price\": the forms are 'MEMBER > NUMBER' (or <, >=, <=)" price
	usage 'rule "price = 5": the forms are' 'price = 5'
	usage 'rule "price > five": "five" is not a number' 'price > five'
	usage 'rule "price crosses over 5": the forms are' 'price crosses over 5'
	usage 'rule "price change 5 in 1h": "5" is not a percentage such as 5%' 'price change 5 in 1h'
	usage 'rule "price change 0% in 1h": "0%" is not a percentage such as 5%' 'price change 0% in 1h'
	usage 'rule "price change 5% in 1": "1" is not a time such as 90s, 10m or 1h' 'price change 5% in 1'
	usage 'rule "missing 0m": "0m" is not a time' 'missing 0m'
	usage 'rule "price  > 5" is given twice' 'price > 5' 'price  > 5'
	usage '--reset must be smaller than the percentage of "price change 5% in 1h"' --reset 5% 'price change 5% in 1h'
	usage '--reset "1" is not a percentage such as 1%' --reset 1 'price > 5'
	usage '-k and -T cannot be "value", a member of the alerts' -T value 'price > 5'
	usage 'a rule cannot be about "ticker", the key or the time' 'ticker > 5'
	usage '--state requires -g' --state file 'price > 5'
	mapfile -t many < <(seq -f 'missing %gs' 65)
	usage 'more than 64 rules' "${many[@]}"
}

@test "values that need more than --max-state: status 2" {
	awk 'BEGIN { for (i = 1; i <= 2000; i++) printf "{\"ticker\":\"A\",\"price\":%d,\"at\":%d}\n", i, i }' >in
	alerted 0 --max-state 8192 'price rise 500000% in 1m' <in
	alerted 2 --max-state 8192 'price rise 500000% in 1h' <in
	has "$(cat words)" 'the values of 1 keys take more than 8192 bytes'
}

# prices FROM TO: records of two keys, one a second, that cross 50 often.
prices() {
	awk -v from="$1" -v to="$2" 'BEGIN { for (i = from; i <= to; i++)
		printf "{\"ticker\":\"%s\",\"price\":%d,\"at\":%d}\n", i % 2 ? "A" : "B", i * i % 97, i }'
}

RULES=('price > 60' 'price crosses 50' 'price change 80% in 10s')

# alert: a filter of group g with its state kept.
alert() {
	fxalert -g g -k ticker -T at "${RULES[@]}"
}

@test "-g: the next run continues, and records that come again give the same alerts" {
	prices 1 300 | kput -q -k ticker
	kread -g g -n 100 | alert | ddbput -t alerts -k ticker,id | kack -g g
	# Not committed: these come again, once all of them, then from the middle.
	kread -g g -n 50 | alert | jq -c 'select(.id)' >first
	[ -s first ]
	kread -g g -n 150 | alert >second
	head -n 20 second | ddbput -t alerts | kack -g g
	cmp first <(jq -c 'select(.id)' second | head -n "$(wc -l <first)")
	kread -g g | alert | ddbput -t alerts | kack -g g
	kread | fxalert -k ticker -T at "${RULES[@]}" | jq -Sc . | sort >expected
	ddbget -t alerts | jq -Sc . | sort | cmp - expected
	[ "$(wc -l <expected)" -gt 100 ]
	[ "$(stat -c %a "$FX_HOME/rates.g.fxalert")" = 600 ]
}

@test "-g: other rules: status 2; other pauses: no matter" {
	prices 1 20 | kput -q -k ticker
	kread -g g | alert | kack -g g
	status=0
	fxalert -g g -k ticker -T at 'price > 60' </dev/null 2>words || status=$?
	[ "$status" = 2 ]
	has "$(cat words)" "is the state of other options (-k ticker -T at 'price > 60' 'price crosses 50' 'price change 80% in 10s')"
	fxalert -g g -k ticker -T at --reset 1% --cooldown 1h "${RULES[@]}" </dev/null
	fxalert -g g -k ticker -T at --state "$PWD/own" 'price > 60' </dev/null
	[ -e own ]
}

@test "-g: lines without a position give alerts, are not kept, and this is reported once" {
	prices 1 50 | alert >out 2>words
	has "$(cat words)" 'line 1 has no position (kread -g): the state is not kept for such lines'
	[ "$(wc -l <words)" = 1 ]
	cmp out <(prices 1 50 | fxalert -k ticker -T at "${RULES[@]}")
}

@test "missing: once while no record of a key comes, at the position of the last line" {
	mkfifo in
	exec 8<>in
	in_background fxalert -k ticker -T at 'missing 1s' <in >out 8>&-
	{ quote A 1 0 && echo '{"_pos":"3:9+"}'; } >&8
	wait_for 20 grep -q 'missing 1s' out
	quote B 1 0 | sed 's/{/{"_pos":"3:10",/' >&8
	wait_for 20 grep -q '"ticker":"B"' out
	quote A 1 1 | sed 's/{/{"_pos":"3:11",/' >&8
	wait_for 20 grep -q '14:01:00Z missing 1s' out
	exec 8>&-
	# shellcheck disable=SC2154
	status_of "$background"
	[ "$status" = 0 ]
	cat >expected <<-'END'
		{"_pos":"3:9+"}
		{"_pos":"3:9","id":"2025-10-21T14:00:00Z missing 1s","alert":"missing 1s","ticker":"A","at":"2025-10-21T14:00:00Z","text":"A: missing 1s: the last is of 2025-10-21T14:00:00Z"}
		{"_pos":"3:10","id":"2025-10-21T14:00:00Z missing 1s","alert":"missing 1s","ticker":"B","at":"2025-10-21T14:00:00Z","text":"B: missing 1s: the last is of 2025-10-21T14:00:00Z"}
		{"_pos":"3:11","id":"2025-10-21T14:01:00Z missing 1s","alert":"missing 1s","ticker":"A","at":"2025-10-21T14:01:00Z","text":"A: missing 1s: the last is of 2025-10-21T14:01:00Z"}
	END
	diff expected out
}

# The tool, which is confined, may read the clock beside its state.
set_clock() {
	echo "$1" >"$FX_HOME/clock.new"
	mv "$FX_HOME/clock.new" "$FX_HOME/clock"
}

# run_clock FROM SECONDS: the clock runs on from FROM, four times as fast; has it run for SECONDS?
run_clock() {
	[ "${clock_from-}" = "$1" ] || clock_from=$1 clock_begun=$SECONDS
	local -i ran=$((4 * (SECONDS - clock_begun)))
	set_clock "$(date -u -d "$1 UTC + $ran seconds" '+%F %T')"
	[ "$ran" -ge "$2" ]
}

# missed COUNT: are there COUNT alerts? The clock runs on from $from.
missed() {
	run_clock "$from" 0
	[ "$(wc -l <out)" -ge "$1" ]
}

# taken: the records so far were read.
taken() {
	echo bad >&8
	bad+=1
	wait_for 20 eval '[ "$(wc -l <rejects)" = '$((bad))' ]'
}

@test "missing: with a clock that is put back, and one that is put forward" {
	command -v faketime >/dev/null || skip 'faketime is not installed'
	local -i bad=0
	mkfifo in
	exec 8<>in
	mkdir "$FX_HOME"
	set_clock '2025-10-21 14:30:00'
	FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_TIMESTAMP_FILE=$FX_HOME/clock in_background \
		faketime -m -f '' env -u FAKETIME fxalert -g g -k ticker -T at -x rejects 'missing 16s' <in >out 8>&-
	quote A 1 0 >&8
	taken
	from='2025-10-21 13:30:00'
	run_clock "$from" 0
	quote B 1 0 >&8
	taken
	wait_for 20 missed 2
	{ quote A 1 1 && quote B 1 1; } >&8
	taken
	# A day later A's record waits a little.
	from='2025-10-22 13:30:00'
	wait_for 20 run_clock "$from" 12
	quote A 1 2 >&8
	taken
	wait_for 20 missed 3
	[ "$(jq -r .ticker out | sed -n 3p)" = B ]
	exec 8>&-
	status_of "$background"
}

# watch_missing COUNT: kread and fxalert until there are that many alerts in out, then both are killed.
watch_missing() {
	: >out
	in_background bash -c 'kread -f -g g | fxalert -g g -k ticker -T at "missing 1s" >out'
	wait_for 20 eval '[ "$(grep -c missing out)" = '"$1"' ]'
	kill_children "$background"
}

kill_children() {
	local children
	mapfile -t children < <(pgrep -P "$1")
	kill -KILL "${children[@]}"
	status_of "$1"
}

@test "missing -g: given again until a later position is committed, whatever comes meanwhile" {
	quote A 1 0 | kput -q -k ticker
	watch_missing 1
	# Nothing was committed: the alert comes before the first line, at its position.
	watch_missing 1
	[ "$(grep -m 1 -o '"_pos":"[^"]*"' out)" = '"_pos":"0:1"' ]
	has "$(head -n 1 out)" missing
	# The position of the record is committed, but not one after it.
	grep -F '{"_pos":"0:1+"}' out | kack -g g
	watch_missing 1
	has "$(head -n 1 out)" '"_pos":"0:1","id"'
	# Records after it have come to fxalert, also one of the key; none was committed.
	quote A 1 1 | kput -q -k ticker
	kread -g g | fxalert -g g -k ticker -T at 'missing 1s' >out
	[ "$(grep -c 'missing 1s' out)" = 1 ]
	kread -g g | fxalert -g g -k ticker -T at 'missing 1s' >out
	[ "$(grep -c 'missing 1s' out)" = 1 ]
	kread -g g | fxalert -g g -k ticker -T at 'missing 1s' | kack -g g
	fxalert -g g -k ticker -T at 'missing 1s' </dev/null >out
	[ ! -s out ]
}

@test "missing -g: after a shard was split, an alert is not given again for ever" {
	quote A 1 0 | kput -q -k ticker
	kread -g g | fxalert -g g -k ticker -T at 'missing 1s' | kack -g g
	echo '{"resource":"stream","name":"rates","shards":2}' | fxstack deploy >/dev/null
	quote A 1 1 | kput -q -k ticker
	kread -g g | fxalert -g g -k ticker -T at 'missing 1s' | kack -g g
	watch_missing 1
	# Nothing after it is committed: the next run gives it again, where the group is now.
	quote A 1 2 | kput -q -k ticker
	kread -g g | fxalert -g g -k ticker -T at 'missing 1s' | tee out | kack -g g
	[ "$(grep -c 'missing 1s' out)" = 1 ]
	kread -g g | fxalert -g g -k ticker -T at 'missing 1s' >out
	[ "$(grep -c 'missing 1s' out)" = 0 ]
}
