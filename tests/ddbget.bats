# ddbget: items of an embedded table, in key order.

load helper

numbered() { # TABLE-KEY-TYPE N…
	local type=$1
	shift
	printf "{\"p\":\"A\",\"n\":%s}\n" "$@" | shuf --random-source=<(yes) |
		ddbput -q -t n -k "p,n:$type"
}

@test "an item by its key, a partition, all of them" {
	rates 10 BTC/USD >btc
	rates 10 ETH/USD >eth
	cat eth btc | ddbput -q
	ddbget | cmp - <(cat btc eth)
	ddbget BTC/USD | cmp btc -
	ddbget ETH/USD | cmp eth -
	[ "$(ddbget ETH/USD 2025-01-01T00:00:03Z)" = "$(sed -n 4p eth)" ]
}

@test "no such item: 1, and a word about it" {
	rates 3 | ddbput -q
	run -1 --separate-stderr ddbget BTC/USD nothing
	has "$stderr" "no such item"
	[ -z "$output" ]
	run -1 --separate-stderr ddbget DOGE/USD
	has "$stderr" "no such item"
	run -1 --separate-stderr ddbget BTC/USD --from 2026
	has "$stderr" "no such item"
}

@test "an empty table has nothing to say and nothing to complain of" {
	ddbput </dev/null
	run -0 --separate-stderr ddbget
	[ -z "$output$stderr" ]
}

@test "a missing table: 2, and what to do" {
	run -2 --separate-stderr ddbget
	has "$stderr" "there is no table"
	has "$stderr" "ddbput"
	[ ! -e "$FX_HOME/rates.table" ]
}

@test "--from and --to include both ends" {
	rates 10 | ddbput -q
	ddbget BTC/USD --from 2025-01-01T00:00:03Z --to 2025-01-01T00:00:05Z | jq -r .exchange_rate >got
	[ "$(wc -l <got)" = 3 ]
	[ "$(ddbget BTC/USD --from 2025-01-01T00:00:07Z | wc -l)" = 3 ]
	[ "$(ddbget BTC/USD --to 2025-01-01T00:00:01Z | wc -l)" = 2 ]
	[ "$(ddbget BTC/USD --to 2025-01-01T00:00:01Y | wc -l)" = 1 ]
	run -1 ddbget BTC/USD --from 2025-01-01T00:00:05Z --to 2025-01-01T00:00:03Z
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

@test "more items than go onto a page, in every direction" {
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

@test "large items go through, page by page" {
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

@test "numbers sort as numbers, whatever they are written like" {
	local sorted=(-9.9e125 -1000 -99.5 -99 -1 -0.5 -1e-130 0 1e-130 0.5 1 9 10 10.5 1e2 101 1E3
		12345678901234567890123456789012345678 9.9e125)
	numbered N "${sorted[@]}"
	ddbget -t n --typed | jq -r .n.N | cmp - <(printf '%s\n' "${sorted[@]}")
	ddbget -t n --typed -r A | jq -r .n.N | cmp - <(printf '%s\n' "${sorted[@]}" | tac)
	ddbget -t n --typed A --from -99 --to 1.0 | jq -r .n.N |
		cmp - <(printf '%s\n' -99 -1 -0.5 -1e-130 0 1e-130 0.5 1)
	[ "$(ddbget -t n A 100)" = '{"p":"A","n":1e2}' ]
	[ "$(ddbget -t n -- A -1.00)" = '{"p":"A","n":-1}' ]
	run -1 ddbget -t n A 55
}

@test "the same number written otherwise is the same key" {
	printf '{"n":%s}\n' 100 1e2 100.0 1.00E+2 | ddbput -q -t n -k n:N
	[ "$(ddbget -t n)" = '{"n":1.00E+2}' ]
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

@test "--typed puts plain items out as DynamoDB's JSON, which ddbput --typed takes" {
	echo '{"ticker":"A","last_refreshed":"x","n":-1.50e3,"b":[true,null,{"s":"\"q\""}]}' >in
	ddbput -q <in
	[ "$(ddbget --typed)" = '{"ticker":{"S":"A"},"last_refreshed":{"S":"x"},"n":{"N":"-1.50e3"},"b":{"L":[{"BOOL":true},{"NULL":true},{"M":{"s":{"S":"\"q\""}}}]}}' ]
	ddbget --typed | ddbput -q --typed -t copy -k ticker,last_refreshed
	ddbget -t copy | cmp in -
}

@test "a typed item with newlines between its tokens comes out on one line" {
	local raw
	raw=$(printf '{"ticker":{"S":"A"},\n"last_refreshed":{"S":"x"},\n"s":{"SS":[\n"a",\n"b"]}}' | base64 -w 0)
	printf '{"_pos":"0:7","_raw":"%s"}\n' "$raw" | ddbput -q --typed
	[ "$(ddbget)" = '{"ticker":"A","last_refreshed":"x","s":["a","b"]}' ]
	[ "$(ddbget --typed | wc -l)" = 1 ]
	[ "$(ddbget --typed | jq -c .s)" = '{"SS":["a","b"]}' ]
}

@test "usage: arguments that do not go together, keys that do not fit" {
	rates 1 | ddbput -q
	echo '{"n":1}' | ddbput -q -t n -k n:N
	run -2 --separate-stderr ddbget --from x
	has "$stderr" "--from"
	run -2 ddbget --to x
	run -2 ddbget A x --from x
	run -2 ddbget A x surplus
	run -2 --separate-stderr ddbget -t n 1 x
	has "$stderr" "no sort key"
	run -2 ddbget -t n 1 --from x
	run -2 --separate-stderr ddbget -t n one
	has "$stderr" "not a number"
	run -2 ddbget ''
	run -2 ddbget $'\xff'
	run -2 ddbget "$(printf '%2049s')"
	run -2 ddbget A "$(printf '%1025s')"
	run -1 ddbget A "$(printf '%1024s')"
}

@test "a slow reader does not keep the log from being taken over" {
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

@test "many readers while it is written to" {
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

@test "figures" {
	rates 10 | ddbput -q
	ddbget -n 7 --stats stats >/dev/null
	[ "$(jq -c '[.tool, .lines, .done, .exit]' stats)" = '["ddbget",7,7,0]' ]
}
