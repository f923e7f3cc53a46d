# kread, kack and kstat on streams of Kinesis: against moto, for faults through a proxy.
# Takes minutes.

load helper
load aws

setup() {
	aws_reset
	export FX_STREAM=kinesis:there
}

# put FIRST LAST [KEYS]: records {"k":"key N","n":N}, in order, of KEYS keys.
put() {
	aws_py '
first, last, keys = map(int, sys.argv[1:])
for i in range(first, last + 1):
    key = "key %d" % (i % keys)
    kinesis.put_record(StreamName="there", PartitionKey=key,
                       Data=json.dumps({"k": key, "n": i}, separators=(",", ":")))
' "$1" "$2" "${3-16}"
}

# Each key's records in order, and none missing from FIRST to LAST; "twice" lets some come again.
in_order() {
	jq -se --argjson first "$1" --argjson last "$2" --arg mode "${3-once}" '
		map(select(.n != null)) as $records |
		($records | map(.n) | unique) == [range($first; $last + 1)] and
		($mode == "twice" or ($records | length) == $last - $first + 1 and
			($records | group_by(.k) | all(map(.n) | . == sort)))'
}

# split SHARD AT, merge SHARD SHARD: numbers of shards, AT a power of two.
split() {
	aws_py 'kinesis.split_shard(StreamName="there", ShardToSplit="shardId-%012d" % int(sys.argv[1]),
		NewStartingHashKey=str(2 ** int(sys.argv[2])))' "$1" "$2"
}

merge() {
	aws_py 'kinesis.merge_shards(StreamName="there", ShardToMerge="shardId-%012d" % int(sys.argv[1]),
		AdjacentShardToMerge="shardId-%012d" % int(sys.argv[2]))' "$1" "$2"
}

@test "all records, in each form" {
	make_stream there 3
	put 0 99
	kread | in_order 0 99
	kread --envelope | jq -se 'length == 100 and
		all(._pos | test("^shardId-0000000000(00|01|02):[0-9]{56}$")) and
		all(.key == (.data | fromjson | .k)) and
		all(.arrived | test("^20[0-9-]+T[0-9:.]+Z$"))'
	[ "$(kread -n 7 | wc -l)" = 7 ]
	[ "$(kread --raw | sort)" = "$(kread | sort)" ]
	[ "$(for i in 0 1 2; do kread --shard shardId-00000000000$i; done | sort)" = "$(kread | sort)" ]
	run -2 --separate-stderr kread --shard 0
	has "$stderr" "no shard 0: it has 3, such as shardId-000000000000"
}

@test "any bytes" {
	make_stream there
	aws_py 'kinesis.put_record(StreamName="there", PartitionKey="\u00e4\"", Data=bytes(range(256)))
kinesis.put_record(StreamName="there", PartitionKey="k", Data=b"")'
	kread | sed -n 1p | jq -re ._raw | base64 -d | cmp - <(aws_py 'sys.stdout.buffer.write(bytes(range(256)))')
	[ "$(kread | sed -n 2p)" = "" ]
	kread --envelope | jq -se '.[0].key == "ä\"" and .[1].data == ""'
}

@test "an empty stream" {
	make_stream there 2
	run -0 kread
	[ "$output" = "" ]
	run -0 kread -g g
	[ "$output" = $'{"_pos":"shardId-000000000000:0+"}\n{"_pos":"shardId-000000000001:0+"}' ]
}

@test "a group continues at its checkpoint" {
	make_stream there 2
	put 0 49
	kread -g g | kack -g g
	run -0 kread -g g
	[ "$output" = "" ]
	put 50 59
	kread -g g | in_order 50 59
	kread -g g -n 4 | kack -g g
	kread -g g | jq -se 'map(select(.n)) | length == 6'
	run -2 --separate-stderr kread -g g --from latest
	has "$stderr" "kack -g g --to latest"
	kstat -g g | jq -se 'length == 2 and all(.open and .group == "g" and .lag_ms >= 0)'
	kack -g g --to trim-horizon
	kread -g g | in_order 0 59
	kack -g g --to latest
	run -0 kread -g g
	[ "$output" = "" ]
}

@test "kstat --watch shows a group that starts later" {
	make_stream there 1
	mkdir -p "$FX_HOME"
	in_background kstat --watch=1 -g g >out
	watch=$background
	wait_for 30 jq -e '.group == "g" and (has("position") | not)' out
	put 0 9
	kread -g g | kack -g g
	wait_for 30 eval 'tail -n 1 out | jq -e "has(\"position\")"'
	kill -TERM "$watch"
	status_of "$watch"
	[ "$status" = 143 ]
}

@test "a group that starts at a time starts there again until it has committed" {
	make_stream there 2
	put 0 9
	wait_for 5 sh -c "[ \"\$(date +%s)\" != $(date +%s) ]"
	run -0 kread -g g --from latest
	[ "$output" = "" ]
	put 10 19
	kread -g g --from latest | in_order 10 19
	kread -g g | in_order 10 19
	kread -g g | kack -g g
	run -0 kread -g g
	[ "$output" = "" ]
	kread --from -1h | in_order 0 19
	run -0 kread --from latest
	[ "$output" = "" ]
}

@test "from a position, and past it" {
	make_stream there
	put 0 9
	position=$(kread --envelope | sed -n 4p | jq -r ._pos)
	kread --from "$position" | in_order 3 9
	kread --from "$position+" | in_order 4 9
	kack -g g --to "$position+"
	kread -g g | in_order 4 9
	run -2 --separate-stderr kack -g g --to 0:7
	has "$stderr" "no shard 0"
	run -2 --separate-stderr kack -g g <<<'{"_pos":"0:7+"}'
	has "$stderr" "another stream"
}

@test "aggregates are unpacked, and a group continues inside them; a damaged one is written as it is" {
	make_stream there
	aws_py '
import hashlib
def field(number, data):
    return bytes([number << 3 | 2, len(data)]) + data
def aggregate(records):
    body = b"".join(field(1, b"key %d" % i) for i in range(2))
    body += b"".join(field(3, bytes([8, i % 2]) + field(3, b"{\"n\":%d}" % n))
                     for i, n in enumerate(records))
    return b"\xf3\x89\x9a\xc2" + body + hashlib.md5(body).digest()
def put(data):
    kinesis.put_record(StreamName="there", PartitionKey="a", Data=data)
put(b"{\"n\":0}")
put(aggregate(range(1, 6)))
put(aggregate([6]))
put(aggregate([7])[:-1] + b"\0")'
	run -0 --separate-stderr kread
	[ "${lines[*]:0:7}" = '{"n":0} {"n":1} {"n":2} {"n":3} {"n":4} {"n":5} {"n":6}' ]
	[ ${#lines[@]} = 8 ]
	has "$stderr" "not a valid one"
	[ "${#stderr_lines[@]}" = 1 ]
	kread --envelope 2>err | jq -se '.[1]._pos | endswith(".0")'
	kread --envelope 2>err | jq -se '.[3].key == "key 0" and .[2].key == "key 1"'
	kread -g g -n 3 2>err | tee out | kack -g g
	tail -n 1 out | grep -q '\.1+"}$'
	[ "$(kread -g g -n 2 2>err | tee out | jq -c .n | head -n 2 | xargs)" = "3 4" ]
	kack -g g <out
	[ "$(kread -g g 2>err | jq -c .n | head -n 2 | xargs)" = "5 6" ]
}

@test "shards split and merged, children read after their parents" {
	make_stream there
	put 0 39
	split 0 127
	put 40 79
	split 1 126
	put 80 119
	merge 4 2
	put 120 159
	kread | in_order 0 159
	kread -g g | tee out | kack -g g
	in_order 0 159 <out
	run -0 kread -g g
	[ "$output" = "" ]
	# Again from the start, stopped after every few records.
	kack -g g --delete
	: >out
	for ((i = 0; i < 40; i++)); do
		kread -g g -n 7 | tee -a out | kack -g g
	done
	in_order 0 159 <out
	# Killed, with some of it committed.
	kack -g g --delete
	kread -g g >out
	for ((i = 3; i < 160; i += 13)); do
		kread -g g | tee part | sed "${i}q" | kack -g g
		cat part >>out
		kread -g g >part
		jq -se 'map(select(.n)) | group_by(.k) | all(map(.n) | . == sort)' part
	done
	in_order 0 159 twice <out
	kack -g g <part
	run -0 kread -g g
	[ "$output" = "" ]
}

@test "shards split and merged while following, from trim-horizon and from latest" {
	make_stream there
	put 0 19
	kread -f -g all >all &
	fx_started+=($!)
	kread -f --from latest >latest &
	fx_started+=($!)
	kread -f -g latest --from latest >marked &
	fx_started+=($!)
	wait_for 30 grep -q '"n":19' all
	# Until something from now on is there: then the readers stand at the tip.
	for ((i = 1000; i < 1500; i++)); do
		put $i $i 1
		! grep -q . latest || ! grep -q '"n"' marked || break
	done
	put 20 59
	split 0 127
	put 60 99
	split 1 126
	put 100 139
	merge 4 2
	put 140 179
	for file in all latest marked; do
		wait_for 60 sh -c "[ \$(jq -c 'select(.n < 1000 and .n >= 20)' $file 2>/dev/null | wc -l) = 160 ]"
		jq -c 'select(.n != null and .n < 1000 and .n >= 20)' $file | in_order 20 179
	done
	fx_end_started
	kack -g all <all
	run -0 kread -g all
	[ "$output" = "" ]
	kack -g latest <marked
	run -0 kread -g latest
	[ "$output" = "" ]
}

@test "a parent shard that has expired: its children are read, and the loss is reported" {
	make_stream there
	put 0 9
	kread -g g | kack -g g
	put 10 19
	split 0 127
	put 20 29
	aws_py 'kinesis.add_tags_to_stream(StreamName="there", Tags={"forget": "shardId-000000000000"})'
	run -1 --separate-stderr kread -g g
	has "$stderr" "may have lost records"
	in_order 20 29 <<<"$output"
	kack -g g <<<"$output"
	run -0 kread -g g
	# Without a group nothing is missed.
	kread | in_order 20 29
}

@test "records that are about to expire: a possible loss of earlier ones is reported" {
	make_stream there
	put 0 9
	kread -g g -n 5 | kack -g g
	put 10 19
	aws_py 'kinesis.add_tags_to_stream(StreamName="there", Tags={"age": "3600"})'
	run -0 kread -g g
	in_order 5 19 <<<"$output"
	aws_py 'kinesis.add_tags_to_stream(StreamName="there", Tags={"age": "82500"})'
	run -1 --separate-stderr kread -g g
	has "$stderr" "may have lost records"
	in_order 5 19 <<<"$output"
}

@test "SIGTERM while waiting" {
	make_stream there
	put 0 9
	kread -f -g g >out &
	fx_started+=($!)
	reader=$!
	wait_for 30 grep -q '"n":9' out
	kill -TERM "$reader"
	status=0
	wait "$reader" || status=$?
	[ "$status" = 143 ]
	tail -n 1 out | grep -q '+"}$'
}

@test "expired iterators, throttling, errors, empty replies and short pages" {
	make_stream there 4
	put 0 199
	split 0 125
	put 200 299
	aws_through '{"seed":3,"paced":true,"rules":[
		{"action":"ListShards","fault":"few","most":2},
		{"action":"ListShards","fault":"token","chance":0.3},
		{"action":"GetRecords","fault":"few","most":20,"chance":0.2},
		{"action":"GetRecords","fault":"empty","chance":0.1},
		{"action":"GetRecords","fault":"expired","chance":0.2},
		{"action":"GetRecords","fault":"throttle","chance":0.1},
		{"action":"GetRecords","fault":"error","chance":0.1},
		{"action":"GetRecords","fault":"reset","chance":0.1},
		{"action":"GetRecords","fault":"cut","chance":0.1},
		{"action":"GetShardIterator","fault":"throttle","chance":0.2}]}'
	kread | in_order 0 299
	kread -g g | tee out | kack -g g
	in_order 0 299 <out
	[ "$(aws_struck expired)" -gt 0 ]
	[ "$(aws_struck throttle)" -gt 0 ]
}

@test "a pipe that is full for longer than iterators live" {
	make_stream there 2
	put 0 99
	aws_through '{"iterators":0.1,"rules":[{"action":"GetRecords","fault":"few","most":10}]}'
	kread 2>err | { read -r line && echo "$line" && wait_for 1 false || :; cat; } | in_order 0 99
	[ ! -s err ]
}

@test "iterators that are too old repeatedly: it calls rarely, without a message yet" {
	make_stream there
	put 0 9
	aws_through '{"rules":[{"action":"GetRecords","fault":"expired","times":3}]}'
	kread 2>err | in_order 0 9
	[ ! -s err ]
	[ "$(aws_struck expired)" = 3 ]
	# Each is waited after but the first.
	jq -se 'map(select(.action == "GetRecords") | .at) | .[3] - .[1] > 2' "$AWS_FAULTS/log"
}

@test "-f waits for a stream that does not exist yet" {
	kread -f >out &
	fx_started+=($!)
	make_stream there
	put 0 0
	wait_for 30 grep -q '"n":0' out
	run -2 --separate-stderr kread -s kinesis:other
	has "$stderr" "ResourceNotFoundException"
}

@test "a stream that is deleted while following" {
	make_stream there
	put 0 0
	kread -f >out 2>err &
	fx_started+=($!)
	reader=$!
	wait_for 30 grep -q '"n":0' out
	aws_py 'kinesis.delete_stream(StreamName="there")'
	status=0
	wait "$reader" || status=$?
	[ "$status" = 2 ]
	has "$(cat err)" "ResourceNotFoundException"
}

@test "the reader of standard output goes while kread waits" {
	make_stream there
	put 0 0
	mkfifo pipe
	kread -f >pipe &
	fx_started+=($!)
	reader=$!
	head -n 1 pipe >out
	status=0
	wait "$reader" || status=$?
	[ "$status" = 141 ]
}

@test "an SSO token that expires while it reads is renewed, in the cache too" {
	local place=$BATS_TEST_TMPDIR/metadata
	metadata_start "$place"
	echo '{"life":2}' >"$place/behaviour"
	unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
	export AWS_ENDPOINT_URL_SSO=$METADATA AWS_ENDPOINT_URL_SSO_OIDC=$METADATA
	mkdir "$HOME/.aws"
	sso_profile default >"$HOME/.aws/config"
	sso_token 2099-01-01T00:00:00Z
	make_stream there 1
	put 0 9
	kread -f >out 2>err &
	fx_started+=($!)
	wait_for 60 grep -q '"n":9' out
	jq '.expiresAt = "2020-01-01T00:00:00Z"' "$sso_cache" >"$sso_cache.new"
	mv "$sso_cache.new" "$sso_cache"
	wait_for 60 grep -q RENEWED "$sso_cache"
	put 10 19
	wait_for 60 grep -q '"n":19' out
}

@test "two streams of one name in two regions have separate groups" {
	make_stream there 1
	AWS_REGION=eu-west-1 make_stream there 1
	put 0 4
	kread -g here | kack -g here
	AWS_REGION=eu-west-1 run -2 --separate-stderr kread -g here
	has "$stderr" "another stream of this name"
	AWS_REGION=eu-west-1 kread -g far | kack -g far
	put 5 9
	kread -g here | in_order 5 9
}

# With which number that happens depends on the build.
@test "too few file descriptors for a connection: no message says that it was refused" {
	make_stream few
	for descriptors in 4 5 6 7 8 10 12; do
		bash -c 'ulimit -n "$0" && exec kread -s kinesis:few' "$descriptors" >out 2>>words 3>&- || true
	done
	not grep "Couldn't connect" words
	kread -s kinesis:few
}
