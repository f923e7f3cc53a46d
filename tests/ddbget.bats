# ddbget: items of an embedded table, in key order.

load helper

@test "an item by its key, a partition, all items" {
	rates 10 BTC/USD >btc
	rates 10 ETH/USD >eth
	cat eth btc | ddbput -q
	ddbget | cmp - <(cat btc eth)
	ddbget BTC/USD | cmp btc -
	ddbget ETH/USD | cmp eth -
	[ "$(ddbget ETH/USD 2025-01-01T00:00:03Z)" = "$(sed -n 4p eth)" ]
}

@test "-r and -n" {
	rates 10 | ddbput -q
	rates 10 A/USD | ddbput -q
	rates 10 | tail -n 1 | cmp - <(ddbget BTC/USD -r -n 1)
	rates 10 | head -n 3 | cmp - <(ddbget BTC/USD -n 3)
	ddbget -r | cmp - <(ddbget | tac)
	ddbget -r -n 12 | cmp - <(ddbget | tac | head -n 12)
	[ "$(ddbget -r BTC/USD --to 2025-01-01T00:00:04Z -n 1)" = "$(rates 5 | tail -n 1)" ]
	run -2 ddbget -n 0
	run -2 ddbget -n -1
	run -2 ddbget -n x
}

@test "more items than a page holds, in both directions" {
	{ rates 4321 A && rates 4321 B; } >want
	shuf --random-source=<(yes) want | ddbput -q
	ddbget | cmp want -
	ddbget -r | cmp - <(tac want)
	ddbget B | cmp - <(tail -n 4321 want)
	ddbget B -r | cmp - <(tail -n 4321 want | tac)
	ddbget -n 4322 | cmp - <(head -n 4322 want)
	ddbget B --from 2025-01-01T00:01:00Z --to 2025-01-01T01:00:00Z -r |
		cmp - <(tail -n 4321 want | head -n 3601 | tail -n +61 | tac)
}

@test "large items, page by page" {
	local letter
	for letter in {a..j}; do
		printf '{"ticker":"%s","last_refreshed":"x","a":"' "$letter"
		head -c 300000 /dev/zero | tr '\0' "$letter"
		echo '"}'
	done >in
	ddbput -q <in
	ddbget | cmp in -
	ddbget -r | cmp - <(tac in)
}

@test "strings sort by their bytes of UTF-8" {
	local sorted=('' ' ' 0 A Z a aa b 'é' 'ÿ' 'ключ' '中' '￿' '🪙')
	printf '{"p":"x","s":"s%s"}\n' "${sorted[@]}" | shuf --random-source=<(yes) |
		ddbput -q -t s -k p,s
	ddbget -t s | jq -r .s | cmp - <(printf 's%s\n' "${sorted[@]}")
	# As keys of their own, escaped or not.
	printf '{"s":"%s"}\n' 'z' '\ud83e\ude99' '\uffff' '\u00e9' | ddbput -q -t e -k s
	ddbget -t e | jq -r .s | cmp - <(printf '%s\n' z é ￿ 🪙)
}

@test "--typed writes plain items as DynamoDB's JSON, which ddbput --typed reads" {
	echo '{"ticker":"A","last_refreshed":"x","n":-1.50e3,"b":[true,null,{"s":"\"q\""}]}' >in
	ddbput -q <in
	[ "$(ddbget --typed)" = '{"ticker":{"S":"A"},"last_refreshed":{"S":"x"},"n":{"N":"-1.50e3"},"b":{"L":[{"BOOL":true},{"NULL":true},{"M":{"s":{"S":"\"q\""}}}]}}' ]
	ddbget --typed | ddbput -q --typed -t copy -k ticker,last_refreshed
	ddbget -t copy | cmp in -
}

@test "a typed item with newlines between its tokens is written on one line" {
	local raw
	raw=$(printf '{"ticker":{"S":"A"},\n"last_refreshed":{"S":"x"},\n"s":{"SS":[\n"a",\n"b"]}}' | base64 -w 0)
	printf '{"_pos":"0:7","_raw":"%s"}\n' "$raw" | ddbput -q --typed
	[ "$(ddbget)" = '{"ticker":"A","last_refreshed":"x","s":["a","b"]}' ]
	[ "$(ddbget --typed | wc -l)" = 1 ]
	[ "$(ddbget --typed | jq -c .s)" = '{"SS":["a","b"]}' ]
}

@test "a slow reader does not block the checkpoint of the write-ahead log" {
	rates 20000 | ddbput -q
	mkfifo slow
	in_background bash -c 'exec ddbget >slow'
	local reader=$background
	exec 9<slow
	read -r -u 9 first
	# It is in the middle of its output, and waits for us.
	rates 20000 ETH/USD | ddbput -q
	[ "$(sqlite3 "$FX_HOME/rates.table" 'PRAGMA wal_checkpoint(TRUNCATE)')" = '0|0|0' ]
	cat <&9 >rest
	exec 9<&-
	status_of "$reader"
	[ "$status" = 0 ]
	{ echo "$first" && cat rest; } >got
	head -n 20000 got | cmp - <(rates 20000)
}

@test "many readers while the table is written to" {
	rates 10 | ddbput -q
	rates 30000 ETH/USD >more
	in_background ddbput -q <more
	local writer=$background
	while not is_ended "$writer" 2>/dev/null; do
		ddbget BTC/USD | cmp - <(rates 10)
	done
	status_of "$writer"
	[ "$status" = 0 ]
	ddbget ETH/USD | cmp more -
}

@test "--stats" {
	rates 10 | ddbput -q
	ddbget -n 7 --stats stats >/dev/null
	[ "$(jq -c '[.tool, .lines, .done, .exit]' stats)" = '["ddbget",7,7,0]' ]
}

@test "- looks up the keys of its input, in their order, and repeated ones" {
	rates 20000 >all
	ddbput -q <all
	shuf --random-source=<(yes) all >in
	head -n 100 all >>in
	ddbget - --stats stats <in | cmp in -
	[ "$(jq -c '[.lines, .done, .refused, .exit]' stats)" = '[20100,20100,0,0]' ]
	# Other members do not matter.
	[ "$(jq -c '{x: [.], last_refreshed, ticker}' <(head -n 1 in) | ddbget -)" = "$(head -n 1 in)" ]
}

@test "-: missing keys and lines without a key are reported, the others looked up" {
	rates 3 >in
	ddbput -q <in
	{ head -n 1 in && printf '%s\n' '{"ticker":"BTC/USD","last_refreshed":"none"}' '' \
		'{"ticker":"BTC/USD"}' '[]' && sed -n 3p in; } >keys
	run -1 --separate-stderr ddbget - <keys
	[ "$output" = "$(sed 2d in)" ]
	has "$stderr" "ddbget: line 2: no such item"
	has "$stderr" 'ddbget: line 4: refused: the key attribute "last_refreshed" is missing'
	has "$stderr" 'ddbget: line 5: refused: not a JSON object'
	run -1 --separate-stderr ddbget - --log json <keys
	grep no.such <<<"$stderr" | holds '.line == 2 and .level == "warning" and .message == "no such item"'
	run -0 ddbget - </dev/null
	[ -z "$output" ]
}

@test "-: positions are put in front of the items, and marks passed on in their place" {
	rates 3 | kput -q -k ticker
	rates 2 | sed 's/}$/,"more":1}/' | ddbput -q
	kread -g join >in
	ddbget - <in 2>err >out || [ $? = 1 ]
	has "$(<err)" "line 3: no such item"
	jq -c 'if .ticker then .more = 1 else . end' in | sed 3d | cmp <(jq -c . out) -
	kack -g join <out
	[ -z "$(kread -g join | grep ticker)" ]
	[ "$(printf '{"_pos":"0:4","_raw":"%s"}\n' "$(rates 1 | base64 -w 0)" | ddbget -)" = \
		"$(rates 1 | sed 's/^{/{"_pos":"0:4",/; s/}$/,"more":1}/')" ]
}

@test "-: an item arrives while the input stays open" {
	rates 2 | ddbput -q
	mkfifo in out
	in_background bash -c 'exec ddbget - <in >out'
	exec 8>in 7<out
	rates 1 >&8
	read -r -t 20 item <&7
	[ "$item" = "$(rates 1)" ]
	ddbput -q <<<'{"ticker":"new","last_refreshed":"x"}'
	echo '{"ticker":"new","last_refreshed":"x"}' >&8
	read -r -t 20 item <&7
	[ "$item" = '{"ticker":"new","last_refreshed":"x"}' ]
	exec 8>&-
	status_of "$background"
	[ "$status" = 0 ]
}

@test "-: a table that is deleted meanwhile has no missing items" {
	rates 1 | ddbput -q
	mkfifo in
	in_background bash -c 'exec ddbget - <in >out 2>err'
	exec 8>in
	rates 1 >&8
	wait_for 20 test -s out
	rm "$FX_HOME"/rates.table*
	rates 1 >&8
	exec 8>&-
	status_of "$background"
	[ "$status" = 2 ]
	not grep "no such item" err
}

@test "- is a key after --, and excludes what limits a query" {
	echo '{"ticker":"-","last_refreshed":"x"}' >in
	ddbput -q <in
	ddbget -- - | cmp in -
	ddbget -- - x | cmp in -
	for more in x -r '-n 1' '--from x' '--to x' '--index x'; do
		# shellcheck disable=SC2086 # an option and its operand
		run -2 --separate-stderr ddbget - $more
		has "$stderr" "- excludes SK, --from, --to, -r, -n and --index"
	done
}

@test "--projection writes the named attributes, and those of the key" {
	echo '{"ticker":"A","n":[1.50,{"a":null}],"last_refreshed":"x","tim\u0065":1,"b":{"a":1}}' >in
	ddbput -q <in
	[ "$(ddbget --projection time,nothing,n,n)" = '{"ticker":"A","n":[1.50,{"a":null}],"last_refreshed":"x","tim\u0065":1}' ]
	[ "$(ddbget --projection b --typed A)" = '{"ticker":{"S":"A"},"last_refreshed":{"S":"x"},"b":{"M":{"a":{"N":"1"}}}}' ]
	[ "$(ddbget --projection ticker - <in)" = '{"ticker":"A","last_refreshed":"x"}' ]
	[ "$(ddbget --eventual --projection a A x)" = '{"ticker":"A","last_refreshed":"x"}' ]
	local raw
	raw=$(printf ' {"ticker":"B",\n"last_refreshed":"x",\n"n":[\n1],"m":2}' | base64 -w 0)
	printf '{"_pos":"0:7","_raw":"%s"}\n' "$raw" | ddbput -q
	[ "$(ddbget B --projection n)" = '{"ticker":"B","last_refreshed":"x","n":[ 1]}' ]
	[ "$(ddbget - <<<'{"_pos":"0:8","ticker":"B","last_refreshed":"x"}' | jq -c .)" = \
		'{"_pos":"0:8","ticker":"B","last_refreshed":"x","n":[1],"m":2}' ]
	run -2 --separate-stderr ddbget --projection a,,b
	has "$stderr" "is not an attribute's name"
	run -2 --separate-stderr ddbget --projection "$(seq -s , 101)"
	has "$stderr" "more than 100 names"
}

@test "an embedded table has no secondary indexes" {
	rates 1 | ddbput -q
	run -2 --separate-stderr ddbget --index by-time
	has "$stderr" "an embedded table has no secondary indexes: omit --index"
}

@test "an embedded table has no use for --rate, --eventual and -j" {
	rates 100 >in
	ddbput -q --rate 1 -j 2 <in
	ddbget --rate 1 --eventual -j 2 | cmp in -
	ddbget --rate 1 --eventual -j 2 - <in | cmp in -
}
