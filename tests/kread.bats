# kread: reading an embedded stream, with and without groups, from each position.
# shellcheck disable=SC2016,SC2030,SC2031,SC2094,SC2154 # each test is a shell of its own; stderr: run

load helper

# Starts kread with these arguments, its lines in the file out.
follow() {
	: >out
	kread -f "$@" >out 2>err 3>&- &
	reader=$!
	fx_started+=("$reader")
}

stop() {
	kill -TERM "$1"
	wait_for 20 is_ended "$1"
	status_of "$1"
}

lines_in() {
	[ "$(wc -l <"$2")" -ge "$1" ]
}

positions() {
	jq -r ._pos
}

# --- forms ---

@test "without -g records are written unchanged; with it their position is the first member" {
	cat >lines <<-'END'
		{"a":1}
		 { "b" : 2.50 , "c":[1, 2] } 
		{"n":12345678901234567890.123456789,"e":1E+2}
		{}
		{ }
		[1]
		"text"
		1.50
		null

		not json
		{"a":1
		{"a":1} x
	END
	printf '\t{"crlf":1}\r\n' >>lines
	printf '\xff\xfe\n{"broken":"\xff"}\n' >>lines
	kput -q <lines
	kread | cmp lines -
	kread -g all >out
	sed -n 1,3p out >got
	cmp got - <<-'END'
		{"_pos":"0:1","a":1}
		 {"_pos":"0:2", "b" : 2.50 , "c":[1, 2] } 
		{"_pos":"0:3","n":12345678901234567890.123456789,"e":1E+2}
	END
	[ "$(sed -n 14p out)" = $'\t{"_pos":"0:14","crlf":1}\r' ]
	# All the others travel as base64, and every line is an object with a position.
	[ "$(jq -r 'select(._raw) | ._pos | ltrimstr("0:")' out | tr '\n' ' ')" = "4 5 6 7 8 9 10 11 12 13 15 16 " ]
	jq -r 'select(._raw) | ._raw' out | while read -r raw; do base64 -d <<<"$raw" && echo; done >raw
	sed -n '4,13p;15,16p' lines | cmp raw -
	[ "$(tail -n 1 out)" = '{"_pos":"0:16+"}' ]
	# What a storing tool makes of it is what it was.
	kread -g all | kput -q -s copy
	kread -s copy | cmp lines -
}

# packed COMMAND…: the standard input, compressed by the command, as a record.
packed() {
	"$@" | base64 -w 0 | jq -Rc '{_pos: "0:1", _raw: .}' | kput -q
}

@test "--gunzip: gzip and zstd, several members, others as they are" {
	echo '{"n":1}' | packed gzip
	printf '{"n":2}' | packed zstd -q
	printf '{"n"' | gzip >first
	printf ':3.50}\n' | gzip | cat first - | packed cat
	kput -q <<<'{"n":4}'
	printf '{"n":5}\n{"n":6}\n' | packed gzip
	: | packed gzip
	kread --gunzip >out
	[ "$(head -n 4 out)" = $'{"n":1}\n{"n":2}\n{"n":3.50}\n{"n":4}' ]
	[ "$(sed -n 5p out | jq -r ._raw | base64 -d)" = $'{"n":5}\n{"n":6}' ]
	[ "$(kread --gunzip --raw --from 0:5)" = $'{"n":5}\n{"n":6}' ]
	[ "$(kread --gunzip --envelope | jq -c 'select(._pos == "0:3") | .data')" = '"{\"n\":3.50}"' ]
	[ "$(kread --gunzip -g group | head -n 1)" = '{"_pos":"0:1","n":1}' ]
}

@test "--gunzip: what is damaged, cut off or too large is written as it is, and named" {
	echo '{"n":1}' | gzip >whole
	head -c 20 whole | packed cat
	# Its sum.
	{ head -c -8 whole && printf '\0\0\0\0' && tail -c 4 whole; } | packed cat
	head -c 3000000 /dev/zero | packed gzip
	head -c 3000000 /dev/zero | packed zstd -q
	kput -q <<<'{"n":2}'
	kread --envelope | jq -c .data_base64 >plain
	run -0 --separate-stderr kread --gunzip --envelope --max-line 1048576
	cmp plain <(jq -c .data_base64 <<<"$output")
	[ "$(cut -d: -f1-3 <<<"$stderr" | uniq -c | wc -l)" = 4 ]
	has "$stderr" 'record 0:1 is written as it is, compressed: its compressed data are incomplete'
	has "$stderr" 'record 0:2 is written as it is, compressed: its gzip data are damaged'
	has "$stderr" 'record 0:3 is written as it is, compressed: it holds more than 1048576 bytes'
	has "$stderr" 'record 0:4 is written as it is, compressed: it holds more than 1048576 bytes'
}

@test "--raw writes newlines in records; it excludes -g and --envelope" {
	printf '{"_pos":"0:1","_raw":"%s"}\n' "$(printf 'a\nb' | base64)" | kput -q
	[ "$(kread --raw)" = $'a\nb' ]
	[ "$(kread)" = '{"_raw":"YQpi"}' ]
	run -2 kread --raw -g group
	run -2 kread --raw --envelope
}

@test "--envelope writes a record with its key, position and time" {
	local before after
	before=$(date +%s%3N)
	printf '%s\n' '{"k":"a\"b","n":1.50}' '{"k":5}' | kput -q -k k --shards 2
	printf 'plain\n\xff\xfe\n\n\x01\x7f\xe2\x82\xac\n' | kput -q
	printf '{"_pos":"0:1","_raw":"%s"}\n' "$(printf 'a\nb' | base64)" | kput -q
	after=$(date +%s%3N)
	kread --envelope >out
	[ "$(wc -l <out)" = 7 ]
	jq -r 'keys_unsorted | join(" ")' out | sort | uniq -c | awk '{ $1 = $1 } 1' >got
	cmp got - <<-'END'
		6 _pos key arrived data
		1 _pos key arrived data_base64
	END
	[ "$(jq -r 'select(.key == "a\"b") | .data' out)" = '{"k":"a\"b","n":1.50}' ]
	[ "$(jq -r 'select(.key == "5") | .data' out)" = '{"k":5}' ]
	[ "$(jq -r 'select(.data_base64) | .data_base64' out | base64 -d | od -An -tx1)" = ' ff fe' ]
	[ "$(jq -r 'select(.data == "") | .key' out)" = d41d8cd98f00b204e9800998ecf8427e ]
	[ "$(jq -c 'select(.data == "a\nb") | .data' out)" = '"a\nb"' ]
	grep -q '"data":"\\u0001.*€"' out
	# Arrival: RFC 3339 to the millisecond, within the time that this took.
	jq -r .arrived out | grep -vE '^20[0-9-]{8}T[0-9:]{8}\.[0-9]{3}Z$' && false
	holds -s --argjson before "$before" --argjson after "$after" 'all(.arrived
		| (sub("\\.[0-9]+Z$"; "Z") | fromdate) * 1000 + (.[20:23] | tonumber)
		| . >= $before and . <= $after)' out
	# For a group too, with marks, and with the same positions as without.
	kread --envelope -g group >grouped
	grep -v '+"}$' grouped | cmp out -
	[ "$(grep -c '+"}$' grouped)" = 2 ]
}

@test "-n ends after N records" {
	seq 30000 | kput -q
	[ "$(kread -n 1)" = 1 ]
	kread -n 12345 | cmp - <(seq 12345)
	kread -n 99999 | cmp - <(seq 30000)
	kread -g some -n 3 | tail -n 1 | cmp - <(echo '{"_pos":"0:3+"}')
	# A limit is reached also by one that follows.
	timeout 20 kread -f -n 30000 | tail -n 1 | cmp - <(echo 30000)
	for wrong in 0 -1 x '' 1K 99999999999999999999; do
		run -2 kread -n "$wrong"
	done
}

@test "--shard reads only that shard" {
	seq 300 | kput -q --shards 3
	for shard in 0 1 2; do
		kread --shard $shard >"shard$shard"
		[ -s "shard$shard" ]
		[ "$(kread --shard $shard -g x | positions | cut -d: -f1 | uniq)" = $shard ]
	done
	sort -n shard0 shard1 shard2 | cmp - <(seq 300)
	kread | sort -n | cmp - <(seq 300)
	for wrong in 3 -1 '' x 00 $'\e[31m'; do
		run -2 --separate-stderr kread --shard "$wrong"
		has "$stderr" "no shard"
		has "$stderr" "only 0 to 2"
		not grep -q $'\e' <<<"$stderr"
	done
}

# --- marks ---

@test "a mark per shard before it ends, even without records; and one every 10,000 records" {
	kput -q --shards 2 </dev/null
	kread -g empty | cmp - <(printf '%s\n' '{"_pos":"0:0+"}' '{"_pos":"1:0+"}')
	seq 45000 | kput -q -s many
	kread -s many -g table >out
	grep '+"}$' out | positions >marks
	[ "$(tail -n 1 marks)" = 0:45000+ ]
	# Never more than 10,000 records between two.
	awk '/\+"}$/ { if (n > 10000) exit 1; n = 0; next } { n++ } END { exit n > 0 }' out
	# A mark follows its record, and covers no more than was written.
	jq -r '._pos' out | awk -F: '/\+/ { if ($2 + 0 != last) exit 1; next } { last = $2 }'
	[ "$(kread -s many | grep -c _pos)" = 0 ]
}

# --- where to begin ---

@test "--from trim-horizon, latest, a position, a position's end" {
	seq 10 | kput -q
	seq 11 20 | kput -q
	[ "$(kread --from trim-horizon | wc -l)" = 20 ]
	[ -z "$(kread --from latest)" ]
	# At the borders of batches and inside them.
	for at in 1 2 10 11 12 20; do
		[ "$(kread --from "0:$at" | head -n 1)" = "$at" ]
		[ "$(kread --from "0:$at+" -n 1)" = "$([ "$at" = 20 ] || echo $((at + 1)))" ]
	done
	[ "$(kread --from 0:0 | wc -l)" = 20 ]
	[ "$(kread --from 0:0+ | wc -l)" = 20 ]
	[ -z "$(kread --from 0:21)" ]
	run -2 --separate-stderr kread --from 0:22
	has "$stderr" "next record will be 21"
	run -2 kread --from 0:21+
	run -2 kread --from 0:99999999999999999999999999999999999999
	run -2 --separate-stderr kread --from 1:1
	has "$stderr" "no shard 1"
}

@test "--from with a position reads only the shard of that position" {
	seq 300 | kput -q --shards 3
	kread --from 1:1 | cmp - <(kread --shard 1)
	kread --from 2:5 --shard 2 | cmp - <(kread --shard 2 | tail -n +5)
	run -2 --separate-stderr kread --from 2:5 --shard 1
	has "$stderr" shard
	[ -z "$output" ]
	[ "$(kread -g new --from 1:5 | positions | cut -d: -f1 | uniq)" = 1 ]
}

@test "--from with a time: records that arrived then or later" {
	local middle
	echo old | kput -q
	wait_for 20 later_than "$(kstat | jq -r .newest)"
	middle=$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)
	wait_for 20 later_than "$middle"
	echo new | kput -q
	[ "$(kread --from "$middle")" = new ]
	[ "$(kread --from "${middle/T/ }")" = new ]
	[ "$(kread --from "${middle/Z/+00:00}")" = new ]
	[ "$(kread --from 2020-01-01T00:00:00Z)" = $'old\nnew' ]
	[ -z "$(kread --from 2999-01-01T00:00:00Z)" ]
	[ "$(kread --from -1h)" = $'old\nnew' ]
	[ "$(kread --from -24h)" = $'old\nnew' ]
	[ "$(kread --from=-1d)" = $'old\nnew' ]
	[ -z "$(kread --from -0s)" ]
}

later_than() {
	[[ $(date -u +%Y-%m-%dT%H:%M:%S.%3NZ) > $1 ]]
}

@test "--from with an invalid position: exit status 2, and the accepted forms" {
	local wrong
	echo x | kput -q
	for wrong in '' -x -1y -- 0: :1 0:01 0:-1 0:1++ yesterday 2025-13-01T00:00:00Z \
		TRIM-HORIZON! $'\e[31m' "$(printf 'x%.0s' $(seq 5000))"; do
		run -2 --separate-stderr kread --from "$wrong"
		has "$stderr" trim-horizon
		[ "${#stderr}" -lt 700 ]
		not grep -q $'\e' <<<"$stderr"
		[ -z "$output" ]
	done
	run -2 --separate-stderr kread --from 5
	has "$stderr" '"5" is not a time'
	run -2 --separate-stderr kread --from 2025-01-07T01:00:00
	has "$stderr" 'has no time zone: add Z for UTC'
}

@test "--from with a position inside an aggregate, which an embedded stream does not have: exit status 2" {
	echo x | kput -q
	run -2 kread --from 0:1.0
	run -2 kread --from 0:1.0+
}

# --- groups ---

@test "a group continues at its checkpoint; --from is for a group without one" {
	seq 10 | kput -q
	kread -g new --from 0:6 | positions | cmp - <(printf '0:%s\n' 6 7 8 9 10 10+)
	kread -g late --from latest | positions | cmp - <(echo 0:10+)
	kread -g table -n 4 | kack -g table
	kread -g table | positions | cmp - <(printf '0:%s\n' 5 6 7 8 9 10 10+)
	for from in trim-horizon latest 0:1 -1h; do
		run -2 --separate-stderr kread -g table --from "$from"
		has "$stderr" "kack -g table --to $from"
		[ -z "$output" ]
	done
	# Reading does not move a group.
	kread -g table >/dev/null
	[ "$(kread -g table | head -n 1 | positions)" = 0:5 ]
	# A line without a mark behind it: it is read again.
	kread -g table | head -n 2 | kack -g table
	[ "$(kread -g table | head -n 1 | positions)" = 0:6 ]
}

@test "the name of a group: letters, digits, _ . and -" {
	local wrong
	echo x | kput -q
	for wrong in '' .a a/b 'a b' a:b "$(printf 'x%.0s' $(seq 129))" $'\e' ü; do
		run -2 --separate-stderr kread -g "$wrong"
		has "$stderr" "not a group name"
	done
	kread -g "$(printf 'x%.0s' $(seq 128))" | kack -g "$(printf 'x%.0s' $(seq 128))"
	kread -g A.b-c_9 >/dev/null
}

@test "one kread per group at a time: exit status 75 for the second, until the first has ended in any way" {
	echo x | kput -q
	follow -g table
	wait_for 20 lines_in 1 out
	run -75 --separate-stderr kread -g table
	has "$stderr" "group table is in use"
	[ -z "$output" ]
	run -75 kread -f -g table
	run -75 kack -g table --to latest
	run -75 kack -g table --delete
	# Neither other groups nor readers without one are kept out, nor is kack.
	[ "$(kread -g other | positions | head -n 1)" = 0:1 ]
	[ "$(kread)" = x ]
	kack -g table <out
	kstat -g table | holds '.lag == 0'
	kill -KILL "$reader"
	status_of "$reader"
	kread -g table | cmp - <(echo '{"_pos":"0:1+"}')
}

@test "groups of streams whose paths end alike are separate" {
	echo a | kput -q -s ./a.stream
	echo b | kput -q -s ./b.stream
	kread -s ./a.stream -g g | kack -s ./a.stream -g g
	[ -e a.groups ]
	[ ! -e b.groups ]
	[ "$(kread -s ./b.stream -g g | wc -l)" = 2 ]
	[ "$(kread -s ./a.stream -g g | wc -l)" = 1 ]
	[ "$(stat -c %a a.groups)" = 600 ]
}

# --- following ---

@test "-f: new records are written at once" {
	kput -q </dev/null
	follow -g table
	wait_for 20 lines_in 1 out
	mkfifo in
	exec {feeder}<>in
	kput -q <in {feeder}>&- 3>&- &
	fx_started+=($!)
	python3 - "$feeder" >milliseconds <<-'END'
		import os, sys, time
		feeder, times = int(sys.argv[1]), []
		out = open("out", "rb")
		out.seek(0, 2)
		for i in range(60):
		    start = time.monotonic()
		    os.write(feeder, b'{"i":%d}\n' % i)
		    deadline = start + 20
		    seen = b""
		    while b'"i":%d}' % i not in seen and time.monotonic() < deadline:
		        seen += out.read()
		    times.append((time.monotonic() - start) * 1000)
		    time.sleep(0.01)  # so that it waits again
		times.sort()
		print("median %.1f, most %.1f" % (times[30], times[-1]))
		sys.exit(times[30] > 50 or times[-1] > 10000)
	END
	exec {feeder}>&-
	cat milliseconds
	stop "$reader"
	[ "$status" = 143 ]
	[ ! -s err ]
	[ "$(grep -c '"i"' out)" = 60 ]
	[ "$(tail -n 1 out)" = '{"_pos":"0:60+"}' ]
}

# In clock ticks, what a process has used so far.
ticks() {
	awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"
}

@test "-f: while idle it uses almost no processor time" {
	local before after
	rates 1000 | kput -q --shards 4
	follow -g table
	wait_for 20 lines_in 1004 out
	before=$(ticks "$reader")
	sleep 2 # the measure is of two idle seconds
	after=$(ticks "$reader")
	[ "$after" -le $((before + 2)) ]
	[ "$(wc -l <out)" = 1004 ]
}

@test "-f: waits for a stream that does not exist yet, using no processor time, then reads it" {
	local before after
	follow -s later -g table
	before=$(ticks "$reader")
	sleep 1
	after=$(ticks "$reader")
	[ "$after" -le $((before + 2)) ]
	not is_ended "$reader"
	[ ! -e "$FX_HOME" ]
	echo '{"first":1}' | kput -q -s later
	wait_for 20 lines_in 2 out
	cmp out - <<-'END'
		{"_pos":"0:1","first":1}
		{"_pos":"0:1+"}
	END
	stop "$reader"
	[ "$status" = 143 ]
	follow -s never
	wait_for 20 takes_signals "$reader"
	stop "$reader"
	[ "$status" = 143 ]
	run -2 --separate-stderr kread -s never
	has "$stderr" "no stream never"
}

@test "-f reads what two producers write into all shards" {
	local i pids=()
	kput -q --shards 3 </dev/null
	follow
	for i in 1 2; do
		seq $((i * 10000)) $((i * 10000 + 4999)) | kput -q 3>&- &
		pids+=($!)
	done
	wait "${pids[@]}"
	wait_for 30 lines_in 10000 out
	sort -n out | cmp - <(seq 10000 14999 && seq 20000 24999)
	stop "$reader"
}

@test "a signal ends it with whole lines and marks, also while its reader is slow" {
	rates 50000 | kput -q
	mkfifo pipe
	kread -g table >pipe 3>&- &
	reader=$!
	fx_started+=("$reader")
	exec {out}<pipe
	# It has filled the pipe, and waits for room.
	wait_for 20 is_blocked "$reader"
	kill -TERM "$reader"
	cat <&"$out" >got
	status_of "$reader"
	[ "$status" = 143 ]
	[ "$(wc -l <got)" -lt 50000 ]
	[ "$(tail -c 1 got | od -An -c)" = '  \n' ]
	tail -n 1 got | positions | grep -qE '^0:[0-9]+\+$'
	# It continues from there.
	kack -g table <got
	[ "$(($(grep -vc '+"}$' got) + $(kread -g table | grep -vc '+"}$')))" = 50000 ]
}

# Asleep, twice in a row, with more to give out than a pipe takes.
is_blocked() {
	[ "$(cat "/proc/$1/comm")" = kread ] && grep -q '^State:.*S ' "/proc/$1/status" &&
		sleep 0.05 && grep -q '^State:.*S ' "/proc/$1/status"
}

@test "a reader that reads nothing does not stop a signal from ending kread" {
	rates 50000 | kput -q
	mkfifo pipe
	kread >pipe 3>&- &
	reader=$!
	fx_started+=("$reader")
	exec {out}<pipe
	wait_for 20 is_blocked "$reader"
	stop "$reader"
	[ "$status" = 143 ]
}

# --- slow and stopped readers ---

@test "a stopped reader blocks nobody: the log is checkpointed, and the reader misses nothing" {
	local i
	rates 20000 >lines
	kput -q <lines
	mkfifo pipe
	kread -f -g table >pipe 3>&- &
	reader=$!
	fx_started+=("$reader")
	exec {out}<pipe
	wait_for 20 is_blocked "$reader"
	kill -STOP "$reader"
	for i in $(seq 30); do
		kput -q <lines
		[ "$(stat -c %s "$FX_HOME/rates.stream-wal" 2>/dev/null || echo 0)" -lt 70000000 ]
	done
	# So much went through the log, which did not grow with it.
	[ "$(stat -c %s "$FX_HOME/rates.stream")" -gt 50000000 ]
	[ "$(stat -c %s "$FX_HOME/rates.stream-wal" 2>/dev/null || echo 0)" -lt 40000000 ]
	kill -CONT "$reader"
	head -n 620000 <&"$out" | grep -c ticker >count &
	counter=$!
	fx_started+=("$counter")
	wait_for 100 is_ended "$counter"
	[ "$(cat count)" -ge 619900 ]
	exec {out}<&-
	wait_for 20 is_ended "$reader"
}

# --- retention ---

# Have all records been there for longer than a second?
is_old() {
	kstat | holds '((.newest | sub("\\.[0-9]+Z$"; "Z") | fromdate) + 2) < now'
}

@test "a group that lost records to retention: the number is reported once, exit status 1" {
	seq 100 | kput -q --retention 1s
	kread -g table -n 40 | kack -g table
	wait_for 20 is_old
	seq 101 103 | kput -q
	kstat -g table | holds '.lost == 60 and .lag == 3 and .records == 3'
	run -1 --separate-stderr kread -g table --stats figures
	has "$stderr" "group table lost 60 records of shard 0, from 41 on"
	[ "${#stderr_lines[@]}" = 1 ]
	positions <<<"$output" | cmp - <(printf '0:%s\n' 101 102 103 103+)
	holds '.lost == 60 and .exit == 1 and .done == 3' figures
	# A loss is not reported again once the group has committed.
	kack -g table <<<"$output"
	run -0 kread -g table
	# One that begins now has lost nothing; one that asks for what is gone has.
	run -0 kread -g new
	run -0 kread
	run -1 --separate-stderr kread --from 0:50
	has "$stderr" "lost 51 records of shard 0, from 50 on"
	[ "$output" = $'101\n102\n103' ]
}

@test "all records trimmed, then new ones: no group skips one or reads one twice" {
	local round
	kput -q --retention 1s <<<0
	kread -g each | kack -g each
	for round in 1 2 3; do
		wait_for 20 is_old
		# Removes all that was there, and is the first of what is new.
		echo "$round" | kput -q
		run -0 kread -g each
		[ "$(jq -r '._raw // empty' <<<"$output" | base64 -d)" = "$round" ]
		positions <<<"$output" | cmp - <(printf "0:%s\n" $((round + 1)) $((round + 1))+)
		kack -g each <<<"$output"
		# A group whose checkpoint is at the end gets no report, and is not moved.
		run -0 --separate-stderr kread -g each
		[ -z "$stderr" ]
		[ "$output" = "{\"_pos\":\"0:$((round + 1))+\"}" ]
	done
	kstat -g each | holds 'has("lost") | not'
}

@test "records that are trimmed while a following reader is blocked are reported: exit status 1" {
	rates 20000 >lines
	kput -q --retention 1s <lines
	mkfifo pipe
	kread -f -g table >pipe 2>err --stats figures 3>&- &
	reader=$!
	fx_started+=("$reader")
	exec {out}<pipe
	wait_for 20 is_blocked "$reader"
	wait_for 20 is_old
	wait_for 20 trimmed_away
	cat <&"$out" >got &
	fx_started+=($!)
	wait_for 20 grep -q lost err
	wait_for 20 grep -q '"last":1' got
	stop "$reader"
	[ "$status" = 143 ]
	# What was given out and what was lost are all there was before the last.
	given=$(grep -c '^{"_pos":"0:[0-9]*",' got)
	holds --argjson given "$given" '.lost > 0 and .done == $given' figures
	[ $((given + $(jq .lost figures))) = $(($(tail -n 1 got | positions | tr -dc '0-9 ' | sed 's/^0//'))) ]
}

# Puts small records until those of the beginning have gone.
trimmed_away() {
	echo '{"last":1}' | kput -q
	kstat | holds '.records < 1000'
}

# --- streams that go away ---

@test "a stream deleted and re-created: kread -g refuses to read until kack moves or deletes the group" {
	seq 5 | kput -q
	kread -g table -n 3 | kack -g table
	rm "$FX_HOME"/rates.stream*
	seq 100 | kput -q
	run -2 --separate-stderr kread -g table
	has "$stderr" "of another stream"
	has "$stderr" "kack -g table --delete"
	[ -z "$output" ]
	run -2 kread -f -g table
	run -2 kstat -g table
	run -2 --separate-stderr kack -g table <<<'{"_pos":"0:50+"}'
	has "$stderr" "of another stream"
	# Others are not concerned.
	[ "$(kread | wc -l)" = 100 ]
	[ "$(kread -g other | wc -l)" = 101 ]
	kack -g table --to trim-horizon
	[ "$(kread -g table | head -n 1 | positions)" = 0:1 ]
	kread -g table | kack -g table
	rm "$FX_HOME"/rates.stream*
	seq 3 | kput -q
	run -2 kread -g table
	kack -g table --delete
	[ "$(kread -g table | wc -l)" = 4 ]
}

@test "a stream deleted or re-created under a following kread: exit status 2" {
	echo first | kput -q
	follow
	wait_for 20 lines_in 1 out
	rm "$FX_HOME"/rates.stream*
	wait_for 20 is_ended "$reader"
	status_of "$reader"
	[ "$status" = 2 ]
	grep -q "was deleted" err
	echo first | kput -q
	follow -g table
	wait_for 20 lines_in 2 out
	rm "$FX_HOME"/rates.stream*
	echo second | kput -q
	wait_for 20 is_ended "$reader"
	status_of "$reader"
	[ "$status" = 2 ]
	grep -q "deleted" err
	not grep -q second out
}

@test "a following kread that sleeps: the lock file deleted, the directory moved, the stream overwritten" {
	echo 1 | kput -q
	follow
	wait_for 20 lines_in 1 out
	sleep 0.3 # so that it sleeps
	rm "$FX_HOME/rates.stream-lock"
	echo 2 | kput -q
	wait_for 20 lines_in 2 out
	stop "$reader"
	export FX_HOME=$PWD/a/b/c
	mkdir -p "$FX_HOME"
	echo 1 | kput -q
	follow
	wait_for 20 lines_in 1 out
	sleep 0.3
	mv a old # as one that keeps the data of each day
	mkdir -p "$FX_HOME"
	echo 2 | kput -q
	wait_for 20 is_ended "$reader"
	status_of "$reader"
	[ "$status" = 2 ]
	grep -q "was deleted" err
	sqlite3 "$FX_HOME/rates.stream" ".backup earlier"
	echo 3 | kput -q
	follow
	wait_for 20 lines_in 2 out
	sleep 0.3
	sqlite3 "$FX_HOME/rates.stream" ".restore earlier"
	wait_for 20 is_ended "$reader"
	status_of "$reader"
	[ "$status" = 75 ]
	grep -q "restored from a backup" err
}

# --- what it needs ---

@test "a read-only file system: the stream is read; a group needs permission to write" {
	unshare -rm true 2>/dev/null || skip "unshare -rm is not allowed here"
	mkdir disk
	# shellcheck disable=SC2016 # for the inner shell
	unshare -rm bash -c '
		mount -t tmpfs none disk
		seq 5 | kput -q -s disk/x.stream
		mount -o remount,bind,ro disk
		kread -s disk/x.stream
		kread -s disk/x.stream -g g 2>err
		echo $?' >out
	[ "$(cat out)" = "$(seq 5 && echo 2)" ]
	has "$(cat err)" "could not write to the directory"
	has "$(cat err)" "Read-only file system"
}

@test "a damaged stream: exit status 2, not a crash" {
	local offset
	rates 3000 | kput -q -s ./x
	cp x whole
	for offset in 100 4096 5000 8192 9000 20000; do
		cp whole x
		printf '\xff\xff\xff\xff\xff\xff\xff\xff' | dd of=x bs=1 seek="$offset" conv=notrunc 2>/dev/null
		status=0
		kread -s ./x >out 2>err || status=$?
		case $status in
		0) cmp out <(rates 3000) || [ "$offset" = 20000 ] ;;
		2) grep -q '^kread: ' err ;;
		*) false ;;
		esac
	done
	# A batch that does not hold what it says.
	for change in 'count = count + 1' 'lines = CAST(substr(lines, 2, 100) AS BLOB)' 'lengths = x'"'00'" 'lines = x'"''"; do
		cp whole x
		rm -f x-wal x-shm
		sqlite3 x "UPDATE batch SET $change"
		run -2 --separate-stderr kread -s ./x
		has "$stderr" damaged
	done
}

@test "--progress and --stats" {
	rates 1000 | kput -q
	kread -g table --stats figures --progress 2>err >/dev/null
	holds '.tool == "kread" and .lines == 1000 and .done == 1000 and .marks == 1 and .lost == 0 and .exit == 0' figures
	holds --argjson bytes "$(kstat | jq .bytes)" '.bytes == $bytes' figures
	tr '\r' '\n' <err | grep -q '1000 records'
}
