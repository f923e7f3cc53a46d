# kack: what it commits, what it does not, and how groups are moved.
# shellcheck disable=SC2016,SC2030,SC2031,SC2094,SC2154 # each test is a shell of its own; stderr: run

load helper

setup() {
	set -o pipefail
}

# The group's position in each shard, one a line.
committed() {
	kstat "${@:2}" -g "$1" 2>/dev/null | jq -r '.position // "none"'
}

# A stream of N records in the shard 0.
stream() {
	seq "$1" | kput -q
}

ack() {
	printf '{"_pos":"%s"}\n' "$@" | kack -g g
}

# --- what is committed ---

@test "a line commits what precedes it, a mark also what it names" {
	stream 10
	ack 0:4
	[ "$(committed g)" = 0:4 ]
	[ "$(kread -g g | head -n 1 | jq -r ._pos)" = 0:4 ]
	ack 0:4+
	[ "$(kread -g g | head -n 1 | jq -r ._pos)" = 0:5 ]
	kstat -g g | holds '.lag == 6'
	# Not even the first is done where the first line is all there is.
	printf '{"_pos":"0:1","n":1}\n' | kack -g first
	kstat -g first | holds '.lag == 10'
}

@test "checkpoints move only forward, within a run and between runs" {
	stream 10
	ack 0:3 0:9+ 0:2 0:5+ 0:1
	[ "$(committed g)" = 0:9+ ]
	ack 0:8+
	ack 0:9
	ack 0:1+
	[ "$(committed g)" = 0:9+ ]
	ack 0:10
	[ "$(committed g)" = 0:10 ]
	ack 0:10+
	[ "$(committed g)" = 0:10+ ]
	ack 0:10 0:9+
	[ "$(committed g)" = 0:10+ ]
}

@test "each shard has its own checkpoint; those of a batch are committed together" {
	seq 400 | kput -q --shards 4
	kread -g g --shard 2 | kack -g g
	[ "$(committed g)" = $'none\nnone\n2:'"$(kread --shard 2 | wc -l)"$'+\nnone' ]
	kread -g g | sort -R --random-source=<(yes) | kack -g g
	kstat -g g | holds -s 'length == 4 and all(.lag == 0)'
	# All in one commit.
	kread -g other | kack -g other --stats figures
	[ "$(kstat -g other | jq -r .committed | sort -u | wc -l)" -le "$(jq .batches figures)" ]
}

@test "positions of many shards, in any order" {
	seq 3000 | kput -q --shards 100
	kread -g g | sort -R --random-source=<(yes) | kack -g g
	kstat -g g | holds -s 'length == 100 and all(.lag == 0)'
}

@test "the output of filters: dropped, changed, multiplied lines; _pos at any place in the object" {
	stream 10
	cat >lines <<-'END'
		{"_pos":"0:1","n":1}
		{"n":2,"_pos":"0:2"}
		 { "n" : 3 , "_pos" : "0:3" , "m":[{"_pos":"9:9"}] }
		{"\u005fpos":"0:4"}
		{"_pos":"0:5","_raw":"eA=="}
		{"_pos":"0:6","_raw":{"changed":true}}
		{"_pos":"0:6+","added":"to a mark"}
		{"added":"before","_pos":"0:7+"}
	END
	kack -g g --receipts <lines >receipts
	cmp lines receipts
	[ "$(committed g)" = 0:7+ ]
}

@test "a record's own _pos or _raw is not taken for a position" {
	printf '%s\n' '{"a":1,"_pos":"0:9+"}' '{"_pos":{"x":1},"_raw":5}' '{"\u005fpos":"0:8+"}' | kput -q
	kread -g g | head -n 1 | kack -g g
	[ "$(committed g)" = 0:1 ]
	kread -g g | kack -g g
	[ "$(committed g)" = 0:3+ ]
}

@test "a line is committed at once, while the input stays open" {
	stream 10
	mkfifo in
	exec {feeder}<>in
	kack -g g <in {feeder}>&- 3>&- &
	fx_started+=($!)
	for position in 0:3 0:5+ 0:9; do
		echo "{\"_pos\":\"$position\"}" >&"$feeder"
		wait_for 20 is_committed "$position"
	done
	exec {feeder}>&-
	status_of "${fx_started[-1]}"
	[ "$status" = 0 ]
}

is_committed() {
	[ "$(committed g)" = "$1" ]
}

@test "--receipts: every line and mark is written once it is committed; without the option none is" {
	stream 25000
	kread -g g >lines
	run -0 --separate-stderr kack -g quiet <lines
	[ -z "$output$stderr" ]
	kack -g g --receipts <lines >receipts
	cmp lines receipts
}

@test "--stats" {
	stream 10
	kread -g g | kack -g g --stats figures
	holds '.tool == "kack" and .lines == 10 and .done == 10 and .marks == 1 and .batches >= 1 and .exit == 0' figures
}

@test "the stream's own file is never written to" {
	stream 1000
	kread -g g >lines
	[ ! -s "$FX_HOME/rates.stream-wal" ]
	sum=$(md5sum <"$FX_HOME/rates.stream")
	kack -g g <lines
	kack -g g --to 0:5
	kack -g g --delete
	[ "$(md5sum <"$FX_HOME/rates.stream")" = "$sum" ]
	[ ! -s "$FX_HOME/rates.stream-wal" ]
}

@test "many groups are committed at once" {
	local i pids=()
	stream 2000
	kread -g g >lines
	for i in 1 2 3 4 5 6; do
		kack -g "g$i" <lines 3>&- &
		pids+=($!)
	done
	for i in "${pids[@]}"; do wait "$i"; done
	for i in 1 2 3 4 5 6; do [ "$(committed "g$i")" = 0:2000+ ]; done
	[ "$(kstat --groups | wc -l)" = 6 ]
}

# --- invalid lines ---

@test "a line without a position: exit status 2, a message about the filter, the lines before it are committed" {
	local line
	stream 10
	while read -r line; do
		run -2 --separate-stderr kack -g g --receipts < <(
			printf '{"_pos":"0:4+"}\n%s\n{"_pos":"0:9+"}\n' "$line")
		[ "$output" = '{"_pos":"0:4+"}' ]
		[ "$(committed g)" = 0:4+ ]
		has "$stderr" "kack: line 2: "
		has "$stderr" _pos
		has "$stderr" filter
		kack -g g --delete
	done <<-'END'
		{"ticker":"BTC/USD"}
		{}
		{"a":{"_pos":"0:9+"}}
		{"_pos":null}
		{"_pos":9}
		{"_pos":"9"}
		{"_pos":"0:09+"}
		{"_pos":""}
		{"_pos":["0:9+"]}
		{"a":1,"_pos":"0:9","_pos":"0:9+"}
	END
	while read -r line; do
		run -2 --separate-stderr kack -g g <<<"$line"
		has "$stderr" "kack: line 1: "
		not kstat -g g
	done <<-'END'
		not json
		"_pos"
		["0:9+"]
		5
		{"a":1,"_pos":"0:9+"
		{"a":01,"_pos":"0:9+"}
	END
}

@test "hostile lines, one by one: exit status 2, never a crash, no control characters in messages" {
	local number
	stream 10
	{ base64 -d "$FIXTURES/hostile.ndjson.b64" && echo; } >hostile
	for ((number = 1; number <= $(wc -l <hostile); number++)); do
		status=0
		sed -n "${number}p" hostile | kack -g g 2>err || status=$?
		if sed -n "${number}p" hostile | grep -aqE '^{"_pos":"0:[0-9]|^[[:blank:]]*\r?$'; then
			[ "$status" = 0 ]
		else
			[ "$status" = 2 ]
		fi
		not grep -aqP '[\x00-\x09\x0b-\x1f\x7f]' err
	done
	[ "$(committed g)" = 0:8 ]
}

@test "an input that is cut off: exit status 2, the lines before it are committed" {
	stream 10
	printf '{"_pos":"0:4+"}\n{"_pos":"0:9' >lines
	run -2 --separate-stderr kack -g g <lines
	has "$stderr" "line 2"
	[ "$(committed g)" = 0:4+ ]
	# An object that is whole counts without its newline.
	printf '{"_pos":"0:9+"}' | kack -g g
	[ "$(committed g)" = 0:9+ ]
}

@test "an over-long line: exit status 2" {
	stream 10
	{
		echo '{"_pos":"0:4+"}'
		printf '{"_pos":"0:9+","x":"%02000d"}\n' 0
	} >lines
	run -2 --separate-stderr kack -g g --max-line 100 <lines
	has "$stderr" "line 2"
	has "$stderr" "--max-line is 100"
	[ "$(committed g)" = 0:4+ ]
	kack -g g <lines
	[ "$(committed g)" = 0:9+ ]
}

# --- moving ---

@test "--to moves a group to each kind of position" {
	local middle
	seq 5 | kput -q
	kread -g g | kack -g g
	wait_for 20 later_than "$(kstat | jq -r .newest)"
	middle=$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)
	wait_for 20 later_than "$middle"
	seq 6 10 | kput -q
	kack -g g --to trim-horizon
	[ "$(committed g)" = 0:1 ]
	kack -g g --to latest
	[ "$(committed g)" = 0:11 ]
	[ "$(kread -g g)" = '{"_pos":"0:10+"}' ]
	kack -g g --to "$middle"
	[ "$(committed g)" = 0:6 ]
	kack -g g --to -1h
	[ "$(committed g)" = 0:1 ]
	kack -g g --to 0:7
	[ "$(kread -g g | head -n 1 | jq -r ._pos)" = 0:7 ]
	kack -g g --to 0:7+
	[ "$(kread -g g | head -n 1 | jq -r ._pos)" = 0:8 ]
	kack -g g --to 0:0
	run -0 kread -g g
	kack -g g --to 0:11
	# A group that is made by it.
	kack -g new --to 0:9
	[ "$(kread -g new | head -n 1 | jq -r ._pos)" = 0:9 ]
}

later_than() {
	[[ $(date -u +%Y-%m-%dT%H:%M:%S.%3NZ) > $1 ]]
}

@test "--to moves a group in all shards, or for a position only in its shard" {
	seq 300 | kput -q --shards 3
	kread -g g | kack -g g
	kack -g g --to 1:5
	[ "$(committed g | sed -n 2p)" = 1:5 ]
	kstat -g g | holds -s '.[0].lag == 0 and .[1].lag > 0 and .[2].lag == 0'
	kack -g g --to trim-horizon
	[ "$(committed g)" = $'0:1\n1:1\n2:1' ]
	kack -g g --to latest
	kstat -g g | holds -s 'all(.lag == 0)'
}

@test "--to with an invalid position: exit status 2, and the group is not moved" {
	local wrong
	stream 10
	ack 0:4
	for wrong in 0:12 0:11+ 1:1 x:1 0:1.0 0:999999999999999999999999 nowhere '' -x 5 2025-01-07T01:00:00; do
		run -2 --separate-stderr kack -g g --to "$wrong"
		has "$stderr" "kack: "
		[ "$(committed g)" = 0:4 ]
	done
	run -2 kack -s none -g g --to latest
	[ ! -e "$FX_HOME/none.groups" ]
}

@test "--to reads no input" {
	stream 10
	run -0 timeout 20 kack -g g --to 0:5 < <(yes '{"_pos":"0:9+"}')
	[ "$(committed g)" = 0:5 ]
}

@test "--delete deletes only that group; exit status 1 if it does not exist" {
	stream 10
	ack 0:4
	kread -g other | kack -g other
	kack -g g --delete
	kstat --groups | jq -r .group | cmp - <(echo other)
	[ "$(kread -g g | head -n 1 | jq -r ._pos)" = 0:1 ]
	run -1 --separate-stderr kack -g g --delete
	has "$stderr" "no group g"
	[ "$(committed other)" = 0:10+ ]
}

@test "a group that is being read is neither moved nor deleted: exit status 75" {
	stream 10
	ack 0:4
	: >out
	kread -f -g g >out 3>&- &
	fx_started+=($!)
	wait_for 20 test -s out
	run -75 --separate-stderr kack -g g --to latest
	has "$stderr" "in use"
	run -75 kack -g g --delete
	[ "$(committed g)" = 0:4 ]
	kack -g another --to latest
	kill -TERM "${fx_started[-1]}"
	status_of "${fx_started[-1]}"
	kack -g g --to latest
	[ "$(committed g)" = 0:11 ]
}

@test "usage errors: exit status 2" {
	stream 1
	run -2 --separate-stderr kack </dev/null
	has "$stderr" "-g GROUP"
	run -2 kack -g '' </dev/null
	run -2 kack -g .x </dev/null
	run -2 kack -g a/b </dev/null
	run -2 kack -g g --to latest --delete
	run -2 kack -g g --to latest --receipts
	run -2 kack -g g --delete --receipts
	run -2 kack -g g file </dev/null
	[ ! -e "$FX_HOME/rates.groups" ]
}

# --- streams that are not there ---

@test "no such stream: exit status 2; a chain with kread -f waits until it is created" {
	run -2 --separate-stderr kack -g g <<<'{"_pos":"0:1"}'
	has "$stderr" "no stream"
	[ ! -e "$FX_HOME" ]
	run -0 kack -g g </dev/null
	mkfifo acks
	kread -f -g g 3>&- | kack -g g --receipts 3>&- >acks &
	fx_started+=($!)
	exec {receipts}<acks
	stream 3
	for _ in 1 2 3; do read -r -t 20 line <&"$receipts"; done
	[ "$(committed g)" = 0:3 ] || [ "$(committed g)" = 0:3+ ]
	exec {receipts}<&-
	wait_for 20 is_ended "${fx_started[-1]}"
}

@test "a stream that is deleted and re-created under a running chain: exit status 2, nothing is committed" {
	stream 10
	mkfifo in
	exec {feeder}<>in
	kack -g g <in 2>err {feeder}>&- 3>&- &
	fx_started+=($!)
	# It opens this after the stream: now the stream is open as a whole.
	wait_for 20 has_open "${fx_started[-1]}" rates.groups
	# Before its first commit.
	rm "$FX_HOME"/rates.stream*
	stream 20
	echo '{"_pos":"0:9+"}' >&"$feeder"
	wait_for 20 is_ended "${fx_started[-1]}"
	status_of "${fx_started[-1]}"
	[ "$status" = 2 ]
	grep -q "deleted and re-created" err
	run -1 kstat -g g
	# After one.
	kack -g g <in 2>err {feeder}>&- 3>&- &
	fx_started+=($!)
	echo '{"_pos":"0:3+"}' >&"$feeder"
	wait_for 20 is_committed 0:3+
	rm "$FX_HOME"/rates.stream*
	echo '{"_pos":"0:9+"}' >&"$feeder"
	wait_for 20 is_ended "${fx_started[-1]}"
	status_of "${fx_started[-1]}"
	[ "$status" = 2 ]
	grep -q deleted err
	exec {feeder}>&-
}

has_open() {
	find "/proc/$1/fd" -lname "*/$2" | grep -q .
}

@test "positions of an earlier stream of that name: exit status 2 until the group is moved or deleted" {
	stream 10
	ack 0:9+
	rm "$FX_HOME"/rates.stream*
	stream 20
	run -2 --separate-stderr kack -g g <<<'{"_pos":"0:15+"}'
	has "$stderr" "of another stream"
	kack -g g --to 0:2
	[ "$(committed g)" = 0:2 ]
	ack 0:15+
	[ "$(committed g)" = 0:15+ ]
}

@test "--to deletes the checkpoints of an earlier stream in all shards" {
	seq 300 | kput -q --shards 3
	kread -g g | kack -g g
	rm "$FX_HOME"/rates.stream*
	seq 300 | kput -q --shards 3
	kack -g g --to 1:5
	[ "$(committed g)" = $'none\n1:5\nnone' ]
	kread -g g | jq -r ._pos | grep -qx 0:1
}

# --- signals ---

@test "SIGINT is ignored until the input ends; later lines are committed" {
	stream 10
	mkfifo in
	exec {feeder}<>in
	env --default-signal=INT kack -g g --receipts <in >out {feeder}>&- 3>&- &
	pid=$!
	fx_started+=("$pid")
	echo '{"_pos":"0:2"}' >&"$feeder"
	wait_for 20 test -s out
	kill -INT "$pid"
	echo '{"_pos":"0:7+"}' >&"$feeder"
	wait_for 20 is_committed 0:7+
	kill -INT "$pid"
	echo '{"_pos":"0:9+"}' >&"$feeder"
	exec {feeder}>&-
	status_of "$pid"
	[ "$status" = 0 ]
	[ "$(committed g)" = 0:9+ ]
	[ "$(wc -l <out)" = 3 ]
}

@test "SIGTERM: the lines that it has read are committed; death by the signal" {
	stream 10
	mkfifo in
	exec {feeder}<>in
	kack -g g --receipts <in >out {feeder}>&- 3>&- &
	pid=$!
	fx_started+=("$pid")
	echo '{"_pos":"0:6+"}' >&"$feeder"
	wait_for 20 test -s out
	kill -TERM "$pid"
	wait_for 20 is_ended "$pid"
	status_of "$pid"
	exec {feeder}>&-
	[ "$status" = 143 ]
	[ "$(committed g)" = 0:6+ ]
}

# --- when it does not work ---

@test "a groups file that is not a database: exit status 2, and it is unchanged" {
	stream 10
	for content in '' 'some text'; do
		printf %s "$content" >"$FX_HOME/rates.groups"
		for tool in 'kack -g g' 'kack -g g --to latest' 'kack -g g --delete' 'kread -g g' 'kstat -g g' 'kstat --groups'; do
			# shellcheck disable=SC2086 # a tool and its options
			run -2 --separate-stderr $tool <<<'{"_pos":"0:3"}'
			has "$stderr" "file of checkpoints"
			[ "$(cat "$FX_HOME/rates.groups")" = "$content" ]
		done
	done
	cp "$FX_HOME/rates.stream" "$FX_HOME/rates.groups"
	run -2 kack -g g <<<'{"_pos":"0:3"}'
	cmp "$FX_HOME/rates.stream" "$FX_HOME/rates.groups"
	rm "$FX_HOME/rates.groups"
	ack 0:3
	sqlite3 "$FX_HOME/rates.groups" 'PRAGMA user_version=2'
	run -2 --separate-stderr kack -g g <<<'{"_pos":"0:4"}'
	has "$stderr" "format 2"
}

@test "a damaged checkpoint: exit status 2, and a message that names it" {
	stream 10
	ack 0:3
	sqlite3 "$FX_HOME/rates.groups" "UPDATE checkpoint SET position = 'nonsense'"
	run -2 --separate-stderr kread -g g
	has "$stderr" damaged
	kack -g g --to 0:3
	[ "$(kread -g g | head -n 1 | jq -r ._pos)" = 0:3 ]
}

@test "a groups file that another program has locked: exit status 75 after a while" {
	stream 10
	ack 0:3
	hold_lock "$FX_HOME/rates.groups"
	run -75 --separate-stderr fast_clock kack -g g --receipts <<<'{"_pos":"0:9+"}'
	[ -z "$output" ]
	has "$stderr" "another program holds it"
	[ "$(committed g)" = 0:3 ]
	let_go
	ack 0:9+
}

@test "a full disk: exit status 75, and the group is not moved" {
	unshare -rm true 2>/dev/null || skip "unshare -rm is not allowed here"
	mkdir disk
	# shellcheck disable=SC2016 # for the inner shell
	unshare -rm bash -c '
		mount -t tmpfs -o size=10m none disk
		seq 10 | kput -q -s disk/x.stream
		echo "{\"_pos\":\"0:3\"}" | kack -s disk/x.stream -g g
		cat /dev/zero >disk/ballast 2>/dev/null
		status=0
		echo "{\"_pos\":\"0:9\"}" | kack -s disk/x.stream -g g --receipts >out 2>err || status=$?
		echo "$status" >status
		rm disk/ballast
		kstat -s disk/x.stream -g g | jq -r .position >stayed
		echo "{\"_pos\":\"0:9\"}" | kack -s disk/x.stream -g g
		kstat -s disk/x.stream -g g | jq -r .position >moved'
	[ "$(cat status)" = 75 ]
	[ ! -s out ]
	grep -q '^kack: ' err
	[ "$(cat stayed moved)" = $'0:3\n0:9' ]
}

@test "a position that the stream cannot have is not committed" {
	stream 10
	for position in 0:11+ 0:12 1:1 0:3.4; do
		run -2 --separate-stderr kack -g g <<<"{\"_pos\":\"$position\"}"
		has "$stderr" position || has "$stderr" "no shard"
	done
	[ "$(kstat --groups)" = "" ]
	kack -g g <<<'{"_pos":"0:10+"}'
	[ "$(committed g)" = 0:10+ ]
}

@test "a line that is not JSON is not committed, although it begins with a position" {
	stream 10
	run -2 --separate-stderr kack -g g <<<'{"_pos":"0:3","a":[1,}'
	has "$stderr" "line 1"
	[ "$(kstat --groups)" = "" ]
}

@test "checkpoints that were deleted under a running kack give no receipt" {
	stream 10
	mkfifo in
	kack -g g --receipts <in >receipts 2>words &
	local pid=$!
	exec {feeder}>in
	echo '{"_pos":"0:2+"}' >&"$feeder"
	wait_for 10 test -s receipts
	rm "$FX_HOME"/rates.groups*
	echo '{"_pos":"0:9+"}' >&"$feeder"
	exec {feeder}>&-
	status_of "$pid"
	[ "$status" = 2 ]
	[ "$(wc -l <receipts)" = 1 ]
}
