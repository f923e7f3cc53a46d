# group_kcl: the Kinesis Client Library itself and kread share a group, in turns and at the same
# time. KCL_JARS is the directory of its jars, see tests/interop/pom.xml.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # each test is a shell of its own; stderr: run

load helper
load aws

GROUP=dynamodb:app

can_run() {
	[ -n "${KCL_JARS-}" ] && command -v javac >/dev/null
}

setup_file() {
	can_run || return 0
	aws_start
	javac -d "$BATS_FILE_TMPDIR/classes" -cp "$KCL_JARS/*" "$REPOSITORY/tests/interop/leases/Leases.java"
}

setup() {
	can_run || skip "KCL_JARS names no directory with the jars of KCL, or there is no Java"
	set -o pipefail
	aws_reset
	make_stream orders 2
	export FX_STREAM=kinesis:orders
}

teardown() {
	fx_end_started
}

# put FIRST LAST: records with these numbers.
put() {
	seq -f '{"n":%g}' "$1" "$2" | kput -q
}

# kcl_starts WORKER [LIMIT]: a worker of KCL. Its records are in WORKER.records, what it says in WORKER.kcl;
# sets $background to its pid.
kcl_starts() {
	local worker=$1
	shift
	in_background env -u LD_PRELOAD -u http_proxy java -Xmx256m -Daws.cborEnabled=false \
		-cp "$KCL_JARS/*:$BATS_FILE_TMPDIR/classes" Leases app orders "$worker" "$worker.records" "$@" 2>>"$worker.kcl"
}

# kread_starts WORKER: a reader that follows. Its lines are in WORKER.lines.
kread_starts() {
	in_background bash -c 'kread -f -g dynamodb:app --failover 3s --worker "$0" 2>>"$0.kread" |
		tee -a "$0.lines" | kack -g dynamodb:app 2>>"$0.kack"' "$1"
}

# numbers [FILE…]: those of the records in files of KCL and of kread (default: all that there are), each as often
# as it was delivered.
numbers() {
	local file
	[ $# -gt 0 ] || set -- ./*.records ./*.lines
	for file; do
		case $file in
		*.records) cut -d ' ' -f 3- "$file" ;;
		*) cat "$file" ;;
		esac
	done 2>/dev/null | jq -r 'select(.n) | .n' | sort -n
}

# await LAST [FILE…]: until the files hold all numbers up to LAST.
await() {
	local last=$1 i
	shift
	for ((i = 0; i < 900; i++)); do
		[ "$(numbers "$@" | uniq)" != "$(seq "$last")" ] || return 0
		sleep 0.2
	done
	numbers "$@" | xargs
	tail -n 20 ./*.kcl ./*.kread
	return 1
}

# leases FILTER: what a jq filter finds in the leases, a line each, in the order of the shards.
leases() {
	table_items app 2>/dev/null | jq -rs "sort_by(.leaseKey.S)[] | $1"
}

# await_leases FILTER TEXT: until it finds that.
await_leases() {
	local i
	for ((i = 0; i < 600; i++)); do
		[ "$(leases "$1" | xargs)" != "$2" ] || return 0
		sleep 0.2
	done
	leases . >&2
	return 1
}

# kread_of PID: the process of kread in a pipeline.
kread_of() {
	pgrep -P "$1" -x kread
}

# ends PID: it ends by itself or by a signal, whichever.
ends() {
	kill "$1"
	wait_for 120 is_ended "$1"
}

@test "KCL reads half and stops; kread continues from its checkpoints, without a gap or a repeat" {
	put 1 40
	kcl_starts w1 8
	for shard in 0 1; do
		wait_for 120 eval '[ "$(grep -c "^shardId-00000000000'$shard' " w1.records)" = 8 ]'
	done
	run -0 --separate-stderr kstat -g $GROUP
	jq -s 'map(.reader)' <<<"$output" | holds '. == ["w1", "w1"]'
	ends "$background"
	run -0 --separate-stderr kstat -g $GROUP
	jq -r .position <<<"$output" >positions
	for shard in 0 1; do
		grep "^shardId-00000000000$shard " w1.records | tail -n 1 | sed 's/ \([0-9]*\)[.]0 .*/:\1.0+/'
	done | diff - positions
	# KCL leaves its leases to expire.
	leases .leaseOwner.S | xargs | grep -qx 'w1 w1'
	timeout 240 kread -g $GROUP --failover 3s | tee r1.lines | kack -g $GROUP
	[ "$(numbers w1.records r1.lines)" = "$(seq 40)" ]
}

@test "kread reads half of a new group; KCL continues, without a gap or a repeat" {
	put 1 40
	timeout 240 kread -g $GROUP -n 15 | tee r1.lines | kack -g $GROUP
	kcl_starts w1
	await 40 r1.lines w1.records
	[ "$(numbers w1.records r1.lines)" = "$(seq 40)" ]
	ends "$background"
}

@test "the position of a line without a mark, and kack --to: KCL begins with that record" {
	put 1 40
	timeout 240 kread -g $GROUP --handover 1s | grep -v '+"' | tee r1.lines | kack -g $GROUP
	leases .checkpointSubSequenceNumber.N | xargs | grep -qx -e '-1 -1'
	kcl_starts w1
	await 40 r1.lines w1.records
	wait_for 120 eval '[ "$(wc -l <w1.records)" = 2 ]'
	await_leases .checkpointSubSequenceNumber.N "0 0"
	ends "$background"
	[ "$(numbers w1.records | xargs)" = "39 40" ]
	kread --envelope --shard shardId-000000000000 | jq -r ._pos >positions
	faketime -f '+0 x10' timeout 240 kack -g $GROUP --to "$(sed -n 11p positions)"
	kcl_starts w2
	wait_for 120 eval '[ "$(wc -l <w2.records)" = "$(sed "1,10d" positions | wc -l)" ]'
	[ "$(cut -d ' ' -f 2 w2.records | sed 's/[.]0$//')" = "$(sed -n '11,$p' positions | cut -d : -f 2)" ]
	ends "$background"
}

@test "inside of aggregates KCL continues where kread has stopped, and the reverse" {
	seq -f '{"n":%g}' 60 | kput -q -k n --aggregate
	[ "$(aws_py 'from aggregates import *
print(len(list(stream("orders"))))')" -lt 10 ]
	timeout 240 kread -g $GROUP -n 25 | tee r1.lines | kack -g $GROUP
	leases '.checkpointSubSequenceNumber.N // "0"' | grep -v '^0$'
	kcl_starts w1 9
	wait_for 120 eval '[ "$(wc -l <w1.records)" -ge 10 ]'
	ends "$background"
	timeout 240 kread -g $GROUP --failover 3s | tee r2.lines | kack -g $GROUP
	[ "$(numbers r1.lines w1.records r2.lines)" = "$(seq 60)" ]
}

# split SHARD HASH-KEY
split() {
	aws_py 'kinesis.split_shard(StreamName="orders", ShardToSplit="shardId-00000000000" + sys.argv[1],
		NewStartingHashKey=sys.argv[2])' "$@"
}

@test "shards split: kread ends parents and KCL reads their children; KCL ends others and kread reads theirs" {
	put 1 20
	split 0 1000000000000000000000000000000000000
	put 21 40
	kread_starts r1
	reader=$background
	await 40 r1.lines
	await_leases .checkpoint.S "SHARD_END $(leases '.checkpoint.S' | tail -n 3 | xargs)"
	[ "$(leases '[.parentShardId.SS[0] // "none", .startingHashKey.S, .endingHashKey.S] | join(" ")' | tail -n 2)" = \
		"$(aws_py 'for shard in kinesis.describe_stream(StreamName="orders")["StreamDescription"]["Shards"][2:]:
	print(shard["ParentShardId"], *[shard["HashKeyRange"][key] for key in ("StartingHashKey", "EndingHashKey")])')" ]
	ends "$(kread_of "$reader")"
	kcl_starts w1
	put 41 60
	await 60 r1.lines w1.records
	split 1 300000000000000000000000000000000000000
	put 61 80
	await 80 r1.lines w1.records
	await_leases 'select(.leaseKey.S == "shardId-000000000001") | .checkpoint.S' SHARD_END
	ends "$background"
	put 81 100
	kread_starts r2
	await 100 r1.lines w1.records r2.lines
	[ "$(numbers r1.lines w1.records r2.lines)" = "$(seq 100)" ]
	[ "$(leases 'select(.checkpoint.S == "SHARD_END") | .leaseKey.S' | xargs)" = "shardId-000000000000 shardId-000000000001" ]
}

# holds_all WORKER: until it has the leases of all shards.
holds_all() {
	await_leases '.leaseOwner.S // "none"' "$1 $1"
}

# renewals COUNT: until each lease was renewed that often.
renewals() {
	local before
	before=$(leases '.leaseCounter.N | tonumber' | sort -n | tail -n 1)
	wait_for 300 eval '[ "$(leases ".leaseCounter.N | tonumber" | sort -n | head -n 1)" -ge '$((before + $1))' ]'
}

@test "each takes what is free or has expired, and leaves alone what the other renews" {
	put 1 20
	kcl_starts w1
	kcl=$background
	holds_all w1
	await 20 w1.records
	kread_starts r1
	reader=$background
	renewals 20
	[ "$(leases '.leaseOwner.S, .checkpointOwner.S // "none"' | xargs)" = "w1 none w1 none" ]
	kill -KILL "$kcl"
	holds_all r1
	put 21 40
	await 40 w1.records r1.lines
	kcl_starts w2
	kcl=$background
	wait_for 120 grep -q 'is the current leader' w2.kcl
	renewals 30
	[ "$(leases '.leaseOwner.S, .checkpointOwner.S // "none"' | xargs)" = "r1 none r1 none" ]
	kill -KILL "$(kread_of "$reader")"
	holds_all w2
	put 41 60
	await 60 w1.records r1.lines w2.records
	[ "$(numbers w1.records r1.lines w2.records)" = "$(seq 60)" ]
	[ ! -s r1.kack ]
}

# committed: until the checkpoints of all shards are at their last records.
committed() {
	wait_for 300 eval '[ "$(kstat -g $GROUP 2>/dev/null | jq -s "map(.lag_ms) | add")" = 0 ]'
}

@test "both at once, killed in turns: nothing is lost, and nothing is repeated that was committed" {
	kcl_starts w1
	kcl=$background
	holds_all w1
	kread_starts r1
	reader=$background
	for round in 1 2 3; do
		put $((round * 100 - 99)) $((round * 100 - 50))
		await $((round * 100 - 50))
		committed
		numbers | uniq -c >before
		# Of these some are delivered and not committed when one of the two is killed.
		in_background put $((round * 100 - 49)) $((round * 100))
		wait_for 120 eval '[ "$(numbers | tail -n 1)" -gt '$((round * 100 - 50))' ]'
		case $round in
		1 | 3)
			kill -KILL "$kcl"
			kcl_starts w$((round + 1))
			kcl=$background
			;;
		*)
			kill -KILL "$(kread_of "$reader")"
			# KCL assigns leases once the lock of the leader that was killed has expired.
			holds_all w$round
			kread_starts r$((round + 1))
			reader=$background
			;;
		esac
		await $((round * 100))
		numbers | awk -v last=$((round * 100 - 50)) '$1 <= last' | uniq -c | diff before -
	done
	committed
	[ "$(numbers | uniq)" = "$(seq 300)" ]
}
