# kput --aggregate: what is in the aggregates, who can read them, and what becomes of them when
# something fails or the shards change.
# shellcheck disable=SC2154 # stderr: run

load helper
load aws

setup() {
	aws_reset
	export FX_STREAM=kinesis:rates
}

# numbered N KEYS: lines of 100 bytes whose key goes round.
numbered() {
	awk -v count="$1" -v keys="$2" 'BEGIN {
		for (i = 0; i < count; i++)
			printf "{\"key\":\"k%02d\",\"n\":%7d,\"text\":\"%072d\"}\n", i % keys, i, 7
	}'
}

# feed OPTION…: kput --aggregate with its input open as $feeder, its receipts in out, its messages in
# messages.
feed() {
	mkfifo in
	exec {feeder}<>in
	kput -v -k key --aggregate "$@" <in >out 2>messages {feeder}>&- 3>&- &
	background=$!
	fx_started+=("$background")
}

end_feed() {
	exec {feeder}>&-
	status_of "$background"
	[ "$status" = 0 ]
}

# kcl [--keys]: all records that KCL delivers.
kcl() {
	aws_py 'from aggregates import *
print_records("rates", len(sys.argv) > 1)' "$@"
}

# check: sets entries and aggregates, once the aggregates in the stream were found to be right.
check() {
	read -r entries aggregates < <(aws_py 'from aggregates import *
check("rates")')
	[ "$entries" -ge "$aggregates" ]
}

# How often kput made a call.
calls() {
	jq -s --arg action "$1" 'map(select(.action == $action)) | length' "$AWS_FAULTS/log"
}

# The lines that KCL and kread deliver, which are to be those of a file, each once.
each_once() {
	kcl | sort | cmp - <(sort "$1")
	kread | sort | cmp - <(sort "$1")
}

# KCL and kread deliver each line of a file, some of them perhaps twice, and no others.
none_lost() {
	kcl | sort -u | cmp - <(sort "$1")
	kread | sort -u | cmp - <(sort "$1")
}

in_order() {
	kcl | jq -es 'group_by(.key) | map(map(.n) | . == sort) | all' >/dev/null
}

@test "a flood: few entries, which aws-kinesis-agg, KCL's rule and kread read alike, in order" {
	make_stream rates 3
	aws_through '{}'
	numbered 20000 50 >lines
	kput -k key --aggregate --stats stats <lines | cmp - lines
	[ "$(calls ListShards)" = 1 ]
	check
	each_once lines
	in_order
	kread --envelope | jq -r '[.key, .data] | @tsv' | sort | cmp - <(kcl --keys | jq -rR 'split("\t") | @tsv' | sort)
	# 1,000 records of 100 bytes need at least 2.1 aggregates of 51,200 bytes.
	[ "$entries" -lt 200 ]
	[ "$(jq .entries stats)" = "$entries" ]
	[ "$(jq .done stats)" = 20000 ]
}

# kcl_itself: what KCL's own code delivers, a key and base64 a line. KCL_JARS is the directory of its jars, see
# tests/interop/pom.xml.
kcl_itself() {
	[ -e classes ] || javac -d classes -cp "$KCL_JARS/*" "$REPOSITORY/tests/interop/aggregates/Aggregates.java"
	java -cp "$KCL_JARS/*:classes" Aggregates
}

@test "a flood, read by KCL itself" {
	if [ -z "${KCL_JARS-}" ] || ! command -v javac >/dev/null; then
		skip "KCL_JARS names no directory with the jars of KCL, or there is no Java"
	fi
	make_stream rates 3
	numbered 20000 50 >lines
	kput -q -k key --aggregate <lines
	aws_py 'from aggregates import *
shards = ranges("rates")
for shard, record in stream("rates"):
    print(shards[shard][0], shards[shard][-1], record["PartitionKey"], base64.b64encode(record["Data"]).decode())' >raw
	[ "$(wc -l <raw)" -lt 200 ]
	kcl_itself <raw >delivered
	jq -r .key lines | sort | cmp - <(cut -d ' ' -f 1 delivered | sort)
	cut -d ' ' -f 2 delivered | jq -rR @base64d | sort | cmp - <(sort lines)
	# It delivers no record of an aggregate that does not belong to the shard.
	awk '{ $1 = $2; print }' raw | kcl_itself >delivered
	[ ! -s delivered ]
}

@test "a trickle: each record is sent at once and as it is" {
	make_stream rates 2
	feed
	for n in 1 2 3; do
		echo '{"key":"a","n":'$n'}' >&"$feeder"
		wait_for 60 grep -q "\"n\":$n" out
	done
	end_feed
	check
	[ "$entries $aggregates" = "3 0" ]
	stream_records rates | cmp - out
}

@test "any bytes, keys with escapes, records without keys" {
	make_stream rates 2
	base64 -d "$FIXTURES/hostile.ndjson.b64" | sed -e '/^{"_pos":"0:7",/d' -e '/^{"_pos":"0:8"}/d' >lines
	echo >>lines
	kput --aggregate <lines | cmp - lines
	check
	[ "$aggregates" -ge 1 ]
	kcl | sort | cmp - <(sort lines)
	kread --raw | sort | cmp - <(sort lines)
	aws_reset
	make_stream rates
	printf '%s\n' '{"k":"BTC/USD"}' '{"k":"\u0042TC/USD"}' '{"k":"\u0042\"\\\n"}' '{"k":1.50}' '{"k":"é€😀"}' \
		>lines
	kput -q -k k --aggregate <lines
	check
	[ "$entries $aggregates" = "1 1" ]
	aws_py 'from aggregates import *
print([key for _, key, _ in read("rates")])' >keys
	[ "$(cat keys)" = "['BTC/USD', 'BTC/USD', 'B\"\\\\\\n', '1.50', 'é€😀']" ]
}

@test "--hash-key: aggregates by the shards of the hash keys" {
	make_stream rates 4
	# The first hash key of each shard, and the last one of all.
	for n in $(seq 20); do
		for hash in 0 85070591730234615865843651857942052864 170141183460469231731687303715884105728 \
			255211775190703847597530955573826158592 340282366920938463463374607431768211455; do
			echo "{\"k\":\"same\",\"n\":$n,\"h\":\"$hash\"}"
		done
	done >lines
	kput -q -k k --hash-key h --aggregate <lines
	check
	[ "$entries $aggregates" = "4 4" ]
	each_once lines
}

@test "positions, marks and refused lines among good ones: receipts as ever" {
	make_stream rates 2
	cat >lines <<-'END'
		{"_pos":"0:1","key":"a"}
		{"_pos":"0:2","other":1}
		{"_pos":"0:2","key":"b"}
		{"_pos":"0:3+"}
		{"_pos":"0:5","_raw":"eyJrZXkiOiJhIn0="}
	END
	run -1 --separate-stderr kput -k key --aggregate -x rejects <lines
	[ "$output" = "$(sed '2s/.*/{"_pos":"0:2+"}/; 2{h;d}; 3G' lines)" ]
	[ "$(jq .line rejects)" = 2 ]
	check
	kcl | sort | cmp - <(printf '%s\n' '{"key":"a"}' '{"key":"a"}' '{"key":"b"}')
}

@test "--gzip: compressed, then aggregated" {
	make_stream rates
	numbered 1000 7 >lines
	kput -k key --gzip --aggregate <lines | cmp - lines
	check
	[ "$aggregates" -ge 1 ]
	kread --gunzip | cmp - lines
	[ "$(kread --envelope -n 1 | jq -r .data_base64 | base64 -d | gunzip)" = "$(head -n 1 lines)" ]
}

@test "records that are too large for an aggregate go by themselves, in their place" {
	make_stream rates
	numbered 40 1 >small
	{
		head -n 20 small
		head -c 60000 /dev/zero | tr '\0' x
		echo
		tail -n 20 small
		head -c $((1048576 - 32)) /dev/zero | tr '\0' y
		echo
	} >lines
	kput --unordered --aggregate <lines | cmp - lines
	check
	[ "$entries $aggregates" = "4 2" ]
	kread | cmp - lines
}

@test "a record that looks like an aggregate is delivered as it is" {
	local inner=84mawgoHQlRDL1VTRAoHRVRIL1VTRBoLCAAaB3siYSI6MX0aCwgBGgd7ImIiOjJ9GgsIABoHeyJjIjozfcv0GJNTuiO+VYDac6qzyog=
	make_stream rates
	printf '{"_pos":"0:1","_raw":"%s"}\n' "$inner" >lines
	kput -q <lines
	[ "$(kread | wc -l)" = 3 ]
	aws_reset
	make_stream rates
	kput -q --aggregate <lines
	[ "$(kread | jq -r ._raw)" = "$inner" ]
	printf '{"_pos":"0:2","_raw":"%s"}\n' eA== eQ== "$inner" eg== >lines
	kput -q --aggregate <lines
	[ "$(kread --envelope | jq -r '.data // .data_base64' | tr '\n' ' ')" = "$inner x y $inner z " ]
	# It is refused if there is no room to wrap it.
	{
		printf '{"_pos":"0:1","_raw":"'
		{ printf '\363\211\232\302' && head -c $((1048576 - 4 - 32)) /dev/zero; } | base64 -w 0
		echo '"}'
	} >lines
	kput -q <lines
	run -2 --separate-stderr kput -q --aggregate <lines
	has "$stderr" "bytes with its partition key"
}

@test "of a request that failed in part only the records of the failed entries are sent again" {
	make_stream rates 4
	aws_through '{"seed": 7, "rules": [{"action": "PutRecords", "fault": "partial", "times": 5, "share": 0.5}]}'
	numbered 20000 5000 >lines
	kput -k key --aggregate --stats stats <lines | cmp - lines
	each_once lines
	check
	[ "$(jq .entries stats)" = "$entries" ]
	[ "$(jq .retries stats)" -gt 0 ]
	[ "$(aws_struck partial PutRecords)" -gt 0 ]
}

@test "--strict-order keeps the order even if a request fails in part" {
	make_stream rates 2
	aws_through '{"seed": 3, "rules": [{"action": "PutRecords", "fault": "partial", "chance": 0.3}]}'
	numbered 600 40 >lines
	kput -k key --strict-order --aggregate <lines | cmp - lines
	each_once lines
	in_order
	[ "$(aws_struck partial PutRecords)" -gt 0 ]
}

@test "throttling, 500, 503, HTML: no record is lost or duplicated" {
	local fault
	make_stream rates 2
	aws_through '{"rules": [
		{"action": "PutRecords", "fault": "throttle", "times": 4},
		{"action": "PutRecords", "fault": "error", "times": 4},
		{"action": "PutRecords", "fault": "html", "times": 4},
		{"action": "PutRecords", "fault": "reset", "times": 4}]}'
	numbered 20000 30 >lines
	kput -k key --aggregate --stats stats <lines | cmp - lines
	each_once lines
	in_order
	for fault in throttle error html reset; do
		[ "$(aws_struck "$fault" PutRecords)" -gt 0 ]
	done
}

@test "a reply that was lost or cut off: the records are sent again, none is lost" {
	make_stream rates 2
	aws_through '{"seed": 9, "rules": [
		{"action": "PutRecords", "fault": "lost", "chance": 0.3},
		{"action": "PutRecords", "fault": "cut", "chance": 0.2}]}'
	numbered 20000 20000 >lines
	kput -k key --aggregate <lines | cmp - lines
	none_lost lines
}

@test "a request that the service finds invalid is narrowed down to the record" {
	make_stream rates
	aws_through '{"rules": [{"action": "PutRecords", "fault": "refuse", "times": 3,
		"code": "ValidationException", "message": "not like this"}]}'
	numbered 4 4 >lines
	# The request of four, that of its first two, and the first.
	run -1 --separate-stderr kput -k key -x rejects -j 1 --aggregate <lines
	has "$stderr" "line 1: refused:"
	[ "$output" = "$(sed 1d lines)" ]
	kcl | sort | cmp - <(sed 1d lines | sort)
}

# The shards change while kput does not know of it; more lines follow than fit one aggregate.
# reshard CODE: what is done to the stream.
reshard() {
	aws_through '{}'
	numbered 3000 30 >lines
	feed --stats stats
	head -n 1000 lines >&"$feeder"
	wait_for 60 eval '[ "$(wc -l <out)" = 1000 ]'
	aws_py "$1"
	tail -n +1001 lines >&"$feeder"
	wait_for 60 eval '[ "$(wc -l <out)" = 3000 ]'
	end_feed
	cmp out lines
	none_lost lines
	[ "$(calls ListShards)" -ge 2 ]
}

@test "a shard is split: aggregates by the old shards are sent again, by the new ones" {
	make_stream rates
	reshard 'kinesis.split_shard(StreamName="rates", ShardToSplit="shardId-000000000000",
		NewStartingHashKey=str(2**127))'
	# KCL delivers each once, as it leaves out the aggregates of which a part belongs elsewhere.
	kcl | sort | cmp - <(sort lines)
	# kread delivers those, too, and says so.
	kread 2>said | sort | uniq -d >twice
	[ -s twice ]
	grep -q "another shard" said
}

@test "shards are merged: nothing is lost" {
	make_stream rates 2
	reshard 'kinesis.merge_shards(StreamName="rates", ShardToMerge="shardId-000000000000",
		AdjacentShardToMerge="shardId-000000000001")'
}

@test "a service that stores records elsewhere than it says: they are sent one by one" {
	make_stream rates
	aws_through '{"rules": [{"action": "PutRecords", "fault": "elsewhere"}]}'
	feed
	numbered 100 10 >some
	rounds=0
	while ! grep -q "without aggregating" messages; do
		[ $((++rounds)) -le 300 ]
		cat some >&"$feeder"
		wait_for 60 eval '[ "$(wc -l <out)" = '$((100 * rounds))' ]'
		sleep 0.1
	done
	end_feed
	grep -q "stores records in other shards than those that ListShards reports" messages
	kread | sort -u | cmp - <(sort some)
}

@test "without permission for ListShards, records are sent one by one, with a warning" {
	make_stream rates 2
	aws_through '{"rules": [{"action": "ListShards", "fault": "refuse", "code": "AccessDeniedException"}]}'
	numbered 2000 50 >lines
	kput -k key --aggregate <lines 2>messages | cmp - lines
	grep -q "AccessDenied.*records are sent without aggregating them" messages
	[ "$(wc -l <messages)" = 1 ]
	check
	[ "$entries $aggregates" = "2000 0" ]
}

@test "ListShards fails for a while: records are sent one by one, then aggregated" {
	make_stream rates 2
	aws_through '{"rules": [{"action": "ListShards", "fault": "error", "times": 3}]}'
	feed
	numbered 100 10 >some
	rounds=0
	while ! grep -q '^' found 2>/dev/null; do
		[ $((++rounds)) -le 300 ]
		cat some >&"$feeder"
		wait_for 60 eval '[ "$(wc -l <out)" = '$((100 * rounds))' ]'
		[ "$(calls ListShards)" -le 3 ] || echo yes >found
		sleep 0.1
	done
	cat some >&"$feeder"
	end_feed
	check
	[ "$aggregates" -ge 1 ]
	[ "$aggregates" -lt "$entries" ]
	kcl | sort | cmp - <(sort out)
}

@test "a list of shards that comes page by page" {
	make_stream rates 8
	aws_through '{"rules": [{"action": "ListShards", "fault": "few", "most": 3}]}'
	numbered 5000 99 >lines
	kput -k key --aggregate <lines | cmp - lines
	[ "$(calls ListShards)" -ge 3 ]
	check
	[ "$aggregates" -ge 8 ]
	each_once lines
}

@test "SIGTERM: requests in flight are finished, their receipts are written" {
	make_stream rates
	aws_through '{"rules": [{"action": "PutRecords", "fault": "slow", "seconds": 2}]}'
	feed
	numbered 3 1 >&"$feeder"
	wait_for 60 eval '[ "$(calls PutRecords)" -ge 1 ] || not read -t 0 -u "$feeder"'
	kill -TERM "$background"
	status_of "$background"
	exec {feeder}>&-
	[ "$status" = $((128 + 15)) ]
	kcl >stored
	cmp out stored
}

@test "--aggregate has no effect on an embedded stream" {
	numbered 100 3 >lines
	kput -s here -k key --aggregate --stats stats <lines | cmp - lines
	kread -s here | cmp - lines
	[ "$(jq 'has("entries")' stats)" = false ]
}
