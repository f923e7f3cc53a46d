# kread_share: readers of one machine share the shards of an embedded stream.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # each test is a shell of its own; stderr: run

load helper

declare -gA shell_of # bats reads this file in a function

# follow NAME ARGUMENT…: a pipeline that follows, as worker NAME; its lines are in NAME.lines.
follow() {
	local name=$1
	shift
	in_background bash -c 'kread -f -g g --share --worker "$0" "$@" 2>>"$0.kread" |
		tee -a "$0.lines" | kack -g g 2>>"$0.kack"' "$name" "$@"
	shell_of[$name]=$background
}

# part_of NAME TOOL: that process of the pipeline.
part_of() {
	pgrep -x -P "${shell_of[$1]}" "$2"
}

# leases: the shards and who has them, as the file says.
leases() {
	sqlite3 -readonly "$FX_HOME/rates.groups" "SELECT shard, owner, checkpoint_owner, ended <> '' FROM lease WHERE name = 'g' ORDER BY shard + 0"
}

# shares N…: do the readers have N open shards each, in any order, and are none handed over?
shares() {
	[ "$(sqlite3 -readonly "$FX_HOME/rates.groups" "SELECT iif(checkpoint_owner = '', owner, '?') FROM lease WHERE name = 'g' AND owner <> '' AND
		ended = ''" | sort | uniq -c | awk '$2 != "?" { print $1 } $2 == "?" { print "?" }' | sort -n | xargs)" = "$*" ]
}

# is_asked NAME: was the reader asked for a shard?
is_asked() {
	[ "$(sqlite3 -readonly "$FX_HOME/rates.groups" "SELECT count(*) FROM lease WHERE checkpoint_owner = '$1'")" -gt 0 ]
}

# numbers FILE…: of the records in them, once each.
numbers() {
	cat "$@" | jq -r 'select(.n) | .n' | sort -n | uniq
}

# have LAST FILE…: do the files hold all numbers up to LAST?
have() {
	[ "$(numbers "${@:2}")" = "$(seq "$1")" ]
}

# put FIRST LAST: records with these numbers, of 20 keys.
put() {
	seq "$1" "$2" | jq -c '{k: (. % 20 | tostring), n: .}' | kput -q -k k
}

is_committed() {
	[ "$(kstat -g g | jq -s 'map(.lag) | add')" = 0 ]
}

# once FILE…: no record is in them twice.
once() {
	cat "$@" | jq -r 'select(.n) | .n' | sort | uniq -d | cmp /dev/null -
}

# in_order FILE…: the numbers of each key rise, in each of the files.
in_order() {
	local file
	for file; do
		jq -r 'select(.n) | [.k, .n] | @tsv' "$file" |
			awk -v file="$file" '$2 <= last[$1] { print file ": key " $1 ": " $2 " after " last[$1]; bad = 1 }
				{ last[$1] = $2 } END { exit bad }'
	done
}

reshard() {
	"$FX_BUILD/unit/stream_change" reshard "$FX_HOME/rates.stream" "$1"
}

@test "two and four readers share the shards, each record is read once, in order" {
	kput -q --shards 4 </dev/null
	follow w1
	wait_for 60 shares 4
	follow w2
	wait_for 60 shares 2 2
	put 1 100
	wait_for 60 have 100 ./*.lines
	follow w3
	follow w4
	wait_for 60 shares 1 1 1 1
	put 101 200
	wait_for 60 have 200 ./*.lines
	wait_for 60 is_committed
	kstat -g g | jq -s 'map(.reader) | unique | length' | cmp - <(echo 4)
	# A run without -f finds nothing free, and takes nothing away.
	timeout 60 kread -g g --share >none
	[ ! -s none ]
	shares 1 1 1 1
	once ./*.lines
	in_order ./*.lines
	for w in w1 w2 w3 w4; do kill -TERM "$(part_of $w kread)"; done
	wait_for 60 shares
	cat ./*.kack ./*.kread | cmp /dev/null -
}

@test "the shards of a reader that is killed are free at once; what it had not committed is read again" {
	kput -q --shards 4 </dev/null
	follow w1
	follow w2
	wait_for 60 shares 2 2
	put 1 40
	wait_for 60 have 40 ./*.lines
	wait_for 60 is_committed
	# Nothing that it writes from now on is committed.
	kill -STOP "$(part_of w1 tee)"
	put 41 80
	kill -KILL "$(part_of w1 kread)"
	wait_for 60 shares 4
	wait_for 60 have 80 ./*.lines
	wait_for 60 is_committed
	kill -CONT "$(part_of w1 tee)" || true
	status_of "${shell_of[w1]}"
	# Its name is free, too.
	follow w1
	wait_for 60 shares 2 2
	put 81 120
	wait_for 60 have 120 ./*.lines
}

@test "readers in containers, which do not see each other's processes, share the shards" {
	unshare --pid --fork true 2>/dev/null || skip "a process namespace of its own is not to be had here"
	kput -q --shards 2 </dev/null
	# Nothing is committed, so that nothing is handed over.
	in_background unshare --pid --fork --kill-child kread -f -g g --share --worker one --handover 10m >one 2>words
	wait_for 60 shares 2
	put 1 20
	wait_for 60 have 20 one
	in_background unshare --pid --fork --kill-child kread -f -g g --share --worker two --handover 10m >two 2>>words
	# It asks the first one, which lives, for a shard.
	wait_for 60 is_asked one
	cat words two | cmp /dev/null -
	(unshare --pid --fork kstat -g g || [ $? = 1 ]) | jq -s 'map(.reader) | unique == ["one", "two"]' | grep -x true
	run -75 --separate-stderr unshare --pid --fork kread -g g
	has "$stderr" "kread --share"
	unshare --pid --fork fxhealth -g g --readers --max-age 1d --max-lag 1d
}

@test "kack commits for a reader that was killed until another has the shard, and is refused then" {
	kput -q --shards 1 </dev/null
	put 1 10
	mkfifo late
	kread -f -g g --share --worker dead >given 3>&- &
	reader=$!
	wait_for 60 have 10 given
	kill -KILL $reader
	wait $reader || true
	# From here on it is as in a pipeline that drains.
	in_background bash -c 'kack --receipts -g g <late >receipts 2>words; echo $? >status'
	exec 7>late
	sed -n 4p given >&7
	wait_for 60 test -s receipts
	kstat -g g | holds '.position == "0:4" and (has("reader") | not)'
	# The next one, though it has the same name, reads again what is not committed.
	in_background kread -f -g g --share --worker dead
	next=$background
	wait_for 60 eval 'kstat -g g | holds ".reader == $next"'
	sed -n 8p given >&7
	wait_for 60 test -s status
	exec 7>&-
	[ "$(cat status)" = 75 ]
	has "$(cat words)" "the lease of shard 0 was lost to dead, which reads again for group g"
	kstat -g g | holds ".position == \"0:4\" and .reader == $next"
	[ "$(wc -l <receipts)" = 1 ]
}

@test "without --share a second reader is refused; with it, beside a reader of the whole group, too" {
	put 1 3
	follow w1
	wait_for 60 shares 1
	run -75 --separate-stderr kread -g g
	has "$stderr" "group g is in use: readers share it"
	run -75 --separate-stderr kack -g g --to latest
	run -75 --separate-stderr kread -f -g g --share --worker w1
	has "$stderr" "another kread on this machine is the worker w1"
	# Other groups are not concerned.
	timeout 60 kread -g h --share >lines
	have 3 lines
	kill -TERM "$(part_of w1 kread)"
	status_of "${shell_of[w1]}"
	shares
	in_background kread -f -g g
	whole=$background
	wait_for 60 eval 'kstat -g g | jq -e .reader'
	run -75 --separate-stderr kread -g g --share
	has "$stderr" "group g is in use: another kread reads all of it, without --share"
	kill -TERM "$whole"
}

@test "a run without -f reads all there is, generation by generation, and continues where it was" {
	kput -q --shards 8 </dev/null
	put 1 50
	reshard 2
	put 51 100
	reshard 5
	put 101 150
	timeout 120 kread -g g --share | tee lines | kack -g g
	have 150 lines
	once lines
	in_order lines
	[ "$(leases | cut -d '|' -f 4 | tr -d '\n')" = 11111111100000 ]
	put 151 160
	timeout 120 kread -g g --share | tee rest | kack -g g
	[ "$(numbers rest)" = "$(seq 151 160)" ]
	# A reader of the whole group continues it, and the other way round.
	put 161 170
	kread -g g | tee whole | kack -g g
	[ "$(numbers whole)" = "$(seq 161 170)" ]
	[ "$(leases)" = "" ]
	reshard 3
	put 171 180
	timeout 120 kread -g g --share | tee again | kack -g g
	[ "$(numbers again)" = "$(seq 171 180)" ]
	# Moved back, it is read once more.
	kack -g g --to trim-horizon
	timeout 120 kread -g g --share | tee moved | kack -g g
	have 180 moved
	in_order moved
}

@test "shards are changed under readers: parents first, in order, nothing is lost" {
	kput -q --shards 4 </dev/null
	follow w1
	follow w2
	follow w3
	put 1 100
	reshard 7
	put 101 200
	reshard 2
	put 201 300
	wait_for 60 have 300 ./*.lines
	wait_for 60 is_committed
	once ./*.lines
	in_order ./*.lines
	wait_for 60 eval '[ "$(leases | grep -c "1$")" = 11 ]'
	wait_for 60 shares 1 1
}

@test "a generation is not read while another reader has a shard of an earlier one" {
	kput -q --shards 2 </dev/null
	follow w1 --max-leases 1
	follow w2 --max-leases 1
	wait_for 60 shares 1 1
	kill -STOP "$(part_of w1 kread)"
	put 1 40
	reshard 3
	put 41 80
	wait_for 60 test -s w2.lines
	wait_for 60 eval 'leases | grep -q "1$"'
	# w2 has ended its shard, w1 cannot: it is stopped, and keeps what it has.
	timeout 60 kread -g g --share >none
	[ ! -s none ]
	jq -r '._pos | split(":")[0]' w2.lines | sort -u | wc -l | cmp - <(echo 1)
	kill -CONT "$(part_of w1 kread)"
	follow w3
	wait_for 60 have 80 w1.lines w2.lines w3.lines
	once ./*.lines
	in_order ./*.lines
}

@test "--max-leases: a reader takes no more, and others read the rest" {
	kput -q --shards 5 </dev/null
	follow w1 --max-leases 1
	wait_for 60 shares 1
	follow w2
	wait_for 60 shares 1 4
	put 1 50
	wait_for 60 have 50 ./*.lines
	once ./*.lines
}

@test "runs without -f at the same time read all, each record once" {
	local i run pids
	kput -q --shards 4 </dev/null
	for run in 1 2 3; do
		put $((run * 40 - 39)) $((run * 40))
		pids=()
		for i in 1 2 3; do
			in_background bash -c 'kread -g g --share | tee -a "$0.lines" | kack -g g' "$i"
			pids+=("$background")
		done
		for i in "${pids[@]}"; do
			status_of "$i"
			[ "$status" = 0 ]
		done
		have $((run * 40)) ./*.lines
	done
	once ./*.lines
}

@test "runs without -f at the same time, of one shard each, find one each" {
	local i run
	kput -q --shards 4 </dev/null
	put 1 40
	for run in 1 2 3; do
		rm -f go ./*.lines
		for i in 1 2 3 4; do
			in_background bash -c 'kread -g "$1" --share --max-leases 1 | tee "$0.lines" |
				{ until [ -e go ]; do sleep 0.05; done; cat; } | kack -g "$1"' "$i" "g$run"
		done
		for i in 1 2 3 4; do
			wait_for 60 test -s "$i.lines"
		done
		touch go
		wait_for 60 have 40 1.lines 2.lines 3.lines 4.lines
	done
}

@test "what is not committed within --handover is given up, and read again" {
	kput -q --shards 2 </dev/null
	put 1 20
	mkfifo lines
	in_background bash -c 'kread -f -g g --share --worker w1 --handover 1s 2>words | cat >first'
	wait_for 60 have 20 first
	follow w2
	wait_for 60 shares 1 1
	has "$(cat words)" "was lost: it was not handed over in time; what was not committed is read again"
	wait_for 60 test -s w2.lines
	[ "$(numbers w2.lines | wc -l)" -gt 0 ]
}

@test "a shared group starts at latest or a time, also in old shards; its start is kept" {
	put 1 10
	reshard 2
	put 11 20
	timeout 60 kread -g g --share --from latest >none
	holds -s 'all(has("n") | not)' none
	put 21 30
	timeout 60 kread -g g --share --from latest | tee lines | kack -g g
	[ "$(numbers lines)" = "$(seq 21 30)" ]
	run -2 --separate-stderr kread -g g --share --from latest
	has "$stderr" "group g has a checkpoint, which excludes --from"
	run -2 --separate-stderr kread -g h --share --from 1:2
	timeout 60 kread -g t --share --from -1h >all
	have 30 all
	in_order all
}

@test "what retention has removed is reported by readers that share a group" {
	seq 10 | kput -q --retention 1s
	kread -g g -n 4 | kack -g g
	reshard 2
	seq 11 20 | kput -q
	# The oldest record is one of these soon.
	wait_for 60 eval 'echo 21 | kput -q; [ "$(kread | sort -u)" = 21 ]'
	status=0
	timeout 60 kread -g g --share >lines 2>words || status=$?
	[ "$status" = 1 ]
	has "$(cat words)" "lost 6 records of shard 0, from 5 on"
}

@test "options of readers that share a group" {
	run -2 --separate-stderr kread --share
	has "$stderr" "--share requires -g"
	run -2 --separate-stderr kread -g g --share --shard 0
	run -2 --separate-stderr kread -g g --share --failover 5s
	has "$stderr" "--failover excludes --share"
	run -2 --separate-stderr kread -g g --max-leases 2
	has "$stderr" "--share, or -g dynamodb:TABLE"
	run -2 --separate-stderr kread -s kinesis:rates -g g --share
	has "$stderr" "--share is for an embedded stream"
	run -2 --separate-stderr kread -g g --share --worker a/b
}

@test "a stream that is created again, and one that is deleted: leases of the earlier one do not count" {
	kput -q --shards 3 </dev/null
	put 1 9
	timeout 60 kread -g g --share >lines
	rm "$FX_HOME"/rates.stream*
	put 1 4
	timeout 60 kread -g g --share >lines
	have 4 lines
	[ "$(leases | wc -l)" = 3 ]
	"$FX_BUILD/unit/stream_change" delete "$FX_HOME/rates.stream"
	[ ! -e "$FX_HOME/rates.stream" ]
}
