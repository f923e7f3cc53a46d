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
