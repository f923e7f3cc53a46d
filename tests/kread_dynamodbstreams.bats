# kread, kack, kstat and fxhealth on the changes of a table of DynamoDB: against moto, which has one
# shard, and for shards that close, and for faults, against a server that stands for the service.

load helper
load aws
load changes

setup() {
	aws_reset
	export FX_STREAM=dynamodbstreams:there
}

# make_changing_table [VIEW]: the table "there" with a stream.
make_changing_table() {
	aws_call DynamoDB_20120810.CreateTable '{"TableName":"there","BillingMode":"PAY_PER_REQUEST",
		"KeySchema":[{"AttributeName":"k","KeyType":"HASH"}],
		"AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"}],
		"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"'"${1-NEW_AND_OLD_IMAGES}"'"}}' >/dev/null
}

# put FIRST LAST: items {"k":"key N","n":N}.
put() {
	aws_py '
for i in range(int(sys.argv[1]), int(sys.argv[2]) + 1):
    dynamodb.put_item(TableName="there", Item={"k": {"S": "key %d" % i}, "n": {"N": str(i)}})
' "$1" "$2"
}

# The numbers in the new items of the lines, in order; marks are left out.
numbers() {
	jq -r 'select(.new) | .new.n' | paste -sd ' '
}

# --- moto ---

@test "changes are plain lines, and numbers keep their digits" {
	make_changing_table
	aws_py '
dynamodb.put_item(TableName="there", Item={"k": {"S": "a\n\u00e4"}, "n": {"N": "1E+5"},
    "d": {"N": "0.12345678901234567890123456789012345678"}, "b": {"B": b"\x00\x01"},
    "s": {"NS": ["1", "2.50"]}, "t": {"SS": ["x"]}, "u": {"BS": [b"\x02"]}, "z": {"NULL": True},
    "m": {"M": {"l": {"L": [{"BOOL": False}, {"N": "38.0"}]}}}})
dynamodb.put_item(TableName="there", Item={"k": {"S": "a\n\u00e4"}, "n": {"N": "12345678901234567890123456789012345678"}})
dynamodb.delete_item(TableName="there", Key={"k": {"S": "a\n\u00e4"}})'
	kread >lines
	[ "$(wc -l <lines)" = 3 ]
	has "$(sed -n 1p lines)" '{"event":"INSERT","keys":{"k":"a\n'
	has "$(sed -n 1p lines)" '"n":1E+5,"d":0.12345678901234567890123456789012345678,"b":"AAE=","s":[1,2.50],"t":["x"],"u":["Ag=="],"z":null,"m":{"l":[false,38.0]}},"at":"20'
	has "$(sed -n 2p lines)" '"event":"MODIFY"'
	has "$(sed -n 2p lines)" '"n":12345678901234567890123456789012345678},"old":{"k":'
	jq -se '.[0].old == null and .[2].new == null and .[2].event == "REMOVE" and
		.[2].keys == .[0].keys and all(.at | test("^20[0-9-]+T[0-9:.]+Z$"))' lines
	[ "$(kread --raw)" = "$(cat lines)" ]
	kread --envelope | jq -se 'length == 3 and
		all(._pos | test("^shardId-[0-9]+-[0-9a-f]+:[0-9]{21,40}$")) and
		all((.key | fromjson) == (.data | fromjson | .keys))'
	[ "$(kread -n 2 | wc -l)" = 2 ]
}

@test "a stream of keys only" {
	make_changing_table KEYS_ONLY
	put 1 2
	kread | jq -se 'map(del(.at)) == [{"event": "INSERT", "keys": {"k": "key 1"}}, {"event": "INSERT", "keys": {"k": "key 2"}}]'
}

@test "a group continues at its checkpoint" {
	make_changing_table
	run -0 kread -g g
	[ "$(jq -r ._pos <<<"$output")" = "shardId-00000001541626099285-f35f62ef:0+" ]
	put 0 9
	kread -g g | kack -g g
	[ -f "$FX_HOME/there.groups" ]
	run -0 kread -g g
	[ "$output" = "" ]
	put 10 19
	[ "$(kread -g g | numbers)" = "10 11 12 13 14 15 16 17 18 19" ]
	kread -g g -n 4 | kack -g g
	[ "$(kread -g g | numbers)" = "14 15 16 17 18 19" ]
	run -2 --separate-stderr kread -g g --from latest
	has "$stderr" "kack -g g --to latest"
	kstat -g g | jq -se 'length == 1 and all(.open and .group == "g" and .lag_ms >= 0)'
	kack -g g --to trim-horizon
	[ "$(kread -g g | numbers)" = "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19" ]
	[ "$(kstat --groups)" = '{"group":"g"}' ]
	fxhealth -s "$FX_STREAM" -g g --max-age 1h --max-lag 1h
	run -1 fxhealth -s "$FX_STREAM" -g g --max-lag 0s
	has "$output" "behind in shard shardId-"
}

@test "from a position, and past it" {
	make_changing_table
	put 0 4
	position=$(kread --envelope | sed -n 3p | jq -r ._pos)
	[ "$(kread --from "$position" | numbers)" = "2 3 4" ]
	[ "$(kread --from "$position+" | numbers)" = "3 4" ]
	kack -g g --to "$position+"
	[ "$(kread -g g | numbers)" = "3 4" ]
	run -2 --separate-stderr kack -g g --to 0:7
	has "$stderr" "no shard 0"
	run -2 --separate-stderr kack -g g <<<'{"_pos":"0:7+"}'
	has "$stderr" "another stream"
	run -2 --separate-stderr kread --shard 0
	has "$stderr" "no shard 0: it has 1, such as shardId-00000001541626099285-f35f62ef"
}

@test "a time is refused, and so is kput" {
	make_changing_table
	run -2 --separate-stderr kread --from -15m
	has "$stderr" "cannot begin at a time: use trim-horizon, latest or a position"
	run -2 --separate-stderr kread -g g --from 2025-01-07T01:00:00Z
	has "$stderr" "cannot begin at a time"
	run -2 --separate-stderr kack -g g --to -15m
	has "$stderr" "cannot begin at a time"
	run -2 --separate-stderr kput <<<'{}'
	has "$stderr" "can only be read: ddbput -t dynamodb:there"
	[ "$output" = "" ]
}

@test "a table without a stream, and no table" {
	make_table there k
	run -2 --separate-stderr kread
	has "$stderr" "the table there has no stream, or there is no such table: \`aws dynamodb update-table"
	run -2 --separate-stderr kstat
	has "$stderr" "has no stream"
	run -2 --separate-stderr kread -s dynamodbstreams:other
	has "$stderr" "the table other has no stream"
	run -2 --separate-stderr kread -s dynamodbstreams:
	has "$stderr" "dynamodbstreams:TABLE"
}

@test "kread -f waits until the table has a stream" {
	make_table there k
	in_background kread -f >out 2>err
	reader=$background
	wait_for 60 grep -q "there is no stream dynamodbstreams:there yet" err
	aws_py 'dynamodb.update_table(TableName="there", StreamSpecification={"StreamEnabled": True,
		"StreamViewType": "NEW_IMAGE"})'
	put 0 2
	wait_for 60 eval '[ "$(numbers <out)" = "0 1 2" ]'
	kill -TERM "$reader"
	status_of "$reader"
	[ "$status" = 143 ]
}

@test "the ARN of a table or of its stream names it too" {
	make_changing_table
	put 0 1
	arn=$(aws_py 'print(dynamodb.describe_table(TableName="there")["Table"]["LatestStreamArn"])')
	[ "$(kread -s "$arn" | numbers)" = "0 1" ]
	[ "$(kread -s "${arn%/stream/*}" | numbers)" = "0 1" ]
	kread -s "$arn" -g g | kack -s "${arn%/stream/*}" -g g
	run -0 kread -g g
	[ "$output" = "" ]
	run -2 --separate-stderr kread -s "$arn/"
	has "$stderr" "is not the ARN of a stream"
}

@test "lines are stored in a table, and kread -f | kack is killed without a loss" {
	make_changing_table
	: >all
	for round in 1 2 3 4 5; do
		put $((round * 10)) $((round * 10 + 9))
		in_background kread -f -g g > >(tee -a all | kack -g g)
		reader=$background
		wait_for 60 eval '[ "$(numbers <all | tr " " "\n" | sort -un | tail -n 1)" -ge $((round * 10 + 5)) ]'
		kill -KILL "$reader"
		status_of "$reader"
		# Until kack has ended, the group may be in use.
		wait_for 60 eval 'kread -g g >>all'
	done
	kread -g g >>all
	numbers <all | tr ' ' '\n' | sort -un | jq -se '. == [range(10; 60)]'
	ddbput -q -t copy -k _k < <(jq -c '.new | select(.) | {_k: .k, n}' all | sort -u)
	[ "$(ddbget -t copy | wc -l)" = 50 ]
}

# --- a server that stands for the service ---

@test "parents before children, also in pages" {
	state '{"page":1,"most":3,"shards":[{"id":5,"parent":2,"first":31,"count":10},
		{"id":1,"first":1,"count":10,"closed":true},
		{"id":2,"parent":1,"first":11,"count":10,"closed":true},
		{"id":3,"parent":1,"first":21,"count":10}]}'
	kread >out
	in_order 1 40 twice <out
	[ "$(wc -l <out)" = 40 ]
	in_order 1 20 < <(jq -c 'select(.new.n <= 20)' out)
	kread -g g >marked
	in_order 1 40 twice <marked
	# A mark of the parent comes before the first line of its children.
	jq -r ._pos marked | awk -v a="$(shard 1):1000000000000000000010+" -v b="$(shard 2):" -v c="$(shard 3):" '
		$0 == a { done = 1 }
		(index($0, b) == 1 || index($0, c) == 1) && !done { bad = 1 }
		END { exit bad || !done }'
	kack -g g <marked
	kstat -g g | jq -se 'length == 4 and all(.lag_ms == 0) and map(select(.open)) == [.[0, 3]] and
		.[0].parent == "'"$(shard 2)"'"'
	run -0 kread -g g
	[ "$output" = "" ]
}

@test "a child waits for its parent while others end and the shards are listed page by page" {
	state "$(jq -n '{page: 1, most: 2, shards: ([{id: 1, first: 1001, count: 20, closed: true}] +
		[range(2; 22) | {id: ., first: (. * 20), count: ., closed: true}] +
		[{id: 30, parent: 1, first: 1021, count: 2}])}')"
	kread >out
	last=$(jq -sc "map(.new.n | select(. > 1000))" out)
	[ "$last" = "$(jq -nc "[range(1001; 1023)]")" ]
	[ "$(wc -l <out)" = 252 ]
}

@test "a group that starts again after days: records that are gone, and the others" {
	state '{"shards":[{"id":1,"first":1,"count":10,"closed":true},{"id":2,"parent":1,"first":11,"count":5}]}'
	kread -g g | kack -g g
	# The shard that it was in is trimmed, others are gone.
	state '{"shards":[{"id":2,"parent":1,"first":11,"count":20,"closed":true,"trimmed":25},
		{"id":3,"parent":2,"first":31,"count":5}]}'
	run -1 --separate-stderr kread -g g
	has "$stderr" "may have lost records"
	in_order 25 35 <<<"$output"
	state '{"shards":[{"id":8,"parent":7,"first":101,"count":5,"closed":true},{"id":9,"parent":8,"first":106,"count":5}]}'
	run -1 --separate-stderr kread -g g
	has "$stderr" "may have lost records"
	has "$stderr" "$(shard 8)"
	in_order 101 110 <<<"$output"
	kack -g g <<<"$output"
	run -0 --separate-stderr kread -g g
	[ "$output$stderr" = "" ]
}

@test "replies without records do not end a shard" {
	state '{"gap":2,"most":4,"shards":[{"id":1,"first":1,"count":10,"closed":true},{"id":2,"parent":1,"first":11,"count":10}]}'
	kread | in_order 1 20
	kread -g g -n 12 | kack -g g
	kstat -g g | jq -se '.[1].lag_ms >= 0 and .[0].lag_ms == 0'
}

@test "kread -f continues in children, and ends when the stream is switched off" {
	state '{"shards":[{"id":1,"first":1,"count":5}]}'
	in_background kread -f -g g >out 2>err
	reader=$background
	wait_for 60 eval "in_order 1 5 <out"
	state '{"shards":[{"id":1,"first":1,"count":10,"closed":true},{"id":2,"parent":1,"first":11,"count":5},
		{"id":3,"parent":1,"first":16,"count":5}]}'
	wait_for 60 eval 'in_order 1 20 twice <out'
	state '{"status":"DISABLED","shards":[{"id":1,"first":1,"count":10,"closed":true},
		{"id":2,"parent":1,"first":11,"count":5,"closed":true},{"id":3,"parent":1,"first":16,"count":8,"closed":true}]}'
	status_of "$reader"
	[ "$status" = 2 ]
	in_order 1 23 twice <out
	has "$(cat err)" "was switched off, and all its records have been read"
	# Switched on again: another stream.
	state '{"labels":["2025-01-07T01:00:00.000","2025-01-08T02:00:00.000"],"shards":[{"id":1,"first":1,"count":2}]}'
	kack -g g <out || true
	kread | in_order 1 2
	kread -s "arn:aws:dynamodb:us-east-1:123456789012:table/there/stream/2025-01-07T01:00:00.000" -g h | kack \
		-s "arn:aws:dynamodb:us-east-1:123456789012:table/there/stream/2025-01-07T01:00:00.000" -g h
	run -2 --separate-stderr kread -g h
	has "$stderr" "the checkpoints of group h are of another stream of this name"
}

@test "latest: only what comes from now on" {
	state '{"shards":[{"id":1,"first":1,"count":10,"closed":true,"before":10},{"id":2,"parent":1,"first":11,"count":10,"before":10}]}'
	in_background kread -f --from latest >out
	reader=$background
	wait_for 60 eval '[ "$(asked GetRecords)" -ge 1 ]'
	# The iterator expires before it has returned a record.
	state '{"generation":1,"shards":[{"id":1,"first":1,"count":10,"closed":true,"before":10},
		{"id":2,"parent":1,"first":11,"count":12,"before":10}]}'
	wait_for 60 eval "in_order 21 22 <out"
	# Another, after records.
	state '{"generation":2,"shards":[{"id":2,"parent":1,"first":11,"count":14,"before":10}]}'
	wait_for 60 eval 'in_order 21 24 <out'
	kill -TERM "$reader"
	status_of "$reader"
	[ "$status" = 143 ]
	[ "$(asked GetShardIterator '.body.ShardIteratorType == "LATEST"')" = 1 ]
}

@test "latest for a group is kept, though nothing was committed" {
	state '{"shards":[{"id":1,"first":1,"count":10,"closed":true,"before":10},{"id":2,"parent":1,"first":11,"count":10,"before":10}]}'
	run -0 kread -g g --from latest
	[ "$output" = "" ]
	state '{"shards":[{"id":1,"first":1,"count":10,"closed":true,"before":10},
		{"id":2,"parent":1,"first":11,"count":15,"before":10,"closed":true},{"id":3,"parent":2,"first":26,"count":5}]}'
	kread -g g >out
	in_order 21 30 <out
	kstat -g g | jq -se '.[0].lag_ms == 0'
	kack -g g <out
	run -0 kread -g g
	[ "$output" = "" ]
	kack -g g --to latest
	run -0 kread -g g
	# What is a few seconds old may come again.
	jq -se 'all(.new.n == null or .new.n > 20)' <<<"$output"
}

@test "an expired iterator, throttling, faults of the service" {
	state '{"most":2,"shards":[{"id":1,"first":1,"count":10}],"faults":[
		{"action":"GetRecords","code":"ExpiredIteratorException","after":2,"times":1},
		{"action":"GetRecords","code":"LimitExceededException","after":4,"times":2},
		{"action":"GetRecords","code":"InternalServerError","after":7,"times":1},
		{"action":"GetShardIterator","code":"InternalServerError","times":1},
		{"action":"DescribeStream","code":"ThrottlingException","times":1},
		{"action":"ListStreams","code":"InternalServerError","times":1}]}'
	kread --stats stats.json | in_order 1 10
	jq -se '.[-1].throttled >= 2' stats.json
}

@test "permissions that are missing" {
	state '{"shards":[{"id":1,"first":1,"count":1}],"faults":[{"action":"GetRecords","code":"AccessDeniedException","times":9}]}'
	run -2 --separate-stderr kread
	has "$stderr" "AccessDenied"
	state '{"shards":[]}'
	run -0 kread
	[ "$output" = "" ]
	run -75 --separate-stderr kstat
	has "$stderr" "lists no shard"
}

@test "deletions by time to live, and members that are null" {
	record='{"eventName":"REMOVE","eventID":null,"userIdentity":{"Type":"Service","PrincipalId":"dynamodb.amazonaws.com"},
		"dynamodb":{"ApproximateCreationDateTime":1.7362116E9,"Keys":{"k":{"S":"a"}},"NewImage":null,
		"OldImage":{"k":{"S":"a"},"n":{"N":"007"}},"SequenceNumber":"000000000000000000001","SizeBytes":null}}'
	plain='{"eventName":"INSERT","userIdentity":null,"dynamodb":{"ApproximateCreationDateTime":null,
		"Keys":{"k":{"S":"b"}},"OldImage":null,"SequenceNumber":"1000000000000000000002"}}'
	state "{\"raw\":{\"1\":$record,\"2\":$plain},\"shards\":[{\"id\":1,\"first\":1,\"count\":2}]}"
	run -0 kread
	[ "${lines[0]}" = '{"event":"REMOVE","by":"ttl","keys":{"k":"a"},"old":{"k":"a","n":7},"at":"2025-01-07T01:00:00Z"}' ]
	[ "${lines[1]}" = '{"event":"INSERT","keys":{"k":"b"}}' ]
	# Zeros in front of a sequence number, as emulators write them, are left out, and sent again.
	position=$(kread --envelope | sed -n 1p | jq -r ._pos)
	[ "$position" = "$(shard 1):1" ]
	run -0 kread --from "$position+"
	[ "$(asked GetShardIterator '.body.SequenceNumber == "000000000000000000001"')" = 1 ]
}

@test "what is not a reply" {
	for record in '{"eventName":"INSERT"}' '{"eventName":"INSERT","dynamodb":{"Keys":{"k":{"S":5}},"SequenceNumber":"1"}}' \
		'{"eventName":"INSERT","dynamodb":{"Keys":{"k":{"N":"x"}},"SequenceNumber":"1"}}' \
		'{"eventName":"INSERT","dynamodb":{"Keys":{"k":{"S":"a"}},"SequenceNumber":"x"}}' '5'; do
		state "{\"raw\":{\"1\":$record},\"shards\":[{\"id\":1,\"first\":1,\"count\":1}]}"
		run -75 --separate-stderr kread
		has "$stderr" "reply to GetRecords holds"
		[ "$output" = "" ]
	done
}

@test "replies that are cut off, too long, of a proxy, or none" {
	serve < <(jq -n '[{match: "ListStreams", answers: [{body: ({Streams: [{TableName: "there",
			StreamArn: "arn:aws:dynamodb:us-east-1:1:table/there/stream/2025-01-07T01:00:00.000"}],
			LastEvaluatedStreamArn: null} | tojson)}]},
		{match: "DescribeStream", answers: [{body: "{\"Stream", cut: 5}, {body: ({StreamDescription: {StreamStatus: null,
			LastEvaluatedShardId: null, Shards: [{ShardId: "shardId-00000000000000000001-0000000a",
			ParentShardId: null, SequenceNumberRange: {EndingSequenceNumber: null}}]}} | tojson)}]},
		{match: "GetShardIterator", answers: [{close: true}, {body: "{\"ShardIterator\":\"i\"}"}]},
		{match: "GetRecords", answers: [{close: true}, {status: 503, body: "<html>"}, {body: "{\"Records\":[{", cut: 12},
			{size: 17000000}, {body: ({NextShardIterator: null, Records: [{eventName: "REMOVE",
			dynamodb: {Keys: {k: {N: "1"}}, SequenceNumber: "1000000000000000000001"}}]} | tojson)}]}] | {routes: .}')
	AWS_ENDPOINT_URL=http://127.0.0.1:$port
	[ "$(kread)" = '{"event":"REMOVE","keys":{"k":1}}' ]
	jq -se 'map(select(.action == "GetRecords") | .body | fromjson.Limit) == [1000, 1000, 1000, 1000, 500]' server/log
}

@test "a reader of the output that goes away, and a signal" {
	state '{"shards":[{"id":1,"first":1,"count":50}]}'
	in_background sh -c 'kread -f; echo $? >status' > >(head -n 1 >first)
	wait_for 60 test -s status
	[ "$(cat status)" = 141 ]
	in_background kread -f >out
	reader=$background
	wait_for 60 eval "in_order 1 50 <out"
	kill -TERM "$reader"
	status_of "$reader"
	[ "$status" = 143 ]
}

@test "killed while shards close: nothing is lost, and each key's order is kept within a run" {
	: >all
	for round in 1 2 3 4 5 6; do
		# Each round, the newest shard closes and has two children.
		state "$(jq -n --argjson round "$round" '{most: 7, page: 2, shards: ([range(0; $round) as $r |
			{id: (2 * $r + 1), first: (40 * $r + 1), count: 20},
			{id: (2 * $r + 2), first: (40 * $r + 21), count: 20, keys: "other \($r)"} |
			if .id > 2 then .parent = 2 * $r - 1 else . end | if $r < $round - 1 then .closed = true else . end] | reverse)}')"
		in_background kread -f -g g > >(tee run >(kack -g g) >/dev/null)
		reader=$background
		wait_for 60 eval '[ "$(grep -c new run)" -ge 15 ]'
		kill -KILL "$reader"
		status_of "$reader"
		cat run >>all
		rm run
		wait_for 60 eval 'kread -g g >rest'
		in_run=$(jq -se 'map(select(.new) | .new) | group_by(.k) | all(map(.n) | . == sort)' rest)
		[ "$in_run" = true ]
		cat rest >>all
		[ "$round" = 6 ] || kack -g g < <(head -n 30 rest)
	done
	in_order 1 240 twice <all
}
