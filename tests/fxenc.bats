# fxenc: responses become records, digit for digit.

load helper

# line PROVIDER TICKER FIXTURE: the line that fxfetch makes of that reply.
line() {
	printf '{"provider":"%s","ticker":"%s","fetched":"2025-01-07T01:00:05.999Z","response":%s}\n' \
		"$1" "$2" "$(tr -d '\n' <"$FIXTURES/$1/$3.json")"
}

# encoded STATUS: standard input through fxenc.
encoded() {
	local expected=$1 got=0
	shift
	fxenc "$@" >out 2>words || got=$?
	cat words >&2
	[ "$got" = "$expected" ]
}

@test "a response of each provider, byte for byte" {
	{
		line alphavantage BTC/USD btc-usd
		line alphavantage DOGE/USD no-bid-ask
		line alphavantage USD/JPY usd-jpy
		line coinbase BTC/USD btc-usd
		line kraken BTC/USD btc-usd
		line binance BTC/USDT btc-usdt
		line coingecko DOGE/USD several
		line frankfurter EUR/USD eur-usd
	} >in
	encoded 0 <in
	cat >expected <<-'END'
		{"ticker":"BTC/USD","exchange_rate":102119.00000000,"timestamp":"2025-01-07T01:00:05Z","last_refreshed":"2025-01-07T01:00:01Z","bid_price":102118.99000000,"ask_price":102119.01000000,"source":"alphavantage"}
		{"ticker":"DOGE/USD","exchange_rate":0.38231000,"timestamp":"2025-01-07T01:00:05Z","last_refreshed":"2025-01-07T01:00:02Z","source":"alphavantage"}
		{"ticker":"USD/JPY","exchange_rate":155.53900000,"timestamp":"2025-01-07T01:00:05Z","last_refreshed":"2025-01-21T15:20:01Z","bid_price":155.53250000,"ask_price":155.54310000,"source":"alphavantage"}
		{"ticker":"BTC/USD","exchange_rate":102119.005,"timestamp":"2025-01-07T01:00:05Z","last_refreshed":"2025-01-07T01:00:05Z","last_refreshed_from":"fetch","source":"coinbase"}
		{"ticker":"BTC/USD","exchange_rate":102119.00000,"timestamp":"2025-01-07T01:00:05Z","last_refreshed":"2025-01-07T01:00:05Z","last_refreshed_from":"fetch","bid_price":102119.00000,"ask_price":102119.10000,"source":"kraken"}
		{"ticker":"BTC/USDT","exchange_rate":102119.00000000,"timestamp":"2025-01-07T01:00:05Z","last_refreshed":"2025-01-07T01:00:02Z","bid_price":102118.99000000,"ask_price":102119.01000000,"source":"binance"}
		{"ticker":"DOGE/USD","exchange_rate":0.3823100000000001,"timestamp":"2025-01-07T01:00:05Z","last_refreshed":"2025-01-07T00:59:55Z","source":"coingecko"}
		{"ticker":"EUR/USD","exchange_rate":1.1568,"timestamp":"2025-01-07T01:00:05Z","last_refreshed":"2026-03-25T00:00:00Z","source":"frankfurter"}
	END
	diff expected out
}

@test "error responses are refused with the provider's message, without the key" {
	{
		line alphavantage BTC/USD burst
		line alphavantage BTC/USD daily-quota
		line alphavantage BTC/USD demo-key
		line alphavantage BTC/USD empty
		line alphavantage XXX/USD error-bad-pair
		line alphavantage BTC/USD error-key
		line alphavantage BTC/USD note-old-limit
		line coinbase XXX/USD error-404
		line kraken XXX/USD error-200
		line binance XXX/USD error-400
		line coingecko XXX/USD several
		line coingecko XXX/USD error-429
		line coinbase BTC/USD btc-usd
	} >in
	encoded 1 --stats stats <in
	cat >expected <<-'END'
		fxenc: line 1: refused: alphavantage sent no rate: too many requests at once
		fxenc: line 2: refused: alphavantage sent no rate: the day's quota of this key is spent
		fxenc: line 3: refused: alphavantage sent no rate: the demo key serves only the documentation's examples: get a key of your own
		fxenc: line 4: refused: alphavantage sent no rate: its reply is empty
		fxenc: line 5: refused: alphavantage sent no rate: it does not know this pair
		fxenc: line 6: refused: alphavantage sent no rate: it does not accept the key
		fxenc: line 7: refused: alphavantage sent no rate: too many requests at once
		fxenc: line 8: refused: coinbase sent no rate: it does not know this pair
		fxenc: line 9: refused: kraken sent no rate: it does not know this pair
		fxenc: line 10: refused: binance sent no rate: it does not know this pair
		fxenc: line 11: refused: coingecko sent no rate: it does not know this pair
		fxenc: line 12: refused: coingecko sent no rate: too many requests at once
	END
	diff expected words
	[ "$(wc -l <out)" = 1 ]
	holds '.lines == 13 and .done == 1 and .refused == 12' stats
}

@test "lines that are not from fxfetch" {
	good=$(line coinbase BTC/USD btc-usd)
	{
		echo
		echo '{}'
		echo '[]'
		echo "$good x"
		echo "${good/coinbase/nonesuch}"
		echo "${good/coinbase/..\/x}"
		echo "${good/BTC\/USD/btc}"
		echo "${good/2025-01-07/2025-02-30}"
		echo "${good/\"ticker\"/\"provider\":\"kraken\",\"ticker\"}"
		echo "${good/\"response\"/\"other\"}"
		echo "$good"
		printf '%s' "${good%?}"
	} >in
	encoded 1 -x rejects <in
	[ "$(wc -l <out)" = 1 ]
	for line in 2 3 4 5 6 7 8 9 10 12; do
		grep -q "^fxenc: line $line: refused: " words
	done
	[ "$(wc -l <rejects)" = 10 ]
	[ "$(stat -c %a rejects)" = 600 ]
	holds -s 'map(.line) == [2,3,4,5,6,7,8,9,10,12] and all(.tool == "fxenc" and .error != "")' rejects
	has "$(cat words)" "$(built_in)"
}

@test "a time in the zone NZ is not in UTC because its name ends in Z" {
	export TZDIR=$PWD/zones
	mkdir zones
	# Version 1, with one kind of time, 13 hours east.
	printf 'TZif%b' "$(printf '\\0%.0s' {1..32})"'\0\0\0\001\0\0\0\004\0\0\0266\0320\0\0NZT\0' >zones/NZ
	good=$(line alphavantage BTC/USD btc-usd)
	echo "${good/01:00:01\"/01:00:01 NZ\"}" >in
	cmp -s in - <<<"$good" && return 1
	encoded 0 <in
	holds '.last_refreshed == "2025-01-06T12:00:01Z"' out
}

@test "a record is written while the input is idle" {
	mkfifo in
	exec 8<>in
	in_background fxenc >out 2>words <in 8>&-
	line coinbase BTC/USD btc-usd >&8
	wait_for 10 grep -q '"exchange_rate":102119.005' out
	line kraken BTC/USD btc-usd >&8
	wait_for 10 grep -q kraken out
	exec 8>&-
	# shellcheck disable=SC2154
	status_of "$background"
	[ "$status" = 0 ]
}

@test "many lines, in order" {
	good=$(line alphavantage BTC/USD btc-usd)
	awk -v line="$good" 'BEGIN { for (i = 0; i < 50000; i++) { l = line
		sub(/102119.00000000/, "102119." sprintf("%08d", i), l); print l } }' >in
	encoded 0 <in
	sed 's/.*_rate":102119\.\([0-9]*\),.*/\1/' out | awk '$1 != NR - 1 { exit 1 } END { exit NR != 50000 }'
}

@test "a definition of a provider may be a link to a file elsewhere" {
	mkdir -p "$HOME/.config/fxpipe/providers" dotfiles
	echo '{"url":"https://e.example/{from}/{to}","fields":{"exchange_rate":"/r"}}' >dotfiles/mine.json
	ln -s "$PWD/dotfiles/mine.json" "$HOME/.config/fxpipe/providers/mine.json"
	ln -s nowhere "$HOME/.config/fxpipe/providers/dangling.json"
	echo '{"provider":"mine","ticker":"A/B","fetched":"2025-01-07T01:00:00.000Z","response":{"r":1}}' |
		encoded 0
	grep -F '"exchange_rate":1,' out
}
