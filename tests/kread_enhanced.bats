# kread --enhanced: subscriptions to shards, against a server that plays Kinesis (tests/server/fanout),
# by HTTP/2 over TLS unless a test says otherwise. And how often kread asks for records without it.

load helper
load fanout

setup() {
	export FX_STREAM=kinesis:there AWS_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true
	export AWS_ACCESS_KEY_ID=AKIDFXPIPEEXAMPLE AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIEXAMPLEKEY
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	fx_end_started
}

@test "all records, by HTTP/2, to the tip" {
	fanout '{"shards":3,"records":100}'
	kread --enhanced reader | are_all 300
	subscribed | jq -e 'length == 3 and all(.http == "2.0" and (.ConsumerARN | endswith("consumer/reader:1")) and
		.StartingPosition == {Type: "TRIM_HORIZON"})'
	[ "$(calls GetRecords)" = 0 ]
	[ "$(kread --enhanced reader -n 7 | wc -l)" = 7 ]
	[ "$(kread --enhanced reader --shard shardId-000000000001 | jq -s length)" = 100 ]
	kread --enhanced reader --envelope | jq -se 'length == 300 and all(.key == "k")'
	arn=arn:aws:kinesis:us-east-1:123456789012:stream/there/consumer/other:7
	kread --enhanced $arn | are_all 300
	subscribed | jq -e --arg arn $arn '.[-1].ConsumerARN == $arn'
}

@test "by HTTP/1.1, which a server on this machine may speak" {
	fanout '{"shards":2,"records":50}' plain
	kread --enhanced reader | are_all 100
	subscribed | jq -e 'length == 2 and all(.http == "1.1")'
}

@test "an empty stream" {
	fanout '{"shards":2}'
	run -0 kread --enhanced reader
	[ "$output" = "" ]
}

@test "a group commits, and continues" {
	fanout '{"shards":2,"records":40}'
	kread -g g -n 30 --enhanced reader | tee out | kack -g g
	kread -g g --enhanced reader | tee -a out | kack -g g
	are_all 80 <out
	run -0 kread -g g --enhanced reader
	[ "$output" = "" ]
	# And without the consumer.
	control put '{"shard":1,"count":3}'
	kread -g g | jq -se 'map(select(.n)) | map(.n) == [80, 81, 82]'
}

@test "from latest, a time and a position" {
	fanout '{"shards":1,"records":10}'
	place=$(kread --envelope | jq -rs '.[4]._pos')
	kread --enhanced reader --from "$place" | jq -se 'map(.n) == [4, 5, 6, 7, 8, 9]'
	kread --enhanced reader --from "$place+" | jq -se 'map(.n) == [5, 6, 7, 8, 9]'
	kread --enhanced reader --from -15m | are_all 10
	in_background kread -f --enhanced reader --from latest >out
	wait_for 60 has_calls SubscribeToShard 4
	control put '{"shard":0,"count":5}'
	wait_for 60 has_lines out 5
	jq -se 'map(.n) == [10, 11, 12, 13, 14]' out
}

@test "events in pieces of each size, and connections that are cut anywhere" {
	for piece in 1 7 1000; do
		fanout "{\"shards\":2,\"records\":60,\"each\":3,\"pause\":0,\"piece\":$piece,
			\"cuts\":[700,50,1500,901,2000,3,1234,4000,300,2500]}"
		fast_clock kread --enhanced reader | are_all 120
		subscribed | jq -e 'length > 5 and (map(.StartingPosition.Type) | unique) ==
			["AFTER_SEQUENCE_NUMBER", "TRIM_HORIZON"]'
	done
}

@test "cut and followed, while records arrive: none is missing, none comes twice" {
	fanout '{"shards":2,"records":20,"beat":10,"cuts":[900,1700,800,1500,2500,1000,600,1900,1100,4000]}'
	in_background fast_clock kread -f -g g --enhanced reader >out
	for ((i = 0; i < 20; i++)); do
		control put "{\"shard\":$((i % 2)),\"count\":5}"
	done
	wait_for 60 has_lines out 140
	wait_for 60 has_calls SubscribeToShard 8
	are_all 140 <out
	kack -g g <out
	fx_end_started
}

@test "a damaged message: the subscription begins again after the last good one" {
	for fault in crc prelude huge; do
		fanout "{\"shards\":1,\"records\":50,\"faults\":[\"$fault\",\"$fault\"]}"
		fast_clock kread -v --enhanced reader 2>err | are_all 50
		[ "$(calls SubscribeToShard)" = 3 ]
		has "$(cat err)" "a message of the event stream is damaged"
	done
	# Each time.
	fanout '{"shards":1,"faults":["first","first","first","first","first","first"]}'
	run -75 fast_clock kread --enhanced reader
	[ "$(calls SubscribeToShard)" = 6 ]
	has "$output" "shard shardId-000000000000: a message of the event stream is damaged: it has a wrong checksum"
}

@test "exceptions and errors as events" {
	fanout '{"shards":1,"records":50,"faults":["exception:InternalFailureException","error:InternalError",
		"exception:KMSThrottlingException","exception:LimitExceededException"]}'
	fast_clock kread -v --enhanced reader 2>err | are_all 50
	[ "$(calls SubscribeToShard)" = 5 ]
	for code in InternalFailureException InternalError KMSThrottlingException LimitExceededException; do
		has "$(cat err)" "Kinesis SubscribeToShard: $code: because of $code"
	done
	fanout '{"shards":1,"records":50,"faults":["exception:KMSDisabledException"]}'
	run -2 --separate-stderr kread --enhanced reader
	has "$stderr" "Kinesis SubscribeToShard: KMSDisabledException: because of KMSDisabledException"
}

@test "a call that is refused: throttling is waited out" {
	fanout '{"shards":1,"records":9,"faults":["refused:LimitExceededException",null,"refused:LimitExceededException"],"cuts":[null,1200]}'
	fast_clock kread --enhanced reader 2>err | are_all 9
	[ ! -s err ]
}

@test "the consumer is refused: GetRecords from the last record on, said once" {
	for code in ResourceNotFoundException AccessDeniedException UnknownOperationException; do
		fanout "{\"shards\":3,\"records\":20,\"faults\":[\"refused:$code\",\"refused:$code\",\"refused:$code\"]}"
		kread --enhanced reader 2>err | are_all 60
		[ "$(grep -c 'reading with GetRecords, without the consumer' err)" = 1 ]
		has "$(cat err)" $code
		has_calls GetRecords 3
	done
	# In the middle.
	fanout '{"shards":2,"records":50,"pause":0,"faults":["exception:ResourceNotFoundException"]}'
	kread -g g --enhanced reader 2>err >out
	are_all 100 <out
	[ "$(grep -c 'reading with GetRecords' err)" = 1 ]
	kack -g g <out
}

@test "the service ends subscriptions: each is renewed, without a gap or a repeat" {
	fanout '{"shards":2,"records":200,"each":2,"life":60,"beat":10}'
	in_background fast_clock kread -f --enhanced reader >out
	wait_for 60 has_lines out 400
	for ((i = 0; i < 10; i++)); do
		control put '{"shard":0,"count":3}'
		wait_for 60 has_lines out $((400 + 3 * i + 3))
	done
	are_all 430 <out
	jq -se 'map(select(.why == "life")) | length > 4' server/log
	# Each continued at the number that the service gave, which no record has.
	subscribed | jq -e '[.[].StartingPosition.SequenceNumber | select(.)] | length > 4 and all(endswith("5"))'
}

@test "kread renews a subscription itself before five minutes end" {
	faketime -f '+0 x60' kread --version >/dev/null 2>&1 || skip "faketime cannot be loaded"
	fanout '{"shards":1,"records":5,"life":100000000,"beat":10}'
	in_background faketime -f '+0 x60' kread -v -f --enhanced reader >out 2>err
	for ((i = 1; i < 6; i++)); do
		wait_for 60 has_calls SubscribeToShard $i
		control put '{"shard":0,"count":4}'
	done
	wait_for 60 has_lines out 25
	are_all 25 <out
	not grep again err
	# Each ended because kread closed it, about 290 s of its clock after it had begun.
	jq -se 'map(select(.ended)) | length >= 4 and all(.why == "closed")' server/log
	# Since the server was started: it may note one late, but none early.
	jq -se '[.[] | select(.action == "SubscribeToShard") | .at] |
		to_entries | length >= 5 and all(.value >= .key * 290000 / 60 - 10)' server/log
}

@test "two readers of one consumer: said once; each gets all records" {
	fanout '{"shards":1,"records":10,"own":200,"beat":10}'
	in_background fast_clock kread -f --enhanced reader >one 2>err
	wait_for 60 has_lines one 10
	in_background fast_clock kread -f --enhanced reader >two 2>>err
	wait_for 60 has_lines two 10
	control put '{"shard":0,"count":10}'
	wait_for 60 has_lines one 20
	wait_for 60 has_lines two 20
	are_all 20 <one
	are_all 20 <two
	[ "$(grep -c 'another reader has a subscription to shard shardId-000000000000' err)" -le 2 ]
	has "$(cat err)" "another reader has a subscription to shard shardId-000000000000 for this consumer"
	fx_end_started
	# What an earlier run has left is waited for without a message.
	for fault in begins refused; do
		fanout "{\"shards\":1,\"records\":9,\"faults\":[\"$fault:ResourceInUseException\"]}"
		fast_clock kread --enhanced reader 2>err | are_all 9
		[ ! -s err ]
		[ "$(calls SubscribeToShard)" = 2 ]
	done
	# Without -f it ends after a minute.
	fanout '{"shards":1,"own":100000000}'
	kread --enhanced reader
	run -75 --separate-stderr fast_clock kread --enhanced reader
	has "$stderr" "nothing could be read for 60 s"
	has "$stderr" ResourceInUseException
}

@test "a consumer that is missing, is registered, or is not ready yet" {
	fanout '{"shards":1,"records":9,"consumer":""}'
	kread --enhanced reader 2>err | are_all 9
	has "$(cat err)" "reading with GetRecords, without the consumer (--register registers it)"
	[ "$(calls SubscribeToShard)" = 0 ]
	fast_clock kread --enhanced reader --register 2>err | are_all 9
	[ ! -s err ]
	[ "$(calls RegisterStreamConsumer)" = 1 ]
	[ "$(calls SubscribeToShard)" = 1 ]
	fast_clock kread --enhanced reader --register | are_all 9
	[ "$(calls RegisterStreamConsumer)" = 1 ]
	fanout '{"shards":1,"records":9,"consumer":"CREATING:2"}'
	fast_clock kread --enhanced reader | are_all 9
	[ "$(calls DescribeStreamConsumer)" = 3 ]
	for status in DENIED DELETING; do
		fanout "{\"shards\":1,\"records\":9,\"consumer\":\"$status\"}"
		kread --enhanced reader --register 2>err | are_all 9
		has "$(cat err)" "reading with GetRecords"
		[ "$(calls RegisterStreamConsumer)" = 0 ]
	done
}

@test "shards that are split: children after their parents" {
	fanout '{"shards":1,"records":30,"beat":10}'
	in_background kread -f -g g --enhanced reader >followed
	wait_for 60 has_lines followed 30
	control split '{"shard":0}'
	control put '{"shard":1,"count":10}'
	control put '{"shard":2,"count":10}'
	wait_for 60 has_lines followed 50
	control split '{"shard":2}'
	control put '{"shard":4,"count":10}'
	wait_for 60 has_lines followed 60
	are_all 60 <followed
	kread -g other --enhanced reader | tee out | kack -g other
	are_all 60 <out
	# The marks of a parent come before its children.
	jq -se '[.[] | ._pos | split(":")[0] | .[-1:] | tonumber] | index(0) < index(1) and
		(rindex(0) < index(1)) and (rindex(2) < index(4))' out
	run -0 kread -g other --enhanced reader
	[ "$output" = "" ]
}

@test "a slow output: the service waits, and memory stays small" {
	! grep -q __asan_init "$FX_BUILD/bin/kread" || skip "the sanitizers need more"
	fanout '{"shards":2,"records":1000,"each":20,"bytes":50000,"pause":0}'
	mkfifo pipe
	in_background sh -c 'exec kread -f --enhanced reader >pipe'
	exec 7<pipe
	reader=$background
	wait_for 60 has_calls SubscribeToShard 2
	# Its connections are full by now, and nothing is lost when they move on.
	head -n 2000 <&7 | jq -c '{n, s}' | are_all 2000
	peak=$(awk '/VmHWM/ { print $2 }' "/proc/$reader/status")
	exec 7<&-
	[ "$peak" -lt 65536 ]
}

@test "SIGTERM, and a reader of the output that goes away" {
	fanout '{"shards":1,"records":5}'
	in_background kread -f -g g --enhanced reader >out
	wait_for 60 has_lines out 5
	kill "$background"
	status_of "$background"
	[ "$status" = 143 ]
	[ "$(tail -n 1 out | jq -r '._pos | endswith("+")')" = true ]
	kread -f --enhanced reader | head -n 5 | are_all 5
}

@test "wrong options" {
	run -2 kread --register
	has "$output" "--register requires --enhanced"
	for stream in here dynamodbstreams:there; do
		FX_STREAM=$stream run -2 kread --enhanced reader
		has "$output" "only a stream of Kinesis has consumers of enhanced fan-out"
	done
	fanout '{"shards":1}'
	for name in '' 'a b' 'x"y' arn:aws:sns:us-east-1:1:there; do
		run -2 kread --enhanced "$name"
		has "$output" "is not the name of a consumer"
	done
}

@test "without it, an idle shard is asked once a second, even if replies take long" {
	for delay in 0 300; do
		fanout "{\"shards\":1,\"records\":5,\"delay\":$delay}"
		in_background kread -f >out
		wait_for 60 has_lines out 5
		wait_for 60 has_calls GetRecords 6
		# The first replies may have held records. Since the server was started, as above.
		jq -se '[.[] | select(.action == "GetRecords") | .at] | .[2:] | to_entries |
			length >= 4 and all(.value >= .key * 1000)' server/log
		kill "$background"
	done
}
