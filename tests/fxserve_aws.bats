# fxserve: a table of DynamoDB and a stream of Kinesis: what is answered, and what it may cost.

load helper
load aws
load fxserve

key=ticker,last_refreshed

filled() {
	make_table rates
	{ rates 300 && rates 3 ETH/USD; } | ddbput -q -t dynamodb:rates
}

# calls ACTION: how many there were.
calls() {
	jq -s --arg action "$1" 'map(select(.action == $action)) | length' "$AWS_FAULTS/log"
}

@test "items and pages of DynamoDB; keys and newest items of those that are named; never a scan" {
	local cursor='' queries
	filled
	rates 300 >expected
	aws_through '{"seed":1}'
	serving -t dynamodb:rates --key BTC/USD --key ETH/USD --key none --rate 1000
	gets 200 '/v1/items?key=BTC/USD&format=ndjson'
	cmp body expected
	gets 200 '/v1/items?key=BTC/USD&from=2025-01-01T00:00:10Z&to=2025-01-01T00:00:12Z&format=ndjson'
	cmp body <(sed -n 11,13p expected)
	: >all
	while :; do
		gets 200 "/v1/items?key=BTC/USD&order=desc&limit=70&format=ndjson${cursor:+&cursor=$cursor}"
		cat body >>all
		cursor=$(sed -n 's/^Next-Cursor: //p' headers.plain)
		[ -n "$cursor" ] || break
	done
	tac expected | cmp - all
	gets 200 '/v1/items?key=BTC/USD&points=10&value=exchange_rate'
	holds '.thinned == 300 and .count <= 22' body
	gets 200 /v1/keys
	holds '.keys == ["BTC/USD","ETH/USD"]' body
	queries=$(calls Query)
	for _ in {1..20}; do
		gets 200 /v1/latest
		gets 200 /
	done
	sed -n '2,$p' body
	gets 200 /v1/latest
	sed -n '2,$p' body | sed '$d; s/,$//' | cmp - <(tail -1 expected && rates 3 ETH/USD | tail -1)
	[ "$(calls Query)" = "$queries" ]
	[ "$(calls Scan)" = 0 ]
}

@test "the keys of DynamoDB are not looked for" {
	filled
	aws_through '{"seed":1}'
	serving -t dynamodb:rates
	problem 404 'with --key' /v1/keys
	problem 404 'with --key' /v1/latest
	gets 200 '/v1/items?key=ETH/USD'
	[ "$(calls Query)" = 1 ]
	[ "$(calls Scan)" = 0 ]
}

@test "what --rate allows is used up: 429 with Retry-After, and then the next is answered" {
	local one later
	filled
	serving -t dynamodb:rates --rate 2
	for one in {1..12}; do
		in_background curl -sS --max-time 30 -D "$one.headers" -H "Authorization: Bearer $token" \
			"$url/v1/items?key=BTC/USD&limit=4" >"$one"
	done
	for one in {1..12}; do
		wait_for 30 test -s "$one"
	done
	grep -h ^HTTP ./*.headers | tr -d '\r' | sort | uniq -c
	grep -q ' 200' ./*.headers
	one=$(grep -l ' 429' ./*.headers | head -1)
	later=$(sed -n 's/^Retry-After: \([0-9]*\).*/\1/p' "$one")
	[ "$later" -ge 1 ]
	holds '.status == 429 and (.detail | contains("what --rate allows"))' "${one%.headers}"
	# 503: the stand-in for DynamoDB was too busy to answer in time.
	not grep -v ' 200\| 429\| 503' < <(grep -h ^HTTP ./*.headers)
	wait_for $((later + 10)) gets 200 '/v1/items?key=BTC/USD&limit=1'
}

@test "DynamoDB throttles, or says nothing: 503 in time, and the others are served" {
	local one
	filled
	aws_through '{"seed":1,"rules":[{"action":"Query","holds":"BTC/USD","fault":"throttle"},
		{"action":"Query","holds":"SOL/USD","fault":"stall"}]}'
	# So much that what the calls without a reply may consume is within it.
	serving -t dynamodb:rates --rate 40000
	for one in BTC SOL; do
		in_background curl -sS --max-time 30 -D "$one.headers" -H "Authorization: Bearer $token" \
			"$url/v1/items?key=$one/USD" >$one
	done
	gets 200 '/v1/items?key=ETH/USD'
	for one in BTC SOL; do
		wait_for 15 test -s $one
		holds '.status == 503' $one
		grep -q '^Retry-After: 5' "$one.headers"
	done
	gets 200 '/v1/items?key=ETH/USD'
}

@test "a stream of Kinesis: records as they come, and after the last event" {
	local id
	make_stream rates 2
	serving -t '' -s kinesis:rates
	follow one
	rates 40 | kput -q -s kinesis:rates -k last_refreshed
	wait_for 30 has_data one 40
	data one | sort | cmp - <(rates 40)
	kill "$follower"
	id=$(sed -n 's/^id: //p' one | tail -1)
	[ "$(tr ',' '\n' <<<"$id" | wc -l)" = 2 ]
	kill "$server"
	status_of "$server"
	rates 10 ETH/USD | kput -q -s kinesis:rates -k last_refreshed
	serving -t '' -s kinesis:rates
	follow two "?after=$id"
	wait_for 30 has_data two 10
	rates 10 SOL/USD | kput -q -s kinesis:rates -k last_refreshed
	wait_for 30 has_data two 20
	data two | sort | cmp - <({ rates 10 ETH/USD && rates 10 SOL/USD; } | sort)
}

@test "the changes of a table: as they come, and after the last event" {
	local id
	make_table rates
	aws_py 'dynamodb.update_table(TableName="rates", StreamSpecification={"StreamEnabled": True,
		"StreamViewType": "NEW_IMAGE"})'
	serving -t '' -s dynamodbstreams:rates
	follow one
	rates 20 | ddbput -q -t dynamodb:rates
	wait_for 60 has_data one 20
	data one | jq -cS .new | sort | cmp - <(rates 20 | jq -cS . | sort)
	kill "$follower"
	id=$(sed -n 's/^id: //p' one | tail -1)
	kill "$server"
	status_of "$server"
	rates 10 ETH/USD | ddbput -q -t dynamodb:rates
	serving -t '' -s dynamodbstreams:rates
	follow two "?after=$id"
	wait_for 60 has_data two 10
	rates 10 SOL/USD | ddbput -q -t dynamodb:rates
	wait_for 60 has_data two 20
	data two | jq -cS .new | sort -u | cmp - <({ rates 10 ETH/USD && rates 10 SOL/USD; } | jq -cS . | sort)
	gets 200 /v1/health
	grep -q dynamodbstreams:rates body
}
