# fxroll: statistics of each key's last records, added to the records as they are.

load helper

# quote TICKER PRICE MINUTE: a record.
quote() {
	printf '{"ticker":"%s","price":%s,"at":"2025-10-21T14:%02d:00Z"}\n' "$1" "$2" "$3"
}

# rolled STATUS ARGUMENT…: standard input through fxroll.
rolled() {
	local expected=$1 got=0
	shift
	fxroll -k ticker -v price -T at "$@" >out 2>words || got=$?
	cat words >&2
	[ "$got" = "$expected" ]
}

# members NAME…: of each record that was written, as one line.
members() {
	jq -c "[$(printf '.%s,' "$@" | sed 's/,$//')]" out | tr '\n' ' '
}

@test "5,000 records of 50 keys, repeated and late ones among them: as Python computes them" {
	python3 "$REPOSITORY/tests/proof/roll.py" 5000
}

@test "the record's own bytes stay, and members follow them" {
	cat >in <<-'END'
		{"_pos":"0:7", "ticker" : "A","at":"2025-10-21T14:30:00Z","price":1.50,"x":{"a":[1,{}]}, "é":"\u00e9}"}  
		{"_pos":"0:7+"}
		{"was":"moved","_pos":"0:7+"}

	END
	rolled 0 sma=1 count=1 --stats stats <in
	cat >expected <<-'END'
		{"_pos":"0:7", "ticker" : "A","at":"2025-10-21T14:30:00Z","price":1.50,"x":{"a":[1,{}]}, "é":"\u00e9}","sma_1":1.5,"count_1":1}  
		{"_pos":"0:7+"}
		{"was":"moved","_pos":"0:7+"}
	END
	diff expected out
	holds '.lines == 1 and .done == 1 and .marks == 2 and .blank == 1' stats
}

@test "windows of a number of records, and --partial" {
	{ quote A 1 0 && quote B 100 0 && quote A 2 1 && quote A 4 2 && quote A 3 3; } >in
	rolled 0 sma=3 min=2 max=2 sum=3 count=3 <in
	[ "$(members min_2 max_2 sum_3 count_3)" = '[null,null,null,null] [null,null,null,null] [1,2,null,null] [2,4,7,3] [3,4,9,3] ' ]
	grep -F '"sma_3":2.3333333333333333333,"min_2":2,"max_2":4,"sum_3":7,"count_3":3}' out
	rolled 0 --partial sum=3 count=3 return=3 stddev=3 zscore=3 <in
	[ "$(members sum_3 count_3)" = '[1,1] [100,1] [3,2] [7,3] [9,3] ' ]
	[ "$(members return_3 | tr -d '\n')" = '[null] [null] [null] [null] [2] ' ]
	holds -s 'map(.stddev_3 != null and .zscore_3 != null) == [false, false, true, true, true]' out
}

@test "windows of a time" {
	{ quote A 1 0 && quote A 2 1 && quote A 4 3 && quote A 8 4 && quote A 16 10; } >in
	rolled 0 sum=3m count=3m return=3m min=3m max=3m <in
	[ "$(members sum_3m count_3m return_3m min_3m max_3m)" = \
		'[null,null,null,null,null] [null,null,null,null,null] [6,2,3,2,4] [12,2,3,4,8] [16,1,1,16,16] ' ]
}

@test "sums and averages are exact" {
	{ quote A 0.1 0 && quote A 0.2 1 && quote A 12345678901234567890.123456789 2 && quote A -1e-10 3; } >in
	rolled 0 sum=2 sma=3 min=4 <in
	grep -F '"price":0.2,' out | grep -F '"sum_2":0.3}'
	grep -F '"sum_2":12345678901234567890.323456789,"sma_3":4115226300411522630.1' out
	grep -F '"price":-1e-10,' out | grep -F '"sum_2":12345678901234567890.1234567889,"sma_3":4115226300411522630.1' |
		grep -F '"min_4":-0.0000000001}'
}

@test "a record with the time of the last one replaces it" {
	{ quote A 1 0 && quote A 9 1 && quote A 2 1 && quote A 4 2; } >in
	rolled 0 sum=2 min=3 max=3 ema=1 return <in
	[ "$(members sum_2 min_3 max_3 ema_1 return)" = \
		'[null,null,null,1,null] [10,null,null,9,8] [3,null,null,2,1] [6,1,4,4,1] ' ]
}

@test "a late record changes nothing: it is dropped, or passed on, and counted" {
	{ quote A 1 5 && quote A 100 4 && quote A 3 6; } >in
	rolled 0 sum=2 <in
	[ "$(members price sum_2)" = '[1,null] [3,4] ' ]
	has "$(cat words)" '1 late record (older than the last of its key) was dropped'
	rolled 0 --late pass sum=2 <in
	[ "$(members price sum_2)" = '[1,null] [100,null] [3,4] ' ]
	has "$(cat words)" 'was passed on without statistics'
}

@test "keys: equal strings are equal however they are written, 1 is not \"1\"" {
	cat >in <<-'END'
		{"ticker":"A/B","price":1,"at":1}
		{"ticker":"A\/B","price":2,"at":2}
		{"ticker":"\u0041/B","price":4,"at":"1970-01-01T00:00:03.5Z"}
		{"ticker":1,"price":8,"at":4}
		{"ticker":"1","price":16,"at":"Thu, 01 Jan 1970 00:00:05 GMT"}
		{"ticker":true,"price":32,"at":6}
	END
	rolled 0 --partial sum=9 <in
	[ "$(members sum_9)" = '[1] [3] [7] [8] [16] [32] ' ]
}

@test "lines that are refused, with their reasons" {
	cat >in <<-'END'
		{"ticker":"A","price":1,"at":"2025-10-21T14:30:00Z"}
		{"price":1,"at":"2025-10-21T14:30:00Z"}
		{"ticker":"A","price":"1","at":"2025-10-21T14:30:00Z"}
		{"ticker":"A","price":1,"at":"noon"}
		{"ticker":"A","price":1,"at":"2025-10-21T14:30:00 Europe/Berlin"}
		{"ticker":["A"],"price":1,"at":"2025-10-21T14:30:00Z"}
		{"ticker":"A","price":1,"price":2,"at":"2025-10-21T14:30:00Z"}
		{"ticker":"A","price":1,"at":"2025-10-21T14:30:00Z","sma_1":1}
		{"ticker":"A","price":1e-31,"at":"2025-10-21T14:30:00Z"}
		{"ticker":"A","price":1234567890123456789012345678901,"at":"2025-10-21T14:30:00Z"}
		{"_pos":"0:1","_raw":"WzFd"}
		[1]
		{"ticker":"A","price":1,
		{"ticker":"A","price":3,"at":"2025-10-21T14:31:00Z"}
	END
	rolled 1 -x rejects sma=1 sum=2 --stats stats <in
	cat >expected <<-'END'
		fxroll: line 2: refused: no member "ticker"
		fxroll: line 3: refused: member "price": "1" is not a number
		fxroll: line 4: refused: member "at": "noon" is not a time such as "2025-10-21T14:30:00Z"
		fxroll: line 5: refused: member "at": "2025-10-21T14:30:00 Europe/Berlin" is not a time such as "2025-10-21T14:30:00Z"
		fxroll: line 6: refused: member "ticker" cannot be the key: it is null, an object or an array
		fxroll: line 7: refused: member "price" occurs twice
		fxroll: line 8: refused: it has a member "sma_1" already
		fxroll: line 9: refused: member "price": 1e-31 has more than 30 digits
		fxroll: line 10: refused: member "price": 1234567890123456789012345678901 has more than 30 digits
		fxroll: line 11: refused: a record that is no object (_raw) has no members
		fxroll: line 12: refused: not an object, at byte 1
	END
	diff expected <(head -n 11 words)
	[ "$(members sum_2)" = '[null] [4] ' ]
	holds -s 'map(.line) == [2,3,4,5,6,7,8,9,10,11,12,13]' rejects
	holds '.lines == 14 and .done == 2 and .refused == 12' stats
}

@test "-x: refused lines are on disk before a later line is written" {
	command -v strace >/dev/null || skip "strace is not here"
	{
		echo '{"ticker":"A"}'
		awk -v x="$(printf '%0400d' 0)" 'BEGIN { for (i = 1; i <= 2000; i++)
			printf "{\"ticker\":\"A\",\"price\":1,\"at\":%d,\"x\":\"%s\"}\n", i, x }'
	} >in
	local got=0
	# What is written before the first fdatasync fails was not on disk.
	ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 strace -f -o trace -e trace=fdatasync -e inject=fdatasync:error=ENOSPC \
		fxroll -k ticker -v price -T at -x rejects sum=1 <in >out 2>words || got=$?
	grep -q INJECTED trace || skip "strace may not trace here"
	[ "$got" = 75 ]
	[ ! -s out ]
	[ "$(grep -c 'No space left' words)" = 1 ]
}

@test "--stats: a line each minute, also while the input is idle" {
	faketime -f '+0 x100' fxroll --version >/dev/null 2>&1 || skip "faketime cannot be loaded"
	mkfifo in
	exec 8<>in
	in_background faketime -f '+0 x100' fxroll -k ticker -v price -T at --candles 1m --close-after 1h \
		--stats stats <in >out 8>&-
	quote A 1 0 >&8
	wait_for 20 grep -qs '"done":1' stats
	exec 8>&-
	# shellcheck disable=SC2154
	status_of "$background"
	[ "$status" = 0 ]
}

@test "values of one key that need more than 30 digits together" {
	{ quote A 1e25 0 && quote A 1e-10 1 && quote A 2e25 2 && quote B 1e-10 2; } >in
	rolled 1 --partial sum=3 <in
	has "$(cat words)" 'line 2: refused: the values of this key need more than 30 digits'
	grep -F '"price":2e25,' out | grep -F '"sum_3":30000000000000000000000000}'
	grep -F '"sum_3":0.0000000001}' out
}

@test "windows that need more than --max-state: status 2" {
	awk 'BEGIN { for (i = 1; i <= 1000; i++) printf "{\"ticker\":\"A\",\"price\":%d,\"at\":%d}\n", i, i }' >in
	rolled 0 --max-state 5000 sma=100 <in
	rolled 2 --max-state 5000 sma=200 <in
	has "$(cat words)" 'the windows of 1 keys take more than 5000 bytes'
	awk 'BEGIN { for (i = 1; i <= 1000; i++) printf "{\"ticker\":%d,\"price\":%d,\"at\":%d}\n", i, i, i }' >in
	rolled 2 --max-state 4096 sma=1 <in
}

@test "the command line" {
	usage() {
		local words=$1
		shift
		status=0
		fxroll "$@" </dev/null 2>words || status=$?
		[ "$status" = 2 ]
		[ "$(cat words)" = "fxroll: $words; try fxroll --help" ] || { cat words && false; }
	}
	usage 'a statistic is missing, such as sma=60' -k a -v b
	usage '--close-after and --volume require --candles' -k a -v b --volume c sma=1
	usage '-k cannot be "start", a member of the candles' -k start -v b --candles 1m
	usage '--level-time and --trend-time require --forecast' -k a -v b --level-time 1m sma=1
	usage '--candles excludes statistics, --forecast, --partial and --late' -k a -v b --candles 1m --forecast 1m
	usage '--forecast: "0000000000000000000000001m" has more than 24 characters' -k a -v b --forecast 0000000000000000000000001m
	usage 'there is no statistic "smma" (did you mean sma?)' -k a -v b smma=1
	usage 'sma needs a window: sma=60 (records) or sma=5m (time)' -k a -v b sma
	usage 'sma: "0" is not a number of records from 1 to 1000000, or a duration such as 90s, 5m or 1h' -k a -v b sma=10,0
	usage 'sma: "" is not a number of records from 1 to 1000000, or a duration such as 90s, 5m or 1h' -k a -v b sma=
	usage 'sma_5m is given twice' -k a -v b sma=5m,10 sma=5m
	usage 'stddev needs a window of 2 records or more' -k a -v b stddev=1
	fxroll -k a -v b --verbose sma=1 </dev/null
}

# near NAME VALUE…: the member of the records that were written is each VALUE, to 1e-9.
near() {
	local name=$1
	shift
	jq -e -s --arg name "$name" '[map(.[$name]), ($ARGS.positional | map(fromjson))] | transpose |
		all(if .[1] == null then .[0] == null else (.[0] - .[1] | fabs) < 1e-9 end)' out \
		--args "$@" >/dev/null || { cat out && false; }
}

@test "--forecast: level and trend by the formula, and the errors of what has come due" {
	{ quote A 100 0 && quote A 101 1 && quote A 102 2 && quote B 7 2 && quote A 104 4; } >in
	rolled 0 --forecast 1m --level-time 1m --trend-time 2m <in
	# After A 101: e = 100, L = 100 + (1-1/e) 1, B = (1-e^-0.5) (L - 100); and so on.
	read -r first second third error second_error < <(awk 'BEGIN {
		a = 1 - exp(-1); b = 1 - exp(-0.5)
		l = 100 + a; t = b * a; one = l + t
		e = l + t; m = e + a * (102 - e); t += b * ((m - l) - t); l = m; two = l + t
		c = 1 - exp(-2); d = 1 - exp(-1)
		e = l + 2 * t; m = e + c * (104 - e); t += d * ((m - l) / 2 - t); l = m
		printf "%.17g %.17g %.17g %.17g %.17g\n", one, two, l + t, 1, (1 + 102 - one) / 2 }')
	near forecast_1m null "$first" "$second" null "$third"
	near forecast_1m_error null "$error" "$second_error" null "$(awk -v e="$second_error" -v two="$second" 'BEGIN {
		printf "%.17g", (2 * e + 104 - two) / 3 }')"
	near forecast_1m_naive_error null 1 1 null "$(awk 'BEGIN { printf "%.17g", 4 / 3 }')"
	near forecast_1m_compared null 1 2 null 3
	near forecast_1m_low null "$(awk -v f="$first" 'BEGIN { printf "%.17g", f - 2 }')" \
		"$(awk -v f="$second" -v o="$first" 'BEGIN { printf "%.17g", f - 2 * sqrt((1 + (102 - o) ^ 2) / 2) }')" \
		null "$(awk -v f="$third" -v o="$first" -v two="$second" 'BEGIN {
			printf "%.17g", f - 2 * sqrt((1 + (102 - o) ^ 2 + (104 - two) ^ 2) / 3) }')"
	holds -s 'all(.[]; .forecast_1m_low == null or
		(.forecast_1m_low + .forecast_1m_high - 2 * .forecast_1m | fabs) < 1e-9)' out
	rolled 0 --forecast 1m --partial sum=1 <in
	[ "$(members sum_1 forecast_1m | head -n 1 | cut -d ' ' -f 1,4)" = '[100,100] [7,7]' ]
	holds -s '.[3] | keys_unsorted == ["ticker", "price", "at", "sum_1", "forecast_1m"]' out
}

@test "--forecast: on a straight line it is better than the value as it is" {
	for minute in $(seq 0 59); do quote A $((minute * 3 + 10)) "$minute"; done >in
	rolled 0 --forecast 5m <in
	tail -n 1 out >last
	holds '.forecast_5m_naive_error == 15 and .forecast_5m_error < 8 and .forecast_5m_compared == 55' last
	holds '.forecast_5m > 200.5 and .forecast_5m < 202.5' last
}

@test "--forecast: a record that replaces the last one, a late one, and a gap" {
	{ quote A 1 0 && quote A 5 2 && quote A 99 4 && quote A 3 4 && quote A 50 1 && quote A 2 9; } >in
	rolled 0 --forecast 2m --partial --late pass <in
	holds -s '.[4].forecast_2m == null' out
	jq -c 'select(.price != 99 and .price != 50)' out >got
	grep -v -e '"price":99,' -e '"price":50,' in >alone
	rolled 0 --forecast 2m --partial <alone
	jq -c . out | diff - got
	# The last record is five minutes newer: too late for the forecast of the one before it.
	near forecast_2m_compared null 1 2 2
}

@test "--forecast: a record with one of its members is refused" {
	echo '{"ticker":"A","price":1,"at":1,"forecast_5m_low":1}' >in
	rolled 1 --forecast 5m <in
	has "$(cat words)" 'line 1: refused: it has a member "forecast_5m_low" already'
}

# prices FROM TO: records of two keys, one a second.
prices() {
	awk -v from="$1" -v to="$2" 'BEGIN { for (i = from; i <= to; i++)
		printf "{\"ticker\":\"%s\",\"price\":%d,\"at\":%d}\n", i % 2 ? "A" : "B", i * i % 97, i }'
}

# roll: a filter of group g with its state kept.
roll() {
	fxroll -g g -k ticker -v price -T at ema=3 sum=4 min=5 return
}

# check_all: what is in the table is what one run over all records gives.
check_all() {
	kread | fxroll -k ticker -v price -T at ema=3 sum=4 min=5 return >expected
	ddbget -t out | jq -Sc . | sort | cmp - <(jq -Sc . expected | sort)
}

@test "-g: the next run continues, and records that come again get the same members" {
	prices 1 300 | kput -q -k ticker
	kread -g g -n 100 | roll | ddbput -t out -k ticker,at:N | kack -g g
	# Not committed: these come again, once all of them, then from the middle.
	kread -g g -n 50 | roll >first
	kread -g g -n 150 | roll | tee second | head -n 40 | ddbput -t out | kack -g g
	cmp <(grep -v '+"' first) <(grep -v '+"' second | head -n 50)
	kread -g g | roll | ddbput -t out | kack -g g
	check_all
	[ "$(stat -c %a "$FX_HOME/rates.g.fxroll")" = 600 ]
}

@test "-g: kack --to backwards; what the state no longer has: status 2, with what to do" {
	prices 1 20 | kput -q -k ticker
	kread -g g | roll | ddbput -t out -k ticker,at:N | kack -g g
	kack -g g --to 0:5
	kread -g g | roll >again
	kread | fxroll -k ticker -v price -T at ema=3 sum=4 min=5 return | tail -n 16 |
		cmp - <(jq -c 'select(._pos | endswith("+") | not) | del(._pos)' again)
	# Enough records that the state from before them is deleted.
	prices 21 30000 | kput -q -k ticker
	kread -g g | roll | kack -g g
	kread -g g | roll | kack -g g
	prices 30001 30010 | kput -q -k ticker
	kread -g g | roll | kack -g g
	kack -g g --to trim-horizon
	status=0
	kread -g g 2>/dev/null | roll >again 2>words || status=$?
	[ "$status" = 2 ]
	has "$(cat words)" 'does not reach back to where the group starts again, 0:1: delete it to start with an empty state'
	[ ! -s again ]
	rm "$FX_HOME/rates.g.fxroll"*
	[ "$(kread -g g | roll | grep -vc '+"')" = 30010 ]
}

@test "-g: other options, another stream of the name, another group, two at once" {
	prices 1 20 | kput -q -k ticker
	kread -g g | roll | kack -g g
	status=0
	kread -g g | fxroll -g g -k ticker -v price -T at sma=3 2>words || status=$?
	[ "$status" = 2 ]
	has "$(cat words)" 'is the state of other options (-k ticker -v price -T at ema_3 sum_4 min_5 return)'
	kread -g g | fxroll -g g -k ticker -v price -T at --state "$PWD/own" sma=3
	[ -e own ]
	status=0
	kread -g h | fxroll -g h -k ticker -v price -T at --state "$PWD/own" sma=3 2>words || status=$?
	[ "$status" = 2 ]
	has "$(cat words)" 'is the state of group g'
	mkfifo in
	exec 8<>in
	in_background fxroll -g g -k ticker -v price -T at ema=3 sum=4 min=5 return <in >out 8>&-
	prices 21 30 | kput -q -k ticker
	kread -g g | head -n 1 >&8
	wait_for 10 test -s out
	status=0
	roll </dev/null 2>words || status=$?
	[ "$status" = 75 ]
	has "$(cat words)" 'is in use by another fxroll'
	exec 8>&-
	# shellcheck disable=SC2154
	status_of "$background"
	rm "$FX_HOME"/rates.stream*
	prices 1 20 | kput -q -k ticker
	kack -g g --to trim-horizon
	status=0
	kread -g g | roll 2>words || status=$?
	[ "$status" = 2 ]
	has "$(cat words)" 'is the state of another stream called rates'
}

@test "-g: lines without a position are computed, not kept, and reported once" {
	prices 1 20 | kput -q -k ticker
	prices 1 20 | roll >out 2>words
	has "$(cat words)" 'line 1 has no position (kread -g): the state is not kept for such lines'
	[ "$(wc -l <words)" = 1 ]
	cmp out <(prices 1 20 | fxroll -k ticker -v price -T at ema=3 sum=4 min=5 return)
	prices 1 20 | roll 2>words | cmp - out
}

@test "-g --forecast: records that come again get the same members" {
	forecast() {
		fxroll -g g -k ticker -v price -T at --forecast 20s min=7 --partial
	}
	prices 1 300 | kput -q -k ticker
	for count in 40 1 90; do
		kread -g g -n "$count" | forecast | ddbput -t out -k ticker,at:N | kack -g g
		kread -g g -n 60 | forecast >again
		kread -g g -n 30 | forecast | ddbput -t out | head -n 3 | kack -g g
	done
	kread -g g | forecast | ddbput -t out | kack -g g
	kread | fxroll -k ticker -v price -T at --forecast 20s min=7 --partial >expected
	ddbget -t out | jq -Sc . | sort | cmp - <(jq -Sc . expected | sort)
	status=0
	kread -g g | fxroll -g g -k ticker -v price -T at --forecast 20s --trend-time 9m min=7 2>words || status=$?
	[ "$status" = 2 ]
	has "$(cat words)" 'is the state of other options'
}

reshard() {
	echo '{"resource":"stream","name":"rates","shards":'"$1"'}' | fxstack deploy >/dev/null
}

@test "-g: the series continue when shards are split and merged" {
	prices 1 100 | kput -q -k ticker
	kread -g g -n 60 | roll | ddbput -t out -k ticker,at:N | kack -g g
	reshard 3
	prices 101 200 | kput -q -k ticker
	# Not committed: records of the old shard and of the new ones come again.
	kread -g g -n 100 | roll >out
	reshard 1
	prices 201 300 | kput -q -k ticker
	kread -g g -n 130 | roll | ddbput -t out | head -n 20 | kack -g g
	kread -g g | roll >out
	kread -g g | roll | ddbput -t out | kack -g g
	check_all
}

@test "--candles: exact, repeated and late records, the position of the record that closes one" {
	cat >in <<-'END'
		{"_pos":"0:1","ticker":"A","price":10.50,"at":"2025-10-21T14:30:00Z"}
		{"_pos":"0:2","ticker":"A","price":12.0000000000000000001,"at":"2025-10-21T14:30:20Z"}
		{"_pos":"0:3","ticker":"B/\u0042","price":1,"at":"2025-10-21T14:30:20Z"}
		{"_pos":"0:4","ticker":"A","price":9,"at":"2025-10-21T14:30:40Z"}
		{"_pos":"0:5","ticker":"A","price":11,"at":"2025-10-21T14:30:40Z"}
		{"_pos":"0:5+"}
		{"_pos":"0:6","ticker":"A","price":99,"at":"2025-10-21T14:30:10Z"}
		{"_pos":"0:7","ticker":"A","price":13,"at":"2025-10-21T14:35:00Z"}
		{"_pos":"0:8","ticker":"A","price":-2,"at":"2025-10-21T14:35:00Z"}
	END
	rolled 0 --candles 1m --stats stats <in
	cat >expected <<-'END'
		{"_pos":"0:5+"}
		{"_pos":"0:7","ticker":"A","interval":"1m","start":"2025-10-21T14:30:00Z","open":10.5,"high":12.0000000000000000001,"low":10.5,"close":11,"count":3}
		{"_pos":"0:8","ticker":"A","interval":"1m","start":"2025-10-21T14:35:00Z","open":-2,"high":-2,"low":-2,"close":-2,"count":1}
		{"_pos":"0:8","ticker":"B/B","interval":"1m","start":"2025-10-21T14:30:00Z","open":1,"high":1,"low":1,"close":1,"count":1}
	END
	diff expected out
	has "$(cat words)" '1 late record '
	for words in 'sma=1' '--partial' '--late pass'; do
		# shellcheck disable=SC2086 # two words
		rolled 2 --candles 1m $words </dev/null
	done
	rolled 2 --candles 0m </dev/null
	rolled 2 --close-after 1m sma=1 </dev/null
}

@test "--volume: exact, repeated records count once, what has none is refused" {
	volumes() {
		awk '{ printf "{\"ticker\":\"A\",\"price\":1,\"at\":%d,\"v\":%s}\n", $1, $2 }'
	}
	printf '%s\n' '0 0.1' '10 0.2' '20 12345678901234567890' '30 5' '30 7e-1' '60 1e29' '61 1' \
		'62 900000000000000000000000000000' '63 -2.50' '120 3' '130 1e-10' | volumes >in
	echo '{"ticker":"A","price":1,"at":140}' >>in
	rolled 1 --candles 1m --volume v <in
	# 1e29 leaves no digit after the point.
	cat >expected <<-'END'
		fxroll: line 8: refused: the values of this key need more than 30 digits
		fxroll: line 9: refused: the values of this key need more than 30 digits
		fxroll: line 12: refused: no member "v"
	END
	diff expected words
	grep -o '"volume":.*' out >got
	cat >expected <<-'END'
		"volume":12345678901234567891,"count":4}
		"volume":100000000000000000000000000001,"count":2}
		"volume":3.0000000001,"count":2}
	END
	diff expected got
}

@test "--candles -g: open candles continue in the next run, and nothing counts twice" {
	candles() {
		fxroll -g g -k ticker -v price -T at --candles 10s --volume price
	}
	prices 1 500 | kput -q -k ticker
	for count in 37 50 3 120; do
		kread -g g -n "$count" | candles | ddbput -t candles -k ticker,start | kack -g g
		kread -g g -n 60 | candles >again
		kread -g g -n 90 | candles | ddbput -t candles -k ticker,start | head -n 3 | kack -g g
	done
	kread -g g | candles | ddbput -t candles -k ticker,start | kack -g g
	kread | fxroll -k ticker -v price -T at --candles 10s --volume price | jq -Sc . | sort >expected
	ddbget -t candles | jq -Sc . | sort >got
	comm -13 expected got >wrong
	[ ! -s wrong ]
	# The last candle of each of the two keys is open.
	[ "$(wc -l <got)" = $(($(wc -l <expected) - 2)) ]
}

@test "--close-after: a candle is written while the input is idle, once" {
	mkfifo in
	exec 8<>in
	in_background fxroll -k ticker -v price -T at --candles 1m --close-after 1s <in >out 2>words 8>&-
	quote A 1 0 >&8
	wait_for 10 grep -q '"start":"2025-10-21T14:00:00Z","open":1,' out
	{ quote A 2 0 && quote A 3 5; } >&8
	wait_for 10 grep -q '"start":"2025-10-21T14:05:00Z","open":3,' out
	exec 8>&-
	# shellcheck disable=SC2154
	status_of "$background"
	[ "$status" = 0 ]
	[ "$(wc -l <out)" = 2 ]
	has "$(cat words)" '1 late record '
}

@test "--close-after with -g: after a mark, candles of the run before are written, at its position" {
	local closing=(fxroll -g g -k ticker -v price -T at --candles 1m --close-after 1s)
	quote A 1 0 | kput -q -k ticker
	kread -g g | "${closing[@]}" | kack -g g
	mkfifo in
	exec 8<>in
	in_background "${closing[@]}" <in >out 8>&-
	echo '{"_pos":"0:7+"}' >&8
	wait_for 10 grep -q '^{"_pos":"0:7","ticker":"A",.*"start":"2025-10-21T14:00:00Z","open":1,' out
	exec 8>&-
	status_of "$background"
	[ "$status" = 0 ]
	[ "$(head -n 1 out)" = '{"_pos":"0:7+"}' ]
}
