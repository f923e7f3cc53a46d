# ddbput: items into a table of DynamoDB.

load helper
load aws

# A record of the usual table.
item() { # KEY-OF-TICKER TIME [MORE]
	printf '{"ticker":"%s","last_refreshed":"%s"%s}\n' "$1" "$2" "${3:+,$3}"
}

# What is in a table, plain, in the order of its text.
items_of() {
	ddbget -t "dynamodb:$1" | sort
}

# From now on, a script of one rule.
rule() {
	aws_through "{\"seed\":1,\"rules\":[$1]}"
}

@test "receipts are the input, and the items are stored" {
	make_table rates
	rates 2000 >in
	ddbput -t dynamodb:rates --stats stats <in | cmp in -
	items_of rates | cmp <(sort in) -
	[ "$(jq -c '[.lines, .done, .refused, .present, .exit]' stats)" = '[2000,2000,0,0,0]' ]
}

@test "the table by its ARN, and by FX_TABLE" {
	make_table rates
	item A x | ddbput -q -t "arn:aws:dynamodb:us-east-1:123456789012:table/rates"
	item A y | FX_TABLE=dynamodb:rates ddbput -q
	[ "$(FX_TABLE=dynamodb:rates ddbget | wc -l)" = 2 ]
}

@test "boto3 reads 38 digits, sets and binary values as they were written" {
	make_table rates
	item A x '"n":12345678901234567890123456789012345678,"e":1e-130,"z":45000.50000000,"t":true,"u":null,"l":[1,"",{"m":{}}]' |
		ddbput -q -t dynamodb:rates
	echo '{"ticker":{"S":"A"},"last_refreshed":{"S":"y"},"s":{"SS":["b","a"]},"n":{"NS":["1.5","2"]},"b":{"B":"AAEC"},"d":{"BS":["AA==","AQ=="]}}' |
		ddbput -q --typed -t dynamodb:rates
	aws_py '
def get(time):
    return dynamodb.get_item(TableName="rates", Key={"ticker": {"S": "A"},
                             "last_refreshed": {"S": time}})["Item"]
item = get("x")
assert item["n"] == {"N": "12345678901234567890123456789012345678"}, item
assert item["e"]["N"].lower() == "1e-130", item
assert float(item["z"]["N"]) == 45000.5, item
assert item["t"] == {"BOOL": True} and item["u"] == {"NULL": True}, item
assert item["l"] == {"L": [{"N": "1"}, {"S": ""}, {"M": {"m": {"M": {}}}}]}, item
item = get("y")
assert sorted(item["s"]["SS"]) == ["a", "b"] and sorted(item["n"]["NS"]) == ["1.5", "2"], item
assert item["b"] == {"B": b"\x00\x01\x02"} and sorted(item["d"]["BS"]) == [b"\x00", b"\x01"], item'
}

@test "the lines that an embedded table refuses are refused, for the same reasons" {
	make_table rates
	{ item A x && echo '{"ticker":"A"}' && item A y '"n":1e126' && echo '[]' && item A z; } >in
	run -1 --separate-stderr ddbput -t dynamodb:rates -x rejects <in
	has "$stderr" 'line 2: refused: the key attribute "last_refreshed" is missing'
	has "$stderr" 'line 3: refused: attribute "n": magnitude above 9.99E+125'
	has "$stderr" 'line 4: refused: not a JSON object'
	[ "$(jq -c .line rejects | tr '\n' ' ')" = '2 3 4 ' ]
	[ "$output" = "$(item A x && item A z)" ]
	[ "$(items_of rates | wc -l)" = 2 ]
}

@test "without -x the first refused line stops ddbput; all before it is safe" {
	make_table rates
	{ rates 100 && echo '{"ticker":"A"}' && rates 50 B; } >in
	run -2 --separate-stderr ddbput -t dynamodb:rates <in
	has "$stderr" 'line 101: refused: '
	[ "${#lines[@]}" = 100 ]
	[ "$(items_of rates | wc -l)" = 100 ]
}

@test "of many items with few keys the last one per key is stored, with faults of every kind" {
	make_table rates
	rule '{"action":"BatchWriteItem","fault":"partial","share":0.5,"chance":0.7},
		{"action":"BatchWriteItem","fault":"lost","chance":0.1},
		{"action":"BatchWriteItem","fault":"slow","seconds":0.05,"chance":0.5}'
	awk 'BEGIN { for (n = 0; n < 3000; n++)
		printf "{\"ticker\":\"T%d\",\"last_refreshed\":\"x\",\"n\":%d}\n", n * n % 97, n }' >in
	ddbput -t dynamodb:rates <in 2>err | cmp in -
	tac in | sort -u -t , -k 1,1 | sort >want
	AWS_ENDPOINT_URL=$AWS_MOTO items_of rates | cmp want -
}

@test "numbers as keys: equal ones are one key, and unprocessed ones are recognized" {
	make_table orders id:N at:N
	rule '{"action":"BatchWriteItem","fault":"partial","share":0.5,"chance":0.8}'
	awk 'BEGIN { for (n = 0; n < 500; n++) {
		printf "{\"id\":%d.50,\"at\":1e%d,\"n\":1}\n", n, n % 3
		printf "{\"id\":%d.5,\"at\":1%s.0,\"n\":2}\n", n, substr("00", 1, n % 3) } }' >in
	ddbput -t dynamodb:orders --stats stats <in 2>err | cmp in -
	holds '.retries > 0' stats
	[ "$(AWS_ENDPOINT_URL=$AWS_MOTO ddbget -t dynamodb:orders | jq -c .n | sort | uniq -c | tr -s ' ')" = ' 500 2' ]
}

@test "unprocessed binary keys are recognized" {
	make_table blobs id:B
	rule '{"action":"BatchWriteItem","fault":"partial","share":0.5,"times":10}'
	for n in {1..60}; do
		printf '{"id":{"B":"%s"},"n":{"N":"%d"}}\n' "$(printf '\377%d' "$n" | base64)" "$n"
	done >in
	ddbput --typed -t dynamodb:blobs <in | cmp in -
	[ "$(table_items blobs | wc -l)" = 60 ]
}

@test "only what was not processed is sent again" {
	make_table rates
	rule '{"action":"BatchWriteItem","fault":"partial","share":0.3,"times":8}'
	rates 1000 | ddbput -q -t dynamodb:rates --stats stats
	items_of rates | cmp <(rates 1000 | sort) -
	# What was sent is what there is and what had to be sent again.
	sent=$(jq -s 'map(select(.action == "BatchWriteItem").records) | add' "$AWS_FAULTS/log")
	holds ".retries == $((sent - 1000)) and .retries > 0 and .retries < 200" stats
}

@test "a flood is sent in batches of 25" {
	make_table rates
	rule '{"action":"none","fault":"reset"}'
	rates 1000 | ddbput -q -t dynamodb:rates
	[ "$(jq -s 'map(select(.action == "BatchWriteItem").records) | max' "$AWS_FAULTS/log")" = 25 ]
	[ "$(jq -s 'map(select(.action == "BatchWriteItem")) | length' "$AWS_FAULTS/log")" -le 50 ]
}

@test "throttling slows it down, is reported, and loses nothing" {
	make_table rates
	rule '{"action":"BatchWriteItem","fault":"throttle","times":6}'
	rates 500 >in
	ddbput -t dynamodb:rates --stats stats <in 2>err | cmp in -
	has "$(<err)" 'DynamoDB throttles the table rates: slowed down'
	[ "$(grep -c throttles err)" = 1 ]
	holds '.retries >= 6 and .done == 500' stats
	items_of rates | cmp <(sort in) -
}

@test "with faults of every kind, nothing is lost" {
	make_table rates
	rule '{"action":"BatchWriteItem","fault":"any","chance":0.25}'
	rates 3000 >in
	ddbput -t dynamodb:rates <in 2>err | cmp in -
	AWS_ENDPOINT_URL=$AWS_MOTO items_of rates | cmp <(sort in) -
}

@test "a batch that is refused as a whole is halved until only the bad items are left" {
	make_table rates
	rule '{"action":"BatchWriteItem","fault":"refuse","code":"ValidationException","message":"One or more parameter values are not valid","holds":"poison"}'
	rates 200 | awk 'NR == 31 || NR == 32 || NR == 190 { sub(/}$/, ",\"a\":\"poison\"}") } { print }' >in
	run -1 --separate-stderr ddbput -t dynamodb:rates -x rejects <in
	[ "$output" = "$(grep -v poison in)" ]
	has "$stderr" 'line 31: refused: '
	has "$stderr" 'line 32: refused: '
	has "$stderr" 'line 190: refused: '
	has "$stderr" 'One or more parameter values are not valid'
	[ "$(jq -c .line rejects | tr '\n' ' ')" = '31 32 190 ' ]
	AWS_ENDPOINT_URL=$AWS_MOTO items_of rates | cmp <(grep -v poison in | sort) -
}

@test "an item that the service refuses does not replace an earlier one" {
	make_table rates
	rule '{"action":"BatchWriteItem","fault":"refuse","code":"ValidationException","holds":"poison"}'
	{ rates 50 && item A x '"n":1' && item A x '"n":2' && item A x '"n":"poison"' && rates 50 B; } >in
	run -1 ddbput -t dynamodb:rates -x rejects <in
	[ "$(jq -c .line rejects)" = 53 ]
	[ "$(ddbget -t dynamodb:rates A x)" = "$(item A x '"n":2')" ]
}

@test "no permission: exit status 2, with the message of the service" {
	make_table rates
	rule '{"action":"BatchWriteItem","fault":"refuse","code":"AccessDeniedException","message":"User x is not authorized to perform: dynamodb:BatchWriteItem"}'
	run -2 --separate-stderr ddbput -t dynamodb:rates <<<"$(item A x)"
	has "$stderr" 'is not authorized to perform: dynamodb:BatchWriteItem'
	[ -z "$output" ]
}

@test "no such table: 2, and how to create it" {
	run -2 --separate-stderr ddbput -t dynamodb:nowhere -k a,b:N <<<'{}'
	has "$stderr" 'there is no table nowhere in us-east-1'
	has "$stderr" 'use fxstack to create it, with "key":"a:S,b:N"'
}

@test "a key other than the table's: exit status 2" {
	make_table rates
	run -2 --separate-stderr ddbput -t dynamodb:rates -k ticker <<<'{}'
	has "$stderr" 'has the key ticker:S,last_refreshed:S, not ticker:S'
	item A x | ddbput -q -t dynamodb:rates -k ticker:S,last_refreshed
}

@test "--if-absent keeps the stored item, and counts the line as done and present" {
	make_table rates
	item A x '"n":1' | ddbput -q -t dynamodb:rates
	{ item A x '"n":2' && item A y '"n":3' && item A y '"n":4'; } |
		ddbput --if-absent --stats stats -t dynamodb:rates >out
	[ "$(wc -l <out)" = 3 ]
	[ "$(ddbget -t dynamodb:rates A x)" = "$(item A x '"n":1')" ]
	[ "$(ddbget -t dynamodb:rates A y)" = "$(item A y '"n":3')" ]
	[ "$(jq -c '[.done, .present, .refused]' stats)" = '[3,2,0]' ]
}

@test "--if-absent, with a key that is a reserved word, and faults" {
	make_table reserved timestamp
	rule '{"action":"PutItem","fault":"any","chance":0.2}'
	for n in {1..150}; do
		echo "{\"timestamp\":\"$((n % 50))\",\"n\":$n}"
	done >in
	ddbput --if-absent -t dynamodb:reserved <in 2>err | cmp in -
	AWS_ENDPOINT_URL=$AWS_MOTO items_of reserved | cmp <(head -n 50 in | sort) -
}

@test "--ttl refuses what is not a valid TTL" {
	make_table rates
	{ item A a '"ends":1893456000' && item A b && item A c '"ends":"2030-01-01T00:00:00Z"' &&
		item A d '"ends":1893456000000' && item A e '"ends":86400'; } >in
	for table in dynamodb:rates ./embedded; do
		run -1 --separate-stderr ddbput -t "$table" -k ticker,last_refreshed --ttl ends -x rejects <in
		has "$stderr" 'line 3: refused: attribute "ends": not a number'
		has "$stderr" 'line 4: refused: attribute "ends": too many seconds; milliseconds?'
		has "$stderr" 'line 5: refused: attribute "ends": too few seconds'
		[ "${#lines[@]}" = 2 ]
	done
}

@test "--ttl warns if the table does not delete items by that attribute" {
	make_table rates
	item A a | ddbput -q -t dynamodb:rates --ttl ends 2>err
	has "$(<err)" 'the table rates does not delete items by the attribute "ends"'
	aws_py 'dynamodb.update_time_to_live(TableName="rates",
		TimeToLiveSpecification={"Enabled": True, "AttributeName": "ends"})'
	item A a | ddbput -q -t dynamodb:rates --ttl ends 2>err
	[ ! -s err ]
}

@test "a single item is sent at once, while the input stays open" {
	make_table rates
	mkfifo in out
	in_background bash -c 'exec ddbput -t dynamodb:rates <in >out'
	exec 8>in 7<out
	item A x >&8
	read -r -t 20 receipt <&7
	[ "$receipt" = "$(item A x)" ]
	item A y >&8
	read -r -t 20 receipt <&7
	[ "$receipt" = "$(item A y)" ]
	exec 8>&-
	status_of "$background"
	[ "$status" = 0 ]
}

@test "positions are kept in receipts and not stored; marks are passed on" {
	make_table rates
	printf '%s\n' '{"_pos":"0:1","ticker":"A","last_refreshed":"x"}' '{"_pos":"0:1+"}' |
		ddbput -t dynamodb:rates >out
	[ "$(<out)" = "$(printf '%s\n' '{"_pos":"0:1","ticker":"A","last_refreshed":"x"}' '{"_pos":"0:1+"}')" ]
	[ "$(items_of rates)" = "$(item A x)" ]
}

@test "items of nearly 400 KB, and nested 32 deep" {
	make_table rates
	for n in {1..30}; do
		printf '{"ticker":"A","last_refreshed":"%02d","a":"' "$n" && head -c 400000 /dev/zero | tr '\0' x && echo '"}'
	done >in
	{ printf '{"ticker":"B","last_refreshed":"x","a":' &&
		printf '[%.0s' {1..31} && printf ']%.0s' {1..31} && echo '}'; } >>in
	ddbput -t dynamodb:rates <in | cmp in -
	items_of rates | cmp <(sort in) -
}

@test "a table that processes nothing, without an error: SIGTERM ends ddbput" {
	make_table rates
	rule '{"action":"BatchWriteItem","fault":"partial","share":1}'
	rates 10 >in
	ddbput -t dynamodb:rates <in >out 2>err &
	fx_started+=($!)
	wait_for 60 grep -q partial "$AWS_FAULTS/log"
	kill -TERM $!
	wait $! || status=$?
	[ "$status" = 143 ]
	has "$(cat err)" 'of the table rates unprocessed; line 1 is the first that is not safe'
	[ ! -s out ]
}

@test "short lines that are long requests stay within 32 MiB" {
	! grep -q __asan_init "$FX_BUILD/bin/ddbput" || skip "the sanitizers need more"
	make_table rates
	rule '{"action":"BatchWriteItem","fault":"stall","seconds":3}'
	local ones peak
	ones=$(printf '1,%.0s' {1..60000})1
	for i in {1..150}; do item "$i" x '"l":['"$ones"']'; done >in
	ddbput -q -t dynamodb:rates <in 2>err &
	fx_started+=($!)
	wait_for 60 grep -q stall "$AWS_FAULTS/log"
	peak=$(awk '/VmHWM/ { print $2 }' "/proc/$!/status")
	[ "$peak" -lt $((32 * 1024)) ]
}

@test "--delete: batches of DeleteRequests, with faults of every kind" {
	make_table rates
	rates 1000 >in
	ddbput -q -t dynamodb:rates <in
	rule '{"action":"BatchWriteItem","fault":"partial","share":0.4,"chance":0.5},
		{"action":"BatchWriteItem","fault":"lost","chance":0.1},
		{"action":"BatchWriteItem","fault":"throttle","chance":0.1}'
	{ head -n 800 in && item none x && head -n 3 in; } >keys
	ddbput --delete -t dynamodb:rates --stats stats <keys 2>err | cmp keys -
	[ "$(jq -c '[.lines, .done, .refused, .exit]' stats)" = '[804,804,0,0]' ]
	AWS_ENDPOINT_URL=$AWS_MOTO items_of rates | cmp <(tail -n 200 in | sort) -
}

@test "--delete by numbers and binary values: unprocessed keys are recognized" {
	make_table keys id:B at:N
	rule '{"action":"BatchWriteItem","fault":"partial","share":0.5,"times":10}'
	for n in {1..60}; do
		printf '{"id":{"B":"%s"},"at":{"N":"%d.50"},"n":{"N":"1"}}\n' "$(printf '\377%d' "$n" | base64)" "$n"
	done >in
	ddbput -q --typed -t dynamodb:keys <in
	sed 's/\.50"/.5"/; s/,"n".*/}/' in >keys
	ddbput --delete --typed -t dynamodb:keys <keys | cmp keys -
	[ -z "$(AWS_ENDPOINT_URL=$AWS_MOTO items_of keys)" ]
}

@test "a table is backed up and restored in two pipelines, from one kind to the other" {
	make_table rates
	rates 300 >in
	echo '{"ticker":{"S":"S"},"last_refreshed":{"S":"x"},"s":{"SS":["a","b"]},"b":{"B":"AAEC"}}' >typed
	ddbput -q -t dynamodb:rates <in
	ddbput -q --typed -t dynamodb:rates <typed
	ddbget --typed --eventual --rate 10000 -t dynamodb:rates | gzip >backup.gz
	# Into an embedded table, from that into another of DynamoDB, and into the first one, emptied.
	gunzip -c backup.gz | ddbput -q --typed -t copy -k ticker,last_refreshed
	[ "$(ddbget -t copy --typed S | jq -c .s.SS)" = '["a","b"]' ]
	ddbget -t dynamodb:rates | ddbput -q --delete -t dynamodb:rates
	[ -z "$(items_of rates)" ]
	make_table other
	ddbget --typed -t copy | ddbput -q --typed --rate 10000 -t dynamodb:other
	gunzip -c backup.gz | ddbput --typed --rate 10000 -t dynamodb:rates | cmp <(gunzip -c backup.gz) -
	for table in rates other; do
		ddbget -t "dynamodb:$table" BTC/USD | cmp in -
		ddbget --typed -t "dynamodb:$table" S | holds '.b.B == "AAEC" and (.s.SS | sort) == ["a", "b"]'
	done
}
