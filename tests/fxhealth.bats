# fxhealth: each problem is found, and nothing else is reported.

load helper

HEALTH=(fxhealth --disk 100)

# item TIME: a rate of then, such as "-10 minutes".
item() {
	printf '{"ticker":"BTC/USD","exchange_rate":1.50,"last_refreshed":"%s"}\n' \
		"$(date -u -d "$1" +%Y-%m-%dT%H:%M:%SZ)"
}

# age FILE TABLE COLUMN SECONDS: moves the times in an embedded file into the past.
age() {
	sqlite3 "$FX_HOME/$1" "UPDATE $2 SET $3 = $3 - $4 * 1000"
}

# finds STATUS WORDS OPTION…
finds() {
	local status_wanted=$1 words=$2
	shift 2
	run -"$status_wanted" --separate-stderr "${HEALTH[@]}" "$@"
	[ -z "$stderr" ]
	if [ -z "$words" ]; then
		[ -z "$output" ]
	else
		has "$output" "$words"
	fi
}

@test "all is well: 0 and no output; -v lists what was checked" {
	item now | kput -q --stats stats
	kread -g table --stats stats | ddbput --stats stats | kack -g table --stats stats
	finds 0 '' -g table --item BTC/USD --stats stats --rejects rejects
	run -0 "${HEALTH[@]}" -v -g table --item BTC/USD --stats stats --rejects rejects
	[ "$(cut -d: -f1 <<<"$output" | sort -u)" = well ]
	[ "$(cut -d' ' -f2 <<<"$output" | sort | uniq -c | tr -s ' ' | paste -sd,)" = ' 8 figures, 1 group, 1 rejects, 1 stream, 1 table' ]
}

@test "no such stream: 2; an empty one: 1; a foreign file: 2" {
	finds 2 'broken: stream rates: there is no stream'
	kput -q </dev/null || true
	item now | kput -q
	sqlite3 "$FX_HOME/rates.stream" 'DELETE FROM batch'
	finds 1 'look: stream rates: it holds no records'
	echo x >"$FX_HOME/other.stream"
	finds 2 'broken: stream other: ' -s other
}

@test "a stream without new records: 1, and its age" {
	item now | kput -q
	age rates.stream batch arrived 600
	finds 1 'look: stream rates: the newest record is 10 min old, and 5m is allowed'
	finds 0 '' --max-age 11m
	finds 0 '' --no-stream
}

@test "a record from the future: the clock, 2" {
	item now | kput -q
	age rates.stream batch arrived -600
	finds 2 'broken: clock rates: the newest record is'
}

@test "a group that lags: in records and in time; one that never began" {
	item now | kput -q
	kread -g table | kack -g table
	{ item now && item now; } | kput -q
	finds 0 '' -g table
	finds 1 '2 records behind in shard 0, and 1 is allowed' -g table --max-lag 1
	finds 0 '' -g table --max-lag 2
	# It has committed nothing for two minutes, and there is something to do.
	age rates.stream batch arrived 120
	age rates.groups checkpoint updated 120
	finds 1 'look: group rates table: ' -g table
	has "$output" 'behind in shard 0, and 1m is allowed'
	finds 0 '' -g table --max-lag 5m
	kread -g table | kack -g table
	finds 0 '' -g table
	finds 1 'look: group rates nobody: ' -g nobody -g table
}

@test "a group that commits but does not catch up: the lag is the age of the next record" {
	{ item now && item now && item now; } | kput -q
	kread -g table -n 1 | kack -g table
	finds 0 '' -g table
	age rates.stream batch arrived 600
	finds 1 'look: group rates table: 10 min (2 records) behind in shard 0' --max-age 1h -g table
	kread -g table | kack -g table
	finds 0 '' --max-age 1h -g table
}

@test "an item that is missing, old, from the future, or without a time" {
	item now | kput -q
	finds 2 'broken: table rates BTC/USD: there is no table' --item BTC/USD
	item '-10 minutes' | ddbput -q
	finds 1 'look: table rates BTC/USD: the newest item is 10 min old' --item BTC/USD
	finds 1 'look: table rates ETH/USD: there is no item' --item ETH/USD
	finds 0 '' --item BTC/USD --max-age 1h
	finds 2 'has no time in exchange_rate' --item BTC/USD --field exchange_rate
	item '+10 minutes' | ddbput -q
	finds 2 'broken: clock rates BTC/USD: ' --item BTC/USD
}

# ran STARTED MORE: a line of statistics.
ran() {
	echo '{"tool":"kput","started":"'"$(date -u -d "$1" +%Y-%m-%dT%H:%M:%S.123Z)"'","seconds":1.5'"$2"'}'
}

@test "statistics: how the last run ended, and when" {
	item now | kput -q
	local case
	for case in ',"exit":0=0=' ',"exit":1=1=ended with 1' ',"exit":2=2=ended with 2: it needs attention' ',"exit":75=1=ended with 75' \
		',"signal":15=0=' ',"signal":13=0=' ',"signal":9=1=died of signal 9' ',"exit":99=2=ended with 99' '=0='; do
		{
			ran '-1 minute' ',"exit":2'
			ran '-2 seconds' "${case%%=*}"
			ran now ',"exit":2' | head -c 30
		} >stats
		finds "$(cut -d= -f2 <<<"$case")" "${case##*=}" --stats stats
	done
	ran '-1 hour' ',"exit":0' >stats
	finds 1 'look: figures stats: the last run of kput is 59 min old' --stats stats
	ran '+1 hour' ',"exit":0' >stats
	finds 2 'broken: clock stats: ' --stats stats
	echo garbage >stats
	finds 1 'it holds no statistics' --stats stats
	finds 1 'there is no such file' --stats nothing
	finds 75 'unknown: figures /: it cannot be read: not a regular file' --stats /
}

@test "statistics of a tool that no longer runs, before very many of others; the last line may be cut off" {
	item now | kput -q
	ran '-1 day' ',"exit":0' | sed s/kput/ddbput/ >stats
	yes "$(ran now ',"exit":0')" | head -n 2000 >>stats
	ran now ',"commit_ms":{}' | head -c -1 | sed 's/}$//' >>stats
	finds 1 'look: figures stats: the last run of ddbput is 23 h old' --stats stats
	finds 1 'well: figures stats: kput does well' -v --stats stats
}

@test "invalid lines of statistics are ignored; an invalid exit status is reported" {
	item now | kput -q
	local figure
	for figure in '"started":"garbage"' '"started":"2026-01-31T12:00:00Z","seconds":"x"' '"started":7' '"started":"2026-01-31T12:00:00Z","tool":"a b\n0 0"'; do
		echo '{"tool":"kput",'"$figure"'}' >stats
		finds 1 'look: figures stats: it holds no statistics' --stats stats
	done
	ran now ',"exit":"0"' >stats
	finds 2 'ended with an invalid status' --stats stats
}

@test "rejects files" {
	item now | kput -q
	: >empty
	finds 0 '' --rejects empty --rejects nothing
	printf '%s\n' 1 2 >some
	finds 1 'look: rejects some: 2 lines set aside' --rejects empty --rejects some
	finds 75 'unknown: rejects /: it cannot be read: not a regular file' --rejects /
}

@test "the disk" {
	mkdir -p "$FX_HOME"
	run -1 fxhealth --no-stream --disk 0
	has "$output" "look: disk $FX_HOME: " || has "$output" full
}

@test "what cannot be found out now: 75; the worst of several: 2, then 75, then 1" {
	item now | kput -q
	finds 75 'unknown: rejects /: it cannot be read: not a regular file' --rejects /
	echo 1 >some
	finds 75 'look: rejects some' --rejects / --rejects some
	ran now ',"exit":2' >stats
	finds 2 'unknown: rejects /' --rejects / --rejects some --stats stats
}

@test "control bytes of a name do not reach a terminal" {
	finds 2 'broken: stream ./?[31m: ' -s $'./\033[31m'
	finds 1 'figures a?b: there is no such file' --no-stream --stats $'a\033b'
}

@test "a FIFO that nobody writes to does not block it" {
	mkfifo fifo
	finds 75 'unknown: rejects fifo: it cannot be read: not a regular file' --no-stream --rejects fifo
}

@test "very many tools in a file of statistics" {
	seq 1001 | sed 's/.*/{"tool":"t&","started":"2026-01-31T12:00:00Z"}/' >stats
	finds 2 'it names more than 1000 tools' --no-stream --stats stats
}

@test "--json: an object for each finding" {
	item now | kput -q
	echo x >some
	run -1 "${HEALTH[@]}" --json --rejects some
	[ "$output" = '{"check":"rejects","of":"some","status":1,"message":"1 line set aside, to be inspected"}' ]
	run -1 "${HEALTH[@]}" --json -v --rejects some -g nobody
	holds -s 'length == 3 and all(.check and .of and .message and (.status | type) == "number")' <<<"$output"
}

@test "it runs no other program" {
	item now | kput -q
	mkdir none
	PATH=$PWD/none run -0 "$FX_BUILD/bin/fxhealth" --disk 100
}

@test "wrong usage: 2" {
	local wrong
	for wrong in surplus --nothing -g '--max-age 5' '--max-age -5m' '--max-lag x' '--disk 101' '--no-stream -g x'; do
		# shellcheck disable=SC2086 # words
		run -2 --separate-stderr fxhealth $wrong
		has "$stderr" 'try fxhealth --help'
		[ "$(wc -l <<<"$stderr")" = 1 ]
		[ -z "$output" ]
	done
	fxhealth --help | grep -q '^usage: fxhealth'
}
