# kstat: what a stream holds and how far its groups have come.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # each test is a shell of its own; stderr: run

load helper
load screen

@test "the members of the line for a shard, in their order" {
	kput -q --shards 2 </dev/null
	kstat >got
	cmp got - <<-'END'
		{"stream":"rates","shard":"0","records":0,"bytes":0,"next":"0:1","records_in":0,"bytes_in":0,"open":true}
		{"stream":"rates","shard":"1","records":0,"bytes":0,"next":"1:1","records_in":0,"bytes_in":0,"open":true}
	END
	printf '{"k":%d}\n' 1 2 3 4 5 6 7 8 | kput -q -k k
	kstat >out
	holds -s 'map(.records) | add == 8' out
	holds -s 'map(.bytes) | add == 8 * 7' out
	holds -s 'all(.next == "\(.shard):\(.records + 1)")' out
	jq -r 'keys_unsorted | join(" ")' out | uniq | cmp - <(echo "stream shard records bytes oldest newest next records_in bytes_in open")
	jq -r '.oldest, .newest' out | grep -vE '^20[0-9-]{8}T[0-9:]{8}\.[0-9]{3}Z$' && false
	[ "$(kstat -s "$FX_HOME/rates.stream" | jq -r .stream | uniq)" = "$FX_HOME/rates.stream" ]
}

@test "oldest and newest are the arrival times of the first and the last record" {
	echo one | kput -q
	wait_for 20 later_than "$(kstat | jq -r .newest)"
	echo two | kput -q
	kread --envelope | jq -r .arrived >arrived
	kstat | jq -r '.oldest, .newest' | cmp arrived -
	kstat | holds '.oldest < .newest'
}

later_than() {
	[[ $(date -u +%Y-%m-%dT%H:%M:%S.%3NZ) > $1 ]]
}

@test "-g: position, when it was committed, and the lag" {
	seq 10 | kput -q
	kread -g g -n 4 | kack -g g
	kstat -g g >out
	holds '.group == "g" and .position == "0:4+" and .lag == 6 and (has("lost") | not)' out
	holds '(.committed | sub("\\.[0-9]+Z$"; "Z") | fromdate) - now | fabs < 60' out
	[ "$(jq -r 'keys_unsorted | join(" ")' out)" = "stream shard records bytes oldest newest next records_in bytes_in open group position committed lag lag_ms" ]
	# A line says less than a mark: its own record is still to do.
	kack -g g <<<'{"_pos":"0:6"}'
	kstat -g g | holds '.position == "0:6" and .lag == 5'
	kread -g g | kack -g g
	kstat -g g | holds '.position == "0:10+" and .lag == 0'
	seq 3 | kput -q
	kstat -g g | holds '.lag == 3'
}

@test "-g for a group that has committed nothing: the lag is all records; exit status 1" {
	seq 10 | kput -q --shards 2
	run -1 --separate-stderr kstat -g g
	has "$stderr" "group g has no checkpoint in shard 0"
	jq -s 'map(.lag) | add' <<<"$output" | grep -qx 10
	holds -s 'all((has("position") or has("committed")) | not)' <<<"$output"
	kread -g g --shard 1 | kack -g g
	run -1 --separate-stderr kstat -g g
	holds -s '.[0].lag == .[0].records and .[1].lag == 0' <<<"$output"
	not has "$stderr" "shard 1" 2>/dev/null
}

@test "lost: records deleted by retention before the group read them" {
	seq 10 | kput -q --retention 1s
	kread -g g -n 4 | kack -g g
	kread -g ended | kack -g ended
	wait_for 20 is_old
	seq 3 | kput -q
	kstat -g g | holds '.lost == 6 and .lag == 3 and .records == 3 and .position == "0:4+"'
	kstat -g ended | holds '(has("lost") | not) and .lag == 3'
}

is_old() {
	kstat | holds '((.newest | sub("\\.[0-9]+Z$"; "Z") | fromdate) + 2) < now'
}

@test "lost: in shards created later, for a group that existed before" {
	seq 10 | kput -q --retention 1s
	kread -g g -n 4 | kack -g g
	"$FX_BUILD/unit/stream_change" reshard "$FX_HOME/rates.stream" 2
	seq 20 | kput -q
	wait_for 20 are_old
	echo new | kput -q
	run -1 --separate-stderr kstat -g g
	holds -s 'map(.lost) | add == 20' <<<"$output"
	holds -s 'map(.lag) | add == 1' <<<"$output"
	run -1 --separate-stderr kread -g g
	[ "$(sed -n 's/.* lost \([0-9]*\) records\? of shard [12],.*/\1/p' <<<"$stderr" | jq -s add)" = 20 ]
	kread -g later 2>/dev/null | kack -g later
	kstat -g later | holds -s 'all(has("lost") | not)'
}

are_old() {
	kstat | holds -s 'map(.newest | values) | length > 1 and all((sub("\\.[0-9]+Z$"; "Z") | fromdate) + 2 < now)'
}

@test "records written are counted, whether or not retention deleted them" {
	seq 10 | kput -q --retention 1s
	wait_for 20 is_old
	seq 3 | kput -q
	kstat | holds '.records == 3 and .records_in == 13 and .bytes == 3 and .bytes_in == 14'
}

@test "closed shards, and the parents of others" {
	seq 20 | kput -q --shards 2
	"$FX_BUILD/unit/stream_change" reshard "$FX_HOME/rates.stream" 3
	seq 30 | kput -q
	kstat >out
	holds -s 'map(.open) == [false, false, true, true, true]' out
	holds -s 'map(.parents) == [null, null, ["0"], ["0", "1"], ["1"]]' out
	holds -s 'map(has("closed")) == [true, true, false, false, false]' out
	holds -s 'map(.records_in) | add == 50' out
	"$FX_BUILD/unit/stream_change" reshard "$FX_HOME/rates.stream" 1
	kstat | holds -s '.[5].parents == ["2", "3", "4"]'
}

@test "lag_ms: how long the next record of a group has been waiting" {
	echo one | kput -q
	kread -g g | kack -g g
	kstat -g g | holds '.lag == 0 and .lag_ms == 0'
	echo two | kput -q
	wait_for 20 waits 300
	kstat -g g | holds '.lag == 1 and .lag_ms >= 300 and .lag_ms < 60000'
	kread -g g | kack -g g
	kstat -g g | holds '.lag_ms == 0'
}

waits() {
	kstat -g g | holds --argjson ms "$1" '.lag_ms >= $ms'
}

@test "reader: the process that reads for the group" {
	seq 3 | kput -q
	kread -g g | kack -g g
	kread -g idle | kack -g idle
	kstat --all-groups | holds -s 'all(has("reader") | not)'
	: >out
	kread -f -g g >out 3>&- &
	reader=$!
	fx_started+=("$reader")
	wait_for 20 test -s out
	kstat -g g | holds --argjson pid "$reader" '.reader == $pid'
	kstat --all-groups | holds -s 'map([.group, has("reader")]) == [["g", true], ["idle", false]]'
	kill -TERM "$reader"
	status_of "$reader"
	kstat -g g | holds 'has("reader") | not'
}

@test "several groups: a line for each in each shard" {
	seq 10 | kput -q --shards 2
	kread -g a | kack -g a
	kread -g b | kack -g b
	kstat -g b -g a | jq -c '[.shard, .group, .lag]' >out
	cmp out - <<-'END'
		["0","b",0]
		["0","a",0]
		["1","b",0]
		["1","a",0]
	END
	kstat --all-groups | jq -r .group | sort | uniq -c | awk '{ print $1, $2 }' | cmp - <(printf '2 a\n2 b\n')
	seq 3 | kput -q -s new
	kstat -s new --all-groups | holds 'has("group") | not'
	run -2 kstat --all-groups -g a
	run -2 kstat --watch --groups
	run -2 kstat --watch=0
}

@test "--watch: repeated lines, for a stream that is created later" {
	kstat --watch=1 -g g >out 2>errors 3>&- &
	watch=$!
	fx_started+=("$watch")
	wait_for 20 grep -q "there is no stream" errors
	seq 5 | kput -q
	wait_for 20 looks '.records == 5 and .lag == 5'
	seq 2 | kput -q
	wait_for 20 looks '.records == 7'
	wait_for 20 holds -s 'length > 2' out
	holds -s 'map(.time) | . == sort and length == (unique | length)' out
	kill -TERM $watch
	status_of $watch
	[ "$status" = 143 ]
	[ "$(jq -c .stream out | wc -l)" = "$(wc -l <out)" ] # only whole lines
}

looks() {
	tail -n 1 out | holds "$1"
}

@test "--watch: a stream that is deleted, and re-created with other shards" {
	seq 5 | kput -q --shards 2
	in_background kstat --watch=1 -g g >out 2>errors
	watch=$background
	wait_for 20 looks '.shard == "1"'
	"$FX_BUILD/unit/stream_change" delete "$FX_HOME/rates.stream"
	wait_for 20 grep -q "there is no stream" errors
	seq 3 | kput -q
	wait_for 20 looks '.shard == "0" and .records == 3 and .lag == 3'
	kread -g g | kack -g g
	wait_for 20 looks '.lag == 0 and .position == "0:3+"'
	[ "$(wc -l <errors)" = 1 ]
	kill -TERM "$watch"
	status_of "$watch"
	[ "$status" = 143 ]
}

@test "--watch on a terminal: a table that is redrawn in place, until Ctrl-C" {
	at_terminal 8 80 --watch=1 -g table
	wait_for 20 shows '^there is no stream .*rates'
	seq 10 | kput -q
	wait_for 20 shows '^0 +open +table +10 '
	shows '^SHARD +GROUP +LAG +WAITING +DONE/s +READER +RECORDS'
	kread -g table -n 4 | kack -g table
	wait_for 20 shows '^0 +open +table +6 '
	# The rate per second is shown for a second only.
	grep -aEq 'table +6 +[0-9.]+s +[1-9][0-9.]* +- +10 ' screen
	# One that came after the first look is seen, however many there are.
	"$FX_BUILD/unit/stream_change" reshard "$FX_HOME/rates.stream" 20
	wait_for 20 shows '^4 +open'
	frame >last
	[ "$(wc -l <last)" = 7 ]
	[ "$(wc -L <last)" -le 80 ]
	"$FX_BUILD/unit/stream_change" delete "$FX_HOME/rates.stream"
	wait_for 20 shows '^there is no stream'
	frame >last
	[ "$(wc -l <last)" = 1 ]
	printf '\003' >&5
	status_of "$terminal"
	[ "$status" = 130 ]
	# Nothing of the terminal was changed that would have to be put back.
	tr -d '\r' <screen | sed -n 's/\x1b\[[HJK]//g; /\x1b/p' >rest
	[ ! -s rest ]
}

@test "--watch on a terminal: control characters in a name are escaped" {
	mkdir $'a\e[31m'
	at_terminal 8 80 --watch=1 -s "\$'a\\e[31m/x.stream'"
	wait_for 20 shows 'there is no stream .*a\\x1b\[31m/x.stream'
	seq 3 | kput -q -s $'a\e[31m/x.stream'
	wait_for 20 shows 'Z  a\\x1b\[31m/x.stream$'
	shows '^SHARD +RECORDS +IN/s +BYTES +BYTES/s +OLDEST +NEWEST$'
	kill -INT "$(pgrep -P "$terminal" kstat)"
	status_of "$terminal"
	[ "$status" = 130 ]
}

@test "--watch: ends when its reader has gone" {
	echo x | kput -q
	mkfifo lines
	kstat --watch=60 >lines 3>&- &
	watch=$!
	fx_started+=("$watch")
	head -n 1 <lines | holds '.records == 1'
	status_of $watch
	[ "$status" = 141 ]
}

@test "--groups: the names of the groups that have committed something, in order" {
	echo x | kput -q
	run -0 kstat --groups
	[ -z "$output" ]
	for group in zebra a-1 table; do kread -g "$group" | kack -g "$group"; done
	kread -g reads-only >/dev/null
	kstat --groups >got
	cmp got - <<-'END'
		{"group":"a-1"}
		{"group":"table"}
		{"group":"zebra"}
	END
	run -2 kstat --groups -g table
}

@test "it moves no group and writes nothing to the stream" {
	seq 10 | kput -q
	kread -g g -n 4 | kack -g g
	cp "$FX_HOME/rates.stream" before
	cp "$FX_HOME/rates.groups" groups
	kstat -g g >/dev/null
	kstat --groups >/dev/null
	cmp "$FX_HOME/rates.stream" before
	cmp "$FX_HOME/rates.groups" groups
	# Not even while a group is being read.
	: >out
	kread -f -g g >out 3>&- &
	fx_started+=($!)
	wait_for 20 test -s out
	kstat -g g | holds '.lag == 6'
}

@test "no such stream, an invalid name: exit status 2" {
	run -2 --separate-stderr kstat
	has "$stderr" "no stream"
	[ ! -e "$FX_HOME" ]
	run -2 kstat -s .x
	run -2 kstat -s ./nowhere/x.stream
	[ ! -e nowhere ]
	echo x | kput -q
	run -2 kstat -g .x
	run -2 kstat surplus
}

@test "the name of a stream is escaped as JSON" {
	mkdir $'a"b\n\e'
	echo x | kput -q -s $'a"b\n\e/x.stream'
	[ "$(kstat -s $'a"b\n\e/x.stream' | jq -r .stream)" = $'a"b\n\e/x.stream' ]
}
