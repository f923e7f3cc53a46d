# stream_change: an embedded stream changed in place while it is written and read.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # each test is a shell of its own; stderr: run

load helper

setup() {
	stream=$FX_HOME/rates.stream
}

change() {
	"$FX_BUILD/unit/stream_change" "$@"
}

# {"k":KEY,"n":N}: of each of 20 keys the numbers from 0 on, in turn.
numbered() {
	awk -v count="$1" 'BEGIN {
		for (i = 0; i < count; i++)
			printf "{\"k\":\"%d\",\"n\":%d}\n", i % 20, int(i / 20)
	}'
}

# Every number of each key for the first time behind the one before it; and none behind the
# last. Lines may come again (at least once).
in_order() {
	sed 's/"_pos":"[^"]*",\?//; s/[^0-9]\+/ /g' | awk -v count="$1" '
		NF < 2 { next } # a mark
		$2 > next_of[$1] + 0 { print "key " $1 ": " $2 " before " next_of[$1] + 0; bad = 1 }
		$2 == next_of[$1] + 0 { next_of[$1]++; found++ }
		{ last[$1] = $2 }
		END {
			for (key in last)
				if (last[key] != next_of[key] - 1) { print "key " key " ends at " last[key]; bad = 1 }
			if (found != count) { print found " of " count; bad = 1 }
			exit bad
		}'
}

# In small pieces, so that much happens between them.
feed() {
	local at
	for ((at = $1 + 1; at <= total; at += 25)); do
		sed -n "$at,$((at + 24))p" lines
	done
}

# kput, started again behind its last receipt whenever it was killed.
write_all() {
	local receipts=0
	: >receipts
	while [ "$receipts" -lt "$total" ]; do
		# A new FIFO, as an earlier feed may not have noticed yet that its reader was killed.
		rm -f fed
		mkfifo fed
		feed "$receipts" >fed 2>/dev/null &
		kput -k k <fed >>receipts 3>&- &
		echo $! >kput.pid
		wait $! || true
		receipts=$(wc -l <receipts)
		head -n "$receipts" receipts >whole
		mv whole receipts
	done
}

# A consumer, started again whenever its reader was killed.
consume() {
	local run=0
	while [ ! -e stop ]; do
		run=$((run + 1))
		kread -f -g g >given 3>&- &
		echo $! >kread.pid
		tee "out.$run" <given | kack -g g 2>/dev/null || true
		wait || true
	done
}

receipts_are() {
	[ "$(wc -l <receipts)" -ge "$1" ]
}

all_is_read() {
	[ "$(kstat -g g | jq -s 'map(.lag) | add')" = 0 ]
}

@test "shards change under writers and readers that are killed: order is kept per key, nothing is lost" {
	local total=6000 step=0 shards run
	numbered $total >lines
	kput </dev/null
	mkfifo given
	in_background write_all
	writer=$background
	in_background consume
	consumer=$background
	for shards in 2 4 3 1 4 2 3 1; do
		step=$((step + 1))
		wait_for 60 receipts_are $((step * total / 10))
		change reshard "$stream" "$shards"
		case $((step % 3)) in
		0) kill -KILL "$(cat kput.pid)" || true ;;
		1) kill -KILL "$(cat kread.pid)" || true ;;
		esac
	done
	wait_for 60 receipts_are $total
	wait "$writer"
	cmp receipts lines
	wait_for 60 all_is_read
	touch stop
	kill -TERM "$(cat kread.pid)"
	wait "$consumer" || true
	for ((run = 1; ; run++)); do
		[ -e "out.$run" ] || break
		head -n "$(wc -l <"out.$run")" "out.$run" # a last line may have been cut off
	done >out
	in_order $total <out
	kread >all
	in_order $total <all
	# All of what was committed is: nothing is given out once more.
	kread -g g | grep -v '+"}$' | cmp /dev/null -
	[ "$(kstat | jq -rs 'map(select(.open)) | length')" = 1 ]
	run -0 kput --shards 1 -q </dev/null
	run -2 kput --shards 2 -q </dev/null
}

@test "a group continues in new shards from their beginning, wherever it started" {
	seq 5 | kput -q
	kread -g late --from latest | kack -g late
	seq 6 8 | kput -q
	change reshard "$stream" 3
	seq 9 30 | kput -q
	kread -g late >out
	# What is in the old shard comes before what is in the new ones, and is marked before.
	jq -r '._pos' out | cut -d: -f1 | uniq | head -n 1 | grep -qx 0
	jq -r 'select(._raw != null) | ._raw | @base64d' out | sort -n | cmp - <(seq 6 30)
	[ "$(jq -r '._pos' out | grep -n '^0:8+$' | cut -d: -f1)" = 4 ]
	kack -g late <out
	kread -g late | holds -s 'all(._pos | endswith("+"))'
	kstat -g late | holds -s 'all(.lag == 0)'
	# One that begins now takes up where the time, or the latest, is.
	kread -g other --from latest | holds -s 'all(._pos | endswith("+"))'
}

@test "a group that had committed part of an old shard continues there" {
	seq 10 | kput -q
	kread -g g -n 4 | kack -g g
	change reshard "$stream" 2
	seq 11 20 | kput -q
	change reshard "$stream" 1
	seq 21 30 | kput -q
	kread -g g | jq -r 'select(._raw != null) | ._raw | @base64d' >out
	head -n 6 out | cmp - <(seq 5 10)
	sed -n 7,16p out | sort -n | cmp - <(seq 11 20)
	tail -n +17 out | cmp - <(seq 21 30)
	# A position in a shard that is closed is still one.
	kack -g g --to 0:8
	kread -g g -n 3 | jq -r '._raw | select(. != null) | @base64d' | cmp - <(seq 8 10)
	kread --from 0:9 | cmp - <(seq 9 10)
	kread --shard 3 | cmp - <(seq 21 30)
	run -2 kread --shard 4
}

@test "kread -f continues in new shards; with --shard it ends with the shard" {
	seq 3 | kput -q
	in_background kread -f >all
	all=$background
	in_background kread -f --shard 0 >one
	one=$background
	wait_for 20 holds -n 'input == 1' all
	change reshard "$stream" 2
	status_of "$one"
	[ "$status" = 0 ]
	cmp one <(seq 3)
	seq 4 20 | kput -q
	wait_for 20 eval '[ "$(wc -l <all)" = 20 ]'
	sort -n all | cmp - <(seq 20)
	kill -TERM "$all"
}

@test "records of a closed shard that retention deleted are reported to the group that missed them" {
	seq 10 | kput -q --retention 1s
	kread -g g -n 4 | kack -g g
	kread -g ended | kack -g ended
	change reshard "$stream" 2
	seq 11 20 | kput -q
	change reshard "$stream" 1
	wait_for 20 takes_all
	# Moved to the oldest record: deleted records are not reported any more.
	kack -g moved <<<'{"_pos":"0:5"}'
	kack -g moved --to trim-horizon
	run -0 --separate-stderr kread -g moved
	[ -z "$stderr" ]
	run -1 --separate-stderr kread -g g
	has "$stderr" "lost 6 records of shard 0, from 5 on"
	has "$stderr" "of shard 1, from 1 on"
	has "$stderr" "of shard 2, from 1 on"
	kack -g g <<<"$output"
	run -0 kread -g g
	run -0 kread
	# Shards that nothing is left of are not listed.
	kstat | jq -r .shard | cmp - <(echo 3)
}

takes_all() {
	echo new | kput -q
	[ "$(kread | head -n 1)" = new ]
}

@test "a running kput uses a new retention within a second" {
	kput -q --retention 1d </dev/null
	mkfifo fed
	exec 5<>fed
	in_background kput -q <fed
	echo 1 >&5
	wait_for 20 eval '[ "$(kread)" = 1 ]'
	change retention "$stream" 1
	wait_for 20 trims
	exec 5>&-
}

trims() {
	echo 2 >&5
	[ "$(kread | head -n 1)" = 2 ]
}

@test "created, described, and distinguished from streams that others created" {
	change make "$stream" 3 7200000 "fxstack tutorial"
	[ "$(change look "$stream")" = "3 7200000 fxstack tutorial" ]
	run -1 change make "$stream" 3 7200000 "fxstack tutorial"
	has "$output" "already"
	kput -q --shards 3 </dev/null
	kput -q -s other </dev/null
	[ "$(change look "$FX_HOME/other.stream")" = "1 86400000 " ]
}

@test "deleted: processes that have it open notice, and it can be re-created at once" {
	seq 3 | kput -q
	kread -g g | kack -g g
	mkfifo fed
	exec 5<>fed
	in_background kput <fed >receipts 2>errors
	writer=$background
	echo 4 >&5
	wait_for 20 eval '[ -s receipts ]'
	in_background kread -f >out 2>read-errors
	reader=$background
	wait_for 20 eval '[ "$(wc -l <out)" = 4 ]'
	change delete "$stream"
	run ls -A "$FX_HOME"
	[ -z "$output" ] || { echo "$output"; false; }
	status_of "$reader"
	[ "$status" = 2 ]
	has "$(cat read-errors)" "was deleted while it was in use"
	seq 7 9 | kput -q
	echo 5 >&5
	status_of "$writer"
	[ "$status" = 2 ]
	has "$(cat errors)" "was deleted and re-created while it was in use"
	cmp receipts <(echo 4)
	exec 5>&-
	kread | cmp - <(seq 7 9)
	kread -g g | kack -g g
	change delete "$stream"
	change delete "$stream"
	run -2 kread
}
