# kbatch: batches, order, retries, refused lines, and commands that misbehave.
# shellcheck disable=SC2016,SC2030,SC2031,SC2094,SC2154 # each test is a shell of its own; stderr: run

load helper

setup() {
	set -o pipefail
}

# Batches as COMMAND got them, one per line.
shows_batches() {
	sed -n 's/^kbatch: sh: //p' "$1"
}

handler() {
	cat >"$1"
	chmod +x "$1"
}

# A line of positions SHARD:FROM to SHARD:TO.
positioned() {
	local number
	for number in $(seq "$2" "$3"); do
		printf '{"_pos":"%s:%d","n":%d}\n' "$1" "$number" "$number"
	done
}

# --- batches ---

@test "-n and -b limit the lines and bytes of a batch; a longer line is a batch of its own" {
	seq 10 | kbatch -n 4 -- sh -c 'echo $(cat)' >out 2>err
	seq 10 | cmp - out
	[ "$(shows_batches err)" = $'1 2 3 4\n5 6 7 8\n9 10' ]
	# Two digits and a newline.
	seq 10 15 | kbatch -b 6 -- sh -c 'echo $(cat)' >out 2>err
	[ "$(shows_batches err)" = $'10 11\n12 13\n14 15' ]
	seq 10 12 | kbatch -b 2 -- sh -c 'echo $(cat)' >out 2>err
	[ "$(shows_batches err)" = $'10\n11\n12' ]
}

@test "a batch has up to 100 lines by default, and never more than 10,000" {
	seq 250 | kbatch -- sh -c 'wc -l' >out 2>err
	[ "$(shows_batches err)" = $'100\n100\n50' ]
	seq 25000 | kbatch -n 10000 -- sh -c 'wc -l' >out 2>err
	seq 25000 | cmp - out
	[ "$(shows_batches err | awk '{ all += $1 } END { print all }')" = 25000 ]
	run kbatch -n 10001 cat
	[ "$status" = 2 ]
}

@test "-w: a batch waits for more lines; a full batch does not" {
	mkfifo in
	exec {feeder}<>in
	: >out
	: >err
	in_background kbatch -n 3 -w 60 -- sh -c 'echo $(cat)' <in >out 2>err {feeder}>&-
	echo 1 >&"$feeder"
	printf '%s\n' 2 3 4 >&"$feeder"
	wait_for 20 grep -q 3 out
	[ "$(shows_batches err)" = '1 2 3' ]
	exec {feeder}>&-
	status_of "$background"
	[ "$status" = 0 ]
	[ "$(shows_batches err)" = $'1 2 3\n4' ]
}

@test "-w: a batch is sent once it has waited" {
	mkfifo in
	exec {feeder}<>in
	: >out
	in_background kbatch -w 0.3 -- cat <in >out 2>err {feeder}>&-
	echo 1 >&"$feeder"
	wait_for 20 grep -q 1 out
	exec {feeder}>&-
	status_of "$background"
	[ "$status" = 0 ]
}

@test "--window: a batch has the lines of one window, and COMMAND gets its times" {
	mkfifo in
	exec {feeder}<>in
	: >out
	in_background kbatch --window 0.2 -- sh -c \
		'echo "$FX_WINDOW_START $FX_WINDOW_END $FX_WINDOW_FINAL $FX_BATCH_RECORDS" $(cat)' \
		<in >out 2>err {feeder}>&-
	seq 1 5 >&"$feeder"
	wait_for 20 grep -q 5 out
	seq 6 10 >&"$feeder"
	wait_for 20 grep -q 10 out
	exec {feeder}>&-
	status_of "$background"
	[ "$status" = 0 ]
	seq 10 | cmp - out
	shows_batches err >batches
	while read -r start end final count rest; do
		[ $((${end:20:3} + (${end:20:3} < ${start:20:3} ? 1000 : 0) - 10#${start:20:3})) = 200 ] ||
			[ "${end:20:3}" = 000 ]
		[ $((10#${start:20:3} % 200)) = 0 ]
		[ "$count" = "$(wc -w <<<"$rest")" ]
		[ "$final" = 1 ]
	done <batches
	[ "$(cut -d ' ' -f 5- batches | tr '\n' ' ')" = '1 2 3 4 5 6 7 8 9 10 ' ]
}

@test "--window: a window that is too large is sent in parts, the last of them final" {
	seq 7 | kbatch --window 100000 -n 3 -- sh -c 'echo $FX_WINDOW_FINAL $(cat)' >out 2>err
	[ "$(shows_batches err)" = $'0 1 2 3\n0 4 5 6\n1 7' ]
}

@test "--window: only the last part of a split batch is final" {
	seq 4 | kbatch --window 100000 --bisect -r 0 -x dead -- \
		sh -c 'batch=$(echo $(cat)); echo "$FX_WINDOW_FINAL $batch"; case $batch in *1*) exit 1 ;; esac' \
		>out 2>err || status=$?
	[ "$status" = 1 ]
	[ "$(shows_batches err)" = $'1 1 2 3 4\n0 1 2\n0 1\n0 2\n1 3 4' ]
}

# --- the input of COMMAND ---

@test "COMMAND gets records without positions, no marks, and _raw decoded" {
	{
		echo '{"_pos":"0:1","n":1}'
		echo '{"_pos":"0:1+"}'
		echo '{"n":2,"_pos":"0:2+"}'
		echo '{"_pos":"0:3","_raw":"WzEuNTAsMl0="}'
		printf '{"_pos":"0:4","_raw":"%s"}\n' "$(printf 'a\nb' | base64)"
		echo 'no JSON'
		echo '{"n":7,"_pos":"x"}'
	} >lines
	kbatch -- sh -c 'cat >>given' <lines >out
	cmp lines out
	cmp given - <<-END
		{"n":1}
		[1.50,2]
		{"_raw":"$(printf 'a\nb' | base64)"}
		no JSON
		{"n":7,"_pos":"x"}
	END
	kbatch --positions -- sh -c 'cat >given' <lines >out
	grep -v '+' lines | cmp - given
}

@test "an invalid _raw is refused, and COMMAND does not get the line" {
	printf '%s\n' '{"_pos":"0:1","_raw":"!"}' '{"_pos":"0:2","_raw":"eA==","n":1}' 3 |
		{ kbatch -x dead -- sh -c 'cat >given' >out 2>err || status=$?; [ "$status" = 1 ]; }
	[ "$(cat given)" = 3 ]
	[ "$(jq .line dead | tr '\n' ' ')" = '1 2 ' ]
}

@test "the standard error of COMMAND is passed on, escaped and limited" {
	seq 3 | kbatch -n 1 -r 0 -x dead -- \
		sh -c 'printf "\033[31m%01000d\n" 1 >&2; yes flood | head -n 200000; echo last >&2; exit 4' \
		>out 2>err || status=$?
	[ "$status" = 1 ]
	not grep -aq $'\e' err
	[ "$(wc -L <err)" -le 700 ]
	[ "$(wc -l <err)" -lt 150 ]
	grep -q 'more lines of its standard error are not shown' err
	holds -s 'length == 3 and all(.status == 4 and (.words | endswith("flood\nlast")) and (.words | length <= 400))' dead
}

@test "COMMAND is run without a shell, with its arguments" {
	seq 1 | kbatch -- sh -c 'cat >/dev/null; printf "%s\n" "$@"' name -n '$HOME' >out 2>err
	[ "$(shows_batches err)" = $'-n\n$HOME' ]
}

@test "one kbatch under another: COMMAND gets the variables of its own batch" {
	seq 4 | kbatch --window 1000 -- kbatch -n 2 -r 0 -- \
		sh -c 'cat >/dev/null; echo "$FX_BATCH_RECORDS ${FX_WINDOW_FINAL-none}"' >out 2>err
	[ "$(sed -n 's/^.* sh: //p' err)" = $'2 none\n2 none' ]
}

# --- failures ---

@test "a failed batch is retried up to -r times, then refused" {
	seq 3 | { kbatch -r 2 --backoff 0.01 -- sh -c 'echo "$FX_BATCH_RETRY" >>tries; exit 5' >out 2>err ||
		status=$?; [ "$status" = 2 ]; }
	[ ! -s out ]
	[ "$(tr '\n' ' ' <tries)" = '0 1 2 ' ]
	[ "$(grep -c 'exited with status 5: retry [12] in .*: 3 lines from line 1$' err)" = 2 ]
	grep -q 'line 1: refused: sh exited with status 5' err
	# The last retry succeeds.
	rm tries
	seq 3 | kbatch -r 2 --backoff 0.01 --stats figures -- sh -c 'echo >>tries; [ "$(wc -l <tries)" = 3 ] && cat >done' >out 2>err
	seq 3 | cmp - out
	seq 3 | cmp - done
	holds '.retries == 2 and .done == 3' figures
}

@test "without -x it stops at the first refused line; all lines before are done" {
	seq 20 | { kbatch -n 4 -r 0 -- sh -c '! grep -qx 10' >out 2>err || status=$?; [ "$status" = 2 ]; }
	seq 8 | cmp - out
	grep -q 'line 9: refused' err
	seq 20 | { kbatch -n 4 -r 0 --bisect -- sh -c '! grep -qx 10' >out 2>err || status=$?; [ "$status" = 2 ]; }
	seq 9 | cmp - out
	grep -q 'line 10: refused' err
}

@test "-x: the file gets refused lines with status and message; their marks are passed on" {
	positioned 0 1 10 >lines
	kbatch -n 5 -r 0 -x dead -- sh -c 'if grep -q :8; then echo oh no >&2; exit 9; fi' \
		<lines >out 2>err || status=$?
	[ "$status" = 1 ]
	{
		head -n 5 lines
		printf '{"_pos":"0:%d+"}\n' 6 7 8 9 10
	} | cmp - out
	holds -s '[.[].line] == [6,7,8,9,10] and all(.tool == "kbatch" and .status == 9
		and .words == "oh no" and .error == "sh exited with status 9" and .record.n == .line)' dead
	[ "$(stat -c %a dead)" = 600 ]
}

@test "--bisect refuses only the lines at fault" {
	seq 5000 >lines
	kbatch -n 100 --bisect -r 1 --backoff 0 -x dead -- sh -c 'cat >batch; ! grep -q "00[05]\$" batch && cat batch >>done' \
		<lines >out 2>err || status=$?
	[ "$status" = 1 ]
	[ "$(jq -r .record dead)" = "$(grep '00[05]$' lines)" ]
	grep -v '00[05]$' lines >good
	cmp good out
	cmp good done
}

@test "status 75: retried, never split, never refused; kbatch exits with 75" {
	seq 4 | { kbatch --bisect -r 1 --backoff 0 -x dead -- sh -c 'cat >>given; exit 75' >out 2>err ||
		status=$?; [ "$status" = 75 ]; }
	[ "$(wc -l <given)" = 8 ]
	[ ! -s dead ]
	[ ! -s out ]
	grep -q 'later' err
}

@test "a COMMAND that cannot be run: status 2 at once, and no line is refused" {
	local command
	for command in no-such-program ./a-directory ./no-script; do
		mkdir -p a-directory
		handler no-script <<<'#!/no/such/interpreter'
		seq 3 | { kbatch -x dead "$command" >out 2>err || status=$?; [ "$status" = 2 ]; }
		grep -q "$command cannot be run" err
	done
	seq 3 | { kbatch --bisect -x dead -- sh -c no-such-program >out 2>err || status=$?; [ "$status" = 2 ]; }
	grep -q 'exited with status 127: a program in it cannot be run' err
	[ ! -s out ]
	[ ! -s dead ]
}

@test "--timeout: COMMAND and its children are ended, and it is reported" {
	seq 3 | { kbatch --timeout 0.3 -r 1 --backoff 0 -x dead -- sh -c 'sleep 1000 & echo $! >>pids; wait' >out 2>err ||
		status=$?; [ "$status" = 1 ]; }
	[ "$(wc -l <pids)" = 2 ]
	while read -r pid; do
		wait_for 20 is_ended "$pid"
	done <pids
	[ "$(grep -c 'took longer than 0.3 s' err)" -ge 2 ]
	holds -s 'length == 3 and all(.error | contains("--timeout"))' dead
}

@test "--timeout: a COMMAND that ignores SIGTERM is killed" {
	seq 1 | { kbatch --timeout 0.1 -r 0 -- sh -c 'trap "" TERM; while :; do sleep 0.1; done' >out 2>err ||
		status=$?; [ "$status" = 2 ]; }
	grep -q 'took longer' err
}

@test "a COMMAND that is killed, or does not read its input, has failed and is retried" {
	seq 1 60000 >lines
	head -n 10000 lines >some
	local command
	for command in 'kill -9 $$' 'exec <&-; [ -e again ]' 'head -n 1 >/dev/null' true; do
		kbatch -n 10000 -r 1 --backoff 0 -- sh -c "if [ -e again ]; then cat >done; else >again; $command; fi" \
			<some >out 2>err
		cmp some out
		cmp some done
		[ "$(grep -c ': retry 1 in ' err)" = 1 ]
		rm again done
	done
}

@test "SIGCHLD ignored by the parent: the exit status of COMMAND is known" {
	(
		trap '' CHLD
		seq 3 | env --ignore-signal=CHLD kbatch -r 0 -- sh -c 'cat >/dev/null; exit 3' >out 2>err
	) || status=$?
	[ "$status" = 2 ]
	grep -q 'status 3' err
}

@test "--max-age: failed lines that are older are refused, whatever -r is" {
	seq 3 | { kbatch -r forever --backoff 0.05 --max-age 0.3 -x dead -- false >out 2>err || status=$?; [ "$status" = 1 ]; }
	holds -s 'length == 3 and all(.error | startswith("older than 0.3 s"))' dead
	seq 3 | { kbatch -r forever --backoff 0.05 --max-age 0.3 -x dead2 -- sh -c 'exit 75' >out 2>err || status=$?; [ "$status" = 1 ]; }
	seq 3 | { kbatch -r forever --backoff 0.05 --max-age 0.3 -- false >out 2>err || status=$?; [ "$status" = 2 ]; }
	grep -q 'line 1: .*older than --max-age' err
}

# --- COMMAND reports the result of each line ---

@test "--receipts: lines that COMMAND writes are done; only the others are retried" {
	seq 10 | kbatch --receipts -r 1 --backoff 0 -- sh -c 'cat >batch; cat batch >>given; head -n 4 batch' >out 2>err
	seq 10 | cmp - out
	[ "$(tr '\n' ' ' <given)" = '1 2 3 4 5 6 7 8 9 10 5 6 7 8 9 10 9 10 ' ]
}

@test "--receipts: in any order; equal lines are counted; unknown lines are no receipts" {
	printf '%s\n' a b b c >lines
	kbatch --receipts -r 0 -- tac <lines >out 2>err
	cmp lines out
	kbatch --receipts -r 0 -x dead -- sort -u <lines >out 2>err || status=$?
	[ "$status" = 1 ]
	[ "$(jq .line dead)" = 3 ]
	status=0
	kbatch --receipts -r 0 -x dead2 -- sed s/c/x/ <lines >out 2>err || status=$?
	[ "$status" = 1 ]
	[ "$(jq .line dead2)" = 4 ]
	grep -q 'was not given' err
	status=0
	kbatch --receipts -r 0 -x dead3 -- sh -c 'cat; exit 3' <lines >out 2>err || status=$?
	[ "$status" = 0 ]
	cmp lines out
	grep -q 'status 3, but had written all' err
}

@test "--receipts with --bisect finds the line that is never written" {
	seq 100 | { kbatch --receipts --bisect -r 1 --backoff 0 -x dead -- sed '/^50$/Q1' >out 2>err || status=$?; [ "$status" = 1 ]; }
	[ "$(jq .record dead)" = 50 ]
	seq 100 | grep -vx 50 | cmp - out
}

@test "--receipts: ddbput writes such receipts" {
	rates 500 >lines
	kbatch -n 200 --receipts -- ddbput <lines >out
	cmp lines out
	[ "$(ddbget | wc -l)" = 500 ]
}

@test "--persistent: one COMMAND answers all lines" {
	seq 5000 >lines
	kbatch --persistent -- sh -c 'echo $$ >>pids; exec cat' <lines >out
	cmp lines out
	[ "$(wc -l <pids)" = 1 ]
	seq 6 | { kbatch --persistent -r 1 --backoff 0 -x dead -- jq --unbuffered -c 'if . % 3 == 0 then {error: "by three: \(.)"} else . end' >out 2>err || status=$?; [ "$status" = 1 ]; }
	[ "$(tr '\n' ' ' <out)" = '1 2 4 5 ' ]
	[ "$(jq -r .error dead)" = $'jq: by three: 3\njq: by three: 6' ]
}

@test "--persistent: a COMMAND that dies is restarted, and gets only the lines it had not answered" {
	seq 20 | kbatch --persistent --backoff 0 -- sh -c 'while read -r n; do echo "$n" >>given; [ "$n" != 7 ] || [ -e died ] || { >died; exit 3; }; echo "$n"; done' >out 2>err
	seq 20 | cmp - out
	{ seq 7 && seq 7 20; } | cmp - given
	grep -q 'exited with status 3: retry 1 in .*: 14 lines' err
}

@test "--persistent: if COMMAND ends after an answer, lines it did not read have not failed" {
	handler brittle <<-'END'
		#!/usr/bin/env python3
		import os
		rest = b""
		while True:
		    got = os.read(0, 65536)
		    rest += got
		    while b"\n" in rest:
		        line, rest = rest.split(b"\n", 1)
		        if line == b"3":
		            os.write(1, b'{"error":"three"}\n')
		            os._exit(7)
		        os.write(1, line + b"\n")
		    if not got:
		        break
	END
	for lines in 1 6; do
		status=0
		seq 6 | kbatch -n "$lines" --persistent --bisect -r 0 -x "dead.$lines" -- ./brittle >out 2>err || status=$?
		[ "$status" = 1 ]
		[ "$(tr '\n' ' ' <out)" = '1 2 4 5 6 ' ]
		[ "$(jq -r '"\(.line) \(.error)"' "dead.$lines")" = '3 ./brittle: three' ]
	done
	# A new COMMAND that ends before it reads anything has failed.
	seq 3 | { timeout 60 kbatch --persistent -r 1 --backoff 0 -x dead -- true >out 2>err || status=$?; [ "$status" = 1 ]; }
	[ "$(wc -l <dead)" = 3 ]
}

@test "--persistent: an invalid answer is reported, and no line is done by it" {
	seq 3 | { kbatch --persistent -r 0 -x dead -- sed -u s/2/x/ >out 2>err || status=$?; [ "$status" = 1 ]; }
	[ "$(cat out)" = 1 ]
	grep -q 'neither the line' err
	# More answers than lines.
	status=0
	seq 3 | kbatch -n 1 --persistent -r 0 -x dead2 -- sed -u p >out 2>err || status=$?
	[ "$status" -le 1 ]
	grep -Eq '(kbatch|refused): sed' err
	# A superfluous answer may be taken for the answer to the next line.
	{ cat out && jq .record dead2; } | sort | cmp - <(seq 3)
	status=0
	seq 3 | kbatch --persistent -r 0 -- sed -u '3p' >out 2>err || status=$?
	[ "$status" = 1 ]
	seq 3 | cmp - out
	grep -q 'neither the line' err
}

@test "--persistent: a COMMAND that fails after its last answer is reported, status 1" {
	seq 3 | { kbatch --persistent -- sh -c 'cat; echo could not >&2; exit 4' >out 2>err || status=$?; [ "$status" = 1 ]; }
	seq 3 | cmp - out
	grep -q 'exited with status 4' err
	grep -q 'could not' err
}

@test "--persistent: a COMMAND that fails while no lines arrive is reported, status 1" {
	mkfifo in
	exec {feeder}<>in
	in_background kbatch --persistent -- sh -c 'read -r n; echo "$n"; exit 4' <in >out 2>err {feeder}>&-
	echo 1 >&"$feeder"
	wait_for 20 grep -q 'exited with status 4' err
	echo 2 >&"$feeder"
	wait_for 20 grep -q 2 out
	exec {feeder}>&-
	status_of "$background"
	[ "$status" = 1 ]
	seq 2 | cmp - out
}

@test "--persistent: while no lines arrive, its messages are passed on and its end is reported" {
	mkfifo in
	exec {feeder}<>in
	in_background kbatch --persistent -- sh -c 'read -r n; echo "$n"; read -r wait <go; echo bored >&2' <in >out 2>err {feeder}>&-
	mkfifo go
	echo 1 >&"$feeder"
	wait_for 20 grep -q 1 out
	echo >go
	wait_for 20 grep -q bored err
	wait_for 20 grep -q 'exited with status 0' err
	exec {feeder}>&-
	status_of "$background"
	[ "$status" = 0 ]
}

@test "--persistent: a COMMAND that does not answer is ended and reported" {
	seq 3 | { kbatch --persistent --timeout 0.2 -r 1 --backoff 0 -x dead -- sleep 1000 >out 2>err || status=$?; [ "$status" = 1 ]; }
	holds -s 'length == 3 and all(.error | contains("--timeout"))' dead
}

# --- order ---

@test "-j with -k: several batches at once, in order for each key" {
	local key
	for n in $(seq 300); do
		for key in a b c d; do
			printf '{"key":"%s","n":%d}\n' "$key" "$n"
		done
	done >lines
	kbatch -j 3 -k key -n 7 -- sh -c 'cat >b.$$; for f in b.*; do echo "$f"; done >>seen; cat b.$$ >>done; rm b.$$' <lines >out 2>err
	cmp lines out
	[ "$(wc -l <done)" = 1200 ]
	for key in a b c d; do
		grep "\"$key\"" done | jq .n | cmp - <(seq 300)
	done
}

# Notes that it runs, and waits until $1 of it run.
meeting() {
	handler meet <<-'END'
		#!/bin/sh
		echo >>"here.$$"
		cat >"lines.$$"
		deadline=$(($(date +%s) + 20))
		until [ "$(ls here.* | wc -l)" -ge "$1" ]; do
			[ "$(date +%s)" -lt "$deadline" ] || exit 1
		done
	END
}

@test "-j: batches of different shards at once; without positions one at a time" {
	meeting
	paste -d '\n' <(positioned a 1 5) <(positioned b 1 5) >lines
	kbatch -j 2 -r 0 -- ./meet 2 <lines >out
	cmp lines out
	[ "$(cat lines.* | wc -l)" = 10 ]
	rm here.* lines.*
	# By key, whatever the shard.
	for n in $(seq 20); do echo "{\"k\":$n}"; done >lines
	kbatch -j 2 -k k -r 0 -- ./meet 2 <lines >out
	cmp lines out
	rm here.* lines.*
	seq 4 | kbatch -n 1 -j 4 -r 0 -- sh -c 'mkdir busy && cat && rmdir busy' >out 2>err
	seq 4 | cmp - out
}

@test "-j: two batches of one shard never run at once" {
	for n in $(seq 60); do positioned $((n % 3)) "$n" "$n"; done >lines
	handler alone <<-'END'
		#!/bin/sh
		cat >"batch.$$"
		shards=$(sed 's/.*"_pos":"\([0-9]*\):.*/\1/' "batch.$$" | sort -u)
		for shard in $shards; do mkdir "busy.$shard" || exit 1; done
		cat "batch.$$" >>done
		for shard in $shards; do rmdir "busy.$shard"; done
	END
	kbatch --positions -n 4 -j 3 -r 0 -- ./alone <lines >out
	cmp lines out
	for shard in 0 1 2; do
		grep "\"$shard:" done | cmp - <(grep "\"$shard:" lines)
	done
}

@test "-k: a line without the member is refused; escapes are decoded" {
	printf '%s\n' '{"k":"a"}' '{"x":1}' '{"k":null}' '{"k":"\u0061"}' 'no JSON' '{"_pos":"0:1","k":3}' |
		{ kbatch -j 2 -k k -x dead -- cat >out 2>err || status=$?; [ "$status" = 1 ]; }
	[ "$(jq .line dead | tr '\n' ' ')" = '2 3 5 ' ]
	[ "$(wc -l <out)" = 3 ]
}

@test "-k: the key of a record that holds a newline is found" {
	printf '{"_pos":"0:1","_raw":"%s"}\n' "$(printf '{"k":\n"a"}' | base64)" >line
	kbatch -k k -- cat <line >out 2>err
	cmp line out
}

@test "-j: without -x all lines before the refused one are done, even if they end later" {
	meeting
	handler fails <<-'END'
		#!/bin/sh
		cat >"batch.$$"
		! grep -q '"n":4}' "batch.$$" || exit 3
		until [ -e later ]; do :; done
	END
	{ positioned a 1 3 && positioned b 4 4 && positioned a 5 6; } >lines
	in_background kbatch -j 2 -n 3 -r 0 -- ./fails <lines >out 2>err
	wait_for 20 sh -c 'grep -l n\":4} batch.*'
	: >later
	status_of "$background"
	[ "$status" = 2 ]
	head -n 3 lines | cmp - out
	grep -q 'line 4: refused' err
}

@test "-j: lines after the refused one are not retried" {
	handler fails <<-'END'
		#!/bin/sh
		cat >"batch.$$"
		case $FX_BATCH_RETRY$(cat "batch.$$") in
		*first*) exit 0 ;;
		1*'"a"'*) >last; until grep -q 'retry 1 in .* line 3' err; do :; done ;;
		*'"b"'*) echo >>tries; until [ -e last ]; do :; done ;;
		esac
		exit 1
	END
	printf '%s\n' '{"k":"a","n":"first"}' '{"k":"a"}' '{"k":"b"}' >lines
	kbatch -n 1 -j 2 -k k -r 1 --backoff 2 -- ./fails <lines >out 2>err || status=$?
	[ "$status" = 2 ]
	head -n 1 lines | cmp - out
	[ "$(wc -l <tries)" = 1 ]
}

# --- how it ends ---

@test "SIGTERM: running commands end by themselves, their lines get receipts, no batch is started" {
	handler slow <<-'END'
		#!/bin/sh
		cat >>given
		until [ -e go ]; do :; done
	END
	mkfifo in
	exec {feeder}<>in
	in_background kbatch -n 2 -- ./slow <in >out 2>err {feeder}>&-
	seq 6 >&"$feeder"
	wait_for 20 grep -q 2 given
	kill -TERM "$background"
	not timeout 0.3 tail --pid="$background" -f /dev/null
	: >go
	status_of "$background"
	[ "$status" = 143 ]
	seq 2 | cmp - out
	seq 2 | cmp - given
	[ ! -s err ]
	exec {feeder}>&-
}

@test "SIGTERM while a batch waits for a retry: ends at once" {
	in_background kbatch --backoff 10000 -- false < <(seq 3) >out 2>err
	wait_for 20 grep -q 'retry 1' err
	kill -TERM "$background"
	wait_for 20 is_ended "$background"
	status_of "$background"
	[ "$status" = 143 ]
	[ ! -s out ]
}

@test "kill -9: COMMAND is killed as well, and no line that is not done has a receipt" {
	mkfifo in
	exec {feeder}<>in
	in_background kbatch -n 2 -- sh -c 'cat >>given; echo $$ >pid; exec sleep 1000' <in >out 2>err {feeder}>&-
	seq 2 >&"$feeder"
	wait_for 20 test -s pid
	kill -KILL "$background"
	wait_for 20 is_ended "$(cat pid)"
	[ ! -s out ]
	exec {feeder}>&-
}

@test "the reader is gone: running commands are finished, then SIGPIPE" {
	seq 100 | { kbatch -n 10 -- sh -c 'cat >>given' 2>err || echo $? >status; } | head -n 1 >out
	wait_for 20 test -s status
	[ "$(cat status)" = 141 ]
	[ ! -s err ]
	[ $(($(wc -l <given) % 10)) = 0 ]
}

@test "the tutorial's consumer: a group continues after refused lines" {
	rates 300 | kput -q
	kread -g x | kbatch -n 100 -r 0 --bisect -x dead -- sh -c '! grep -q "T00:01:40Z"' 2>err | kack -g x || true
	[ "$(wc -l <dead)" = 1 ]
	kstat -g x | holds '.lag == 0'
}

@test "killed twenty times: nothing is lost, and each key keeps its order" {
	local before round killed=0
	for key in a b c; do seq -f "{\"k\":\"$key\",\"n\":%.0f}" 400; done | kput -q -k k
	handler handle <<-'END'
		#!/bin/sh
		cat >"batch.$$"
		cat "batch.$$" >>done
		rm "batch.$$"
	END
	: >done
	for round in $(seq 20); do
		before=$(wc -l <done)
		(kread -g x | sh -c 'echo $$ >pid; exec kbatch -n 10 -j 2 -k k -- ./handle' | kack -g x) 2>/dev/null &
		wait_for 20 grows_past "$((before + round))" $!
		kill -KILL "$(cat pid)" && killed=$((killed + 1))
		wait $! || true
	done 2>/dev/null
	[ "$killed" -gt 4 ]
	kread -g x | kbatch -n 10 -j 2 -k k -- ./handle | kack -g x
	kstat -g x | holds '.lag == 0'
	[ "$(sort -u done | wc -l)" = 1200 ]
	# Lines are repeated from the first without a receipt: their first times are in order.
	for key in a b c; do
		grep "\"$key\"" done | awk '!seen[$0]++' | jq .n | cmp - <(seq 400)
	done
}

grows_past() {
	[ "$(wc -l <done)" -gt "$1" ] || is_ended "$2"
}

@test "usage" {
	local wrong
	run --separate-stderr sh -c 'ulimit -n 40; exec kbatch -j 8 cat' </dev/null
	[ "$status" = 2 ]
	has "$stderr" 'ulimit -n'
	for wrong in '' '-j 0 cat' '-j 129 cat' '-w x cat' '-w 1 --window 1 cat' '--window 0 cat' '-r many cat' \
		'--receipts --persistent cat' '--timeout 1.2345 cat' '--window 1 --persistent cat' '-b 0 cat'; do
		# shellcheck disable=SC2086 # options and their values
		run --separate-stderr kbatch $wrong </dev/null
		[ "$status" = 2 ]
		[ -z "$output" ]
		has "$stderr" kbatch
	done
}

# --- ends that are not the command's ---

@test "--receipts: a command that has written all of its lines may finish when a later line is refused" {
	handler finish <<-'END'
		#!/bin/sh
		trap 'echo ended early >&2; exit 1' TERM
		cat
		exec >&-
		until [ -e go ]; do sleep 0.05; done
		touch finished
	END
	mkfifo in
	exec {feeder}<>in
	in_background kbatch --receipts --max-line 20 -- ./finish <in >out 2>err {feeder}>&-
	# In one write: two would be two batches.
	printf '%s\n' 1 2 >both
	cat both >&"$feeder"
	wait_for 20 grep -qx 2 out
	echo 123456789012345678901 >&"$feeder"
	wait_for 20 grep -q "line 3: refused" err
	touch go
	exec {feeder}>&-
	status_of "$background"
	[ "$status" = 2 ]
	[ -e finished ]
	not grep -q "ended early" err
}

@test "--receipts: standard output that cannot be written: other commands are ended, their lines untouched" {
	handler each <<-'END'
		#!/bin/bash
		line=$(cat)
		case $line in
		*1*) until [ -e second ]; do sleep 0.02; done ;;
		*)
			sleep 60 >/dev/null 2>&1 &
			trap 'kill $!; echo "$line"; exit' TERM
			touch second
			wait
			;;
		esac
		echo "$line"
	END
	printf '%s\n' '{"_pos":"0:1","n":1}' '{"_pos":"1:1","n":2}' >lines
	run -75 --separate-stderr bash -c 'kbatch -n 1 -j 2 --receipts -- ./each <lines >/dev/full'
	has "$stderr" "No space left on device"
	not has "$stderr" "AddressSanitizer"
}

@test "a command that is stopped because it used the terminal is ended" {
	seq 2 | kbatch -r 0 -x dead -- sh -c 'kill -s TTIN $$; cat' >out 2>err || status=$?
	[ "$status" = 1 ]
	[ ! -s out ]
	grep -q "sh was stopped by signal 21 (Stopped (tty input)) and ended: a command of kbatch must not read from the terminal" err
	[ "$(jq -s length dead)" = 2 ]
	# Also if it then exits as if all were done.
	run -1 --separate-stderr kbatch -r 0 -x dead -- \
		sh -c 'trap "exit 0" TERM; cat >all; kill -s TTIN $$; sleep 60' < <(seq 2)
	[ -z "$output" ]
	has "$stderr" "sh was stopped by signal 21"
	[ "$(jq -s length dead)" = 4 ]
}

@test "--persistent: a command that was stopped after its last answer is continued, ended and reported" {
	local signal
	for signal in STOP TSTP TTIN; do
		status=0
		seq 1 | timeout 30 kbatch --persistent -- sh -c "trap 'echo ended >by.$signal; exit 0' TERM
			read -r n; echo \$n; kill -s $signal \$\$; sleep 60" >out 2>err || status=$?
		[ "$status" = 1 ]
		[ "$(cat out)" = 1 ]
		grep -q "^kbatch: sh was stopped by signal [0-9]* (Stopped.*) and ended" err
		wait_for 5 test -s "by.$signal"
	done
}

@test "Ctrl-C: what is waited for; another Ctrl-C ends it, and its lines are neither done nor refused" {
	local kbatch
	mkfifo in
	# In the foreground of a shell of its own: in the background SIGINT would be ignored.
	in_background python3 - <<-'END'
		import os, signal, subprocess
		signal.signal(signal.SIGINT, signal.SIG_DFL)
		with open("in") as source, open("out", "w") as out, open("err", "w") as err:
		    tool = subprocess.Popen(["kbatch", "-n", "1", "-x", "dead", "-r", "3", "--", "sh", "-c",
		        "read line; [ $line = 1 ] || { touch started; sleep 60; }"],
		        stdin=source, stdout=out, stderr=err)
		    print(tool.pid, file=open("pid", "w"), flush=True)
		    print(tool.wait(), file=open("status", "w"))
	END
	exec {feeder}>in
	wait_for 20 test -s pid
	kbatch=$(cat pid)
	seq 3 >&"$feeder"
	wait_for 20 test -e started
	kill -INT "$kbatch"
	wait_for 20 grep -q "^kbatch: waiting for sh (process [0-9]*) to end; Ctrl-C again ends it now" err
	not is_ended "$kbatch"
	kill -INT "$kbatch"
	wait_for 20 test -s status
	exec {feeder}>&-
	[ "$(cat status)" = -2 ]
	[ "$(cat out)" = 1 ]
	[ ! -s dead ]
}

@test "-q with positions into a pipe: kack can commit nothing, and that is said" {
	positioned 0 1 3 >lines
	kbatch -q -- cat <lines 2>err | cat >out
	[ "$(grep -c "^kbatch: -q: no receipts are written, so that kack can commit nothing" err)" = 1 ]
	kbatch -q -- true <lines 2>err >out || true
	not grep -q "no receipts" err
	seq 3 | kbatch -q -- cat 2>err | cat >out
	not grep -q "no receipts" err
}
