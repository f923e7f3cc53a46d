# ddbget: items out of a table of DynamoDB.

load helper
load aws

@test "items that boto3 wrote are read, with their digits" {
	make_table rates
	aws_py '
dynamodb.put_item(TableName="rates", Item={"ticker": {"S": "A"}, "last_refreshed": {"S": "x"},
    "n": {"N": "12345678901234567890123456789012345678"}, "s": {"NS": ["1.5"]}, "b": {"B": b"\x00"}})'
	ddbget -t dynamodb:rates A x | jq -S -c . >plain
	[ "$(grep -o '"n":[0-9]*' < <(ddbget -t dynamodb:rates A x))" = '"n":12345678901234567890123456789012345678' ]
	holds '.s == [1.5] and .b == "AA=="' plain
	ddbget -t dynamodb:rates --typed A x | holds '.n.N == "12345678901234567890123456789012345678" and .s.NS == ["1.5"]'
}

@test "ranges, order and number, page by page" {
	make_table rates
	rates 60 | ddbput -q -t dynamodb:rates
	rates 5 ETH/USD | ddbput -q -t dynamodb:rates
	aws_through '{"seed":1,"rules":[{"action":"Query|Scan","fault":"few"}]}'
	ddbget -t dynamodb:rates BTC/USD | cmp <(rates 60) -
	ddbget -t dynamodb:rates BTC/USD -r | cmp <(rates 60 | tac) -
	ddbget -t dynamodb:rates BTC/USD -r -n 7 | cmp <(rates 60 | tac | head -n 7) -
	ddbget -t dynamodb:rates BTC/USD --from 2025-01-01T00:00:10 --to 2025-01-01T00:00:20Z |
		cmp <(rates 60 | sed -n 11,21p) -
	ddbget -t dynamodb:rates BTC/USD --to 2025-01-01T00:00:03Z | cmp <(rates 4) -
	[ "$(ddbget -t dynamodb:rates BTC/USD --from 2025-01-01T00:00:50Z | wc -l)" = 10 ]
	{ rates 60 && rates 5 ETH/USD; } | sort >all
	ddbget -t dynamodb:rates | sort | cmp all -
	ddbget -t dynamodb:rates -j 3 | sort | cmp all -
	[ "$(ddbget -t dynamodb:rates -n 11 | wc -l)" = 11 ]
}

@test "with faults of every kind, all items are read once" {
	make_table rates
	rates 400 | ddbput -q -t dynamodb:rates
	aws_through '{"seed":2,"rules":[{"action":"Query|Scan","fault":"any","chance":0.5}]}'
	ddbget -t dynamodb:rates 2>err | sort | cmp <(rates 400) -
	ddbget -t dynamodb:rates BTC/USD 2>err | cmp <(rates 400) -
}

@test "no such item: exit status 1; no such table, -r without a partition, a wrong key: exit status 2" {
	make_table rates
	run -1 --separate-stderr ddbget -t dynamodb:rates A x
	has "$stderr" "no such item"
	run -1 ddbget -t dynamodb:rates A --from 3 --to 2
	run -0 ddbget -t dynamodb:rates
	[ -z "$output" ]
	run -2 ddbget -t dynamodb:nowhere
	run -2 --separate-stderr ddbget -t dynamodb:rates -r
	has "$stderr" "no order"
	make_table orders id:N
	run -2 ddbget -t dynamodb:orders abc
}

@test "a key by number, and by base64" {
	make_table orders id:N
	echo '{"id":100}' | ddbput -q -t dynamodb:orders
	[ "$(ddbget -t dynamodb:orders 1e2 | jq .id)" = 100 ]
	make_table blobs id:B
	echo '{"id":{"B":"AAEC"}}' | ddbput -q --typed -t dynamodb:blobs
	[ "$(ddbget -t dynamodb:blobs AAEC)" = '{"id":"AAEC"}' ]
}

@test "- looks up keys in their order, with faults of every kind" {
	make_table rates
	rates 1000 >all
	ddbput -q -t dynamodb:rates <all
	aws_through '{"seed":3,"rules":[{"action":"BatchGetItem","fault":"partial","share":0.5,"chance":0.3},
		{"action":"BatchGetItem","fault":"any","chance":0.2}]}'
	{ shuf --random-source=<(yes) all && head -n 50 all && head -n 50 all; } >in
	ddbget -t dynamodb:rates - <in 2>err | cmp in -
	[ "$(aws_struck partial BatchGetItem)" -gt 0 ]
}

@test "- asks for 100 keys in a request, and for what was not processed again" {
	make_table rates
	rates 400 >in
	ddbput -q -t dynamodb:rates <in
	aws_through '{"seed":4,"rules":[{"action":"BatchGetItem","fault":"partial","share":0.5,"times":2}]}'
	ddbget -t dynamodb:rates -j 1 - <in | cmp in -
	jq -c 'select(.action == "BatchGetItem").records' "$AWS_FAULTS/log" >asked
	[ "$(head -n 1 asked)" = 100 ]
	[ "$(wc -l <asked)" -ge 5 ]
	[ "$(jq -s add asked)" -lt 600 ]
}

@test "- reports missing keys; numbers and binary values are keys, --typed too" {
	make_table orders id:B at:N
	echo '{"id":{"B":"AAEC"},"at":{"N":"10"},"x":{"SS":["a"]}}' >in
	ddbput -q --typed -t dynamodb:orders <in
	printf '%s\n' '{"id":{"B":"AAEC"},"at":{"N":"1e1"}}' '{"id":{"B":"AAEC"},"at":{"N":"1"}}' >keys
	run -1 --separate-stderr ddbget --typed -t dynamodb:orders - <keys
	[ "$(jq -S -c . <<<"$output")" = "$(jq -S -c . in)" ]
	has "$stderr" "line 2: no such item"
}

@test "--projection and --eventual, in every kind of read" {
	make_table rates
	rates 3 | jq -c '. + {name: 1, source: "x"}' | ddbput -q -t dynamodb:rates
	aws_through '{"rules":[]}'
	want='["last_refreshed","name","ticker"]'
	for query in '' 'BTC/USD' 'BTC/USD --from 2025' 'BTC/USD 2025-01-01T00:00:00Z' -; do
		# shellcheck disable=SC2086 # several words
		ddbget -t dynamodb:rates --projection name,none,ticker --eventual $query < <(rates 3) >out
		[ -s out ]
		jq -s 'map(keys) | unique' out | holds --argjson want "$want" '. == [$want]'
	done
}

@test "--index queries a global or local secondary index" {
	aws_py '
def name(hash, range=None):
    return [{"AttributeName": n, "KeyType": k} for n, k in ((hash, "HASH"), (range, "RANGE")) if n]
dynamodb.create_table(TableName="rates", BillingMode="PAY_PER_REQUEST", KeySchema=name("ticker", "at"),
    AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in
        (("ticker", "S"), ("at", "S"), ("day", "S"), ("rate", "N"))],
    GlobalSecondaryIndexes=[
        {"IndexName": "by-day", "KeySchema": name("day", "rate"), "Projection": {"ProjectionType": "ALL"}},
        {"IndexName": "days", "KeySchema": name("day"), "Projection": {"ProjectionType": "ALL"}}],
    LocalSecondaryIndexes=[
        {"IndexName": "by-rate", "KeySchema": name("ticker", "rate"), "Projection": {"ProjectionType": "ALL"}}])'
	printf '{"ticker":"%s","at":"%s","day":"%s","rate":%s}\n' A 1 mon 9 A 2 mon 10 B 1 mon 10 A 3 tue 1.5 >in
	printf '{"ticker":"A","at":"4"}\n' >>in
	ddbput -q -t dynamodb:rates <in
	aws_through '{"rules":[]}'
	query() {
		ddbget -t dynamodb:rates "$@" | jq -r .ticker+.at | tr '\n' ' '
	}
	[ "$(query --index by-day mon --to 9.5)" = 'A1 ' ]
	# Two items have this key.
	[ "$(query --index by-day mon 1e1 | xargs -n 1 | sort | xargs)" = 'A2 B1' ]
	[ "$(query --index by-day mon -r -n 3 | tail -c 3)" = 'A1 ' ]
	[ "$(query --index days tue)" = 'A3 ' ]
	[ "$(query --index by-rate A -r)" = 'A2 A1 A3 ' ]
	[ "$(query --index by-rate A --from 2 --projection at)" = 'A1 A2 ' ]
	[ "$(query --index days | wc -w)" = 4 ]
	jq -s 'map(select(.action == "Query" or .action == "Scan"))' "$AWS_FAULTS/log" | holds 'length >= 7'
	run -1 ddbget -t dynamodb:rates --index days wed
	run -2 --separate-stderr ddbget -t dynamodb:rates --index days mon 1
	has "$stderr" 'the index has no sort key, only the partition key "day"'
	run -2 --separate-stderr ddbget -t dynamodb:rates --index none mon
	has "$stderr" 'the table rates has no secondary index "none"'
}
