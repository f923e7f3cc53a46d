# fxfetch: what providers say, over a loopback server that plays their replies.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a shell of its own; status, background: helper

load helper

KEY=KEY0KEY0KEY0KEY0

use() {
	use_provider "$@"
	export FX_PROVIDER=$1
}

set_key() {
	mkdir -p "$XDG_CONFIG_HOME/fxpipe"
	(umask 077 && printf '%s\n' "${1-$KEY}" >"$XDG_CONFIG_HOME/fxpipe/alphavantage.key")
}

requests() {
	jq -s 'map(select(.target)) | length' server/log
}

targets() {
	jq -r 'select(.target) | .target' server/log
}

# play FILE…: answers with these fixtures, in turn.
play() {
	printf '%s\n' "$@" | jq -R '{file: "\(env.FIXTURES)/\(.)"}' | jq -s '{answers: .}' >play.json
	serve <play.json
}

# Without the limit that would only make tests slow.
use_alphavantage() {
	use alphavantage "${1:-del(.limits)}"
	set_key
}

# asked STATUS [PAIR…]: output in out, words in words.
asked() {
	local expected=$1 got=0
	shift
	fxfetch "$@" >out 2>words || got=$?
	cat words >&2
	[ "$got" = "$expected" ]
}

@test "alphavantage: a response is written verbatim on one line" {
	play alphavantage/btc-usd.json
	use_alphavantage
	asked 0 BTC/USD
	[ "$(wc -l <out)" = 1 ]
	tr -d '\n' <"$FIXTURES/alphavantage/btc-usd.json" >expected
	grep -qF "$(printf '"response":%s}' "$(cat expected)")" out
	holds '.provider == "alphavantage" and .ticker == "BTC/USD"
		and (.fetched | test("^[0-9-]{10}T[0-9:]{8}\\.[0-9]{3}Z$"))' out
	[ "$(targets)" = "/query?function=CURRENCY_EXCHANGE_RATE&from_currency=BTC&to_currency=USD&apikey=$KEY" ]
	holds -s '.[0].headers | .Accept == "application/json" and (."User-Agent" | test("^fxpipe/"))' server/log
}

@test "alphavantage: the other responses with a rate pass through fxenc" {
	play alphavantage/no-bid-ask.json alphavantage/usd-jpy.json
	use_alphavantage
	asked 0 -j 1 DOGE/USD USD/JPY
	fxenc <out >records
	grep -q '"exchange_rate":0.38231000,.*"last_refreshed":"2025-01-07T01:00:02Z","source":"alphavantage"}' records
	grep -q '"exchange_rate":155.53900000,.*"bid_price":155.53250000,"ask_price":155.54310000,' records
}

@test "alphavantage: a bad pair is refused and the others are done" {
	play alphavantage/error-bad-pair.json alphavantage/btc-usd.json
	use_alphavantage
	asked 1 -j 1 XXX/USD BTC/USD
	holds -s 'map(.ticker) == ["BTC/USD"]' out
	has "$(cat words)" "refused: XXX/USD: alphavantage: it does not know this pair"
}

@test "alphavantage: a bad key needs attention" {
	play alphavantage/error-key.json
	use_alphavantage
	asked 2 -j 1 BTC/USD ETH/USD DOGE/USD
	[ ! -s out ]
	has "$(cat words)" "BTC/USD: alphavantage: it does not accept the key"
	has "$(cat words)" "stopped: 2 pairs were not fetched"
	[ "$(requests)" = 1 ]
	asked 2 -j 1 BTC/USD ETH/USD
	has "$(cat words)" "stopped: 1 pair was not fetched"
}

@test "after an answer that needs attention every pair is reported" {
	play alphavantage/error-key.json
	use_alphavantage
	asked 2 -j 1 A/B C/D E/F G/H I/J K/L M/N
	has "$(cat words)" "stopped: 6 pairs were not fetched"
	printf '{"ticker":"%s/USD"}\n' A B C D E F G H I J >pairs
	asked 2 -j 1 <pairs
	has "$(cat words)" "stopped: 9 pairs were not fetched"
	[ "$(requests)" = 2 ]
}

@test "alphavantage: the demo key is recognized" {
	play alphavantage/demo-key.json
	use_alphavantage
	asked 2 BTC/USD
	has "$(cat words)" "demo key"
}

@test "alphavantage: a burst is waited out" {
	play alphavantage/burst.json alphavantage/btc-usd.json
	use_alphavantage 'del(.limits) | .answers |= map(if .wait then .wait = 0.3 else . end)'
	asked 0 BTC/USD --stats stats
	holds '.ticker == "BTC/USD"' out
	holds '.retries == 1 and .throttled == 1 and .done == 1' stats
	holds -s '[.[] | select(.target) | .at] | .[1] - .[0] >= 0.3' server/log
}

@test "alphavantage: the message of the old limit means a burst, too" {
	play alphavantage/note-old-limit.json alphavantage/btc-usd.json
	use_alphavantage 'del(.limits) | .answers |= map(if .wait then .wait = 0.3 else . end)'
	asked 0 BTC/USD
}

@test "alphavantage: a burst without end: exit status 75" {
	play alphavantage/burst.json
	use_alphavantage 'del(.limits) | .answers |= map(if .wait then .wait = 0.05 else . end)'
	asked 75 BTC/USD
	[ "$(requests)" = 4 ]
	has "$(cat words)" "too many requests"
}

@test "alphavantage: a spent quota lasts for the day, also for the next process" {
	play alphavantage/daily-quota.json
	use_alphavantage
	asked 75 -j 1 BTC/USD ETH/USD
	[ ! -s out ]
	has "$(cat words)" "BTC/USD: alphavantage: the day's quota of this key is spent: not asked again before 2"
	has "$(cat words)" "ETH/USD"
	not grep -q "$KEY" words
	[ "$(requests)" = 1 ]
	asked 75 BTC/USD
	has "$(cat words)" "not asked again before 2"
	[ "$(requests)" = 1 ]
}

@test "alphavantage: an empty response is retried, three attempts in all" {
	play alphavantage/empty.json
	use_alphavantage
	asked 75 BTC/USD
	[ "$(requests)" = 3 ]
	has "$(cat words)" "tried 3 times"
}

@test "alphavantage: its own limit of one request in 1.1 seconds is kept" {
	play alphavantage/btc-usd.json
	use_alphavantage .
	asked 0 BTC/USD BTC/EUR
	holds -s '[.[] | select(.target) | .at] | .[1] - .[0] >= 1.05' server/log
}

@test "binance, coinbase, kraken, frankfurter: rates, digits kept, symbols mapped" {
	serve <<-END
		{"routes":[
		{"match":"^/api/v3/ticker/24hr.symbol=BTCUSDT$","answers":[{"file":"$FIXTURES/binance/btc-usdt.json"}]},
		{"match":"^/v2/prices/BTC-USD/spot$","answers":[{"file":"$FIXTURES/coinbase/btc-usd.json"}]},
		{"match":"^/0/public/Ticker.pair=XBTUSD$","answers":[{"file":"$FIXTURES/kraken/btc-usd.json"}]},
		{"match":"^/v2/rate/EUR/USD$","answers":[{"file":"$FIXTURES/frankfurter/eur-usd.json"}]}]}
	END
	use binance
	fxfetch BTC/USDT >out
	use coinbase
	fxfetch BTC/USD >>out
	use kraken
	fxfetch BTC/USD >>out
	use frankfurter
	fxfetch EUR/USD >>out
	fxenc <out >records
	grep -q '"ticker":"BTC/USDT","exchange_rate":102119.00000000,.*"last_refreshed":"2025-01-07T01:00:02Z","bid_price":102118.99000000,"ask_price":102119.01000000,"source":"binance"}' records
	grep -q '"exchange_rate":102119.005,.*"last_refreshed_from":"fetch","source":"coinbase"}' records
	grep -q '"exchange_rate":102119.00000,.*"bid_price":102119.00000,"ask_price":102119.10000,"source":"kraken"}' records
	grep -q '"exchange_rate":1.1568,.*"last_refreshed":"2026-03-25T00:00:00Z","source":"frankfurter"}' records
}

@test "binance, coinbase, kraken: a pair they do not know is refused" {
	serve <<-END
		{"routes":[
		{"match":"^/api/","answers":[{"status":400,"file":"$FIXTURES/binance/error-400.json"}]},
		{"match":"^/v2/","answers":[{"status":404,"file":"$FIXTURES/coinbase/error-404.json"}]},
		{"match":"^/0/","answers":[{"file":"$FIXTURES/kraken/error-200.json"}]}]}
	END
	use binance
	asked 1 XXX/USD
	has "$(cat words)" "it does not know this pair (HTTP 400)"
	use coinbase
	asked 1 XXX/USD
	has "$(cat words)" "it does not know this pair (HTTP 404)"
	use kraken
	asked 1 XXX/USD
	has "$(cat words)" "it does not know this pair"
}

@test "coingecko: one request asks for all pairs that wait" {
	serve <<-END
		{"routes":[{"match":"/simple/price","answers":[{"file":"$FIXTURES/coingecko/several.json"}]}]}
	END
	use coingecko
	asked 0 BTC/USD DOGE/EUR BTC/EUR BTC/USD
	[ "$(targets)" = '/api/v3/simple/price?ids=bitcoin,dogecoin&vs_currencies=usd,eur&include_last_updated_at=true&precision=full' ]
	[ "$(jq -r .ticker out | paste -sd ' ')" = 'BTC/USD DOGE/EUR BTC/EUR BTC/USD' ]
	[ "$(fxenc <out | sed 's/"timestamp":"[^"]*",//' | sed -n 1,3p)" = \
'{"ticker":"BTC/USD","exchange_rate":102119.12345678912,"last_refreshed":"2025-01-07T01:00:02Z","source":"coingecko"}
{"ticker":"DOGE/EUR","exchange_rate":0.36931,"last_refreshed":"2025-01-07T00:59:55Z","source":"coingecko"}
{"ticker":"BTC/EUR","exchange_rate":98650.5,"last_refreshed":"2025-01-07T01:00:02Z","source":"coingecko"}' ]
	# A pair that is missing in the reply does not keep the others back.
	asked 1 SHIBA-INU/USD DOGE/USD BTC/BTC
	[ "$(targets | tail -n 1)" = '/api/v3/simple/price?ids=shiba-inu,dogecoin,bitcoin&vs_currencies=usd,btc&include_last_updated_at=true&precision=full' ]
	[ "$(jq -r .ticker out)" = DOGE/USD ]
	has "$(cat words)" "SHIBA-INU/USD: coingecko: it does not know this pair"
	has "$(cat words)" "BTC/BTC: coingecko: it does not know this pair"
}

@test "coingecko: more pairs than a request may hold, from standard input; too many requests are retried together" {
	serve <<-END
		{"answers":[{"status":429,"file":"$FIXTURES/coingecko/error-429.json"},
		{"file":"$FIXTURES/coingecko/several.json"}]}
	END
	use coingecko 'del(.limits) | .pairs_per_request = 3 | .answers[].wait = 0.1'
	printf '{"ticker":"%s"}\n' BTC/USD DOGE/USD BTC/EUR DOGE/EUR BTC/USD BTC/USD BTC/USD >in
	asked 0 --stats stats -j 1 <in
	jq -r .ticker out | cmp - <(jq -r .ticker in)
	[ "$(fxenc <out | wc -l)" = 7 ]
	# 3 + 3 + 1 pairs, and a retry.
	[ "$(requests)" = 4 ]
	holds '.done == 7 and .retries == 1 and .throttled == 1' stats
}

@test "pairs that share a request share its failure" {
	serve <<<'{"answers":[{"status":403,"body":"{}"}]}'
	use coingecko
	asked 2 BTC/USD DOGE/USD
	[ "$(requests)" = 1 ]
	has "$(cat words)" "BTC/USD: coingecko: it refuses to serve this machine (HTTP 403)"
	has "$(cat words)" "DOGE/USD: coingecko: it refuses to serve this machine (HTTP 403)"
}

@test "pairs that share a request are retried together" {
	serve <<<'{"answers":[{"status":500,"close":true},{"file":"'"$FIXTURES"'/coingecko/several.json"}]}'
	use coingecko 'del(.limits)'
	asked 0 BTC/USD DOGE/USD
	[ "$(wc -l <out)" = 2 ]
	[ "$(requests)" = 2 ]
}

@test "without a key alphavantage reports what to do, and coinbase is the default" {
	asked 2 -p alphavantage BTC/USD
	has "$(cat words)" "alphavantage.key"
	has "$(cat words)" "-K file:PATH"
	has "$(cat words)" "binance, coinbase, coingecko, ecb, frankfurter, kraken, openmeteo, sample"
	serve <<<'{"answers":[{"body":"{\"data\":{\"amount\":\"1\"}}"}]}'
	use coinbase
	unset FX_PROVIDER
	asked 0 BTC/USD
	holds '.provider == "coinbase"' out
}

@test "with its key set up alphavantage is the default" {
	play alphavantage/btc-usd.json
	use_alphavantage
	unset FX_PROVIDER
	asked 0 BTC/USD
	holds '.provider == "alphavantage"' out
}

@test "a key file that others may read, a link, a directory: not used" {
	play alphavantage/btc-usd.json
	use_alphavantage
	key=$XDG_CONFIG_HOME/fxpipe/alphavantage.key
	chmod 640 "$key"
	asked 2 BTC/USD
	has "$(cat words)" "chmod 600"
	chmod 600 "$key"
	ln -s "$key" link
	asked 2 -K file:link BTC/USD
	has "$(cat words)" "symbolic link"
	mkdir directory
	asked 2 -K file:directory BTC/USD
	mkfifo -m 600 pipe
	asked 2 -K file:pipe BTC/USD
	asked 2 -K "$KEY" BTC/USD
	not grep -q "$KEY" words
	has "$(cat words)" "file:PATH"
	asked 0 -K "file:$key" BTC/USD
}

@test "a key of more than one word, or a huge one, is not sent" {
	play alphavantage/btc-usd.json
	use_alphavantage
	set_key "two words"
	asked 2 BTC/USD
	set_key ""
	asked 2 BTC/USD
	head -c 70000 /dev/zero | tr '\0' k >"$XDG_CONFIG_HOME/fxpipe/alphavantage.key"
	asked 2 BTC/USD
	[ ! -s server/log ]
}

@test "a key that is echoed appears in neither output, messages nor command line" {
	serve <<-END
		{"answers":[{"delay":0.5,"body":"{\"Realtime Currency Exchange Rate\":{\"5. Exchange Rate\":\"1.5\"},\"echo\":\"k/$KEY%k\",\"again\":\"k\\\\u002f\",\"url\":\"k%2F$KEY%25k\",\"json\":\"k\\\\/$KEY%k\"}"},
		{"body":"{\"odd\":\"k/$KEY%k\"}"},{"status":500,"body":"k/$KEY%k"}]}
	END
	use_alphavantage
	set_key "k/$KEY%k"
	in_background fxfetch -v -j 1 BTC/USD ETH/USD DOGE/USD >out 2>words
	pid=$background
	wait_for 10 test -s server/log
	tr '\0' ' ' <"/proc/$pid/cmdline" >started
	# Of a process that holds a secret none but root can read it.
	tr '\0' ' ' <"/proc/$pid/environ" >>started || true
	grep -q fxfetch started
	status_of "$pid"
	[ "$status" = 75 ]
	[ "$(wc -l <out)" = 2 ]
	not grep -q "$KEY" out words started
	grep -q '"echo":"\[redacted\]"' out
	grep -q '"url":"\[redacted\]"' out
	has "$(targets)" "apikey=k%2F$KEY%25k"
}

@test "pairs from standard input, also in the tutorial's form" {
	serve <<<'{"answers":[{"body":"{\"data\":{\"amount\":\"2.50\"}}"}]}'
	use coinbase
	printf '%s\n' '{"ticker":"BTC/USD","extra":[1,{"ticker":5}]}' '{"from":"ETH","to":"USD"}' \
		'{"conversion":{"from":"DOGE","to":"USD"}}' '{"ticker":"A\/B"}' >pairs
	asked 0 <pairs
	holds -s 'map(.ticker) == ["BTC/USD","ETH/USD","DOGE/USD","A/B"]' out
}

@test "lines that are not a pair are refused with their number, the others are done" {
	serve <<<'{"answers":[{"body":"{\"data\":{\"amount\":\"2.50\"}}"}]}'
	use coinbase
	{
		printf '%s\n' '{"ticker":"BTC/USD"}' '' 'BTC/USD' '{"ticker":"btc/usd"}' '{"ticker":5}' \
			'{"from":"BTC"}' '{"ticker":"A/B","ticker":"C/D"}' '["BTC/USD"]' \
			'{"ticker":"../etc/passwd"}' '{"ticker":"A/B?x=1"}' '{"ticker":"AAAAAAAAAAAAAAAAAAAAA/B"}' \
			'{"from":"ETH","to":"USD"}'
		printf '{"ticker":"CUT/O'
	} >pairs
	asked 1 --stats stats <pairs
	holds -s 'map(.ticker) == ["BTC/USD","ETH/USD"]' out
	for line in 3 4 5 6 7 8 9 10 11 13; do
		grep -q "^fxfetch: line $line: refused: " words
	done
	holds '.lines == 12 and .blank == 1 and .done == 2 and .refused == 10 and .exit == 1' stats
}

@test "every hostile line is done or refused" {
	serve <<<'{"answers":[{"body":"{\"data\":{\"amount\":\"2.50\"}}"}]}'
	use coinbase 'del(.limits)'
	base64 -d "$FIXTURES/hostile.ndjson.b64" >hostile
	echo >>hostile
	echo '{"ticker":"LAST/ONE"}' >>hostile
	asked 1 --stats stats <hostile
	holds '.lines == .done + .refused' stats
	tail -n 1 out | holds '.ticker == "LAST/ONE"'
	not grep -q "[^[:print:]]" words
}

@test "a bad pair among arguments" {
	asked 1 -p sample BTC/USD btc/usd $'\033[31m/USD' BTC/USD/X
	[ "$(wc -l <out)" = 1 ]
	has "$(cat words)" '"btc/usd"'
	not grep -q $'\033' words
}

@test "several requests in flight, the output in the order of the pairs" {
	mkfifo first second
	serve <<-'END'
		{"routes":[{"match":"A-USD","answers":[{"file":"../first"}]},
		{"match":"B-USD","answers":[{"file":"../second"}]},
		{"match":"","answers":[{"body":"{\"data\":{\"amount\":\"3\"}}"}]}]}
	END
	use coinbase 'del(.limits)'
	sent() { grep -q "\"sent\".*$1-USD" server/log; }
	all_asked() { [ "$(requests)" = 4 ]; }
	in_background fxfetch A/USD B/USD C/USD D/USD >out 2>words
	# All four are asked for, and the last three answered, before the first is.
	wait_for 20 all_asked
	wait_for 20 sent C
	wait_for 20 sent D
	printf '{"data":{"amount":"2"}}' >second
	wait_for 20 sent B
	[ ! -s out ]
	printf '{"data":{"amount":"1"}}' >first
	status_of "$background"
	[ "$status" = 0 ]
	holds -s 'map(.ticker) == ["A/USD","B/USD","C/USD","D/USD"]' out
}

@test "one request at a time with -j 1" {
	mkfifo first
	serve <<-'END'
		{"routes":[{"match":"A-USD","answers":[{"file":"../first"}]},
		{"match":"","answers":[{"body":"{\"data\":{\"amount\":\"3\"}}"}]}]}
	END
	use coinbase 'del(.limits)'
	in_background fxfetch -j 1 A/USD B/USD >out 2>words
	wait_for 20 test -s server/log
	# The server appends to its log, so it is in the order of arrival.
	echo '{"answered":true}' >>server/log
	printf '{"data":{"amount":"1"}}' >first
	status_of "$background"
	[ "$status" = 0 ]
	[ "$(targets)" = $'/v2/prices/A-USD/spot\n/v2/prices/B-USD/spot' ]
	holds -s '(map(.answered) | index(true)) as $at | .[:$at] | map(select(.target)) | length == 1' server/log
}

@test "a response is written while the input is idle" {
	serve <<<'{"answers":[{"body":"{\"data\":{\"amount\":\"2.50\"}}"}]}'
	use coinbase
	mkfifo input
	exec 8<>input
	in_background fxfetch >out 2>words <input 8>&-
	echo '{"ticker":"BTC/USD"}' >&8
	wait_for 10 grep -q BTC/USD out
	echo '{"ticker":"ETH/USD"}' >&8
	wait_for 10 grep -q ETH/USD out
	exec 8>&-
	status_of "$background"
	[ "$status" = 0 ]
}

@test "server errors are retried, three attempts in all: statuses, cut connections, pages of a proxy" {
	serve <<-'END'
		{"routes":[{"match":"A-USD","answers":[{"status":503,"body":"busy"},{"status":502},{"body":"{\"data\":{\"amount\":\"1\"}}"}]},
		{"match":"B-USD","answers":[{"cut":10,"body":"{\"data\":{\"amount\":\"2\"}}"},{"close":true},{"body":"{\"data\":{\"amount\":\"2\"}}"}]},
		{"match":"C-USD","answers":[{"body":"<html>log in first</html>"},{"status":404,"body":"<html>no</html>"},{"body":"{\"data\":{\"amount\":\"3\"}}"}]},
		{"match":"D-USD","answers":[{"status":500,"body":"{}"}]}]}
	END
	use coinbase
	asked 75 -v A/USD B/USD C/USD D/USD
	holds -s 'map(.ticker) == ["A/USD","B/USD","C/USD"]' out
	has "$(cat words)" "D/USD: coinbase: it reports a temporary error (HTTP 500): tried 3 times"
	[ "$(requests)" = 12 ]
	has "$(cat words)" "its reply was cut off"
	has "$(cat words)" "its reply is not JSON"
}

@test "Retry-After is honoured, as seconds and as a date" {
	serve <<-END
		{"routes":[{"match":"A-USD","answers":[{"status":503,"headers":{"Retry-After":"2"}},{"body":"{\"data\":{\"amount\":\"1\"}}"}]},
		{"match":"B-USD","answers":[{"status":429,"headers":{"Retry-After":"$(date -u -d '+3 seconds' '+%a, %d %b %Y %H:%M:%S GMT')"}},{"body":"{\"data\":{\"amount\":\"1\"}}"}]}]}
	END
	use coinbase
	asked 0 A/USD
	holds -s '[.[] | select(.target) | .at] | .[1] - .[0] >= 2' server/log
	: >server/log
	asked 0 B/USD
	[ "$(requests)" = 2 ]
}

@test "a Retry-After of an hour: exit status 75, for the next process too" {
	serve <<<'{"answers":[{"status":503,"headers":{"Retry-After":"3600"}}]}'
	use coinbase
	asked 75 A/USD
	asked 75 A/USD
	[ "$(requests)" = 1 ]
	has "$(cat words)" "it asked to retry later"
}

@test "a burst of an hour: exit status 75 for all pairs and the next process" {
	serve <<<'{"answers":[{"status":429,"headers":{"Retry-After":"3600"}}]}'
	use coinbase
	asked 75 -j 1 A/USD B/USD
	[ ! -s out ]
	has "$(cat words)" "A/USD: coinbase: too many requests at once (HTTP 429): not asked again before 2"
	has "$(cat words)" "B/USD: coinbase: it reported too many requests: not asked again before 2"
	asked 75 A/USD
	[ "$(requests)" = 1 ]
}

@test "a huge Retry-After: exit status 75 for up to a day" {
	serve <<-'END'
		{"routes":[{"match":"A-USD","answers":[{"status":503,"headers":{"Retry-After":"9223372036854775807"}}]},
		{"match":"B-USD","answers":[{"status":429,"headers":{"Retry-After":"9223372036854775"}}]}]}
	END
	use coinbase
	for pair in A B; do
		FX_HOME=$PWD/$pair asked 75 $pair/USD
		until=$(sed -n 's/.*: not asked again before //p' words)
		[ "$(date -u -d "$until" +%s)" -gt "$(($(date +%s) + 86000))" ]
		[ "$(date -u -d "$until" +%s)" -le "$(($(date +%s) + 86400))" ]
	done
	[ "$(requests)" = 2 ]
}

@test "a slow server meets the deadline" {
	serve <<-'END'
		{"routes":[{"match":"A-USD","answers":[{"delay":20,"body":"{}"}]},
		{"match":"","answers":[{"drip":0.3,"body":"{\"data\":{\"amount\":\"1.00000000000000000000000000000\"}}"}]}]}
	END
	use coinbase
	start=$SECONDS
	asked 75 --timeout 1 A/USD B/USD
	[ $((SECONDS - start)) -lt 15 ]
	has "$(cat words)" "A/USD: coinbase: no complete reply within 1"
	has "$(cat words)" "B/USD: coinbase: no complete reply within 1"
}

@test "a provider that cannot be reached: exit status 75" {
	port=9
	use coinbase
	asked 75 BTC/USD
	has "$(cat words)" "tried 3 times"
}

@test "an oversized response is not read" {
	serve <<-'END'
		{"routes":[{"match":"A-USD","answers":[{"size":300000000}]},
		{"match":"B-USD","answers":[{"headers":{"Content-Length":"300000000"},"body":"{"}]},
		{"match":"C-USD","answers":[{"body":"{\"data\":{\"amount\":\"1\"}}                      "}]}]}
	END
	use coinbase
	asked 75 A/USD B/USD
	has "$(cat words)" "A/USD: coinbase: its reply is longer than 1048576 bytes"
	has "$(cat words)" "B/USD: coinbase: its reply is longer than 1048576 bytes"
	use coinbase '.reply_bytes = 20'
	asked 75 C/USD
	has "$(cat words)" "longer than 20 bytes"
}

# 64 KiB of headers and trailers is the limit, and libcurl has limits for one of them.
@test "headers and trailers without end are not read, and neither is an unknown encoding" {
	serve <<-'END'
		{"routes":[{"match":"A-USD","answers":[{"body":"{}","trailers":[1000,100000]}]},
		{"match":"B-USD","answers":[{"body":"{}","lines":[1000,70]}]},
		{"match":"C-USD","answers":[{"body":"{}","trailers":[200000,1]}]},
		{"match":"D-USD","answers":[{"body":"{}","lines":[200000,1]}]},
		{"match":"E-USD","answers":[{"body":"x","headers":{"Content-Encoding":"gzip, \u001b"}}]},
		{"match":"G-USD","answers":[{"body":"z","headers":{"Transfer-Encoding":"chunked"}}]},
		{"match":"F-USD","answers":[{"body":"{\"data\":{\"amount\":\"1\"}}","lines":[1000,50],"trailers":[1000,10],
			"headers":{"Content-Encoding":"identity"}}]}]}
	END
	use coinbase
	asked 75 A/USD B/USD C/USD D/USD E/USD F/USD G/USD
	has "$(cat words)" "A/USD: coinbase: the headers and trailers of its reply are longer than 65536 bytes"
	has "$(cat words)" "B/USD: coinbase: the headers and trailers of its reply are longer than 65536 bytes"
	has "$(cat words)" "C/USD: coinbase: a header or trailer of its reply is too long"
	has "$(cat words)" "D/USD: coinbase: a header or trailer of its reply is too long"
	has "$(cat words)" "E/USD: coinbase: its reply is encoded (gzip, \\x1b), which was not requested"
	# Newer releases of libcurl do not say which.
	grep -qE "G/USD: coinbase: its (chunked encoding is invalid|reply was cut off)" words
	holds '.ticker == "F/USD"' out
	holds -s 'map(select(.target)) | all(.headers["Accept-Encoding"] == "identity")' server/log
}

@test "redirects to http or to another host are not followed" {
	serve <<-'END'
		{"routes":[{"match":"A-USD","answers":[{"status":302,"headers":{"Location":"http://127.0.0.1:{port}/stolen"}}]},
		{"match":"B-USD","answers":[{"status":301,"headers":{"Location":"https://example.com/stolen"}}]},
		{"match":"C-USD","answers":[{"status":307,"headers":{"Location":"file:///etc/hostname"}}]},
		{"match":"stolen","answers":[{"body":"{\"data\":{\"amount\":\"1\"}}"}]}]}
	END
	use coinbase
	asked 2 A/USD
	has "$(cat words)" "it redirects to another host or to http, which is not followed (HTTP 302): http://127.0.0.1:$port/stolen"
	asked 2 B/USD
	has "$(cat words)" "(HTTP 301): https://example.com/stolen"
	asked 2 C/USD
	has "$(cat words)" "(HTTP 307): file:///etc/hostname"
	[ ! -s out ]
	not grep -q stolen server/log
	[ "$(requests)" = 3 ]
}

@test "the target of a redirect is named without the key" {
	serve <<-END
		{"answers":[{"status":302,"headers":{"Location":"https://u:$KEY@example.com/$KEY?apikey=$KEY#$KEY"}}]}
	END
	use_alphavantage
	asked 2 BTC/USD
	has "$(cat words)" "(HTTP 302): https://example.com/[redacted]"
	not grep -q "$KEY" words
}

@test "a proxy that refuses needs attention, one that is out of order is tried again" {
	serve <<<'{"answers":[{"status":407},{"status":403},{"status":503}]}'
	use coinbase '.url = "https://rates.example/{from}-{to}"'
	export https_proxy=http://127.0.0.1:$port no_proxy=''
	asked 2 -j 1 A/USD B/USD
	has "$(cat words)" "A/USD: coinbase: the proxy requires a valid user and password (status 407): set https_proxy to http://USER:PASSWORD@HOST:PORT"
	[ "$(requests)" = 1 ]
	AWS_ACCESS_KEY_ID=A AWS_SECRET_ACCESS_KEY=B AWS_REGION=eu-west-1 run -2 smget secretsmanager:x
	has "$output" "the proxy refuses to connect to this host (status 403): see https_proxy and no_proxy"
	[ "$(requests)" = 2 ]
	asked 75 A/USD
	has "$(cat words)" "the proxy answered with status 503: tried 3 times"
}

@test "a service that is out of order does not call a pair unknown" {
	serve <<-'END'
		{"routes":[{"match":"A-USD","answers":[{"status":400,"headers":{"Retry-After":"120"},"body":"{\"message\":\"no\"}"}]},
		{"match":"B-USD","answers":[{"status":404,"body":"{\"message\":\"Scheduled Maintenance\"}"},
			{"body":"{\"data\":{\"amount\":\"1\"}}"}]},
		{"match":"C-USD","answers":[{"status":404,"body":"{\"message\":\"what is C\"}"}]}]}
	END
	use coinbase
	asked 0 B/USD
	[ "$(wc -l <out)" = 1 ]
	asked 1 C/USD
	has "$(cat words)" "it does not know this pair (HTTP 404)"
	asked 75 A/USD
	has "$(cat words)" "A/USD: coinbase: it reports a temporary error (HTTP 400): not asked again before"
}

@test "an error that asks to be retried, by any Retry-After or in words, does not call a pair unknown" {
	local rate='{"body":"{\"data\":{\"amount\":\"1\"}}"}'
	serve <<-END
		{"routes":[{"match":"A-USD","answers":[{"status":422,"headers":{"Retry-After":"0"},"body":"{\"message\":\"no\"}"},$rate]},
		{"match":"B-USD","answers":[{"status":404,"body":"{\"message\":\"Scheduled downtime\"}"},$rate]},
		{"match":"C-USD","answers":[{"status":400,"headers":{"Retry-After":"Sun, 06 Nov 1994 08:49:37 GMT"},"body":"{}"},$rate]},
		{"match":"D-USD","answers":[{"status":400,"body":"{\"message\":\"please try again in 5 minutes\"}"},$rate]},
		{"match":"E-USD","answers":[{"status":400,"headers":{"Retry-After":"soon"},"body":"{\"message\":\"invalid, check and try again\"}"}]}]}
	END
	use coinbase
	asked 1 A/USD B/USD C/USD D/USD E/USD
	[ "$(wc -l <out)" = 4 ]
	has "$(cat words)" "E/USD: coinbase: it does not know this pair (HTTP 400)"
}

@test "a definition that sends the key and that others may write is not used" {
	play alphavantage/btc-usd.json
	use_alphavantage
	for mode in 666 622 664; do
		chmod "$mode" "$XDG_CONFIG_HOME/fxpipe/providers/alphavantage.json"
		asked 2 BTC/USD
		has "$(cat words)" "/fxpipe/providers/alphavantage.json says where the key is sent, and other users may write it: run chmod go-w on it"
	done
	[ "$(requests)" = 0 ]
	chmod 644 "$XDG_CONFIG_HOME/fxpipe/providers/alphavantage.json"
	asked 0 BTC/USD
	use coinbase
	chmod 666 "$XDG_CONFIG_HOME/fxpipe/providers/coinbase.json"
	asked 0 BTC/USD
	[ "$(id -u)" = 0 ] || return 0
	chown 12345 "$XDG_CONFIG_HOME/fxpipe/providers/alphavantage.json"
	asked 2 -p alphavantage BTC/USD
	has "$(cat words)" "says where the key is sent, and belongs to another user: it is not used"
}

@test "a key that the provider repeats in another encoding is redacted" {
	local key='aB3/cD+5eF&7gH9' one two three
	one=$(printf %s "$key" | base64)
	two=$(printf 'user:%s' "$key" | base64)
	three=$(printf 'xyz7%s.' "$key" | base64)
	serve < <(jq -n --arg key "$key" --arg one "$one" --arg two "$two" --arg three "$three" '
		{answers: [{body: ({"Information": ("seen " + ([$one, $two, $three,
			($key | explode | map(("0123456789abcdef" / "") as $d | $d[. / 16 | floor] + $d[. % 16]) | add),
			($key | @uri), ($key | @uri | @uri), ($key | @html),
			($key | @html | @html), $key] | join(" ; ")) + " end")} | tojson)}]}')
	use_alphavantage
	set_key "$key"
	asked 0 BTC/USD
	cat out
	holds '.response.Information | startswith("seen ") and endswith(" end") and
		(. / " ; " | length == 9 and all(contains("[redacted]")))' out
	not grep -qiE "B3/cD|IzL2N|YUIzL|FCMy9|61423|42332f|b3%2|gH9" out
}

# serve_tls BODY: a server with a certificate of its own, certificate.pem.
serve_tls() {
	mkdir -p server
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout key.pem -out certificate.pem \
		-addext subjectAltName=DNS:localhost,DNS:api.localhost,IP:127.0.0.1 2>/dev/null
	cat key.pem certificate.pem >server/both.pem
	serve < <(jq -n --arg body "$1" '{tls: "both.pem", answers: [{body: $body}]}')
	unset https_proxy
}

@test "an untrusted certificate needs attention" {
	serve_tls '{"data":{"amount":"1"}}'
	use coinbase ".url = \"https://localhost:$port/{from}-{to}\""
	asked 2 A/USD
	[ ! -s out ]
	[ ! -s server/log ]
	has "$(cat words)" "its certificate is not trusted (self-signed certificate): if it should be, set CURL_CA_BUNDLE to"
}

@test "certificates to trust: CURL_CA_BUNDLE, else SSL_CERT_FILE and SSL_CERT_DIR; messages name them" {
	serve_tls '{"data":{"amount":"1"}}'
	use coinbase ".url = \"https://localhost:$port/{from}-{to}\""
	mkdir trusted empty
	cp certificate.pem trusted && openssl rehash trusted
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=other -keyout key.pem -out other.pem 2>/dev/null
	CURL_CA_BUNDLE=$PWD/certificate.pem asked 0 A/USD
	SSL_CERT_FILE=$PWD/certificate.pem asked 0 A/USD
	SSL_CERT_DIR=$PWD/trusted asked 0 A/USD
	SSL_CERT_FILE=$PWD/other.pem SSL_CERT_DIR=$PWD/trusted asked 0 A/USD
	SSL_CERT_FILE=$PWD/certificate.pem CURL_CA_BUNDLE=$PWD/other.pem SSL_CERT_DIR=$PWD/trusted asked 2 A/USD
	has "$(cat words)" "its certificate is not trusted (self-signed certificate): it was checked against $PWD/other.pem (CURL_CA_BUNDLE)"
	SSL_CERT_FILE=$PWD/other.pem asked 2 A/USD
	has "$(cat words)" "$PWD/other.pem (SSL_CERT_FILE)"
	SSL_CERT_DIR=$PWD/empty asked 2 A/USD
	has "$(cat words)" "$PWD/empty (SSL_CERT_DIR)"
	CURL_CA_BUNDLE=$PWD/absent.pem asked 2 A/USD
	has "$(cat words)" "could not read the trusted certificates in $PWD/absent.pem (CURL_CA_BUNDLE): No such file or directory"
	echo nothing >nothing.pem
	SSL_CERT_FILE=$PWD/nothing.pem asked 2 A/USD
	has "$(cat words)" "$PWD/nothing.pem (SSL_CERT_FILE): not a file of PEM certificates"
}

@test "certificates to trust on AWS: AWS_CA_BUNDLE, ca_bundle, CURL_CA_BUNDLE" {
	serve_tls '{"SecretString":"known"}'
	export AWS_ACCESS_KEY_ID=A AWS_SECRET_ACCESS_KEY=S AWS_REGION=x AWS_ENDPOINT_URL=https://localhost:$port
	mkdir "$HOME/.aws"
	[ "$(AWS_CA_BUNDLE=$PWD/certificate.pem smget --no-cache x)" = known ]
	[ "$(CURL_CA_BUNDLE=$PWD/certificate.pem smget --no-cache x)" = known ]
	run -2 smget --no-cache x
	has "$output" "not trusted (self-signed certificate): if it should be, set AWS_CA_BUNDLE to a file of PEM certificates"
	CURL_CA_BUNDLE=$PWD/certificate.pem AWS_CA_BUNDLE=$PWD/absent.pem run -2 smget --no-cache x
	has "$output" "$PWD/absent.pem (AWS_CA_BUNDLE): No such file or directory"
	# Also for the role's keys: not trusted is not temporary.
	AWS_ENDPOINT_URL=http://127.0.0.1:9 AWS_ENDPOINT_URL_STS=https://localhost:$port \
		run -2 smget --no-cache --role-arn arn:aws:iam::123456789012:role/x x
	has "$output" "set AWS_CA_BUNDLE to"
	printf '[default]\nca_bundle = %s\n' "$PWD/certificate.pem" >"$HOME/.aws/config"
	[ "$(smget --no-cache x)" = known ]
}

@test "no_proxy: *.DOMAIN is a domain and its hosts" {
	serve_tls '{"data":{"amount":"1"}}'
	use coinbase ".url = \"https://api.localhost:$port/{from}-{to}\""
	export CURL_CA_BUNDLE=$PWD/certificate.pem https_proxy=http://127.0.0.1:9 no_proxy='x.y, *.localhost'
	asked 0 A/USD
	unset no_proxy
	NO_PROXY='*.localhost,*.z' asked 0 A/USD
	NO_PROXY='*.ocalhost' asked 75 A/USD
}

@test "limits hold across processes" {
	serve <<<'{"answers":[{"body":"{\"data\":{\"amount\":\"1\"}}"}]}'
	use coinbase '.limits = [{"requests":1,"seconds":0.5}]'
	in_background fxfetch A/USD B/USD C/USD >one
	first=$background
	in_background fxfetch D/USD E/USD F/USD >two
	status_of "$first"
	[ "$status" = 0 ]
	status_of "$background"
	[ "$status" = 0 ]
	[ "$(requests)" = 6 ]
	# 2.5 s; each process by itself would take 1 s. A busy machine may bring the first one late.
	holds -s '[.[] | select(.target) | .at] | max - min > 1.5' server/log
}

@test "a rate limit with a long wait: exit status 75, and the time of the next request" {
	serve <<<'{"answers":[{"body":"{\"data\":{\"amount\":\"1\"}}"}]}'
	use coinbase '.limits = [{"requests":2,"seconds":86400}]'
	asked 75 A/USD B/USD C/USD
	holds -s 'map(.ticker) == ["A/USD","B/USD"]' out
	has "$(cat words)" "C/USD: coinbase: its rate limit is reached: not asked again before 2"
	asked 75 A/USD
	[ "$(requests)" = 2 ]
}

@test "the state of rate limits is accessible only to the user, and invalid content is ignored" {
	serve <<<'{"answers":[{"body":"{\"data\":{\"amount\":\"1\"}}"}]}'
	use coinbase
	asked 0 A/USD
	[ "$(stat -c %a "$FX_HOME/coinbase.pace" "$FX_HOME")" = $'600\n700' ]
	head -c 100000 /dev/urandom >"$FX_HOME/coinbase.pace"
	asked 0 A/USD
	printf 'fxpipe-pace 1 99999999999999 2\n' >"$FX_HOME/coinbase.pace"
	asked 0 A/USD
}

@test "a home that cannot be written: exit status 2, and the reason" {
	port=9
	use coinbase
	FX_HOME=/proc/nowhere asked 2 A/USD
	has "$(cat words)" "/proc/nowhere"
}

@test "SIGTERM: requests in flight are finished, the rest is not started, and is counted" {
	mkfifo A B
	serve <<<'{"routes":[{"match":"A-USD","answers":[{"file":"../A"}]},{"match":"","answers":[{"file":"../B"}]}]}'
	use coinbase 'del(.limits)'
	printf '{"ticker":"%s/USD"}\n' A B C D E F G H I >pairs
	two_asked() { [ "$(requests)" = 2 ]; }
	for how in arguments lines; do
		: >server/log
		if [ $how = lines ]; then
			in_background fxfetch -j 2 >out 2>words <pairs
		else
			in_background fxfetch -j 2 A/USD B/USD C/USD D/USD E/USD F/USD G/USD H/USD I/USD >out 2>words
		fi
		wait_for 20 two_asked
		kill "$background"
		printf '{"data":{"amount":"1"}}' >A
		printf '{"data":{"amount":"2"}}' >B
		status_of "$background"
		[ "$status" = 143 ]
		holds -s 'map(.ticker) == ["A/USD","B/USD"]' out
		[ "$(requests)" = 2 ]
		has "$(cat words)" "stopped: 7 pairs were not fetched"
	done
}

@test "SIGTERM ends a wait" {
	serve <<<'{"answers":[{"status":503,"headers":{"Retry-After":"50"}}]}'
	use coinbase
	in_background fxfetch -v A/USD >out 2>words
	wait_for 10 grep -q waiting words
	kill "$background"
	status_of "$background"
	[ "$status" = 143 ]
}

@test "alphavantage-quote: a ticker; the key and the rate limits are those of alphavantage" {
	play alphavantage/quote-ibm.json
	use alphavantage
	use alphavantage-quote
	set_key
	asked 0 IBM
	tr -d '\n' <"$FIXTURES/alphavantage/quote-ibm.json" >expected
	grep -qF "$(printf '"ticker":"IBM","fetched":' )" out
	grep -qF "$(printf '"response":%s}' "$(cat expected)")" out
	[ "$(targets)" = "/query?function=GLOBAL_QUOTE&symbol=IBM&apikey=$KEY" ]
	[ -f "$FX_HOME/alphavantage.pace" ]
	[ ! -e "$FX_HOME/alphavantage-quote.pace" ]
	fxenc <out >records
	grep -q '^{"ticker":"IBM","price":223.3700,"volume":3290405,"timestamp":"20[^"]*","last_refreshed":"2025-01-10T00:00:00Z","source":"alphavantage-quote"}$' records
}

@test "alphavantage-quote: tickers from standard input; an unknown one is refused, and so is what is no ticker" {
	play alphavantage/quote-unknown.json alphavantage/quote-ibm.json
	use alphavantage 'del(.limits)'
	use alphavantage-quote
	set_key
	printf '%s\n' '{"ticker":"NOPE"}' '{"ticker":"IBM"}' '{"ticker":"ibm"}' '{"from":"A","to":"B"}' >tickers
	asked 1 -j 1 <tickers
	holds -s 'map(.ticker) == ["IBM"]' out
	has "$(cat words)" "line 1: refused: NOPE: alphavantage-quote: it does not know this ticker"
	has "$(cat words)" "line 3: refused: not a ticker"
	has "$(cat words)" "line 4: refused: not a ticker"
	asked 1 BTC/USD
	has "$(cat words)" '"BTC/USD" is not a ticker such as IBM'
}

@test "alphavantage-quote: its failures are those of alphavantage" {
	play alphavantage/burst.json alphavantage/quote-ibm.json alphavantage/premium.json alphavantage/daily-quota.json
	use alphavantage 'del(.limits) | .answers |= map(if .wait == 1.5 then .wait = 0.3 else . end)'
	use alphavantage-quote
	set_key
	asked 0 IBM
	asked 2 -j 1 IBM AAPL MSFT
	has "$(cat words)" "IBM: alphavantage-quote: this needs a paid plan"
	has "$(cat words)" "stopped: 2 tickers were not fetched"
	asked 75 IBM
	has "$(cat words)" "quota of this key is spent"
	FX_PROVIDER=alphavantage asked 75 BTC/USD
	has "$(cat words)" "quota of requests is spent"
}

@test "alphavantage: daily and intraday series, of tickers and of pairs" {
	serve <<-END
		{"routes":[{"match":"TIME_SERIES_DAILY&symbol=IBM&apikey=$KEY","answers":[{"file":"$FIXTURES/alphavantage/burst.json"},{"file":"$FIXTURES/alphavantage/daily-ibm.json"}]},
		{"match":"TIME_SERIES_DAILY&symbol=NOPE&","answers":[{"file":"$FIXTURES/alphavantage/series-bad-symbol.json"}]},
		{"match":"TIME_SERIES_INTRADAY&symbol=IBM&interval=5min&apikey=$KEY","answers":[{"file":"$FIXTURES/alphavantage/intraday-ibm.json"}]},
		{"match":"FX_DAILY&from_symbol=EUR&to_symbol=USD&apikey=$KEY","answers":[{"file":"$FIXTURES/alphavantage/fx-daily-eur-usd.json"}]}]}
	END
	use alphavantage 'del(.limits) | .answers |= map(if .wait == 1.5 then .wait = 0.1 else . end)'
	use alphavantage-daily
	asked 2 IBM # the key is missing
	set_key
	asked 1 -j 1 IBM NOPE
	has "$(cat words)" "NOPE: alphavantage-daily: it does not know this ticker"
	# Again, as the next day does: the same bars are the same items.
	fxenc <out | ddbput -q -t bars -k ticker,start
	fxenc <out | ddbput -q -t bars -k ticker,start
	[ "$(ddbget -t bars IBM | jq -r .start | tr '\n' ' ')" = "2025-01-07T00:00:00Z 2025-01-08T00:00:00Z 2025-01-10T00:00:00Z " ]
	use alphavantage-intraday
	asked 0 IBM
	[ "$(fxenc <out | wc -l)" = 3 ]
	use alphavantage-fx-daily
	asked 0 EUR/USD
	fxenc <out | holds -s 'map(.close) == [1.0299, 1.0244] and all(.ticker == "EUR/USD")'
	[ ! -e "$FX_HOME/alphavantage-fx-daily.pace" ]
}

@test "ecb: XML; one request for several pairs, or for all" {
	serve <<-END
		{"answers":[{"file":"$FIXTURES/ecb/eurofxref-daily.xml","headers":{"Content-Type":"text/xml"}}]}
	END
	use ecb 'del(.limits)'
	asked 1 EUR/USD EUR/JPY EUR/XXX USD/JPY
	has "$(cat words)" "EUR/XXX: ecb: it does not know this pair"
	has "$(cat words)" "USD/JPY: ecb: it does not know this pair"
	[ "$(targets)" = /stats/eurofxref/eurofxref-daily.xml ]
	holds -s '.[0].headers.Accept == "application/xml, text/xml"' server/log
	holds -s 'map(.ticker) == ["EUR/USD", "EUR/JPY"] and .[0].response.Cube[0].Cube[0]["@time"] == "2025-01-07"
		and .[0].response["gesmes:Sender"][0]["gesmes:name"][0]["#text"] == "European Central Bank"' out
	fxenc <out >records
	grep -q '^{"ticker":"EUR/USD","exchange_rate":1.0393,.*"last_refreshed":"2025-01-07T00:00:00Z","source":"ecb"}$' records
	grep -q '^{"ticker":"EUR/JPY","exchange_rate":163.94,' records
	asked 0 'EUR/*'
	[ "$(requests)" = 2 ]
	fxenc <out >records
	[ "$(wc -l <records)" = 7 ]
	grep -q '^{"ticker":"EUR/IDR","exchange_rate":16758.10,' records
	echo '{"ticker":"EUR/*"}' | asked 0
	asked 1 -p sample 'BTC/*'
	has "$(cat words)" "BTC/*: sample cannot be asked for all pairs"
	echo '{"ticker":"BTC/*"}' | asked 1 -p sample
	asked 1 'EUR/U*'
}

@test "ecb: what is not XML is retried, and so is an error without XML" {
	serve <<-'END'
		{"answers":[{"body":"<html><br></html>"},{"status":503,"body":"<h1>Service unavailable</h1>"},{"body":"<a>"},
		{"status":404,"body":"<html/>"},{"body":"{\"rate\":1}"},{"body":""}]}
	END
	use ecb 'del(.limits)'
	asked 75 EUR/USD
	has "$(cat words)" "EUR/USD: ecb: its reply is not XML: it ends inside an element: tried 3 times"
	asked 1 EUR/USD
	has "$(cat words)" "EUR/USD: ecb: it does not know this pair (HTTP 404)"
	asked 75 EUR/USD
	[ "$(requests)" = 7 ]
}

@test "ecb: why a reply is not XML; what stands in it is compared with the answers" {
	printf '<a><b c="caf\351"/></a>' >latin
	serve <<-END
		{"answers":[{"body":"<!DOCTYPE a><a/>"},{"file":"$PWD/latin"},{"body":"Too Many Requests"},
		{"file":"$FIXTURES/ecb/eurofxref-daily.xml"}]}
	END
	use ecb 'del(.limits) | .answers = [{"contains":"too many","means":"burst","wait":0.1}]'
	asked 0 -v EUR/USD
	has "$(cat words)" "EUR/USD: ecb: its reply is not XML: it has a document type: waiting"
	has "$(cat words)" "EUR/USD: ecb: its reply is not XML: it is not UTF-8: waiting"
	has "$(cat words)" "EUR/USD: ecb: too many requests at once: waiting"
	[ "$(requests)" = 4 ]
}

@test "a byte-order mark before a reply is ignored" {
	printf '\357\273\277{"data":\r\n{"amount":"1.50"}}' >marked
	jq -n --arg file "$PWD/marked" '{answers: [{file: $file}]}' >play.json
	serve <play.json
	use coinbase 'del(.limits)'
	asked 0 BTC/USD
	[ "$(jq -c .response out)" = '{"data":{"amount":"1.50"}}' ]
}

@test "pairs that are refused together are asked for again in parts: one unknown pair costs no other" {
	serve <<-'END'
		{"routes":[{"match":"ids=[^&]*BAD","answers":[{"status":400,"body":"{\"error\":\"unknown id\"}"}]},
		{"match":"","answers":[{"body":"{\"A\":{\"USD\":1},\"B\":{\"USD\":2},\"C\":{\"USD\":3},\"D\":{\"USD\":4},\"E\":{\"USD\":5},\"F\":{\"USD\":6}}"}]}]}
	END
	use coingecko 'del(.limits, .symbols, .lower_case)'
	asked 1 -j 1 A/USD B/USD C/USD D/USD E/USD BAD/USD F/USD NONE/USD --stats stats
	[ "$(jq -r .ticker out | xargs)" = 'A/USD B/USD C/USD D/USD E/USD F/USD' ]
	[ "$(grep -c refused: words)" = 2 ]
	has "$(cat words)" "BAD/USD: coingecko: it does not know this pair (HTTP 400)"
	has "$(cat words)" "NONE/USD: coingecko: it does not know this pair"
	# All; two halves; a quarter of the second, and its two eighths; the other quarter.
	targets | sed 's/.*ids=//; s/&.*//' >asked_for
	diff - asked_for <<-'END'
		A,B,C,D,E,BAD,F,NONE
		A,B,C,D
		E,BAD,F,NONE
		E,BAD
		E
		BAD
		F,NONE
	END
	holds '.retries == 3 and .refused == 2 and .done == 6' stats
	# If all are refused, not without end.
	printf '{"ticker":"BAD%d/USD"}\n' {1..40} >pairs
	asked 1 -j 1 <pairs
	[ "$(grep -c refused: words)" = 40 ]
	[ "$(requests)" = 28 ]
}

@test "openmeteo: a place by its coordinates" {
	play openmeteo/berlin.json
	use openmeteo
	asked 0 Berlin=52.52,13.41 'São Tomé=0.34,6.73'
	holds -s 'map(.ticker) == ["Berlin=52.52,13.41", "São Tomé=0.34,6.73"]' out
	targets | grep -q '^/v1/forecast?latitude=52.52&longitude=13.41&current=temperature_2m,'
	fxenc <out | holds -s '.[0].series == "Berlin/temperature_2m" and .[0].unit == "°C" and length == 12'
	fxenc <out | ddbput -q -t weather -k series,at
	[ "$(ddbget -t weather Berlin/temperature_2m | jq -c .at)" = '"2025-01-07T01:00:00Z"' ]
	asked 1 Berlin 95,0 'A"=1,2'
	has "$(cat words)" '"Berlin" is not a place such as Berlin=52.52,13.41'
	has "$(cat words)" '"95,0" is not a place'
	echo '{"ticker":"-33.87,151.21"}' >places
	asked 0 <places
	holds '.ticker == "-33.87,151.21"' out
}

@test "openmeteo: limits of a minute and a day; a place it does not know" {
	serve <<-END
		{"routes":[{"match":"latitude=1&","answers":[{"status":429,"file":"$FIXTURES/openmeteo/error-429-minute.json"},{"file":"$FIXTURES/openmeteo/berlin.json"}]},
		{"match":"latitude=2&","answers":[{"status":400,"file":"$FIXTURES/openmeteo/error-400.json"}]},
		{"match":"latitude=3&","answers":[{"status":400,"body":"{\\"error\\":true,\\"reason\\":\\"Cannot initialize\\"}"}]},
		{"match":"latitude=4&","answers":[{"status":429,"file":"$FIXTURES/openmeteo/error-429-day.json"}]}]}
	END
	use openmeteo 'del(.limits) | .answers |= map(if .wait == 60 then .wait = 0.1 else . end)'
	asked 0 1,0 --stats stats
	holds '.retries == 1 and .throttled == 1' stats
	asked 1 2,0
	has "$(cat words)" "2,0: openmeteo: it does not know this place (HTTP 400)"
	asked 2 3,0
	has "$(cat words)" "it does not accept the variables"
	asked 75 4,0
	has "$(cat words)" "the day's quota of requests is spent"
	asked 75 1,0
}

@test "a provider without a URL is only read" {
	asked 2 -p mqtt BTC/USD
	has "$(cat words)" 'mqtt cannot be asked, as its definition has no "url": fxenc -p mqtt reads what it sends'
}

@test "invalid definitions are reported with the fault" {
	port=9
	check() {
		use coinbase "$1"
		asked 2 A/USD
		has "$(cat words)" "$2"
		has "$(cat words)" "providers/coinbase.json"
	}
	check '.limts = 1' '"limts" is not a member'
	check '.url = "ftp://127.0.0.1/"' 'neither https nor http'
	check '.url = "http://example.com/"' 'use https'
	check '.url = "http://127.example.com/"' 'use https'
	check '.url = "https://you@example.com/"' 'not allowed'
	check '.url = "https://{from}.example.com/"' 'not allowed'
	check '.url = "https://example.com:65536/"' 'has a port that is not a number from 1 to 65535'
	check '.url = "https://[::1]x/"' 'has a port that is not'
	check '.url = "https://example.com:0/"' 'has a port that is not'
	check '.url = "file:///etc/passwd"' 'neither https nor http'
	check '.url = "file:{samples}/{from}"' 'only the built-in sample'
	check '.url = "https://example.com/{samples}"' 'other than'
	check '.url = "https://example.com/{key}"' '"key_host" is missing'
	check '.url = "https://example.com/{key}" | .key_host = "other.example.com"' 'another host'
	check '.fields = {}' 'exchange_rate'
	check '.fields.exchange_rate = "no/pointer"' 'JSON Pointer'
	check '.limits = [{"requests":0,"seconds":1}]' 'whole number'
	check '.limits = [{"requests":1}]' '"seconds"'
	check '.answers = [{"status":404,"means":"oops"}]' 'means'
	check '.answers = [{"means":"pair"}]' '"status", "at" or "contains"'
	check 'del(.fields)' 'at least'
	check '.record = "oops"' '"record" must be'
	check '.fields.price = "/p"' '"price" is not a field'
	check '.fields.exchange_rate = ["/p", "p"]' '"exchange_rate" must be a JSON Pointer'
	check '.fields.exchange_rate = []' 'must say where the "exchange_rate" is'
	check '.fields.exchange_rate = [range(9) | "/\(.)"]' 'more than 8 pointers'
	check 'del(.url)' 'must say where the series, the ticker or the pair is named'
	check '.fields.exchange_rate = "{name}"' '"exchange_rate" must be a JSON Pointer'
	check '.fields += {"from":"{name}","to":"{name}"}' '"to" must be a JSON Pointer'
	check '.common = {"x":"/y"}' '"x" is not a field'
	check '.common = {"from":"y"}' '"from" must be a JSON Pointer'
	check '.reply_bytes = 8388609' 'from 1 to 8388608'
	check '.oldest_first = 1' '"oldest_first" must be true or false'
	check '.format = "csv"' '"format" must be json or xml'
	check '.ignore = 1' '"ignore" must be a list of at most 1000 elements'
	check '.limits = {}' '"limits" must be a list of at most 8 elements'
	check '.constants = []' '"constants" must be an object of at most 12 members'
	check '.constants = {"exchange_rate":"1"}' '"exchange_rate" cannot be a constant'
	check '.url += "?t={ticker}"' 'is for another kind'
	check '.based_on = "nonesuch"' "\"based_on\" is \"nonesuch\": there is no provider 'nonesuch'"
	check '.based_on = "coinbase"' 'the name of another provider is required'
	check '.based_on = 1' '"based_on" must hold text'
	echo '{"url":' >"$XDG_CONFIG_HOME/fxpipe/providers/coinbase.json"
	asked 2 A/USD
	has "$(cat words)" 'line 2: not JSON at byte'
}

@test "a fault in a definition is reported with its member and line" {
	mkdir -p "$XDG_CONFIG_HOME/fxpipe/providers"
	file=$XDG_CONFIG_HOME/fxpipe/providers/mine.json
	# at LINE WORDS [SED]: the definition, changed by SED, has that fault.
	at() {
		sed "${3:-}" >"$file" <<-'END'
			{
				"about": "first \"line\",\n{second",
				"url": "https://e.example/{from}/{to}",
				"limits": [{"requests": 1, "seconds": 1}, {"requests": 5,
					"seconds": 60}],
				"fields": {

					"exchange_rate": "/r"
				},
				"answers": [
					{"status": 404, "means": "pair"},
					{"status": 405,
						"means": "pair"}
				]
			}
		END
		asked 2 -p mine A/USD
		has "$(cat words)" "fxfetch: $file: line $1: $2"
	}
	at 3 '"url" is a file' 's|https://e.example|file:{samples}|'
	at 5 '"seconds" must be a number' 's/60/0/'
	at 4 '"limits" must each have "requests" and "seconds"' 's/"requests": 5,/"requests": 5},{/'
	at 8 '"exchange_rate" must be a JSON Pointer' 's|"/r"|"r"|'
	at 6 '"fields" must say where the "exchange_rate" is' 's/exchange_rate/last_refreshed/'
	at 13 '"means" must be pair, key' '13s/pair/pear/'
	at 12 '"status" must be a whole number from 100 to 599' 's/405/45/'
	at 10 '"answer" is not a member of a definition' 's/answers/answer/'
	at 12 'not JSON at byte' '11s/,$//'
}

@test "a definition that is based on another has its other members" {
	serve <<-'END'
		{"routes":[{"match":"^/one","answers":[{"body":"{\"rate\":1.10}"}]},
		{"match":"^/two","answers":[{"body":"{\"code\":\"mine\"}"},{"body":"{\"code\":\"theirs\"}"}]}]}
	END
	mkdir -p "$XDG_CONFIG_HOME/fxpipe/providers"
	cat >"$XDG_CONFIG_HOME/fxpipe/providers/base.json" <<-END
		{"url":"http://127.0.0.1:$port/base/{from}","fields":{"exchange_rate":"/rate"},
		"answers":[{"at":"/code","contains":"mine","means":"key"},{"at":"/code","contains":"theirs","means":"barred"}]}
	END
	echo "{\"based_on\":\"base\",\"url\":\"http://127.0.0.1:$port/one\"}" >"$XDG_CONFIG_HOME/fxpipe/providers/one.json"
	cat >"$XDG_CONFIG_HOME/fxpipe/providers/two.json" <<-END
		{"based_on":"base","url":"http://127.0.0.1:$port/two",
		"answers":[{"at":"/code","contains":"mine","means":"pair"}]}
	END
	asked 0 -p one A/B
	fxenc <out | holds '.exchange_rate == 1.1 and .source == "one"'
	asked 1 -p two A/B
	asked 2 -p two A/B
	has "$(cat words)" "refuses to serve"
	printf '{\n"based_on":"one"}' >"$XDG_CONFIG_HOME/fxpipe/providers/three.json"
	asked 2 -p three A/B
	has "$(cat words)" 'three.json: line 2: "based_on" is "one": that is based on another one itself'
	chmod g+w "$XDG_CONFIG_HOME/fxpipe/providers/base.json"
	asked 0 -p one A/B
	sed -i 's|/base/{from}|/{key}|; s/^{/{"key_host":"127.0.0.1",/' "$XDG_CONFIG_HOME/fxpipe/providers/base.json"
	echo "{\"based_on\":\"base\"}" >"$XDG_CONFIG_HOME/fxpipe/providers/one.json"
	asked 2 -p one A/B
	has "$(cat words)" "base.json says where the key is sent"
}

@test "no such provider: the message lists those that exist" {
	asked 2 -p nonesuch BTC/USD
	has "$(cat words)" "$(built_in)"
	asked 2 -p ../../x BTC/USD
	has "$(cat words)" "not the name of a provider"
	asked 2 -p sample -K file:x BTC/USD
	has "$(cat words)" "takes no key"
}

@test "a provider of the user's own, with a key and many records" {
	serve <<-'END'
		{"routes":[{"match":"^/own/btc/USD\\?k=secret-0123$","answers":[{"body":"{\"all\":{\"x\":{\"p\":1.10,\"t\":1736211600},\"y\":{\"p\":\"2.20\",\"t\":1736211660000}}}"}]}]}
	END
	mkdir -p "$XDG_CONFIG_HOME/fxpipe/providers"
	cat >"$XDG_CONFIG_HOME/fxpipe/providers/own.json" <<-END
		{"url":"http://127.0.0.1:$port/own/{from}/{to}?k={key}","key_host":"127.0.0.1",
		"symbols":{"BTC":"btc"},"records":"/all","fields":{"exchange_rate":"/p","last_refreshed":"/t"}}
	END
	(umask 077 && printf secret-0123 >key)
	asked 0 -p own -K file:key BTC/USD
	fxenc <out >records
	holds -s 'map(.last_refreshed) == ["2025-01-07T01:00:00Z","2025-01-07T01:01:00Z"]' records
	grep -q '"exchange_rate":1.10,' records
	grep -q '"exchange_rate":2.20,' records
}

@test "options out of range" {
	for option in "-j 0" "-j 65" "-j x" "--timeout 0" "--timeout 601" "--timeout 1.5"; do
		# shellcheck disable=SC2086
		asked 2 -p sample $option BTC/USD
	done
}

@test "a full disk, no room for output: exit status 75" {
	status=0
	fxfetch -p sample BTC/USD >/dev/full 2>words || status=$?
	[ "$status" = 75 ]
}

@test "the sample hour passes through fxenc with its digits" {
	fxfetch -p sample BTC/USD | fxenc >records
	[ "$(wc -l <records)" = 60 ]
	jq -r '[.last_refreshed, (.exchange_rate | tostring)] | join(",")' records >got
	tail -n +2 "$FIXTURES/btc-usd-hour.csv" | diff - got
}
