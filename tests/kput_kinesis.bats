# kput: what is put into a stream of Kinesis, in which order, and when it is safe.
# shellcheck disable=SC1003,SC2030,SC2031,SC2094,SC2154 # each test is one of its own; stderr: run

load helper
load aws

setup() {
	aws_reset
	export FX_STREAM=kinesis:rates
}

# numbered N KEYS: lines whose key goes round
numbered() {
	awk -v count="$1" -v keys="$2" 'BEGIN {
		for (i = 0; i < count; i++)
			printf "{\"key\":\"k%d\",\"n\":%d}\n", i % keys, i
	}'
}

# feed OPTION…: kput with its input open as $feeder, its receipts in out and its words in words.
feed() {
	mkfifo in
	exec {feeder}<>in
	kput "$@" <in >out 2>words {feeder}>&- 3>&- &
	background=$!
	fx_started+=("$background")
}

# Has kput taken all that was fed?
is_taken() {
	! read -t 0 -u "$feeder"
}

# Each once, and those of each key in their order.
all_in_order() {
	stream_records rates >stored
	sort stored | cmp - <(sort "$1")
	jq -es 'group_by(.key) | map(map(.n) | . == sort) | all' stored >/dev/null
}

@test "--gzip: keys and receipts are those of the lines; kread --gunzip gives them back" {
	make_stream rates 2
	numbered 3000 7 >lines
	kput -k key --gzip <lines >receipts
	cmp lines receipts
	kread --gunzip | sort >out
	sort lines | cmp - out
	kread --envelope -n 1 | jq -r .data_base64 | base64 -d | gunzip | jq -e .
	[ "$(kread --gunzip --envelope | jq -r '.key == (.data | fromjson.key)' | sort -u)" = true ]
}

@test "records and receipts, byte for byte" {
	make_stream rates 2
	base64 -d "$FIXTURES/hostile.ndjson.b64" | sed -e '/^{"_pos":"0:7",/d' -e '/^{"_pos":"0:8"}/d' >lines
	echo >>lines
	run -0 --separate-stderr kput <lines
	[ -z "$stderr" ]
	kput <lines | cmp - lines
	stream_records rates | sort | cmp - <(sort lines lines)
}

@test "partition keys: a member, an escaped one, a number; the MD5 of the record without -k" {
	make_stream rates
	printf '%s\n' '{"k":"BTC/USD"}' '{"k":"\u0042\"\\\n"}' '{"k":1.50}' '{"k":true}' '{"k":"é€😀"}' |
		kput -q -k k
	echo plain | kput -q
	stream_records rates --keys | cut -f 1 >keys
	printf '%s\n' BTC/USD 'B"\' '' 1.50 true é€😀 "$(printf plain | md5sum | cut -d ' ' -f 1)" >expected
	cmp keys expected || {
		cat -A keys
		false
	}
}

@test "--hash-key chooses the shard" {
	make_stream rates 4
	for hash in 0 340282366920938463463374607431768211455 170141183460469231731687303715884105728; do
		echo "{\"k\":\"same\",\"h\":\"$hash\"}"
	done >lines
	echo '{"k":"same","h":5}' >>lines
	kput -q -k k --hash-key h <lines
	stream_records rates --shards | awk -F '\t' '{ print $1 }' | sort | uniq -c | awk '{ print $1 }' |
		tr '\n' ' ' | grep -qx '2 1 1 '
	for hash in '""' -1 '"00"' '"01"' 1.5 '"a"' null 340282366920938463463374607431768211456; do
		run -2 --separate-stderr kput -q -k k --hash-key h <<<"{\"k\":\"same\",\"h\":$hash}"
		has "$stderr" "line 1: refused:"
		has "$stderr" "hash key"
	done
	run -2 --separate-stderr kput -q -k k --hash-key h <<<'{"k":"same"}'
	has "$stderr" 'no member "h" for the hash key'
	# The same member may be both.
	echo '{"h":7}' | kput -q -k h --hash-key h
}

@test "many records, full requests, in order" {
	make_stream rates 3
	aws_through '{}'
	numbered 20000 50 >lines
	kput -k key --stats stats <lines | cmp - lines
	all_in_order lines
	[ "$(jq .done stats)" = 20000 ]
	[ "$(jq .retries stats)" = 0 ]
	[ "$(jq -s 'map(select(.action == "PutRecords")) | length' "$AWS_FAULTS/log")" -le 60 ]
	# What is not throttled asks nothing about shards.
	not grep -q ListShards "$AWS_FAULTS/log"
}

@test "a single record is sent at once, and its receipt is written while the input is open" {
	make_stream rates
	feed -k key
	echo '{"key":"a","n":1}' >&"$feeder"
	wait_for 20 grep -q '"n":1' out
	echo '{"key":"a","n":2}' >&"$feeder"
	wait_for 20 grep -q '"n":2' out
	exec {feeder}>&-
	status_of "$background"
	[ "$status" = 0 ]
}

@test "of a request that failed in part only the failed records are sent again, in order" {
	make_stream rates 4
	aws_through '{"seed": 7, "rules": [{"action": "PutRecords", "fault": "partial", "chance": 0.5}]}'
	numbered 5000 5000 >lines
	kput -k key --stats stats <lines >receipts
	cmp receipts lines
	all_in_order lines
	[ "$(jq .retries stats)" -gt 100 ]
	[ "$(aws_struck partial PutRecords)" -gt 0 ]
}

@test "--strict-order keeps the order even if a request fails in part" {
	make_stream rates 2
	aws_through '{"seed": 3, "rules": [{"action": "PutRecords", "fault": "partial", "chance": 0.3}]}'
	numbered 600 40 >lines
	kput -k key --strict-order <lines | cmp - lines
	all_in_order lines
	[ "$(aws_struck partial PutRecords)" -gt 0 ]
}

@test "throttling, 500, 503, HTML: no record is lost or duplicated" {
	local fault
	make_stream rates 2
	aws_through '{"seed": 5, "rules": [
		{"action": "PutRecords", "fault": "throttle", "chance": 0.1},
		{"action": "PutRecords", "fault": "error", "chance": 0.1},
		{"action": "PutRecords", "fault": "html", "chance": 0.1},
		{"action": "PutRecords", "fault": "reset", "chance": 0.1}]}'
	numbered 20000 30 >lines
	kput -k key --stats stats <lines | cmp - lines
	all_in_order lines
	[ "$(jq .retries stats)" -gt 0 ]
	for fault in throttle error html reset; do
		[ "$(aws_struck "$fault" PutRecords)" -gt 0 ]
	done
}

@test "a reply that was lost, cut off or garbled: the records are sent again, none is lost" {
	make_stream rates 2
	aws_through '{"seed": 9, "rules": [
		{"action": "PutRecords", "fault": "lost", "chance": 0.2},
		{"action": "PutRecords", "fault": "cut", "chance": 0.2}]}'
	numbered 8000 8000 >lines
	kput -k key <lines | cmp - lines
	stream_records rates | sort -u | cmp - <(sort lines)
}

@test "a stream that is slow for a while is reported once" {
	make_stream rates 2
	aws_through '{"rules": [{"action": "PutRecords", "fault": "partial", "share": 1, "times": 3,
		"code": "ProvisionedThroughputExceededException"}]}'
	numbered 300 30 >lines
	run -0 --separate-stderr kput -k key <lines
	[ "$output" = "$(cat lines)" ]
	has "$stderr" "Kinesis throttles the stream rates"
	[ "$(wc -l <<<"$stderr")" = 1 ]
	# Now it matters which record goes where.
	grep -q ListShards "$AWS_FAULTS/log"
	all_in_order lines
}

@test "a shard that accepts nothing does not stop the others" {
	local hot keys
	make_stream rates 4
	make_stream trial 4
	numbered 16 16 | kput -q -s kinesis:trial -k key
	hot=$(stream_records trial --shards --keys | head -n 1 | cut -f 1)
	keys=$(stream_records trial --shards --keys | awk -F '\t' -v hot="$hot" \
		'$1 == hot { printf "%s^%s$", n++ ? "|" : "", $2 }')
	numbered 3000 16 >lines
	grep -vE "\"(${keys//[\^$]/})\"" lines | sort >cold
	[ "$(wc -l <cold)" -gt 1000 ]
	aws_through "{\"rules\":[{\"action\":\"PutRecords\",\"fault\":\"partial\",\"share\":1,
		\"code\":\"ProvisionedThroughputExceededException\",\"keys\":\"$keys\"}]}"
	feed -k key
	cat lines >&"$feeder"
	all_cold() { stream_records rates | sort | cmp - cold; }
	wait_for 60 all_cold
	aws_script '{}'
	exec {feeder}>&-
	status_of "$background"
	[ "$status" = 0 ]
	cmp out lines
	all_in_order lines
}

@test "without permission for ListShards, all records wait for a throttled shard" {
	make_stream rates 2
	aws_through '{"rules": [
		{"action": "ListShards", "fault": "refuse", "code": "AccessDeniedException"},
		{"action": "PutRecords", "fault": "partial", "times": 3,
			"code": "ProvisionedThroughputExceededException"}]}'
	numbered 2000 2000 >lines
	kput -v -k key <lines 2>words | cmp - lines
	grep -q AccessDenied words
	all_in_order lines
}

@test "a request that the service finds invalid is narrowed down to the record" {
	make_stream rates
	aws_through '{"rules": [{"action": "PutRecords", "fault": "refuse", "times": 3,
		"code": "ValidationException", "message": "not like this"}]}'
	numbered 4 4 >lines
	# The request of four, that of its first two, and the first.
	run -1 --separate-stderr kput -k key -x rejects -j 1 <lines
	has "$stderr" "line 1: refused:"
	has "$stderr" "not like this"
	[ "$output" = "$(sed 1d lines)" ]
	[ "$(jq .line rejects)" = 1 ]
	stream_records rates | sort | cmp - <(sed 1d lines | sort)
}

@test "a late refusal without -x: everything before it is safe, nothing after it gets a receipt" {
	make_stream rates
	aws_through '{"rules": [{"action": "PutRecords", "fault": "refuse", "skip": 1, "times": 1,
		"code": "ValidationException"}]}'
	feed -k key
	echo '{"key":"a","n":1}' >&"$feeder"
	wait_for 20 grep -q '"n":1' out
	echo '{"key":"a","n":2}' >&"$feeder"
	status_of "$background"
	exec {feeder}>&-
	[ "$status" = 2 ]
	[ "$(cat out)" = '{"key":"a","n":1}' ]
	grep -q "line 2: refused" words
	grep -q "all lines before it are safe" words
}

@test "refused lines among good ones: rejected, their positions passed on as marks" {
	make_stream rates
	cat >lines <<-'END'
		{"_pos":"0:1","key":"a"}
		{"_pos":"0:2","other":1}
		{"_pos":"0:2","key":"b"}
		{"_pos":"0:3+"}
		nonsense
		{"_pos":"0:4","key":{}}
		{"_pos":"0:5","_raw":"eyJrZXkiOiJjIn0="}
	END
	run -1 --separate-stderr kput -k key -x rejects <lines
	cmp <(echo "$output") - <<-'END'
		{"_pos":"0:1","key":"a"}
		{"_pos":"0:2","key":"b"}
		{"_pos":"0:2+"}
		{"_pos":"0:3+"}
		{"_pos":"0:4+"}
		{"_pos":"0:5","_raw":"eyJrZXkiOiJjIn0="}
	END
	jq -c .line rejects | cmp - <(printf '%s\n' 2 5 6)
	stream_records rates | cmp - <(printf '%s\n' '{"key":"a"}' '{"key":"b"}' '{"key":"c"}')
}

@test "a record over the size limit is refused, one of exactly the limit is sent" {
	make_stream rates
	{
		head -c $((1048576 - 32)) /dev/zero | tr '\0' x
		echo
		head -c $((1048576 - 31)) /dev/zero | tr '\0' x
		echo
		echo last
	} >lines
	run -1 --separate-stderr kput -q -x rejects <lines
	has "$stderr" "line 2: refused: 1048577 bytes with its partition key"
	[ "$(stream_records rates | wc -c)" = $((1048576 - 32 + 1 + 5)) ]
}

@test "large records: up to 5 MiB per request, 10 with --big-requests" {
	local i
	make_stream rates
	aws_through '{}'
	for i in $(seq 12); do
		head -c 1000000 /dev/zero | tr '\0' x
		echo "$i"
	done >lines
	kput <lines | cmp - lines
	stream_records rates | sort | cmp - <(sort lines)
	kput -q --big-requests <lines
	aws_no_breach
}

@test "SIGTERM: requests in flight are finished, their receipts are written" {
	make_stream rates
	aws_through '{"rules": [{"action": "PutRecords", "fault": "slow", "seconds": 2}]}'
	feed -k key
	echo '{"key":"a","n":1}' >&"$feeder"
	wait_for 20 is_taken
	kill -TERM "$background"
	status_of "$background"
	exec {feeder}>&-
	[ "$status" = $((128 + 15)) ]
	[ "$(cat out)" = '{"key":"a","n":1}' ]
	[ "$(stream_records rates)" = '{"key":"a","n":1}' ]
}

@test "the reader of standard output has gone: death by SIGPIPE, at once if kput is waiting" {
	make_stream rates
	local reader line
	mkfifo in out
	exec {feeder}<>in
	kput -k key <in >out {feeder}>&- 3>&- &
	background=$!
	fx_started+=("$background")
	exec {reader}<out
	echo '{"key":"a","n":1}' >&"$feeder"
	read -r -t 20 line <&"$reader"
	[ "$line" = '{"key":"a","n":1}' ]
	exec {reader}<&-
	status_of "$background"
	[ "$status" = $((128 + 13)) ]
}

@test "a reader that pauses blocks kput only for that time" {
	make_stream rates 2
	local reader
	mkfifo out
	numbered 20000 20 >lines
	kput -k key <lines >out 3>&- &
	background=$!
	fx_started+=("$background")
	exec {reader}<out
	wait_for 60 test "$(stream_records rates | wc -l)" -gt 2000
	cat <&"$reader" | cmp - lines
	exec {reader}<&-
	status_of "$background"
	[ "$status" = 0 ]
}

@test "no such stream, no region, wrong credentials: exit status 2, and the reason" {
	run -2 --separate-stderr kput <<<x
	has "$stderr" rates
	run -2 --separate-stderr env -u AWS_REGION -u AWS_DEFAULT_REGION kput <<<x
	has "$stderr" region
	make_stream rates
	run -2 --separate-stderr env -u AWS_ACCESS_KEY_ID kput <<<x
	has "$stderr" credentials
	run -2 --separate-stderr kput --shards 2 <<<x
	has "$stderr" "fxstack"
	run -2 --separate-stderr kput --unordered --strict-order <<<x
	run -2 --separate-stderr kput -j 0 <<<x
}

@test "a stream may be named by its ARN" {
	make_stream rates
	echo x | kput -q -s arn:aws:kinesis:us-east-1:123456789012:stream/rates
	[ "$(stream_records rates)" = x ]
}

@test "a service that cannot be reached: exit status 75" {
	make_stream rates
	AWS_ENDPOINT_URL=http://127.0.0.1:1 run -75 --separate-stderr kput <<<x
	[ -n "$stderr" ]
}

@test "-j, --unordered and similar options have no effect on an embedded stream" {
	numbered 100 3 >lines
	kput -s here -k key -j 4 --unordered --big-requests <lines | cmp - lines
	kread -s here | cmp - lines
	kput -s shards --shards 2 -k key --hash-key h <<<'{"key":"a","h":"0"}' >/dev/null
	kput -s shards -k key --hash-key h <<<'{"key":"a","h":"340282366920938463463374607431768211455"}' >/dev/null
	[ "$(kstat -s shards | jq -s 'map(.records) == [1, 1]')" = true ]
}
