# s3put: lines to an archive in a directory: names, partitions, rolls, the spool, receipts.
# shellcheck disable=SC2030,SC2031,SC2094,SC2154 # each test is a shell of its own; status, stderr: run

load helper

setup() {
	set -o pipefail
}

# The names in the archive, sorted.
names() {
	(cd "${1:-archive}" && find . -type f | sed 's,^\./,,' | sort)
}

# All lines in the archive.
content() {
	find "${1:-archive}" -type f -name '*.gz' -exec gzip -dc {} +
}

# line POSITION TICKER [TIME]
line() {
	printf '{"_pos":"%s","ticker":"%s","last_refreshed":"%s"}\n' "$1" "$2" "${3:-2025-10-21T14:30:00Z}"
}

digest() {
	sha256sum | head -c 16
}

# --- objects ---

@test "an object: its name says partitions, shard, first and last position, and digest; its lines are as they came" {
	{ line 0:7 BTC/USD && line 0:10 BTC/USD; } >in
	s3put archive <in >out
	cmp in out
	[ "$(names)" = "ticker=BTC%2FUSD/dt=2025-10-21/hour=14/0_7_10_$(digest <in).ndjson.gz" ]
	content | cmp - in
	[ "$(stat -c %a archive/*/*/*/*)" = 600 ]
	# As gzip makes it: without a time and a name.
	[ "$(head -c 8 archive/*/*/*/* | od -An -tx1 | tr -d ' ')" = 1f8b080000000000 ]
}

@test "the same lines are the same object, whose bytes are the same" {
	line 0:7 A >in
	s3put archive <in >out
	find archive -type f -exec sha256sum {} + >before
	s3put -v archive <in >again 2>err
	cmp in again
	find archive -type f -exec sha256sum {} + | cmp - before
	grep -q 'already there' err
	s3put other <in >out
	diff -r archive other
}

@test "--compress: zstd, none; both are read by others" {
	{ line 0:7 A && line 0:8 A; } >in
	s3put --compress zstd archive <in | cmp - in
	zstd -qdc archive/*/*/*/*.ndjson.zst | cmp - in
	s3put --compress none plain <in | cmp - in
	cmp plain/*/*/*/*.ndjson in
	run -2 --separate-stderr s3put --compress bzip2 archive
}

@test "lines without positions: the shard is -, and the times are when they were taken" {
	rates 2 >in
	s3put --partition '' archive <in | cmp - in
	[[ $(names) =~ ^-_[0-9]{13}_[0-9]{13}_[0-9a-f]{16}\.ndjson\.gz$ ]]
	content | cmp - in
}

@test "lines without positions: equal ones are all stored, and so are those of a clock that was put back" {
	seq 1 30 | sed 's,.*,{"x":1},' >in
	s3put --partition '' --count 1 archive <in | cmp - in
	[ "$(names | wc -l)" = 30 ]
	s3get archive | cmp - in
	command -v faketime >/dev/null || skip 'faketime is not installed'
	mkfifo feed
	exec {feeder}<>feed
	# The tool, which is confined, may read the clock in the archive.
	mkdir back
	echo '2025-10-21 14:30:00' >back/.clock
	FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_TIMESTAMP_FILE=$PWD/back/.clock in_background \
		faketime -m -f '' env -u FAKETIME s3put --partition '' -x rejects back <feed >out {feeder}>&-
	printf '{"x":1}\nbad\n' >&"$feeder"
	wait_for 20 test -s rejects
	echo '2025-10-21 14:20:00' >back/.clock
	echo '{"x":2}' >&"$feeder"
	exec {feeder}>&-
	status_of "$background"
	[ "$status" = 1 ]
	rm back/.clock
	names back | grep -q '^-_1761057000000_'
	s3get back | cmp - <(printf '{"x":%d}\n' 1 2)
}

@test "lines of each shard are an object; a position before the last one begins another, the same does not" {
	{ line 0:1 A && line 1:1 A && line 0:2 A && line 0:2 A && line 0:2.1 A; } >in
	s3put --partition '' archive <in | cmp - in
	[ "$(names | cut -d_ -f1-3)" = $'0_1_2.1\n1_1_1' ]
	{ line 0:10 A && line 0:9 A && line 0:11 A; } | s3put -q --partition '' back
	[ "$(names back | cut -d_ -f1-3 | sort)" = $'0_10_10\n0_9_11' ]
}

@test "lines without positions: an object of another process has the name of this one, so it gets another" {
	strace -o /dev/null true 2>/dev/null || skip "ptrace is not allowed here"
	echo '{"x":1}' >in
	ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 strace -f -o trace -e trace=linkat -e inject=linkat:error=EEXIST:when=1..2 \
		s3put --partition '' archive <in >out
	grep -q INJECTED trace || skip "strace may not trace here"
	cmp in out
	s3get archive | cmp - in
	[ "$(names | cut -d_ -f2)" = "$(names | cut -d_ -f3)" ]
	[ "$(grep -o '/-_[0-9]*' trace | sort -u | wc -l)" = 3 ]
}

# --- partitions ---

@test "partitions: text, numbers, missing, null and empty members, and what has to be encoded" {
	local value
	for value in '"a b/c"' 12.50 true null '""' '"__none__"' '".x"' '"\u00e9"'; do
		echo '{"k":'"$value"'}'
	done | s3put -q --partition k archive
	echo '{"x":1}' | s3put -q --partition k archive
	[ "$(find archive -mindepth 1 -maxdepth 1 -printf '%f\n' | LC_ALL=C sort)" = 'k=%2Ex
k=%5F_none__
k=%C3%A9
k=12.50
k=__none__
k=a%20b%2Fc
k=true' ]
}

@test "partitions by time: any format, any member, UTC" {
	printf '%s\n' '{"at":"2025-12-31T23:59:58-01:00"}' '{"at":1761057001}' '{"at":1761057001123}' \
		'{"at":"2025-10-21 14:30:01"}' '{"at":null}' '{}' |
		s3put -q -T at --partition 'y=%Y,day=%j,m=%m-%d,t=%H%M%S,p=%%' archive
	[ "$(names | sed 's,/[^/]*$,,' | sort)" = 'y=2025/day=294/m=10-21/t=143001/p=%25
y=2026/day=001/m=01-01/t=005958/p=%25
y=__none__/day=__none__/m=__none__/t=__none__/p=__none__' ]
	[ "$(content | wc -l)" = 6 ]
}

@test "a list of partitions that is not valid is found before anything is read" {
	local list
	for list in 'a=%q' 'a=%' 'a,a' 'a,,b' '=x'; do
		run -2 --separate-stderr s3put --partition "$list" archive </dev/null
		[ "${#stderr_lines[@]}" = 1 ]
	done
}

@test "what is not an object, an invalid time, a value that is too long: refused" {
	local long
	long=$(printf 'x%.0s' {1..300})
	{
		line 0:1 A
		echo '["no object"]'
		line 0:2 A 'some day'
		line 0:3 "$long"
		line 0:4 A
	} >in
	run -1 --separate-stderr s3put -x rejects --partition 'ticker,dt=%Y' archive <in
	[ "$(jq -c .line rejects)" = $'2\n3\n4' ]
	[ "$output" = "$(line 0:1 A && printf '{"_pos":"0:%d+"}\n' 2 3 && line 0:4 A)" ]
	content | cmp - <(line 0:1 A && line 0:4 A)
	run -2 --separate-stderr s3put other <in
	[ "$output" = "$(line 0:1 A)" ]
	[ "$(content other)" = "$(line 0:1 A)" ]
}

@test "a line whose object could have no name: refused" {
	local part zeros
	part=$(printf 'x%.0s' {1..240})
	zeros=$(printf '0%.0s' {1..128})
	{
		echo '{"_pos":"0:1","a":"A"}'
		printf '{"_pos":"0:2","a":"%s","b":"%s","c":"%s","d":"%s","e":"%s"}\n' "$part" "$part" "$part" "$part" "$part"
		echo '{"_pos":"0:1'"$zeros"'","a":"A"}'
		echo '{"_pos":".hidden:1","a":"A"}'
		echo '{"_pos":"-:1","a":"A"}'
		echo '{"_pos":"0:3","a":"A"}'
	} >in
	run -1 --separate-stderr s3put -q -x rejects --partition a,b,c,d,e archive <in
	[ "$(jq -c .line rejects)" = $'2\n3\n4\n5' ]
	has "$(jq -r .error rejects)" 'the name of its object would be too long: a=xxx'
	has "$(jq -r .error rejects)" '"-" cannot be the shard of an object'
	s3get --positions archive | cmp - <(sed -n '1p;6p' in)
}

@test "_raw lines are in _raw=1, as they are" {
	printf '%s\n' '{"_pos":"0:1","_raw":"WzFd"}' >in
	line 0:2 A >>in
	s3put archive <in | cmp - in
	[ "$(find archive/_raw=1 -type f | sed 's,.*/,,; s,_[0-9a-f]*\..*,,')" = 0_1_1 ]
	gzip -dc archive/_raw=1/* | cmp - <(head -n 1 in)
}

# --- when objects are closed ---

@test "--count, --size" {
	rates 10 >in
	s3put --partition '' --count 4 archive <in | cmp - in
	[ "$(find archive -name '*.gz' -exec sh -c 'gzip -dc "$1" | wc -l' - {} \; | sort | tr '\n' ' ')" = '2 4 4 ' ]
	rates 1000 >in
	s3put --partition '' --size 10K sized <in | cmp - in
	[ "$(find sized -name '*.gz' -exec sh -c 'gzip -dc "$1" | wc -c' - {} \; | sort -n | tail -n 1)" -le 10240 ]
	[ "$(names sized | wc -l)" -le 11 ]
	content sized | sort | cmp - <(sort in)
}

# feed: an input that stays open; $feeder is the descriptor to write to and close.
feed() {
	mkfifo in
	exec {feeder}<>in
	in_background s3put "$@" archive <in >out 2>err {feeder}>&-
}

@test "--age: an object is closed when its first line is old enough, and not before" {
	feed --age 1s --partition ticker
	line 0:1 A >&"$feeder"
	wait_for 20 test -s out
	[ "$(cat out)" = "$(line 0:1 A)" ]
	[ "$(names | wc -l)" = 1 ]
}

@test "receipts and marks are in the order of the input, up to the first line that is not stored" {
	feed --count 2 --partition ticker
	{
		line 0:1 A
		line 0:2 B
		line 0:3 B
		echo '{"_pos":"0:3+"}'
	} >&"$feeder"
	# B is stored, but A, which is before it, is not.
	wait_for 20 eval 'names | grep -q ^ticker=B/0_2_3_'
	[ ! -s out ]
	line 0:4 A >&"$feeder"
	wait_for 20 test -s out
	wait_for 20 grep -q 0:4 out
	[ "$(cat out)" = "$(line 0:1 A && line 0:2 B && line 0:3 B && echo '{"_pos":"0:3+"}' && line 0:4 A)" ]
	[ "$(names | wc -l)" = 2 ]
}

@test "SIGTERM: open objects are stored, and their lines get receipts" {
	feed
	line 0:1 A >&"$feeder"
	# Once it is read, nothing is left in the pipe.
	wait_for 20 is_empty in
	kill -TERM "$background"
	wait_for 20 is_ended "$background"
	status_of "$background"
	[ "$status" = 143 ]
	[ "$(cat out)" = "$(line 0:1 A)" ]
	[ "$(content)" = "$(line 0:1 A)" ]
}

is_empty() {
	[ "$(python3 -c 'import array, fcntl, os, sys, termios
count = array.array("i", [0])
fcntl.ioctl(os.open(sys.argv[1], os.O_RDWR | os.O_NONBLOCK), termios.FIONREAD, count)
print(count[0])' "$1")" = 0 ]
}

@test "SIGKILL: nothing of what has no receipt is visible, and the spool is empty" {
	feed --count 2 --partition ticker
	{ line 0:1 A && line 0:2 A && line 0:3 A; } >&"$feeder"
	wait_for 20 grep -q 0:2 out
	wait_for 20 is_empty in
	kill -KILL "$background"
	wait_for 20 is_ended "$background"
	[ "$(content)" = "$(line 0:1 A && line 0:2 A)" ]
	[ -z "$(find "$FX_HOME/spool" -type f)" ]
	[ "$(find archive -type f | wc -l)" = 1 ]
}

# --- the spool ---

@test "a spool that is full closes the oldest objects, and all is stored" {
	awk 'BEGIN {
		for (text = "x"; length(text) < 2000;)
			text = text text
		for (i = 1; i <= 30000; i++)
			printf "{\"_pos\":\"0:%d\",\"ticker\":\"%d\",\"text\":\"%s%d\"}\n", i, i % 50, text, i
	}' >in
	s3put -v --spool spool --spool-size 16M --partition ticker archive <in 2>err | cmp - in
	grep -q 'three quarters full' err
	content | sort | cmp - <(sort in)
	[ "$(names | wc -l)" -gt 50 ]
	[ -z "$(ls spool)" ]
}

@test "a line that needs the last quarter of the spool closes objects, too" {
	awk 'BEGIN {
		for (text = "x"; length(text) < 8000000;)
			text = text text
		for (i = 1; i <= 4; i++)
			printf "{\"_pos\":\"0:%d\",\"ticker\":\"A\",\"text\":\"%s\"}\n", i, text
	}' >in
	timeout 60 s3put --spool-size 16M --age 24h archive <in | cmp - in
}

@test "500 partitions at once: 64 MiB of memory are enough" {
	not grep -q __asan_init "$FX_BUILD/bin/s3put" || skip "the address sanitizer takes more"
	awk 'BEGIN {
		for (text = "x"; length(text) < 500;)
			text = text text
		for (i = 1; i <= 100000; i++)
			printf "{\"_pos\":\"%d:%d\",\"ticker\":\"%d\",\"text\":\"%s\"}\n", i % 2, i, i % 500, text
	}' >in
	python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)' \
		s3put --partition ticker archive <in 2>peak | cmp - in
	[ "$(cat peak)" -lt 65536 ]
	[ "$(names | wc -l)" = 500 ]
}

@test "objects that are closed faster than they are stored take no more memory, and hold back the input" {
	not grep -q __asan_init "$FX_BUILD/bin/s3put" || skip "the address sanitizer takes more"
	seq 1 100000 | sed 's/.*/{"_pos":"0:&","n":&}/' >in
	in_background s3put --partition '' --count 1 archive <in >out
	wait_for 20 grep -q '"0:50"' out
	[ "$(awk '/VmHWM/ { print $2 }' "/proc/$background/status")" -lt 32768 ]
	# All that was taken is stored.
	kill -TERM "$background"
	wait_for 50 is_ended "$background"
	[ "$(wc -l <out)" -lt 10000 ]
	head -n "$(wc -l <out)" in | cmp - out
	content | sort | cmp - <(sort out)
}

@test "more partitions than objects may be open: the oldest are closed" {
	seq 1 2500 | sed 's/.*/{"_pos":"0:&","n":&}/' >in
	s3put --partition n archive <in | cmp - in
	[ "$(names | wc -l)" = 2500 ]
}

@test "an archive or a spool that cannot be written: exit status 2, and no receipt" {
	[ "$(id -u)" != 0 ] || skip "root may write everywhere"
	mkdir locked
	chmod 500 locked
	line 0:1 A >in
	run -2 --separate-stderr s3put locked/archive <in
	[ -z "$output" ]
	run -2 --separate-stderr s3put --spool locked/spool archive <in
	[ -z "$output" ]
}

@test "the spool is on a full disk: exit status 75, and no receipt" {
	unshare -rm true 2>/dev/null || skip "user namespaces are not allowed here"
	mkdir small
	rates 20000 >in
	# shellcheck disable=SC2016 # for the inner shell
	run -75 --separate-stderr unshare -rm sh -c 'mount -t tmpfs -o size=1m none small && s3put --spool small archive <in'
	[ -z "$output" ]
	has "$stderr" "could not write to the spool"
}

@test "a write to the spool fails once: nothing is made of what it holds, and no receipt" {
	strace -o /dev/null true 2>/dev/null || skip "ptrace is not allowed here"
	# A's block is written and fails; C's, which is after it in the file, is written later.
	{ seq -f '{"_pos":"0:%g","ticker":"A","x":"' 15 && line 0:16 C && seq -f '{"_pos":"0:%g","ticker":"A","x":"' 17 20; } |
		sed "/x/s/\$/$(printf %01000d 0)\"}/" >in
	run -75 --separate-stderr env ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" strace -o trace -e trace=pwrite64 \
		-e inject=pwrite64:error=ENOSPC:when=1 s3put --partition ticker archive <in
	grep -q INJECTED trace || skip "strace may not trace here"
	[ -z "$output" ]
	[ -z "$(names)" ]
	[[ $stderr = *'could not write to the spool: No space left on device'* && $stderr != *$'\n'* ]]
}

@test "an empty name is not the root directory, and a mistyped scheme is no directory: exit status 2" {
	local name
	line 0:1 A >in
	run -2 --separate-stderr s3put '' <in
	[ "$stderr" = 's3put: the name of the archive is empty: use a directory, s3://BUCKET/PREFIX or firehose:NAME' ]
	run -2 --separate-stderr s3put --spool '' archive <in
	[ "$stderr" = 's3put: --spool requires a directory, not an empty name' ]
	for name in s3:/x S3://x s3:x arn:aws:s3:::x Firehose:x; do
		run -2 --separate-stderr s3put "$name" <in
		has "$stderr" "\"$name\" is not the name of an archive: use a directory"
		[ ! -e "${name%%/*}" ]
	done
	s3put ./a:b <in | cmp - in
	[ -d a:b ]
}

@test "a file in place of a directory: exit status 2, and no receipt" {
	touch archive
	run -2 --separate-stderr s3put archive < <(line 0:1 A)
	[ -z "$output" ]
	has "$stderr" archive
}

@test "a file that has the name, but not the lines: exit status 2, and no receipt" {
	local file
	for kind in gzip zstd none; do
		rm -rf archive
		line 0:1 A >in
		s3put -q --compress "$kind" archive <in
		file=$(find archive -type f)
		truncate -s -1 "$file"
		run -2 --separate-stderr s3put --compress "$kind" archive <in
		[ -z "$output" ]
		has "$stderr" "$file is there already, but is damaged or cannot be read: remove it"
		rm "$file"
		ln -s in "$file"
		run -2 --separate-stderr s3put --compress "$kind" archive <in
		[ -z "$output" ]
		rm "$file"
		s3put --compress "$kind" archive <in | cmp - in
		# Compressed by another program.
		[ "$kind" != gzip ] || gzip -1c <in >"$file"
		s3put --compress "$kind" archive <in | cmp - in
	done
}

@test "--stats: batches are objects; -v names them" {
	{ line 0:1 A && line 0:2 B && line 0:3 A; } | s3put -q -v --stats statistics archive 2>err
	grep -q "stored ticker=B/.*: 1 lines, $(line 0:2 B | wc -c) bytes, compressed" err
	holds '.lines == 3 and .done == 3 and .batches == 2 and .refused == 0' statistics
}

@test "kput, kread -g, s3put, kack: what is archived is committed; in DuckDB each record counts once" {
	rates 100 | kput -q -k ticker
	kread -g archive | s3put archive | kack -g archive
	not grep -v '+"' <(kread -g archive)
	content | sed 's/"_pos":"[^"]*",//' | cmp - <(rates 100)
	kack -g archive --to trim-horizon
	kread -g archive | s3put --count 30 archive | kack -g archive
	[ "$(content | wc -l)" = 200 ]
	[ "$(content | jq -r ._pos | sort -u | wc -l)" = 100 ]
}
