# kput: what is put into an embedded stream, where it goes, and when it is safe.
# shellcheck disable=SC2016,SC2030,SC2031,SC2094,SC2154,SC2238 # for inner shells; each test is one of its own; stderr: run

load helper

hostile() {
	base64 -d "$FIXTURES/hostile.ndjson.b64"
	echo
}

# The shard of each line's .ticker among $1, as "SHARD LINE".
placed() {
	local shard
	for ((shard = 0; shard < $1; shard++)); do
		kread -s "$2" --shard "$shard" | sed "s/^/$shard /"
	done
}

# --- bytes ---

@test "any bytes are a record, and are read as they were written" {
	hostile >lines
	kput <lines >receipts
	cmp lines receipts
	# Only a position in front is taken off.
	sed -e 's/^{"_pos":"0:7",/{/' -e 's/^{"_pos":"0:8"}/{}/' lines >expected
	kread | cmp expected -
	kread --raw | cmp expected -
	[ "$(kstat | jq .records)" = "$(wc -l <lines)" ]
	[ "$(kstat | jq .bytes)" = $(($(wc -c <expected) - $(wc -l <expected))) ]
}

@test "every byte, in lines of any length" {
	python3 - >lines <<-'END'
		import random, sys
		random.seed(1)
		out = sys.stdout.buffer
		for length in [0, 1, 2, 3, 255, 256, 4095, 4096, 4097, 65535, 65536, 300000]:
		    out.write(bytes(random.choice([b for b in range(256) if b != 10]) for _ in range(length)) + b"\n")
		out.write(bytes(b for b in range(256) if b != 10) + b"\n")
	END
	kput -q <lines
	kread | cmp lines -
}

@test "a line longer than the read buffer, up to --max-line" {
	local size
	for size in 2097151 2097152 2097153 10485760; do
		{
			echo first
			head -c "$size" /dev/zero | tr '\0' x
			echo
			echo last
		} >lines
		timeout 60 kput -q -s "long$size" <lines
		kread -s "long$size" | cmp lines -
	done
	head -c 10485761 /dev/zero | tr '\0' x >over
	run -2 --separate-stderr kput -s over <over
	has "$stderr" "line 1: refused: 10485761 bytes long"
	{ cat over && echo; } | kput -q -s over --max-line 11M
	[ "$(kstat -s over | jq .bytes)" = 10485761 ]
	# The limit is for the record: with a position its line is longer, and is accepted.
	kread -s long10485760 -g copy | kput -q -s copy
	[ "$(kstat -s copy | jq .bytes)" = $((5 + 10485760 + 4)) ]
	run -2 bash -c 'set -o pipefail; kread -s over -g copy | kput -q -s refused'
	kread -s over -g copy | kput -q -s copy2 --max-line 11M
	[ "$(kstat -s copy2 | jq .bytes)" = 10485761 ]
}

@test "data with newlines, as _raw after a position" {
	local data
	for data in $'one\ntwo' $'\n' '' $'\n\n\n' '{"a":1}' $'{"a":\n1}'; do
		printf '{"_pos":"0:1","_raw":"%s"}\n' "$(printf %s "$data" | base64 -w 0)"
	done >lines
	kput <lines >receipts
	cmp lines receipts
	kread --raw | cmp <(printf 'one\ntwo\n\n\n\n\n\n\n\n{"a":1}\n{"a":\n1}\n') -
	kread >plain
	cmp plain - <<-'END'
		{"_raw":"b25lCnR3bw=="}
		{"_raw":"Cg=="}

		{"_raw":"CgoK"}
		{"a":1}
		{"_raw":"eyJhIjoKMX0="}
	END
	# Through a group and back into a stream: the same bytes.
	kread -g copy | kput -q -s copy
	kread -s copy --raw | cmp <(kread --raw) -
	kread -s copy | cmp plain -
}

@test "an invalid _raw is refused, never stored as something else" {
	local raw
	cat >lines <<-'END'
		{"_pos":"0:1","_raw":"!"}
		{"_pos":"0:1","_raw":"YQ"}
		{"_pos":"0:1","_raw":5}
		{"_pos":"0:1","_raw":{"a":1}}
		{"_pos":"0:1","_raw":"YQ==","b":1}
		{"_pos":"0:1","_raw":"YQ=="} x
	END
	run -1 --separate-stderr kput -q -x rejects <lines
	[ "$(kstat | jq .records)" = 0 ]
	[ "$(wc -l <rejects)" = 6 ]
	jq -r .line rejects | cmp - <(seq 6)
	while read -r raw; do
		run -2 --separate-stderr kput -q <<<"$raw"
		has "$stderr" _raw
	done <lines
}

@test "a record's own _pos or _raw is stored and not interpreted" {
	cat >lines <<-'END'
		{"a":1,"_pos":"0:7"}
		{"a":1,"_pos":"0:7+"}
		{"\u005fpos":"0:7","a":1}
		{"_pos":7,"a":1}
		{"_pos":"","a":1}
		{"_pos":"0:07+","a":1}
		{"_pos":{"a":"0:7"}}
		["_pos","0:7"]
		{"_raw":"YQ=="}
		{"_raw":{"a":1}}
		{"_raw":null,"a":1}
		{"\u005fraw":"YQ=="}
		{"a":{"_pos":"0:7","_raw":"YQ=="}}
	END
	kput <lines >receipts
	cmp lines receipts
	kread | cmp lines -
	# Positions are those of kread, in order, whatever the records say of themselves.
	kread -g all >positioned
	jq -r ._pos positioned | cmp - <({ seq -f 0:%g 13 && echo 0:13+; })
	# The last has _raw further inside only, where it says nothing.
	[ "$(grep -c '"_raw":"' positioned)" = 13 ] || { cat positioned && false; }
	[ "$(sed -n 13p positioned)" = '{"_pos":"0:13","a":{"_pos":"0:7","_raw":"YQ=="}}' ]
	kread -g all | kput -q -s copy
	kread -s copy | cmp lines -
}

@test "one leading position is removed" {
	cat >lines <<-'END'
		{"_pos":"0:7","a":1}
		 { "_pos" : "x-1:7.3" ,	"a":1 }
		{"_pos":"0:7","_pos":"0:8","a":1}
		{"_pos":"0:7"}
		{"_pos":"0:9+"}
	END
	kput <lines >receipts
	cmp lines receipts
	printf '%s\n' '{"a":1}' $' { \t"a":1 }' '{"_pos":"0:8","a":1}' '{}' | cmp - <(kread | sed 's/{ *	/{ \t/')
}

# --- hostile lines ---

@test "hostile lines with -k and -x: each is stored or rejected" {
	hostile >lines
	run -1 --separate-stderr kput -k ticker -x rejects --stats figures <lines
	holds '.done + .refused == .lines and .done > 0 and .refused > 0' figures
	[ "$(jq .refused figures)" = "$(wc -l <rejects)" ]
	[ "$(jq .done figures)" = "$(kstat | jq .records)" ]
	[ "$(jq '.lines + .marks + .blank' figures)" = "$(wc -l <lines)" ]
	# The lines that are stored and those set aside are the lines that came.
	{
		kread
		jq -j 'if has("base64") then .base64 else (.record | tojson | @base64) end, "\n"' rejects |
			while read -r line; do base64 -d <<<"$line" && echo; done
	} >all
	[ "$(wc -l <all)" = "$(jq '.lines + .marks' figures)" ]
	# Those whose key is text or a number are there.
	kread >stored
	grep -qF '"ticker":5,' stored
	not grep -qF 'leading zero' stored
	not grep -qF 'broken utf-8' stored
	not grep -qF 'twice the same member' stored
	grep -qF '39 digits' stored
	# And those after all of them.
	echo '{"ticker":"after"}' | kput -q -k ticker
	[ "$(kread | tail -n 1)" = '{"ticker":"after"}' ]
}

@test "hostile lines with -k, one by one: stored, or exit status 2" {
	local number line
	hostile >lines
	for ((number = 1; number <= $(wc -l <lines); number++)); do
		sed -n "${number}p" lines >line
		status=0
		kput -k ticker -s "s$number" <line >out 2>err || status=$?
		case $status in
		0)
			grep -aqE '^[[:blank:]]*\r?$' line || cmp line out
			[ ! -s err ]
			;;
		2)
			[ ! -s out ]
			grep -q '^kput: line 1: refused: ' err
			;;
		*) false ;;
		esac
		[ "$(kstat -s "s$number" | jq .records)" = "$(wc -l <out)" ]
	done
}

# --- keys and shards ---

@test "the shard follows from the MD5 of the key, as in Kinesis" {
	local shards
	# 333884899078804401650263503974399554594, 141527635107329975949900029052178710627 and
	# 290464861672618745295646946153827815356, of 2^128.
	printf '{"ticker":"%s"}\n' BTC/USD ETH/USD DOGE/USD >lines
	kput -q -k ticker -s two --shards 2 <lines
	kput -q -k ticker -s four --shards 4 <lines
	[ "$(kread -s two --shard 0)" = '{"ticker":"ETH/USD"}' ]
	[ "$(kread -s two --shard 1 | wc -l)" = 2 ]
	[ "$(kread -s four --shard 1)" = '{"ticker":"ETH/USD"}' ]
	[ "$(kread -s four --shard 3 | wc -l)" = 2 ]
	[ -z "$(kread -s four --shard 0)$(kread -s four --shard 2)" ]
	for shards in 1 2 3 5 16 255 256; do
		python3 - "$shards" >expected <<-'END'
			import hashlib, sys
			shards = int(sys.argv[1])
			rows = []
			for i in range(500):
			    key = "KEY/%d \u20ac" % i
			    shard = int.from_bytes(hashlib.md5(key.encode()).digest(), "big") * shards >> 128
			    rows.append((shard, '{"i":%d,"key":"%s"}' % (i, key)))
			for shard, line in sorted(rows, key=lambda row: row[0]):
			    print(shard, line)
		END
		cut -d ' ' -f 2- expected | kput -q -k key -s "of$shards" --shards "$shards"
		placed "$shards" "of$shards" | cmp expected -
	done
}

@test "escapes in a key are decoded before it is hashed" {
	local key
	cat >lines <<-'END'
		{"k":"BTC"}
		{"k":"\u0042TC"}
		{"k":"\u0042\u0054\u0043"}
		{"\u006b":"BTC"}
		{"k":"€/🪙"}
		{"k":"\u20ac\/\ud83e\ude99"}
		{"k":"a\"b\\c\n"}
		{"k":"a\u0022b\u005cc\u000A"}
	END
	kput -q -k k --shards 256 <lines
	kread --envelope >envelopes
	[ "$(jq -r 'select(.key == "BTC") | ._pos' envelopes | cut -d: -f1 | sort -u | wc -l)" = 1 ]
	[ "$(jq -c 'select(.key == "BTC")' envelopes | wc -l)" = 4 ]
	for key in '€/🪙' $'a"b\\c\n'; do
		[ "$(jq -c --arg key "$key" 'select(.key == $key) | ._pos' envelopes | wc -l)" = 2 ]
		[ "$(jq -r --arg key "$key" 'select(.key == $key) | ._pos' envelopes | cut -d: -f1 | uniq | wc -l)" = 1 ]
	done
	# The shard of "BTC" by its MD5's first byte.
	[ "$(jq -r 'select(.key == "BTC") | ._pos' envelopes | head -n 1 | cut -d: -f1)" = \
		$((0x$(printf BTC | md5sum | cut -c1-2))) ]
}

@test "numbers, true and false are keys as they are written; without -k the key is the MD5 of the record" {
	printf '%s\n' '{"k":5}' '{"k":-1.50e2}' '{"k":true}' '{"k":false}' '{"k":"5"}' |
		kput -q -k k --shards 16
	kread --envelope | jq -r .key | sort | cmp - <(printf '%s\n' -1.50e2 5 5 false true)
	[ "$(kread --envelope | jq -r 'select(.key == "5") | ._pos' | cut -d: -f1 | uniq | wc -l)" = 1 ]
	for _ in 1 2 3; do printf '%s\n' a b c d e f; done | kput -q -s keyless --shards 16
	kread -s keyless --envelope >envelopes
	[ "$(jq -r 'select(.data == "a") | .key' envelopes | uniq)" = "$(printf a | md5sum | cut -d ' ' -f 1)" ]
	for data in a b c d e f; do
		[ "$(jq -r --arg data $data 'select(.data == $data) | ._pos' envelopes | cut -d: -f1 | uniq | wc -l)" = 1 ]
	done
}

@test "--shards and --retention are for a new stream" {
	local wrong
	kput -q --shards 4 </dev/null
	[ "$(kstat | wc -l)" = 4 ]
	kput -q --shards 4 </dev/null
	run -2 --separate-stderr kput -q --shards 2 <<<x
	has "$stderr" "--shards asks for 2, but the stream has 4: "
	[ "$(kstat | jq -s 'map(.records) | add')" = 0 ]
	kput -q --retention 5m <<<x
	for wrong in 0 257 -1 x 1.5 99999999999999999999; do
		run -2 kput -s other --shards "$wrong" </dev/null
	done
	for wrong in 0 -1h 1y x '' 5mm 200000d 99999999999999999999d; do
		run -2 kput -s other --retention "$wrong" </dev/null
	done
	[ ! -e "$FX_HOME/other.stream" ]
}

# --- names and files ---

@test "a stream is created with its directories, accessible only to the user" {
	umask 0
	echo a | kput -q -s ./new/deep/x.stream
	[ "$(stat -c %a new new/deep)" = $'700\n700' ]
	[ "$(stat -c %a new/deep/x.stream new/deep/x.stream-lock)" = $'600\n600' ]
	[ "$(kread -s new/deep/x.stream)" = a ]
	echo b | kput -q -s "$PWD/plain"
	[ "$(kread -s ./plain)" = b ]
	echo c | FX_STREAM=named kput -q
	[ "$(kread -s "$FX_HOME/named.stream")" = c ]
	echo d | FX_STREAM='' kput -q
	[ "$(kread -s rates)" = d ]
	echo e | env -u FX_HOME kput -q
	[ "$(kread -s "$XDG_DATA_HOME/fxpipe/rates.stream")" = e ]
	echo f | env -u FX_HOME -u XDG_DATA_HOME HOME="$PWD/h" kput -q
	[ "$(kread -s h/.local/share/fxpipe/rates.stream)" = f ]
	[ "$(stat -c %a h h/.local/share/fxpipe)" = $'700\n700' ]
}

@test "an invalid name of a stream: exit status 2, and nothing is created" {
	local name
	for name in '' .hidden 'a b' a:b 'a;b' kinesis:rates "$(printf 'x%.0s' $(seq 129))" $'a\nb' $'\e[31m'; do
		run -2 --separate-stderr kput -s "$name" <<<x
		has "$stderr" "kput: "
		[ "${#stderr}" -lt 700 ]
		not grep -q $'\e' <<<"$stderr"
	done
	[ ! -e "$FX_HOME" ]
	echo x | kput -q -s "$(printf 'x%.0s' $(seq 128))"
}

# What must not be touched, and the reason that is given.
not_ours() {
	local reason=$1 file=$2 tool
	cp -p "$file" before
	for tool in 'kput' 'kread' 'kread -f' 'kread -g table' 'kstat' 'kstat --groups' 'kack -g table --to latest'; do
		# shellcheck disable=SC2086 # a tool and its options
		run -2 --separate-stderr timeout 20 $tool -s "$PWD/$file" <<<x
		has "$stderr" "$reason"
		[ -z "$output" ]
		cmp "$file" before
		[ "$(stat -c %Y.%s "$file")" = "$(stat -c %Y.%s before)" ]
	done
	run -2 --separate-stderr kack -g table -s "$PWD/$file" <<<'{"_pos":"0:1"}'
	has "$stderr" "$reason"
	cmp "$file" before
}

@test "a file that is not a stream: exit status 2, and it is unchanged" {
	echo "some notes" >foreign
	not_ours "is not a stream" foreign
	head -c 100000 /dev/urandom >noise
	not_ours "is not a stream" noise
	: >empty
	not_ours "is empty, not a stream" empty
	sqlite3 other 'CREATE TABLE t (x); INSERT INTO t VALUES (1)'
	not_ours "is not a stream" other
	# Checkpoints are no stream either.
	rates 3 | kput -q
	kread -g a | kack -g a
	cp "$FX_HOME/rates.groups" checkpoints
	not_ours "is not a stream" checkpoints
}

@test "a stream in a newer format: exit status 2, and it is unchanged" {
	rates 3 | kput -q -s ./newer
	sqlite3 newer 'PRAGMA journal_mode=DELETE; PRAGMA user_version=9' >/dev/null
	rm -f newer-wal newer-shm
	not_ours "format 2" newer
	[ "$(sqlite3 newer 'PRAGMA user_version')" = 9 ]
}

@test "a truncated stream: exit status 2, and it is unchanged" {
	local size
	rates 20000 | kput -q -s ./whole
	[ ! -s whole-wal ]
	size=$(stat -c %s whole)
	for length in $((size / 2)) $((size - 1)) 4096 100 99 16 1; do
		head -c "$length" whole >cut
		if [ "$length" -ge 100 ]; then
			not_ours "truncated" cut
		else
			not_ours "is not a stream" cut
		fi
	done
}

@test "a directory or a device in place of a stream: exit status 2" {
	mkdir directory
	mkfifo fifo
	ln -s nowhere/at/all dangling
	run -2 --separate-stderr timeout 20 kput -s ./directory <<<x
	run -2 --separate-stderr timeout 20 kput -s ./fifo <<<x
	has "$stderr" "not a regular file"
	run -2 --separate-stderr timeout 20 kread -s ./fifo
	echo file >file
	run -2 --separate-stderr kput -s ./file/x.stream <<<x
	has "$stderr" "Not a directory"
}

@test "the write-ahead log of a deleted stream is not used by a new stream of that name" {
	rates 1000 OLD/USD | kput -q
	# Someone reads on, so that the log stays where it is.
	mkfifo out
	kread -f >out 3>&- &
	fx_started+=($!)
	exec {reader}<out
	read -r -t 20 _ <&"$reader"
	rates 1000 OLD/USD | kput -q
	[ -s "$FX_HOME/rates.stream-wal" ]
	rm "$FX_HOME/rates.stream"
	echo '{"ticker":"NEW/USD"}' | kput -q
	[ "$(kread)" = '{"ticker":"NEW/USD"}' ]
	[ "$(sqlite3 "$FX_HOME/rates.stream" 'PRAGMA integrity_check')" = ok ]
	exec {reader}<&-
	status_of "${fx_started[-1]}"
	[ "$(kread)" = '{"ticker":"NEW/USD"}' ]
	# The same where the log was left by a tool that was killed.
	rm "$FX_HOME"/rates.*
	rates 1000 OLD/USD | kput -q
	cp "$FX_HOME/rates.stream" kept
	sqlite3 kept 'PRAGMA journal_mode=WAL; CREATE TABLE stale (x)' '.shell cp kept-wal stale-wal' >/dev/null
	rm "$FX_HOME"/rates.stream*
	cp stale-wal "$FX_HOME/rates.stream-wal"
	echo '{"ticker":"NEW/USD"}' | kput -q
	[ "$(kread)" = '{"ticker":"NEW/USD"}' ]
	[ "$(sqlite3 "$FX_HOME/rates.stream" "SELECT count(*) FROM sqlite_master WHERE name = 'stale'")" = 0 ]
}

@test "a reader that ends last leaves no long log, which each start would read" {
	echo '{"ticker":"A/USD"}' | kput -q
	in_background kread -f >out
	wait_for 20 test -s out
	# A short one waits for a writer.
	rates 10 | kput -q
	kill "$background"
	status_of "$background"
	[ -s "$FX_HOME/rates.stream-wal" ]
	in_background kread -f >out
	wait_for 20 test -s out
	rates 40000 | kput -q
	[ "$(stat -c %s "$FX_HOME/rates.stream-wal")" -gt 1048576 ]
	kill "$background"
	status_of "$background"
	[ ! -e "$FX_HOME/rates.stream-wal" ]
	[ "$(kread | wc -l)" = 40011 ]
	# The same after a writer that was killed.
	mkfifo in
	exec {feeder}<>in
	in_background kput -q <in {feeder}>&-
	rates 40000 >&"$feeder"
	wait_for 20 reads_lines 80011
	kill -KILL "$background"
	exec {feeder}>&-
	[ "$(stat -c %s "$FX_HOME/rates.stream-wal")" -gt 1048576 ]
	kread -n 1 >out
	[ ! -e "$FX_HOME/rates.stream-wal" ]
	[ "$(kread | wc -l)" = 80011 ]
}

reads_lines() {
	[ "$(kread | wc -l)" = "$1" ]
}

@test "a stream that is deleted under kput: no receipt for records that are lost with it" {
	mkfifo in
	exec {feeder}<>in
	kput <in >out 2>err {feeder}>&- 3>&- &
	fx_started+=($!)
	echo first >&"$feeder"
	wait_for 20 grep -qx first out
	rm "$FX_HOME"/rates.stream*
	echo second >&"$feeder"
	wait_for 20 is_ended "${fx_started[-1]}"
	status_of "${fx_started[-1]}"
	exec {feeder}>&-
	[ "$status" = 2 ]
	grep -q deleted err
	[ "$(cat out)" = first ]
}

# --- many at once ---

@test "several kputs create the same stream at once: one is created, and all use it" {
	local round i pids
	for round in 1 2 3 4 5; do
		pids=()
		for i in 1 2 3 4; do
			echo "$i" | kput -q -s "new$round" --shards 3 3>&- &
			pids+=($!)
		done
		for i in "${pids[@]}"; do wait "$i"; done
		[ "$(kread -s "new$round" | sort)" = $'1\n2\n3\n4' ]
		[ "$(kstat -s "new$round" | wc -l)" = 3 ]
	done
	[ -z "$(find "$FX_HOME" -name '*-new')" ]
}

@test "eight producers and four groups at once: nothing is lost, order is kept per key" {
	local i pids=()
	kput -q --shards 4 </dev/null
	for i in 1 2 3 4 5 6 7 8; do
		# Several keys each, interleaved; each in many small batches.
		awk -v p="$i" 'BEGIN { for (i = 1; i <= 1500; i++) {
			printf "{\"key\":\"%d-%d\",\"i\":%d}\n", p, i % 5, i
			if (i % 50 == 0) fflush()
		} }' | kput -q -k key 3>&- &
		pids+=($!)
	done
	for i in 1 2 3 4; do
		: >"group$i"
		kread -f -g "g$i" 3>&- >"group$i" &
		fx_started+=($!)
	done
	for i in "${pids[@]}"; do wait "$i"; done
	for i in 1 2 3 4; do
		wait_for 60 all_there "group$i"
		grep -v '+"}$' "group$i" >records
		[ "$(wc -l <records)" = 12000 ]
		# No position twice, in order within each shard; per key in the order that it was put.
		jq -r '._pos' records | awk -F: '$2 != last[$1] + 1 { exit 1 } { last[$1] = $2 }'
		jq -r '"\(.key) \(.i)"' records | awk '$2 <= last[$1] { exit 1 } { last[$1] = $2; n++ } END { exit n != 12000 }'
	done
}

all_there() {
	[ "$(grep -vc '+"}$' "$1")" -ge 12000 ]
}

# --- batches ---

@test "a flood is written in full batches, a single record at once" {
	rates 30000 >lines
	kput -q --stats figures <lines
	[ "$(jq .batches figures)" -le 30 ]
	[ "$(jq .batches figures)" -ge 3 ]
	[ "$(sqlite3 "$FX_HOME/rates.stream" 'SELECT max(count) FROM batch')" -le 10000 ]
	[ "$(sqlite3 "$FX_HOME/rates.stream" 'SELECT max(count) FROM batch')" -ge 1000 ]
	: >receipts
	mkfifo in
	exec {feeder}<>in
	kput -s slowly <in >receipts --stats slowly {feeder}>&- 3>&- &
	fx_started+=($!)
	for i in 1 2 3; do
		echo "$i" >&"$feeder"
		wait_for 20 grep -qx "$i" receipts
		[ "$(kread -s slowly | tail -n 1)" = "$i" ]
	done
	exec {feeder}>&-
	status_of "${fx_started[-1]}"
	holds '.batches == 3 and .done == 3' slowly
}

# --- retention ---

# Puts a record, and looks whether those of the first batch have gone.
has_trimmed() {
	echo '{"new":1}' | kput -q
	[ "$(kread | grep -c old)" = 0 ]
}

@test "records older than the retention are deleted when new ones are written" {
	local next
	seq -f '{"old":%g}' 1000 | kput -q --retention 1s
	seq -f '{"old":%g}' 1000 | kput -q
	[ "$(kread | wc -l)" = 2000 ]
	wait_for 30 has_trimmed
	kstat | holds '.records < 100 and .oldest <= .newest'
	next=$(kstat | jq -r .next)
	[ "${next#0:}" -gt 2000 ]
	# Sequence numbers continue even when no record is left.
	[ "$(kread -g look | head -n 1 | jq -r ._pos)" != 0:1 ]
	[ "$(kstat | jq .records)" -le $((${next#0:} - 2001)) ]
}

@test "old records are removed in steps: no receipt waits until all are gone" {
	local before now steps=0 deadline=$((SECONDS + 60))
	yes "old$(printf '%01000d' 0)" | head -n 40000 | kput -q --retention 1h
	sqlite3 "$FX_HOME/rates.stream" 'UPDATE stream SET retention = 1000'
	wait_for 30 is_old
	before=$(kstat | jq .bytes)
	[ "$before" -gt 40000000 ]
	while [ "$before" -gt 10000 ] && [ "$SECONDS" -lt "$deadline" ]; do
		echo new | kput -q
		now=$(kstat | jq .bytes)
		[ $((before - now)) -le $((16 * 1024 * 1024)) ]
		[ "$now" -ge "$before" ] || steps=$((steps + 1))
		before=$now
	done
	[ "$before" -le 10000 ]
	[ "$steps" -ge 3 ]
}

# Batches of the records with "old" in a shard.
old_batches() {
	sqlite3 "$FX_HOME/rates.stream" "SELECT count(*) FROM batch WHERE position >> 48 = $1 AND instr(lines, 'old') > 0"
}

old_are_gone_from() {
	echo '{"k":"a1","n":"new"}' | kput -q -k k
	[ "$(old_batches "$1")" = 0 ]
}

@test "batches dated by a wrong clock, which stay, do not keep what is too old in other shards" {
	local stream=$FX_HOME/rates.stream
	printf '{"k":"%s","n":"old"}\n' a0 a1 | kput -q --shards 2 --retention 1s -k k
	[ "$(old_batches 0)" = 1 ]
	[ "$(old_batches 1)" = 1 ]
	# Of the first shard more than one commit removes, all dated in the future.
	sqlite3 "$stream" "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 600)
		INSERT INTO batch SELECT position + i, count, arrived, bytes, lengths, lines, keys FROM batch, n
		WHERE position >> 48 = 0;
		UPDATE shard SET next = 602 WHERE shard = 0;
		UPDATE batch SET arrived = 4102444800000 WHERE position >> 48 = 0"
	wait_for 30 old_are_gone_from 1
	[ "$(old_batches 0)" = 601 ]
	# A later record of their shard that is too old takes them along.
	echo '{"k":"a0","n":"later"}' | kput -q -k k
	wait_for 30 old_are_gone_from 0
}

@test "sequence numbers never decrease, even after all records were trimmed" {
	local last next round
	kput -q --retention 1s <<<0
	last=1
	for round in 1 2 3; do
		wait_for 30 is_old
		# This one's put removes all that there was.
		echo "$round" | kput -q
		[ "$(kread)" = "$round" ]
		next=$(kread -g look | jq -r 'select(._pos | endswith("+") | not) | ._pos')
		[ "$next" = "0:$((last + 1))" ]
		last=$((last + 1))
	done
}

# Have all records been there for longer than they are kept?
is_old() {
	kstat | holds '((.newest | sub("\\.[0-9]+Z$"; "Z") | fromdate) + 2) < now'
}

# --- when it does not work ---

@test "a file that another program has locked: exit status 75 after a while, and the next run continues" {
	echo first | kput -q
	hold_lock "$FX_HOME/rates.stream"
	run -75 --separate-stderr fast_clock kput <<<second
	[ -z "$output" ]
	has "$stderr" "waiting for $FX_HOME/rates.stream: another program holds it"
	has "$stderr" "database is locked; another program holds it"
	# Readers do not mind.
	[ "$(kread)" = first ]
	let_go
	echo second | kput -q
	[ "$(kread)" = $'first\nsecond' ]
}

@test "a writer that is stopped while it holds the lock: who holds it, and a signal ends the wait" {
	echo first | kput -q
	python3 - "$FX_HOME/rates.stream-lock" 3>&- <<-'END' &
		import fcntl, os, signal, sys
		lock = open(sys.argv[1], "r+b")
		fcntl.lockf(lock, fcntl.LOCK_EX, 1, 1)
		open("held", "w").close()
		os.kill(os.getpid(), signal.SIGSTOP)
	END
	local holder=$! begun=$SECONDS waiting=()
	fx_started+=("$holder")
	wait_for 20 test -e held
	# The second one waits behind the first, not for it.
	in_background kput <<<second >out 2>err
	waiting+=("$background")
	in_background kput <<<third >>out 2>err2
	waiting+=("$background")
	wait_for 20 grep -q "^kput: waiting for .*: process $holder holds it" err
	wait_for 20 grep -q "^kput: waiting for .*: process $holder holds it" err2
	kill "${waiting[@]}"
	status_of "${waiting[0]}"
	[ "$status" = 143 ]
	status_of "${waiting[1]}"
	[ "$status" = 143 ]
	[ $((SECONDS - begun)) -lt 20 ] # not at the end of the wait
	[ ! -s out ]
	run -75 --separate-stderr fast_clock kput <<<fourth
	has "$stderr" "could not lock $FX_HOME/rates.stream within 30 s: process $holder holds it"
	has "$stderr" "kill -CONT $holder"
	kill -CONT "$holder"
	echo fifth | kput -q
	[ "$(kread)" = $'first\nfifth' ]
}

@test "a FIFO for statistics or rejects that nobody reads: a message, and a signal ends the wait" {
	local option
	mkfifo fifo
	for option in --stats -x; do
		in_background kput "$option" fifo <<<first >out 2>err
		wait_for 20 grep -qx "kput: waiting for a reader of the FIFO fifo" err
		kill "$background"
		status_of "$background"
		[ "$status" = 143 ]
		[ ! -s out ]
	done
	run -75 --separate-stderr fast_clock kput --stats fifo <<<first
	has "$stderr" "nobody has read this FIFO for 30 s"
	in_background cat fifo
	echo '{"k":1}' | kput -q -x fifo -k k
}

# in_tmpfs OPTIONS SCRIPT…: runs SCRIPT with a file system of its own at ./disk.
in_tmpfs() {
	mkdir -p disk
	unshare -rm bash -c 'mount -t tmpfs -o "$1" none disk && shift && eval "$1"' bash "$@"
}

@test "a full disk: exit status 75, what had a receipt is stored, and the next run continues" {
	unshare -rm true 2>/dev/null || skip "unshare -rm is not allowed here"
	rates 100000 >lines
	in_tmpfs size=80m '
		head -c 74M /dev/zero >disk/ballast
		status=0
		kput -s disk/x.stream <lines >receipts 2>err || status=$?
		echo "$status" >status
		kread -s disk/x.stream >stored
		rm disk/ballast
		kput -q -s disk/x.stream <<<after
		kread -s disk/x.stream | tail -n 1 >last
		sqlite3 disk/x.stream "PRAGMA integrity_check" >check'
	[ "$(cat status)" = 75 ]
	grep -qi 'full' err
	[ "$(wc -l <err)" = 1 ]
	[ -s receipts ]
	# What was receipted is stored; what is stored is the input's beginning.
	head -n "$(wc -l <receipts)" lines | cmp - receipts
	cmp stored receipts
	[ "$(cat last check)" = $'after\nok' ]
}

@test "a disk too full to create a stream: exit status 75, and no incomplete stream is left" {
	unshare -rm true 2>/dev/null || skip "unshare -rm is not allowed here"
	in_tmpfs size=10m '
		head -c 10475000 /dev/zero >disk/ballast
		status=0
		kput -s disk/x.stream <<<x >out 2>err || status=$?
		echo "$status" >status
		ls disk >left
		rm disk/ballast
		kput -q -s disk/x.stream <<<x
		kread -s disk/x.stream >stored'
	[ "$(cat status)" = 75 ]
	[ ! -s out ]
	not grep -q 'stream$\|-new' left
	[ "$(cat stored)" = x ]
}

@test "libcrypto is missing: exit status 2, and its name also where libcurl needs it; memory too short to load it: 75" {
	local most library
	kput --shards 4 </dev/null
	for most in {6000..12000..500}; do
		status=0
		(ulimit -v "$most" && echo '{"k":"a"}' | exec kput -q -k k) 2>err || status=$?
		[ "$status" != 2 ] # others: killed before it runs, and by the address sanitizer
	done
	library=$(ldconfig -p | awk '/libcrypto.so.3 / { print $NF; exit }')
	[ -n "$library" ] || skip "libcrypto.so.3 is not here"
	unshare -rm true 2>/dev/null || skip "unshare -rm is not allowed here"
	status=0
	# shellcheck disable=SC2016 # for the inner shell
	unshare -rm bash -c 'mount --bind /dev/null "$0" && echo 1 | kput -q' "$(readlink -f "$library")" 2>err ||
		status=$?
	[ "$status" = 2 ]
	grep -q 'libcrypto cannot be loaded: install it.*libssl3' err
	status=0
	# shellcheck disable=SC2016
	AWS_REGION=us-east-1 unshare -rm bash -c 'mount --bind /dev/null "$0" && kread -s kinesis:x' "$(readlink -f "$library")" 2>err ||
		status=$?
	[ "$status" = 2 ]
	grep -q 'libcurl cannot be loaded: .*libcrypto' err
}

@test "a read-only file system: exit status 2" {
	unshare -rm true 2>/dev/null || skip "unshare -rm is not allowed here"
	in_tmpfs size=10m '
		kput -q -s disk/x.stream <<<before
		mount -o remount,bind,ro disk
		for stream in disk/x.stream disk/new.stream disk/deep/new.stream; do
			status=0
			kput -s "$stream" <<<x >>out 2>>err || status=$?
			echo "$status" >>status
		done'
	[ "$(cat status)" = $'2\n2\n2' ]
	[ ! -s out ]
	[ "$(grep -c 'Read-only file system' err)" = 3 ]
}

@test "a limit on file sizes is treated as a full disk" {
	rates 100000 >lines
	status=0
	(ulimit -f 4000 && kput <lines >receipts 2>err) || status=$?
	[ "$status" = 75 ]
	kread | cmp - receipts
	head -n "$(wc -l <receipts)" lines | cmp - receipts
	tail -n +$(($(wc -l <receipts) + 1)) lines | kput -q
	kread | cmp - lines
}
