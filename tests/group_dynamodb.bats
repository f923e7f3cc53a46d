# group_dynamodb: groups whose leases are in a table of DynamoDB, in the format of the Kinesis
# Client Library.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # each test is a shell of its own; stderr: run

load helper
load aws
load screen

GROUP=dynamodb:app

setup_file() {
	aws_start
}

setup() {
	set -o pipefail
	aws_reset
	make_stream orders 2
	export FX_STREAM=kinesis:orders
	seq -f '{"n":%g}' 8 | kput -q
}

teardown() {
	aws_no_breach
	fx_end_started
}

teardown_file() {
	aws_stop
}

# lease_table: as the KCL makes it.
lease_table() {
	aws_py 'dynamodb.create_table(TableName="app", BillingMode="PAY_PER_REQUEST",
		KeySchema=[{"AttributeName": "leaseKey", "KeyType": "HASH"}],
		AttributeDefinitions=[{"AttributeName": "leaseKey", "AttributeType": "S"}])'
}

# lease JSON…: puts leases, as DynamoDB writes items, into the table.
lease() {
	aws_py 'for item in sys.argv[1:]: dynamodb.put_item(TableName="app", Item=json.loads(item))' "$@"
}

# leased SHARD FILTER: what a jq filter finds in the lease.
leased() {
	table_items app | jq -r --arg shard "shardId-00000000000$1" "select(.leaseKey.S == \$shard) | $2"
}

# kcl SHARD OWNER COUNTER CHECKPOINT SUB: the item of a KCL 3 application.
kcl() {
	jq -nc '$ARGS.positional | {leaseKey: {S: ("shardId-00000000000" + .[0])}, leaseOwner: {S: .[1]},
		leaseCounter: {N: .[2]}, ownerSwitchesSinceCheckpoint: {N: "0"}, checkpoint: {S: .[3]},
		checkpointSubSequenceNumber: {N: .[4]}, startingHashKey: {S: "0"}, throughputKBps: {N: "0.001386"}}
		| if .leaseOwner.S == "" then del(.leaseOwner) else . end' --args "$@"
}

# renew_until FILE: as w1 does it, if its failover time is short, until there is that file.
renew_until() {
	aws_py 'import os, time
while not os.path.exists(sys.argv[1]):
	dynamodb.update_item(TableName="app", Key={"leaseKey": {"S": "shardId-000000000000"}},
		UpdateExpression="ADD leaseCounter :one", ExpressionAttributeValues={":one": {"N": "1"}})
	time.sleep(0.1)' "$1"
}

# pipeline ARGUMENT…: what kread reads for the group and kack commits, to the file that OUT names.
pipeline() {
	timeout 120 kread -g $GROUP "$@" | tee -a "$OUT" | kack -g $GROUP
}

# The records in files, once each, by their number.
numbers() {
	cat "$@" | jq -r 'select(.n) | .n' | sort -n | uniq
}

# records SHARD: its positions, one a line.
records() {
	kread --envelope --shard "shardId-00000000000$1" | jq -r ._pos
}

@test "kstat: position and reader of each shard, as the KCL has written them" {
	lease_table
	last=$(records 0 | tail -n 1)
	lease "$(kcl 0 w1 18 "${last#*:}" 0)" "$(kcl 1 '' 3 TRIM_HORIZON 0)"
	run -0 --separate-stderr kstat -g $GROUP
	jq -s '.[0] | [.group, .position, .reader, .lag_ms]' <<<"$output" |
		holds ". == [\"$GROUP\", \"$last.0+\", \"w1\", 0]"
	jq -s '.[1] | [.position, .reader]' <<<"$output" | holds '. == ["shardId-000000000001:0", null]'
	# Groups in a file beside it, and one in no place yet.
	kread -g here | kack -g here
	run -0 --separate-stderr kstat -g $GROUP -g here
	jq -s 'map(select(.group == "here")) | length' <<<"$output" | holds '. == 2'
	run -1 --separate-stderr kstat -g dynamodb:other
	has "$stderr" "group dynamodb:other has no checkpoint in shard shardId-000000000000 yet"
}

@test "kstat: a shard that has ended, and items that are no leases" {
	lease_table
	lease "$(kcl 0 w1 18 SHARD_END 0)" "$(kcl 1 w2 1 LATEST 0)" '{"leaseKey":{"S":"leader"},"entityType":{"S":"LOCK"}}'
	run -1 --separate-stderr kstat -g $GROUP
	jq -s 'map([.position, .lag_ms])[0]' <<<"$output" | holds '. == ["shardId-000000000000:SHARD_END", 0]'
	has "$stderr" "has no checkpoint in shard shardId-000000000001 yet"
	lease '{"leaseKey":{"S":"shardId-000000000001"},"leaseCounter":{"N":"1"},"checkpoint":{"S":"seven"}}'
	run -2 --separate-stderr kstat -g $GROUP
	has "$stderr" "the lease of shard shardId-000000000001 is damaged"
	lease '{"leaseKey":{"S":"123:orders:1:shardId-000000000001"},"leaseCounter":{"N":"1"}}'
	run -2 --separate-stderr kstat -g $GROUP
	has "$stderr" "several streams"
}

# lapsed: shard 0 is read by w1, which renews its lease until the file done is there, shard 1 by w2, which does not.
lapsed() {
	lease_table
	lease "$(kcl 0 w1 18 TRIM_HORIZON 0)" "$(kcl 1 w2 1 TRIM_HORIZON 0)"
	renew_until done 3>&- &
	fx_started+=("$!")
}

# kstat --readers writes what a jq filter of all its lines finds.
found_readers() {
	kstat -g $GROUP --readers --failover 3s >found && holds -s "$1" found
}

@test "kstat: the lease of each shard, in one look" {
	lease_table
	lease "$(kcl 0 w1 18 TRIM_HORIZON 0)" "$(kcl 1 '' 3 TRIM_HORIZON 0)"
	run -0 --separate-stderr kstat -g $GROUP
	jq -s 'map([.lease, has("lease_age_ms")])' <<<"$output" | holds '. == [["unknown", false], ["free", false]]'
	lease "$(kcl 0 '' 19 SHARD_END 0)" "$(kcl 1 '' 3 TRIM_HORIZON 0 | jq -c '.parentShardId.SS = ["shardId-000000000007"]')" \
		"$(kcl 7 w1 3 TRIM_HORIZON 0)"
	run -0 --separate-stderr kstat -g $GROUP
	jq -s 'map(.lease)' <<<"$output" | holds '. == ["ended", "waiting"]'
	kread -g here | kack -g here
	kstat -g here | holds -s 'all(has("lease") or has("lease_age_ms") | not)'
}

@test "kstat --readers: who renews its lease, and who does not" {
	lapsed
	wait_for 60 found_readers 'map([.reader, .lease]) == [["w1", "renewed"], ["w2", "expired"]]'
	holds -s '.[1].lease_age_ms >= 3000 and .[0].lease_age_ms < 3000' found
	touch done
	wait_for 60 found_readers 'map([.reader, .lease]) == [["w1", "expired"], ["w2", "expired"]]'
	run -2 --separate-stderr kstat --readers
	run -2 --separate-stderr kstat -g $GROUP --readers --watch
}

@test "kstat --watch: a reader that has stopped is seen" {
	lapsed
	in_background kstat -g $GROUP --watch=1 --failover 3s >lines
	watch=$background
	wait_for 60 grep -q '"lease":"renewed","lease_age_ms"' lines
	wait_for 60 grep -q '"reader":"w2","lease":"expired","lease_age_ms"' lines
	# It is not known at first, and only the second look says for how long.
	head -n 2 lines | holds -s 'map([.lease, has("lease_age_ms")]) == [["unknown", false], ["unknown", false]]'
	touch done
	wait_for 60 grep -q '"reader":"w1","lease":"expired"' lines
	kill "$watch"
	status_of "$watch"
	at_terminal 8 200 --watch=1 -s $FX_STREAM -g $GROUP --failover 1s
	wait_for 60 shows '^000000 +open +dynamodb:app .* w1 EXPIRED [0-9.]+s '
	shows '^SHARD +GROUP +LAG +WAITING +DONE/s +READER LEASE +RECORDS'
}

@test "fxhealth --readers: names each shard that nobody reads" {
	lapsed
	wait_for 60 found_readers '.[0].lease == "renewed"'
	run -2 fxhealth --readers
	run -1 fxhealth -v -g $GROUP --max-lag 1d --readers --failover 3s --disk 100
	has "$output" "look: reader $FX_STREAM $GROUP: nobody reads shard shardId-000000000001: w2 has not renewed its lease for"
	has "$output" "well: reader $FX_STREAM $GROUP: shard shardId-000000000000 is being read"
	touch done
	lease "$(kcl 0 '' 19 SHARD_END 0)" "$(kcl 1 '' 3 TRIM_HORIZON 0)"
	run -1 fxhealth -g $GROUP --max-lag 1d --readers --failover 1s --disk 100
	has "$output" "look: reader $FX_STREAM $GROUP: nobody reads shard shardId-000000000001"
	[[ $output != *000000000000* ]]
}

@test "kack --to creates the table, and places the group in each shard" {
	kack -g $GROUP --to trim-horizon
	[ "$(leased 0 '[.checkpoint.S, .checkpointSubSequenceNumber.N, .leaseCounter.N] | join(" ")')" = "TRIM_HORIZON 0 0" ]
	[ "$(kstat -g $GROUP | jq -r .position)" = "$(printf 'shardId-00000000000%d:0\n' 0 1)" ]
	aws_py 'json.dump(dynamodb.describe_table(TableName="app")["Table"]["GlobalSecondaryIndexes"][0]["KeySchema"], sys.stdout)' |
		holds '. == [{"AttributeName": "leaseOwner", "KeyType": "HASH"}, {"AttributeName": "leaseKey", "KeyType": "RANGE"}]'
}

@test "kack --to POSITION: before it is the sub-sequence number -1" {
	first=$(records 0 | head -n 1)
	kack -g $GROUP --to "$first"
	[ "$(leased 0 '.checkpoint.S + " " + .checkpointSubSequenceNumber.N')" = "${first#*:} -1" ]
	[ "$(leased 1 .leaseKey.S)" = "" ]
	kack -g $GROUP --to "$first+"
	[ "$(leased 0 '.checkpoint.S + " " + .checkpointSubSequenceNumber.N')" = "${first#*:} 0" ]
	[ "$(kstat -g $GROUP 2>/dev/null | jq -r '.position // empty')" = "$first.0+" ]
}

@test "kack --to and --delete: a lease that is renewed is in use; one that is not, is taken away" {
	lease_table
	lease "$(kcl 0 w1 18 TRIM_HORIZON 0)"
	in_background renew_until "$BATS_TEST_TMPDIR/ended"
	until [ "$(leased 0 .leaseCounter.N)" -gt 18 ]; do sleep 0.1; done
	run -75 --separate-stderr timeout 60 kack -g $GROUP --to trim-horizon
	has "$stderr" "group $GROUP is in use: w1 reads shard shardId-000000000000"
	run -75 --separate-stderr timeout 60 kack -g $GROUP --delete
	touch "$BATS_TEST_TMPDIR/ended"
	wait "$background"
	lease "$(kcl 0 w1 18 TRIM_HORIZON 0)"
	last=$(records 0 | tail -n 1)
	faketime -f '+0 x10' timeout 60 kack -g $GROUP --to "$last+"
	[ "$(leased 0 '[.leaseCounter.N, .leaseOwner.S, .checkpoint.S, .throughputKBps.N] | map(. // "none") | join(" ")')" = \
		"19 none ${last#*:} 0.001386" ]
	timeout 60 kack -g $GROUP --delete
	[ "$(table_items app)" = "" ]
	run -1 --separate-stderr timeout 60 kack -g $GROUP --delete
	has "$stderr" "there is no group"
}

# noted TENURE WORKER RUN: what a kread on this machine has noted of shard 0.
noted() {
	mkdir -p "$FX_HOME/app.leases/us-east-1.123456789012"
	printf '%s\n' "$@" >"$FX_HOME/app.leases/us-east-1.123456789012/shardId-000000000000"
}

@test "kack commits in the tenure that kread has noted, forward only, and is fenced" {
	lease_table
	mapfile -t at < <(records 0)
	noted tenure1 w1 run1
	held=$(kcl 0 w1 5 TRIM_HORIZON 0 | jq -c '.fxTenure = {S: "tenure1"}')
	lease "$held"
	printf '{"_pos":"%s"}\n' "${at[1]}" | kack -g $GROUP
	[ "$(leased 0 '[.checkpoint.S, .checkpointSubSequenceNumber.N, .leaseCounter.N, .leaseOwner.S] | join(" ")')" = "${at[1]#*:} -1 5 w1" ]
	printf '{"_pos":"%s+"}\n' "${at[2]}" | kack -g $GROUP
	printf '{"_pos":"%s+"}\n' "${at[0]}" | kack -g $GROUP
	[ "$(leased 0 '[.checkpoint.S, .checkpointSubSequenceNumber.N] | join(" ")')" = "${at[2]#*:} 0" ]
	# While it is handed over, the old reader may commit.
	lease "$(jq -c '.leaseOwner.S = "w2" | .checkpointOwner = {S: "w1"}' <<<"$held")"
	printf '{"_pos":"%s+"}\n' "${at[0]}" | kack -g $GROUP
	[ "$(leased 0 '[.checkpoint.S, .leaseOwner.S] | join(" ")')" = "${at[0]#*:} w2" ]
	# Another reader has it.
	lease "$(jq -c '.leaseOwner.S = "w2" | .fxTenure.S = "tenure2"' <<<"$held")"
	run -75 --separate-stderr kack -g $GROUP <<<"{\"_pos\":\"${at[1]}+\"}"
	has "$stderr" "the lease of shard shardId-000000000000 was lost to w2"
	[ "$(leased 0 .checkpoint.S)" = TRIM_HORIZON ]
	# Nobody on this machine has read that shard.
	run -75 --separate-stderr kack -g $GROUP <<<"{\"_pos\":\"$(records 1 | head -n 1)+\"}"
	has "$stderr" "no kread on this machine reads shard shardId-000000000001"
}

# draining: a kack that has committed ${at[2]} in tenure 1 of run 1, and waits for more lines from descriptor 7.
draining() {
	cd "$BATS_TEST_TMPDIR" || return
	seq -f '{"n":%g}' 9 30 | kput -q
	lease_table
	mapfile -t at < <(records 0)
	noted tenure1 w1 run1
	held=$(kcl 0 w1 5 TRIM_HORIZON 0 | jq -c '.fxTenure = {S: "tenure1"}')
	lease "$held"
	mkfifo lines
	exec 7<>lines
	in_background timeout 60 kack -g $GROUP <lines 2>words 7>&-
	draining=$background
	printf '{"_pos":"%s+"}\n' "${at[2]}" >&7
	wait_for 60 eval '[ "$(leased 0 .checkpoint.S)" = "${at[2]#*:}" ]'
}

# retaken TENURE RUN CHECKPOINT: w1 has taken the shard again.
retaken() {
	noted "$1" w1 "$2"
	lease "$(jq -c --arg tenure "$1" --arg at "${3#*:}" '.fxTenure.S = $tenure | .checkpoint.S = $at | .leaseCounter.N = "9"' <<<"$held")"
}

@test "kack continues in the next tenure of the same kread" {
	draining
	retaken tenure2 run1 "${at[2]}"
	printf '{"_pos":"%s+"}\n' "${at[3]}" >&7
	exec 7>&-
	status_of "$draining"
	[ "$status" = 0 ]
	[ "$(leased 0 .checkpoint.S)" = "${at[3]#*:}" ]
}

@test "kack --to: a kack that still has lines from before commits none of them" {
	draining
	faketime -f '+0 x10' timeout 60 kack -g $GROUP --to "${at[0]}+"
	printf '{"_pos":"%s+"}\n' "${at[3]}" >&7
	status_of "$draining"
	[ "$status" = 75 ]
	has "$(cat words)" "the lease of shard shardId-000000000000 was lost"
	[ "$(leased 0 .checkpoint.S)" = "${at[0]#*:}" ]
}

@test "kack --to: nor if that kread has taken the shard again, or another of its name" {
	for run in run1 run2; do
		rm -f lines
		aws_reset
		make_stream orders 2
		draining
		retaken tenure2 $run "${at[0]}"
		printf '{"_pos":"%s+"}\n' "${at[3]}" >&7
		status_of "$draining"
		[ "$status" = 75 ]
		[ "$(leased 0 .checkpoint.S)" = "${at[0]#*:}" ]
		exec 7>&-
	done
}

@test "a kread of the same name in its place: what the one before read is not committed" {
	draining
	retaken tenure2 run2 "${at[2]}"
	printf '{"_pos":"%s+"}\n' "${at[3]}" >&7
	status_of "$draining"
	[ "$status" = 75 ]
	[ "$(leased 0 .checkpoint.S)" = "${at[2]#*:}" ]
}

@test "tables of one name in two regions have notes of their own" {
	cd "$BATS_TEST_TMPDIR"
	follow w1
	await w1.lines 8
	(
		export AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1
		make_stream orders 2
		seq -f '{"n":%g}' 101 110 | kput -q
		OUT=europe pipeline
	)
	[ "$(numbers europe)" = "$(seq 101 110)" ]
	seq -f '{"n":%g}' 9 20 | kput -q
	await w1.lines 20
	wait_for 60 eval 'kstat -g $GROUP | jq -se "map(.lag_ms) | add == 0"'
	[ "$(cat w1.kack)" = "" ]
	[ "$(ls "$FX_HOME/app.leases")" = "$(printf '%s\n' eu-west-1.123456789012 us-east-1.123456789012)" ]
	kill "$(reader_of w1)"
	status_of "$background"
}

@test "a group in DynamoDB is of a stream of a service, another table has no leases" {
	make_table other id
	run -2 --separate-stderr kstat -g dynamodb:other
	has "$stderr" "the table other is not a lease table"
	run -2 --separate-stderr kstat -s rates -g $GROUP
	run -2 --separate-stderr kstat -g dynamodb:a/b
	has "$stderr" "dynamodb:TABLE"
}

@test "kack --import and --export move a group between the stream's file and a table" {
	kread -n 5 -g here | kack -g here
	# Of a shard that was begun, and not read: a lease has no mark of it.
	kstat -g here | jq -r '.position // "none"' | sed 's/:0+$/:0/' >before
	kack -g $GROUP --import here
	run -1 --separate-stderr kack -g here --delete
	[ "$(kstat -g $GROUP 2>/dev/null | jq -r '.position // "none"' | sed 's/[.]0+$/+/')" = "$(cat before)" ]
	[ "$(leased 0 '.startingHashKey.S + " " + .leaseCounter.N')" = "0 0" ]
	run -1 --separate-stderr kack -g $GROUP --import here
	has "$stderr" "there is no group here"
	kack -g $GROUP --export there
	[ "$(table_items app)" = "" ]
	[ "$(kread -g there | jq -s 'map(select(.n)) | length')" = 3 ]
	kread -g there | kack -g there
	kack -g $GROUP --to trim-horizon
	run -2 --separate-stderr kack -g $GROUP --import there
	has "$stderr" "has checkpoints already"
	run -2 --separate-stderr kack -g here --import there
}

@test "kack --to, and shards that were split: parents come first, an ended shard is exported at its end" {
	aws_py 'kinesis.split_shard(StreamName="orders", ShardToSplit="shardId-000000000000", NewStartingHashKey="1000")'
	seq -f '{"n":%g}' 9 12 | kput -q
	kack -g $GROUP --to trim-horizon
	[ "$(leased 2 '.parentShardId.SS[0]')" = shardId-000000000000 ]
	OUT=$BATS_TEST_TMPDIR/first pipeline
	OUT=$BATS_TEST_TMPDIR/second pipeline
	[ "$(numbers "$BATS_TEST_TMPDIR"/{first,second})" = "$(seq 12)" ]
	[ "$(leased 0 .checkpoint.S)" = SHARD_END ]
	kack -g $GROUP --export there
	kread -g there >rest
	[ "$(numbers rest)" = "" ]
}

# --- kread ---

@test "kread from cron: a table that cannot be read any more ends the run with 75" {
	kack -g $GROUP --to trim-horizon
	aws_through '{"rules":[{"action":"Scan","fault":"throttle","skip":2}]}'
	run -75 --separate-stderr timeout 100 kread -g $GROUP --failover 1s
	has "$stderr" "DynamoDB Scan: ThrottlingException"
}

@test "kread begins a group while another reader creates the same leases" {
	# The retry of a call whose reply was lost finds the lease, as if another had created it.
	make_stream empty 2
	aws_through '{"rules":[{"action":"PutItem","fault":"lost","times":1,"skip":1}]}'
	run -0 --separate-stderr timeout 100 kread -s kinesis:empty -g $GROUP
	[ "$stderr" = "" ]
	[ "$(leased 1 .checkpoint.S)" = TRIM_HORIZON ]
}

@test "kread from cron: reads what is free, commits, frees its leases, and continues there" {
	OUT=$BATS_TEST_TMPDIR/first pipeline
	[ "$(numbers "$BATS_TEST_TMPDIR/first")" = "$(seq 8)" ]
	[ "$(leased 0 '.leaseOwner.S // "none"')" = none ]
	[ "$(leased 0 .startingHashKey.S)" = 0 ]
	[ "$(leased 0 .checkpoint.S)" = "$(records 0 | tail -n 1 | cut -d : -f 2)" ]
	seq -f '{"n":%g}' 9 12 | kput -q
	OUT=$BATS_TEST_TMPDIR/second pipeline
	[ "$(numbers "$BATS_TEST_TMPDIR/second")" = "$(seq 9 12)" ]
	[ "$(ls "$FX_HOME/app.leases/us-east-1.123456789012")" = "" ]
	OUT=$BATS_TEST_TMPDIR/third pipeline
	[ "$(numbers "$BATS_TEST_TMPDIR/third")" = "" ]
	[ "$(kstat -g $GROUP | jq -s 'map(.lag_ms) | add')" = 0 ]
}

@test "kread from cron: waits until it is clear whether other readers live, and takes over from dead ones" {
	lease_table
	last=$(records 1 | head -n 1)
	lease "$(kcl 0 w1 18 TRIM_HORIZON 0)" "$(kcl 1 w2 7 "${last#*:}" 0)"
	in_background renew_until "$BATS_TEST_TMPDIR/ended"
	until [ "$(leased 0 .leaseCounter.N)" -gt 18 ]; do sleep 0.1; done
	timeout 120 kread -g $GROUP --failover 10s >lines
	touch "$BATS_TEST_TMPDIR/ended"
	wait "$background"
	[ "$(numbers lines)" = "$(kread --shard shardId-000000000001 | sed 1d | numbers)" ]
	[ "$(leased 0 .leaseOwner.S)" = w1 ]
	# w1 is dead now, and so is what did not commit.
	OUT=$BATS_TEST_TMPDIR/second pipeline --failover 2s
	[ "$(numbers second lines)" = "$(kread | sed "/$(kread --shard shardId-000000000001 | head -n 1)/d" | numbers)" ]
	[ "$(kstat -g $GROUP | jq -s 'map(.lag_ms) | add')" = 0 ]
}

# resharded: a stream whose shards 1 and 2 have come from shard 0, with records 9 to 16 in them.
resharded() {
	make_stream resharded 1
	export FX_STREAM=kinesis:resharded
	seq -f '{"n":%g}' 8 | kput -q
	aws_py 'kinesis.split_shard(StreamName="resharded", ShardToSplit="shardId-000000000000",
		NewStartingHashKey=str(1 << 127))'
	seq -f '{"n":%g}' 9 16 | kput -q
}

@test "a group that begins at latest does not read the parents of its shards in the next run" {
	resharded
	cd "$BATS_TEST_TMPDIR"
	kread -g $GROUP --from latest >first
	[ "$(numbers first)" = "" ]
	OUT=second pipeline
	[ "$(numbers second)" = "" ]
	[ "$(leased 0 .leaseKey.S)" = "" ]
}

@test "a parent whose lease was deleted after its end, as the KCL does, is not read again" {
	resharded
	cd "$BATS_TEST_TMPDIR"
	lease_table
	lease "$(kcl 1 '' 3 TRIM_HORIZON 0)" "$(kcl 2 '' 3 TRIM_HORIZON 0)"
	OUT=lines pipeline
	[ "$(numbers lines)" = "$(seq 9 16)" ]
}

@test "a shard without a lease is read, though its parent is done or has none" {
	resharded
	cd "$BATS_TEST_TMPDIR"
	lease_table
	lease "$(kcl 1 '' 3 TRIM_HORIZON 0)"
	OUT=lines pipeline
	[ "$(numbers lines)" = "$(seq 9 16)" ]
	aws_py 'dynamodb.delete_item(TableName="app", Key={"leaseKey": {"S": "shardId-000000000002"}})'
	lease "$(kcl 0 '' 3 SHARD_END 0)"
	OUT=again pipeline
	[ "$(numbers again)" = "$(numbers <(kread --shard shardId-000000000002))" ]
	[ "$(leased 2 .leaseKey.S)" = "shardId-000000000002" ]
}

@test "a shard that expired before it was read is reported, and what follows is read" {
	cd "$BATS_TEST_TMPDIR"
	lease_table
	lease "$(kcl 7 '' 3 TRIM_HORIZON 0)" "$(kcl 0 '' 1 TRIM_HORIZON 0 | jq -c '.parentShardId.SS = ["shardId-000000000007"]')" \
		"$(kcl 1 '' 1 TRIM_HORIZON 0)"
	OUT=lines run -1 --separate-stderr pipeline
	has "$stderr" "shard shardId-000000000007"
	has "$stderr" "may have lost records"
	[ "$(leased 7 .checkpoint.S)" = SHARD_END ]
	[ "$(numbers lines)" = "$(seq 8)" ]
}

@test "a shard that was merged is read after both parents, also if one gets its lease late" {
	make_stream merged 2
	export FX_STREAM=kinesis:merged
	cd "$BATS_TEST_TMPDIR"
	aws_py 'kinesis.split_shard(StreamName="merged", ShardToSplit="shardId-000000000000",
		NewStartingHashKey=str(1 << 126))
kinesis.merge_shards(StreamName="merged", ShardToMerge="shardId-000000000003",
		AdjacentShardToMerge="shardId-000000000001")'
	seq -f '{"n":%g}' 20 | kput -q
	# Shard 0 is another reader's, so that 3 has no lease when 1 ends.
	lease_table
	lease "$(kcl 0 other 7 TRIM_HORIZON 0)" "$(kcl 1 '' 1 TRIM_HORIZON 0)"
	in_background renew_until "$BATS_TEST_TMPDIR/ended"
	until [ "$(leased 0 .leaseCounter.N)" -gt 7 ]; do sleep 0.1; done
	timeout 120 kread -g $GROUP | tee first | kack -g $GROUP
	touch "$BATS_TEST_TMPDIR/ended"
	wait "$background"
	[ "$(leased 1 .checkpoint.S) $(leased 3 .leaseKey.S) $(leased 4 .leaseKey.S)" = "SHARD_END  " ]
	lease "$(kcl 0 '' 1000000 TRIM_HORIZON 0)"
	follow w1
	await 'first w1.lines' 20
	for ((i = 0; i < 300; i++)); do
		[ "$(leased 3 .checkpoint.S)" != SHARD_END ] || break
		sleep 0.2
	done
	shares 2
	kill "$(reader_of w1)"
}

declare -gA shell_of # bats reads this file in a function

# follow NAME ARGUMENT…: a reader that follows, as worker NAME; its lines are in NAME.lines.
follow() {
	local name=$1
	shift
	in_background bash -c 'kread -f -g dynamodb:app --failover 2s --worker "$0" "$@" 2>>"$0.kread" |
		tee -a "$0.lines" | kack -g dynamodb:app 2>>"$0.kack"' "$name" "$@"
	shell_of[$name]=$background
}

# reader_of NAME: the process that is the worker.
reader_of() {
	pgrep -x -P "${shell_of[$1]}" kread
}

# shares N…: waits until the readers have N leases each, in any order.
shares() {
	local i
	for ((i = 0; i < 600; i++)); do
		[ "$(table_items app 2>/dev/null | jq -r 'select(.checkpointOwner | not) | .leaseOwner.S // empty' | sort | uniq -c |
			awk '{print $1}' | sort -n | xargs)" = "$*" ] && return
		sleep 0.2
	done
	table_items app
	return 1
}

# await FILES LAST: waits until the files hold all numbers up to LAST.
await() {
	local i
	for ((i = 0; i < 600; i++)); do
		# shellcheck disable=SC2086 # names without blanks
		[ "$(numbers $1)" = "$(seq "$2")" ] && return
		sleep 0.2
	done
	# shellcheck disable=SC2086
	numbers $1 | xargs
	return 1
}

@test "the lease of a shard that is newer than a reader's list of shards is not removed" {
	cd "$BATS_TEST_TMPDIR"
	follow w1
	shares 2
	# Another reader has added it, and has read it to its end, between two looks of this one.
	lease "$(kcl 6 '' 3 SHARD_END 0)" "$(kcl 7 '' 3 SHARD_END 0 | jq -c '.parentShardId.SS = ["shardId-000000000006"]')"
	before=$(leased 0 .leaseCounter.N)
	until [ "$(leased 0 .leaseCounter.N)" -ge $((before + 5)) ]; do sleep 0.1; done
	[ "$(leased 6 .checkpoint.S)" = SHARD_END ]
	kill "$(reader_of w1)"
}

@test "a lease that is lost before the first call for its shard fits does not end all reading" {
	cd "$BATS_TEST_TMPDIR"
	# The first reply may be of any size: while it is awaited, nothing else is read.
	aws_through '{"rules":[{"action":"GetShardIterator","fault":"slow","seconds":1,"holds":"shardId-000000000001"},
		{"action":"GetRecords","fault":"slow","seconds":12,"times":1}]}'
	follow w1
	shares 2
	wait_for 60 eval '[ "$(aws_struck slow GetShardIterator)" -ge 1 ]'
	lease "$(leased 1 '.leaseOwner.S = "other" | .fxTenure.S = "tenure" | .leaseCounter.N = "9"')"
	wait_for 60 grep -q 'shard shardId-000000000001 was lost' w1.kread
	await w1.lines 8
	wait_for 60 eval '[ "$(aws_struck slow GetRecords)" = 1 ]'
	seq -f '{"n":%g}' 9 20 | kput -q
	await w1.lines 20
	kill "$(reader_of w1)"
}

@test "two readers share the shards; one that is killed is succeeded, nothing is lost" {
	make_stream shared 4
	export FX_STREAM=kinesis:shared
	cd "$BATS_TEST_TMPDIR"
	follow w1
	shares 4
	follow w2
	shares 2 2
	seq -f '{"n":%g}' 40 | kput -q
	await '*.lines' 40
	# A run without -f finds nothing free, and takes nothing away.
	[ "$(timeout 60 kread -g $GROUP)" = "" ]
	[ "$(table_items app | jq -r '.leaseOwner.S' | sort | uniq -c | xargs)" = "2 w1 2 w2" ]
	kill -KILL "$(reader_of w1)"
	shares 4
	seq -f '{"n":%g}' 41 80 | kput -q
	await '*.lines' 80
	# A restart has its old leases at once, and a second of the same name is refused.
	follow w1
	shares 2 2
	run -75 --separate-stderr timeout 20 kread -f -g $GROUP --worker w1
	has "$stderr" "another kread on this machine is the worker w1"
	kill "$(reader_of w1)" "$(reader_of w2)"
	shares
	not grep . w1.kack w2.kack
}

@test "a reader that stops for longer than its lease commits nothing over its successor" {
	cd "$BATS_TEST_TMPDIR"
	follow w1
	shares 2
	await '*.lines' 8
	stopped=$(reader_of w1)
	kill -STOP "$stopped"
	seq -f '{"n":%g}' 9 20 | kput -q
	follow w2
	shares 2
	await '*.lines' 20
	kill -CONT "$stopped"
	for ((i = 0; i < 300; i++)); do
		! grep -q 'was lost' w1.kread || break
		sleep 0.2
	done
	has "$(cat w1.kread)" "the lease of shard shardId-00000000000"
	shares 1 1
	await '*.lines' 20
	kill "$stopped" "$(reader_of w2)"
}

@test "a reader whose disk is full says so, ends with 75 and leaves the shards to others" {
	cd "$BATS_TEST_TMPDIR"
	follow w1
	await 'w1.lines' 8
	run -75 bash -c '(ulimit -f 0; trap "" XFSZ; exec timeout 60 kread -f -g dynamodb:app --failover 2s --worker w2) 2>&1 | cat
		exit "${PIPESTATUS[0]}"'
	has "$output" "could not write"
	shares 2
	kill "$(reader_of w1)"
	shares
}

@test "SIGTERM to all tools of a pipeline: its leases are free" {
	cd "$BATS_TEST_TMPDIR"
	follow w1
	await 'w1.lines' 8
	for ((i = 0; i < 600; i++)); do
		[ "$(kstat -g $GROUP 2>/dev/null | jq -s 'map(.lag_ms) | add')" != 0 ] || break
		sleep 0.2
	done
	pkill -TERM -P "$background"
	shares
}
