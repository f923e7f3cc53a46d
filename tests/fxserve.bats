# fxserve: who may ask, what is answered, the stream of events, and the end.

load helper
load fxserve

key=ticker,last_refreshed

filled() {
	rates 30 BTC/USD | ddbput -q -t rates -k "$key"
	rates 3 ETH/USD | ddbput -q -t rates -k "$key"
}

@test "items: the bytes that ddbget prints, in each format" {
	filled
	serving
	gets 200 '/v1/items?key=BTC/USD'
	ddbget BTC/USD >expected
	sed -n '2,$p' body | sed '$d; s/,$//' | cmp - expected
	jq -e '.count == 30 and (.items | length) == 30 and has("next") == false' body
	gets 200 '/v1/items?key=BTC%2FUSD&format=ndjson'
	cmp body expected
	gets 200 '/v1/items?key=BTC/USD&format=csv&columns=ticker,exchange_rate'
	[ "$(head -1 body)" = $'ticker,exchange_rate\r' ]
	tr -d '\r' <body | sed 1d | cut -d, -f2 | cmp - <(sed 's/.*"exchange_rate":\([0-9.]*\).*/\1/' expected)
	grep -qx 'Content-Type: text/csv; charset=utf-8; header=present' headers.plain
	printf '%s\n' '{"ticker":"X","last_refreshed":"1","a":-1.50000000000000000000000001}' \
		'{"ticker":"X","last_refreshed":"2","note":"=HYPERLINK(\"x\")","a":2}' | ddbput -q -t rates -k "$key"
	gets 200 '/v1/items?key=X&format=csv'
	[ "$(tr -d '\r' <body)" = 'ticker,last_refreshed,a,note
X,1,-1.50000000000000000000000001,
X,2,2,"'"'"'=HYPERLINK(""x"")"' ]
	gets 200 '/v1/items?key=BTC/USD&order=desc&limit=1&format=ndjson'
	cmp body <(tail -1 expected)
	gets 200 '/v1/items?key=BTC/USD&from=2025-01-01T00:00:10Z&to=2025-01-01T00:00:12Z&format=ndjson'
	cmp body <(sed -n 11,13p expected)
	gets 200 '/v1/items?key=none'
	jq -e '.items == [] and .count == 0' body
	gets 200 '/v1/items?key=none&format=csv&columns=a,b'
	[ "$(cat body)" = $'a,b\r' ]
	jq -nc '{ticker: "wide", last_refreshed: "1"} + ([range(300) | {key: "m\(.)", value: .}] | from_entries)' |
		ddbput -q -t rates -k "$key"
	problem 400 'more than 256 different members: columns names' '/v1/items?key=wide&format=csv'
}

# walk KEY LIMIT ORDER: all pages, up to 20, into the file all.
walk() {
	local cursor=
	: >all
	for _ in {1..20}; do
		gets 200 "/v1/items?key=$1&limit=$2&order=$3&format=ndjson${cursor:+&cursor=$cursor}"
		cat body >>all
		cursor=$(sed -n 's/^Next-Cursor: //p' headers.plain)
		[ -n "$cursor" ] || return 0
	done
	return 1
}

@test "pages: each item once, in both orders" {
	filled
	serving
	walk BTC/USD 7 asc
	ddbget BTC/USD | cmp - all
	walk BTC/USD 7 desc
	ddbget -r BTC/USD | cmp - all
	problem 400 'the cursor' '/v1/items?key=BTC/USD&cursor=%21'
}

@test "thinned out: the least and the greatest of each part stay, and the first and the last" {
	rates 1000 BTC/USD | jq -c '.exchange_rate = (if .last_refreshed == "2025-01-01T00:05:00Z" then 9999999 else .exchange_rate end)' |
		ddbput -q -t rates -k "$key"
	serving
	gets 200 '/v1/items?key=BTC/USD&points=10&value=exchange_rate'
	jq -e '.thinned == 1000 and .count <= 22 and (.items | map(.exchange_rate) | max) == 9999999 and
		(.items | map(.last_refreshed) | . == sort and .[0] == "2025-01-01T00:00:00Z")' body
	problem 400 'points and value go together' '/v1/items?key=BTC/USD&points=10'
}

@test "keys and latest values" {
	filled
	serving
	gets 200 /v1/keys
	jq -e '.keys == ["BTC/USD","ETH/USD"]' body
	gets 200 /v1/latest
	sed -n '2,$p' body | sed '$d; s/,$//' | cmp - <(ddbget -r -n 1 BTC/USD && ddbget -r -n 1 ETH/USD)
	kill "$server"
	status_of "$server"
	run -2 --separate-stderr timeout 20 fxserve -l 127.0.0.1:0 --key "$(printf 'x%.0s' {1..2049})"
	has "$stderr" 'option --key: a partition key has at most 2048 bytes, and this one 2049'
	run -2 --separate-stderr timeout 20 fxserve -l 127.0.0.1:0 --key $'\xff'
	has "$stderr" 'option --key: the key is not UTF-8'
	echo '{"id":1}' | ddbput -q -t numbers -k id:N
	run -2 --separate-stderr timeout 20 fxserve -l 127.0.0.1:0 -t numbers --key x
	has "$stderr" 'the key "x" cannot be shown: no key of the table numbers: id: not a number'
	serving --key ETH/USD --key ETH/USD --key "$(printf 'x%.0s' {1..2048})"
	gets 200 /v1/keys
	jq -e '.keys == ["ETH/USD"]' body
	gets 200 /v1/about
	jq -e '.keys[0] == "ETH/USD" and (.keys | length) == 2' body
}

@test "conditional requests, gzip and HEAD" {
	local tag
	rates 300 BTC/USD | ddbput -q -t rates -k "$key"
	serving
	gets 200 '/v1/items?key=BTC/USD'
	tag=$(sed -n 's/^ETag: //p' headers.plain)
	[ -n "$tag" ]
	cp body plain
	gets 304 '/v1/items?key=BTC/USD' -H "If-None-Match: $tag"
	[ ! -s body ]
	# No length, or that of the body that is not sent.
	not grep -ix "Content-Length: 0" headers.plain
	gets 304 '/v1/items?key=BTC/USD' -H "If-None-Match: W/\"x,y\" , W/$tag,"
	gets 304 '/v1/items?key=BTC/USD' -H "If-None-Match: $tag" -H 'Accept-Encoding: gzip'
	gets 304 '/v1/items?key=BTC/USD' -H 'If-None-Match: *'
	for one in '"other"' "\"x, $tag" "$tag \"x" "$tag, \"x" "${tag%?}" "x$tag" "w/$tag" "*, $tag"; do
		gets 200 '/v1/items?key=BTC/USD' -H "If-None-Match: $one"
	done
	# Twice over one connection: nothing is left of the answer without a body.
	curl -sS -H "Authorization: Bearer $token" -H "If-None-Match: $tag" "$url/v1/items?key=BTC/USD" \
		--next -sS -H "Authorization: Bearer $token" "$url/v1/items?key=BTC/USD" -w '%{num_connects}' >both
	cmp both <(cat plain && printf 0)
	gets 200 '/v1/items?key=BTC/USD' -H 'Accept-Encoding: gzip'
	grep -qx 'Content-Encoding: gzip' headers.plain
	gunzip -c body | cmp - plain
	gets 200 '/v1/items?key=BTC/USD' -H 'Accept-Encoding: gzip;q=0'
	cmp body plain
	gets 200 '/v1/items?key=BTC/USD' --head
	grep -qx "Content-Length: $(wc -c <plain)" headers.plain
	gets 200 '/v1/items?key=BTC/USD' -H 'Accept: text/html, application/*;q=0.5'
	gets 200 '/v1/items?key=BTC/USD' -H 'Accept: */*'
	problem 406 'application/json' '/v1/items?key=BTC/USD' -H 'Accept: text/html'
	problem 406 'application/json' '/v1/items?key=BTC/USD' -H 'Accept: */*, application/json;q=0'
	rates 1 XRP/USD | ddbput -q -t rates -k "$key"
	gets 200 /v1/keys -H "If-None-Match: $tag"
}

@test "without the token, with another Host or method, for what is not there" {
	local good
	filled
	serving
	good=$token
	token=x
	problem 401 'the token is missing or wrong' '/v1/items?key=BTC/USD'
	problem 401 'the token' "/v1/items?key=BTC/USD&token=$good"
	gets 401 '/v1/nothing'
	gets 200 '/v1/items?key=BTC/USD' -b "fxserve_${url##*:}=$good"
	token=$good
	problem 421 'Host' /v1/keys -H 'Host: rebound.example'
	problem 405 'GET and HEAD' /v1/keys -X POST -d x
	grep -qx 'Allow: GET, HEAD' headers.plain
	problem 405 'GET and HEAD' /v1/keys -X DELETE
	problem 404 'nothing here' /v1/key
	problem 404 'nothing here' /../../etc/passwd --path-as-is
	problem 400 'no argument "limt"' '/v1/items?key=BTC/USD&limt=1'
	problem 400 'is there twice' '/v1/items?key=BTC/USD&key=ETH/USD'
	problem 400 '"key" is missing' /v1/items
	problem 400 'limit is a number from 1 to 100000' '/v1/items?key=BTC/USD&limit=0'
	problem 400 'format is one of: json ndjson csv' '/v1/items?key=BTC/USD&format=xml'
	problem 400 'the target has a %' '/v1/items?key=%zz'
	problem 400 'the target is not UTF-8' '/v1/items?key=%FF'
	problem 414 'the target is too long' "/v1/items?key=$(printf '%9000s' | tr ' ' x)"
	kill "$server"
	status_of "$server"
	cat words
	[ "$(grep -c . words)" = 1 ] # there is no stream
}

@test "the page: the token goes from the address into a cookie; nothing but its own files may load" {
	filled
	serving
	gets 200 "/?token=$token"
	grep -q 'content="0;url=/"' body
	grep -qx "Set-Cookie: fxserve_${url##*:}=$token; Path=/; HttpOnly; SameSite=Strict" headers.plain
	# An old address, in a browser that has the cookie, does not spoil it.
	gets 200 '/?token=of-yesterday;%20Domain=x'
	grep -qx "Set-Cookie: fxserve_${url##*:}=$token; Path=/; HttpOnly; SameSite=Strict" headers.plain
	gets 200 /
	grep -q "^Content-Security-Policy: default-src 'none'; script-src 'self'" headers.plain
	grep -q '<table id="values">' body
	gets 200 /page.js
	gets 200 /page.css
	gets 200 /dygraph.js
	gets 200 /v1/openapi.json
	jq -e '.openapi and (.paths | keys | contains(["/v1/items","/v1/stream"]))' body
	gets 404 /openapi.json
	gets 404 /index.html.bak
	mkdir charts
	echo 'window.Dygraph = 1' >charts/dygraph.min.js
	kill "$server"
	status_of "$server"
	serving --dygraphs charts
	gets 200 /dygraph.js
	cmp body charts/dygraph.min.js
}

@test "the stream: records as they come, byte for byte, and each follower the same" {
	echo '{"a":0}' | kput -q
	serving
	follow one
	follow two
	{ rates 500 && printf '%s\n' '{ "n" : 1.50000000000000000001 }' 'no JSON'; } >records
	kput -q <records
	wait_for 30 has_data one 502
	wait_for 30 has_data two 502
	data one | head -501 | cmp - <(head -501 records)
	[ "$(data one | tail -1)" = '{"_raw":"'"$(printf 'no JSON' | base64)"'"}' ]
	cmp one two
}

@test "the stream: a follower that was away continues, also after the server has ended" {
	local id
	echo '{"a":0}' | kput -q
	serving
	follow one
	rates 10 | kput -q
	wait_for 30 has_data one 10
	kill "$follower"
	id=$(sed -n 's/^id: //p' one | tail -1)
	rates 20 ETH/USD | tee missed | kput -q
	follow two "?after=$id"
	wait_for 30 has_data two 20
	data two | cmp - missed
	kill "$server"
	status_of "$server"
	[ "$status" = 143 ]
	rates 30 XRP/USD | tee -a missed | kput -q
	serving
	rates 5 SOL/USD | kput -q
	in_background curl -sSN --max-time 60 -H "Authorization: Bearer $token" -H "Last-Event-ID: $id" "$url/v1/stream" >three
	wait_for 30 has_data three 55
	rates 5 DOGE/USD | kput -q
	wait_for 30 has_data three 60
	data three | cmp - <(cat missed && rates 5 SOL/USD && rates 5 DOGE/USD)
	problem 400 'not the id of an event' '/v1/stream?after=x'
}

@test "the stream: a follower of a stream without records continues where they begin" {
	local id
	: | kput -q
	serving
	follow one
	id=$(sed -n 's/^id: //p' one | head -n 1)
	[ -n "$id" ]
	kill "$server"
	status_of "$server"
	seq 3 | kput -q
	serving
	follow two "?after=$id"
	wait_for 30 has_data two 3
	[ "$(data two)" = "$(seq 3)" ]
}

@test "the end: what is asked for by then is answered" {
	rates 100000 | ddbput -q -t rates -k "$key"
	serving
	in_background curl -sS --limit-rate 20M --max-time 60 -o items -w '%{http_code}' \
		-H "Authorization: Bearer $token" "$url/v1/items?key=BTC/USD&limit=100000&format=ndjson" >code
	local client=$background
	wait_for 30 test -s items
	kill "$server"
	status_of "$client"
	[ "$status" = 0 ]
	[ "$(cat code)" = 200 ]
	[ "$(wc -l <items)" = "$(ddbget BTC/USD | wc -l)" ]
	status_of "$server"
	[ "$status" = 143 ]
}

@test "the stream: its first event has an id, to continue from before there were any; all of it again" {
	local id
	rates 5 | kput -q
	serving
	follow one
	wait_for 30 grep -q '^id: ' one
	id=$(sed -n 's/^id: //p' one | tail -1)
	not has_data one 1
	kill "$server"
	status_of "$server"
	rates 7 ETH/USD | kput -q
	serving
	follow two "?after=$id"
	wait_for 30 has_data two 7
	data two | cmp - <(rates 7 ETH/USD)
	follow three '?after='
	wait_for 30 has_data three 12
	data three | cmp - <(rates 5 && rates 7 ETH/USD)
}

@test "alerts: another stream; what is shown is said in /v1/about" {
	filled
	serving
	gets 200 /v1/about
	jq -e '. == {table: "rates", partition: "ticker", sort: "last_refreshed", keys: null, latest: true, stream: null, alerts: null}' body
	problem 404 'no alerts' /v1/alerts
	kill "$server"
	status_of "$server"
	run -2 --separate-stderr timeout 20 fxserve -l 127.0.0.1:0 --alerts absent
	echo '{"alert":"x"}' | kput -q -s alerts
	serving --alerts alerts
	gets 200 /v1/about
	jq -e '.alerts == "alerts" and .stream == null' body
	in_background curl -sSN --max-time 60 -H "Authorization: Bearer $token" "$url/v1/alerts?after=" >one
	wait_for 30 has_data one 1
	echo '{"alert":"y"}' | kput -q -s alerts
	wait_for 30 has_data one 2
	[ "$(data one)" = $'{"alert":"x"}\n{"alert":"y"}' ]
}

@test "the stream: what retention took is said in an event" {
	local id
	kput -q <<<'{"a":0}'
	serving
	follow one
	rates 10 | kput -q
	wait_for 30 has_data one 10
	id=$(sed -n 's/^id: //p' one | tail -1)
	kill "$server"
	status_of "$server"
	rates 10 ETH/USD | kput -q
	sqlite3 "$FX_HOME/rates.stream" "DELETE FROM batch"
	rates 1 XRP/USD | kput -q
	serving
	in_background curl -sSN --max-time 60 -H "Authorization: Bearer $token" -H "Last-Event-ID: $id" "$url/v1/stream" >two
	wait_for 30 has_data two 1

	grep -qx 'event: lost' two
}

@test "health and metrics" {
	printf '{"ticker":"A","last_refreshed":"x"}\n' | kput -q
	serving
	gets 200 /v1/health
	jq -e '.status == 0 and (.findings | map(.check) | contains(["stream"]))' body
	gets 200 /metrics
	grep -q '^fxserve_requests_total [1-9]' body
	grep -q '^fxserve_followers 0$' body
	if command -v promtool >/dev/null; then
		promtool check metrics <body
	fi
	sqlite3 "$FX_HOME/rates.stream" "UPDATE batch SET arrived = arrived - 3600000"
	kill "$server"
	status_of "$server"
	serving
	gets 503 /v1/health
	gets 200 '/v1/health?status=200'
	jq -e '.status == 1 and (.findings[0].message | contains("and 5m is allowed"))' body
}

@test "a table and a stream that do not exist yet are opened once they do; those that are named must exist" {
	serving
	has "$(cat words)" 'without a table until there is one: '
	has "$(cat words)" 'without a stream until there is one: '
	problem 404 'there is no table here yet' /v1/keys
	problem 404 'there is no stream here yet' /v1/stream
	gets 200 /v1/about
	holds '.table == null and .stream == null and .partition == null' body
	gets 200 /v1/health
	filled
	echo '{"a":0}' | kput -q
	wait_for 10 gets 200 /v1/keys
	holds '.keys == ["BTC/USD","ETH/USD"]' body
	gets 200 '/v1/items?key=BTC/USD&format=ndjson'
	cmp body <(ddbget BTC/USD)
	wait_for 10 grep -qx 'fxserve: the stream rates is there now' words
	follow one
	echo '{"a":1}' | kput -q
	wait_for 10 has_data one 1
	[ "$(data one)" = '{"a":1}' ]
	gets 200 /v1/about
	holds '.table == "rates" and .stream == "rates" and .partition == "ticker"' body
	kill "$server"
	status_of "$server"
	cat words
	[ "$(wc -l <words)" = 4 ]
	[ "$status" = 143 ]
	serving -s ''
	problem 404 'no stream is followed here' /v1/stream
	kill "$server"
	status_of "$server"
	run -2 --separate-stderr timeout 20 fxserve -l 127.0.0.1:0 -t absent
	run -2 --separate-stderr timeout 20 fxserve -l 127.0.0.1:0 -s absent
	run -2 --separate-stderr env FX_TABLE='no name' timeout 20 fxserve -l 127.0.0.1:0
}

@test "a Unix socket: only this user's; without a token" {
	filled
	in_background fxserve -l unix:socket --no-token >said 2>words
	server=$background
	wait_for 30 test -s said
	[ "$(cat said)" = unix:socket ]
	[ "$(stat -c %a socket)" = 700 ]
	curl -sS --unix-socket socket 'http://x/v1/keys' | jq -e '.keys | length == 2'
	run -2 --separate-stderr timeout 20 fxserve -l unix:socket --no-token
	has "$stderr" 'another program listens at socket'
	kill -9 "$server"
	status_of "$server"
	in_background fxserve -l unix:socket --no-token >said 2>words
	wait_for 30 test -s said
	curl -sS --unix-socket socket 'http://x/v1/keys' | jq -e '.keys | length == 2'
}

@test "a socket that the service manager passes, also before there are a table and a stream" {
	in_background python3 - <<-'END' >said 2>words
		import os, socket
		listener = socket.socket()
		listener.bind(("127.0.0.1", 0))
		listener.listen()
		if listener.fileno() != 3:
		    os.dup2(listener.fileno(), 3)
		os.set_inheritable(3, True)
		os.environ["LISTEN_FDS"] = "1"
		os.environ["LISTEN_PID"] = str(os.getpid())
		os.execvp("fxserve", ["fxserve"])
	END
	wait_for 30 test -s said
	url=$(cut -d'?' -f1 said)
	url=${url%/}
	token=$(sed -n 's/.*token=//p' said)
	gets 404 /v1/keys
}

@test "options: a token of one's own, hosts, other addresses need TLS" {
	filled
	printf 'abcdefghijklmnop\n' >token
	chmod 600 token
	serving --token-file token --host rates.example.com --cors https://example.com
	[ "$(cat said)" = "$url/" ]
	token=abcdefghijklmnop
	gets 200 /v1/keys -H 'Host: rates.example.com'
	grep -qx 'Access-Control-Allow-Origin: https://example.com' headers.plain
	gets 204 /v1/keys -X OPTIONS -H 'Authorization:' -H 'Origin: https://example.com'
	grep -qx 'Access-Control-Allow-Headers: Authorization, Last-Event-ID' headers.plain
	gets 200 /v1/keys -H "Host: localhost:${url##*:}"
	chmod 644 token
	run -2 --separate-stderr timeout 20 fxserve -l 127.0.0.1:0 --token-file token
	echo short >token
	chmod 600 token
	run -2 --separate-stderr timeout 20 fxserve -l 127.0.0.1:0 --token-file token
	has "$stderr" 'token: a token has 16 to 256 characters, and this one has 5'
	printf 'abcdefgh+jklmnop\n' >token
	run -2 --separate-stderr timeout 20 fxserve -l 127.0.0.1:0 --token-file token
	has "$stderr" 'token: byte 9 cannot be in a token'
	for one in --token-file --certificate --private-key --dygraphs; do
		run -2 --separate-stderr timeout 20 fxserve "$one" ''
		has "$stderr" "option $one: the name of the file is empty"
	done
	run -2 --separate-stderr timeout 20 fxserve -l 127.0.0.1:0 --no-token
	has "$stderr" '--no-token is for a Unix socket'
	for one in foo null https://a.b:443 http://A.b http:x://a https://a.b/ https://a.b/path ftp://a.b $'https://a.b\r\nx' ''; do
		run -2 --separate-stderr timeout 20 fxserve -s '' --cors "$one"
		has "$stderr" 'is not an origin such as https://example.com'
	done
	for one in a_b/c a:b a:99999 [::1 '[]' ''; do
		run -2 --separate-stderr timeout 20 fxserve -s '' --host "$one"
		has "$stderr" 'is not a host such as'
	done
	run -2 --separate-stderr timeout 20 fxserve -l 0.0.0.0:0
	has "$stderr" 'can be reached from other machines'
	run -2 --separate-stderr timeout 20 fxserve -l nowhere
	has "$stderr" 'is not an address'
	run -2 --separate-stderr timeout 20 fxserve -l "${url#http://}"
	has "$stderr" 'another program listens'
}

@test "options: a token whose line ends as on Windows; dygraphs that are not there" {
	filled
	printf 'abcdefghijklmnop\r\n' >token
	chmod 600 token
	mkdir charts
	mkfifo charts/dygraph.min.css
	serving --token-file token --dygraphs charts
	token=abcdefghijklmnop
	gets 200 /dygraph.js
	grep -qx 'fxserve: the page shows a table and no chart: charts/dygraph.min.js cannot be opened: No such file or directory' words
	grep -qx 'fxserve: the page shows a table and no chart: charts/dygraph.min.css is not a regular file' words
}

@test "TLS" {
	filled
	openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out certificate.pem -days 2 \
		-subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 2>/dev/null
	chmod 600 key.pem
	serving --certificate certificate.pem --private-key key.pem
	[ "${url%%:*}" = https ]
	gets 200 /v1/keys --cacert certificate.pem
	# refused CERTIFICATE KEY WHY
	refused() {
		run -2 --separate-stderr timeout 20 fxserve -l 127.0.0.1:0 --certificate "$1" --private-key "$2"
		[ "$stderr" = "fxserve: $3" ]
	}
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out other.pem 2>/dev/null
	openssl pkey -in key.pem -aes128 -passout pass:secret -out locked.pem
	if command -v faketime >/dev/null; then
		faketime '2020-01-01 12:00:00Z' openssl req -x509 -key key.pem -out old.pem -days 2 -subj /CN=localhost
		in_background fxserve -l 127.0.0.1:0 --certificate old.pem --private-key key.pem >old 2>words
		wait_for 30 test -s old
		grep -qx 'fxserve: old.pem: the certificate has expired at 2020-01-03T12:00:00Z: clients will refuse it' words
	fi
	install -m 600 certificate.pem no-key.pem
	chmod 600 other.pem locked.pem
	mkfifo -m 600 fifo
	head -c 2M /dev/zero >long
	refused certificate.pem no-key.pem 'no-key.pem: there is no valid private key in PEM in it'
	refused certificate.pem other.pem 'other.pem is not the private key of the first certificate in certificate.pem'
	refused certificate.pem locked.pem 'locked.pem: the private key needs a passphrase (openssl pkey takes it off)'
	refused key.pem key.pem 'key.pem: there is no valid certificate in PEM in it'
	refused /dev/null key.pem '/dev/null is not a regular file'
	refused fifo key.pem 'fifo is not a regular file'
	refused . key.pem '. is not a regular file'
	refused long key.pem 'long is longer than 1 MiB'
	refused absent.pem key.pem 'absent.pem cannot be opened: No such file or directory'
	refused certificate.pem fifo 'secret fifo is not used: it is not a regular file'
	openssl s_client -tls1_2 -connect "${url#https://}" </dev/null >/dev/null 2>&1
	not openssl s_client -tls1_1 -cipher 'ALL:@SECLEVEL=0' -connect "${url#https://}" </dev/null >/dev/null 2>&1
	run -2 --separate-stderr timeout 20 fxserve -l 0.0.0.0:0 --certificate certificate.pem --private-key key.pem
	has "$stderr" 'give those that clients use with --host'
}

@test "stream: one that was deleted and created again, or restored, is all new to who continues" {
	local id
	seq 10 | kput -q
	cp "$FX_HOME/rates.stream" copy
	serving
	follow one '?after='
	wait_for 30 has_data one 10
	id=$(sed -n 's/^id: //p' one | tail -n 1)
	kill "$server"
	status_of "$server"
	rm "$FX_HOME"/rates.stream*
	seq 101 104 | kput -q
	serving
	follow two "?after=$id"
	wait_for 30 has_data two 5
	[ "$(data two)" = '{"message":"the stream was deleted and created again: all of it follows"}
'"$(seq 101 104)" ]
	kill "$server"
	status_of "$server"
	rm "$FX_HOME"/rates.stream*
	cp copy "$FX_HOME/rates.stream"
	id=${id%:*}:20
	serving
	follow three "?after=$id"
	wait_for 30 has_data three 11
	[ "$(data three)" = '{"message":"the stream was replaced by an earlier copy of itself: all of it follows"}
'"$(seq 10)" ]
}

@test "HTTP, strictly: bodies, two Hosts, HEAD of a stream" {
	filled
	seq 3 | kput -q
	serving
	# A reply comes before the body, and ends the connection.
	problem 405 'only GET and HEAD' /v1/keys -X POST -T - </dev/zero
	problem 405 'only GET and HEAD' /v1/keys -X POST -T - -H 'Expect:' </dev/zero
	token=x problem 401 token /v1/keys -X POST -T - </dev/zero
	problem 400 'no body' /v1/keys -X GET --data-binary x
	exec 8<>"/dev/tcp/127.0.0.1/${url##*:}"
	printf 'GET /v1/keys HTTP/1.1\r\nHost: %s\r\nHost: evil.example\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n' \
		"${url#http://}" "$token" >&8
	timeout 20 head -n 1 <&8 | grep '^HTTP/1.1 421 '
	exec 8>&-
	# The end of a reply without a body is the start of the next one.
	curl -sS -I -H "Authorization: Bearer $token" "$url/v1/stream" --next -sS -H "Authorization: Bearer $token" "$url/v1/about" >both
	grep -q '^Content-Type: text/event-stream' both
	grep -q '"stream":"rates"' both
	problem 406 'text/event-stream' /v1/stream -H 'Accept: application/json'
}

@test "keys with control characters; lists that would be too long end early" {
	printf '%s\n' '{"ticker":"a\nb\t\u007f","last_refreshed":"x","n":1}' | ddbput -q -k "$key"
	serving
	gets 200 '/v1/items?key=a%0Ab%09%7F&format=ndjson'
	[ "$(jq -c .n body)" = 1 ]
	awk 'BEGIN { for (i = 0; i < 400; i++) { printf "{\"ticker\":\"k%03d\",\"last_refreshed\":\"x\",\"text\":\"", i;
		for (j = 0; j < 3000; j++) printf "0123456789"; print "\"}" } }' | ddbput -q
	long_lists() { gets 200 /v1/latest && jq -e '.more == true and (.items | length) > 100' body; }
	wait_for 30 long_lists
	gets 200 /v1/keys
	jq -e '(.keys | length) == 401 and has("more") == false' body
}

@test "pages: keys with NUL and long ones, in both orders" {
	local one
	for one in '' '\u0000' '\u0000ba' '\u0000bb' '\u0000bc' "$(printf '\\u0001%.0s' {1..1023})" b; do
		printf '{"ticker":"%s","last_refreshed":"a%s"}\n' N "$one" '\u0000nul' "$one"
	done >items
	ddbput -q -k "$key" <items
	serving
	ddbget N >ascending
	[ "$(wc -l <ascending)" = 7 ]
	walk N 1 asc
	cmp ascending all
	walk N 1 desc
	tac ascending | cmp - all
	gets 200 /v1/keys
	holds '.keys == ["\u0000nul", "N"]' body
	ddbget | grep -v '"N"' >ascending
	walk %00nul 7 asc
	cmp ascending all
	gets 200 '/v1/items?key=%00nul&from=a%00b&to=a%00bb&format=ndjson'
	cmp body <(sed -n 3,4p ascending)
	gets 200 '/v1/items?key=%00nul&from=a%00bb&to=a%00bb&format=ndjson'
	cmp body <(sed -n 4p ascending)
	problem 400 'the argument "limit" has a NUL' '/v1/items?key=%00nul&limit=1%00'
	problem 400 'has a NUL outside the value of an argument' '/v1/items?key%00=a'
	set -- "/?token=$token%00"
	token=x
	gets 401 "$1"
}

@test "pages: numbers with many zeros" {
	printf '{"id":"a","at":%s}\n' 1 "1.5$(printf '0%.0s' {1..9000})" 2 | ddbput -q -t rates -k id,at:N
	serving
	ddbget >expected
	walk a 1 asc
	cmp expected all
}

@test "a cursor belongs to the query that gave it" {
	local cursor
	filled
	serving
	gets 200 '/v1/items?key=BTC/USD&limit=2&from=2025-01-01T00:00:05Z'
	cursor=$(jq -r .next body)
	gets 200 "/v1/items?key=BTC/USD&limit=3&format=csv&from=2025-01-01T00:00:05Z&cursor=$cursor"
	problem 400 'the cursor is not one' "/v1/items?key=BTC/USD&limit=2&from=2025-01-01T00:00:09Z&cursor=$cursor"
	problem 400 'the cursor is not one' "/v1/items?key=BTC/USD&limit=2&cursor=$cursor"
	problem 400 'the cursor is not one' "/v1/items?key=ETH/USD&limit=2&from=2025-01-01T00:00:05Z&cursor=$cursor"
	problem 400 'the cursor is not one' "/v1/items?key=BTC/USD&limit=2&from=2025-01-01T00:00:05Z&order=desc&cursor=$cursor"
}

@test "a table that was deleted and created again is read again, and another one is refused" {
	rates 3 | ddbput -q -k "$key"
	serving -s ''
	gets 200 '/v1/items?key=BTC/USD&format=ndjson'
	gets 200 /v1/latest
	rm "$FX_HOME"/rates.table*
	gets 503 '/v1/items?key=BTC/USD&format=ndjson'
	rates 2 | ddbput -q -k "$key"
	gets 200 '/v1/items?key=BTC/USD&format=ndjson'
	[ "$(wc -l <body)" = 2 ]
	rates 5 | ddbput -q -k "$key"
	gets 200 '/v1/items?key=BTC/USD&format=ndjson'
	[ "$(wc -l <body)" = 5 ]
	rm "$FX_HOME"/rates.table*
	echo '{"id":1}' | ddbput -q -k id:N
	problem 500 'the table rates cannot be read: the messages of fxserve say why' '/v1/items?key=1'
	grep -q 'the table rates was created again with the key id:N, not ticker:S,last_refreshed:S: start fxserve again' words
}

@test "replies name no directories: the message of the server says why, once a minute" {
	local path
	rates 3 | ddbput -q -t "$PWD/of.table" -k "$key"
	kput -q -s "$PWD/of.stream" <<<'{"a":0}'
	serving -t "$PWD/of.table" -s "$PWD/of.stream" -g group
	gets 200 /v1/about
	holds '.table == "of.table" and .stream == "of.stream"' body
	mv of.table moved
	mv of.stream moved.stream
	for path in /v1/keys '/v1/items?key=BTC/USD' /v1/keys; do
		problem 503 'the table of.table cannot be read: the messages of fxserve say why' "$path"
		not grep -qF "$PWD" body
	done
	gets 503 /v1/health
	holds '[.findings[] | select(.check != "disk")] | map([.check, .of, .message])
		== [["stream", "of.stream", "it cannot be checked: the messages of fxserve say why"],
			["group", "of.stream group", "it cannot be checked: the messages of fxserve say why"]]' body
	not grep -q '"of":"/' body
	[ "$(grep -c "^fxserve: the table of.table cannot be read: .*$PWD/of.table" words)" = 1 ]
	[ "$(grep -c "^fxserve: stream of.stream: .*$PWD/of.stream" words)" = 1 ]
}

# gets_target STATUS TARGET [CURL-OPTION…]
gets_target() {
	gets "$1" / --request-target "${@:2}"
}

@test "targets: with a scheme and a host, which counts instead of the header; * only for OPTIONS" {
	local host
	filled
	serving
	host=${url#http://}
	gets 200 /v1/keys
	mv body keys
	gets_target 200 "http://$host/v1/keys"
	cmp body keys
	gets_target 200 "HTTPS://$host/v1/keys"
	gets_target 400 "http://$host/v1/keys?x=1"
	gets_target 200 "http://$host"
	gets_target 200 "http://$host?token=$token" -H 'Authorization:'
	grep -q '^Set-Cookie: ' headers.plain
	gets_target 200 "http://$host/v1/keys" -H 'Host: ignored.example'
	gets_target 421 "http://rebound.example/v1/keys"
	gets_target 421 "http:///v1/keys"
	gets_target 421 "http://a@$host/v1/keys"
	gets_target 400 "ftp://$host/v1/keys"
	gets_target 414 "http://$host/$(printf '%9000s' | tr ' ' x)"
	gets_target 405 '*' -X OPTIONS
	grep -qx 'Allow: GET, HEAD' headers.plain
	gets_target 400 '*'
	grep -q 'the target may be \* only for OPTIONS' body
}

# is_quiet: none of the server's threads has woken up for 1.1 seconds.
is_quiet() {
	local now=${EPOCHREALTIME/./} wakes
	wakes=$(grep -h '^voluntary' /proc/"$server"/task/*/status)
	if [ "$wakes" != "${quiet_wakes-}" ]; then
		quiet_wakes=$wakes quiet_since=$now
	fi
	[ $((now - quiet_since)) -ge 1100000 ]
}

@test "a server that nobody asks sleeps" {
	[ -e /proc/self/status ] || skip 'needs /proc'
	filled
	serving -s ''
	gets 200 /v1/keys
	wait_for 10 is_quiet
	gets 200 /v1/keys
}

@test "more queries than may wait: 503, which says when to ask again" {
	rates 20000 | ddbput -q -t rates -k "$key"
	serving -s ''
	python3 - "${url##*:}" "$token" >refused <<-'END'
		import select, socket, sys
		asked = []
		for i in range(400):
		    one = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
		    one.sendall(b"GET /v1/items?key=BTC/USD&points=%d&value=exchange_rate HTTP/1.1\r\nHost: localhost:%s\r\n"
		        b"Authorization: Bearer %s\r\n\r\n" % (1000 + i, sys.argv[1].encode(), sys.argv[2].encode()))
		    asked.append(one)
		while True:
		    for one in select.select(asked, [], [], 30)[0]:
		        reply = one.recv(4096).decode()
		        if " 503 " in reply:
		            sys.exit(print(reply))
		        asked.remove(one)
	END
	grep -q '"too many queries wait: make fewer at once, and this one again later"' refused
	grep -q '^Retry-After: [1-9]' refused
}

@test "stream: one that cannot be read is tried again; its followers end, and learn why" {
	seq 3 | kput -q
	serving
	follow one
	rm "$FX_HOME"/rates.stream*
	wait_for 30 is_ended "$follower"
	problem 503 'the stream cannot be read: the messages of fxserve say why' /v1/stream
	grep -qx 'Retry-After: 5' headers.plain
	seq 4 5 | kput -q
	wait_for 30 grep -q 'the stream is read again' words
	follow two
	seq 6 7 | kput -q
	wait_for 30 has_data two 2
	[ "$(data two)" = $'6\n7' ]
}

@test "a client that sends nothing, or too much, costs the others nothing" {
	filled
	serving
	python3 - "${url##*:}" <<-'END' &
		import socket, sys, time
		held = []
		for i in range(200):
		    one = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
		    one.sendall(b"GET /v1/keys HTTP/1.1\r\nHost: x\r\nX-")
		    held.append(one)
		open("holding", "w").close()
		time.sleep(20)
	END
	fx_started+=($!)
	wait_for 30 test -e holding
	gets 200 /v1/keys
	ask /v1/keys -H "X-Long: $(printf '%40000s' | tr ' ' x)"
	[ "$code" = 431 ]
	gets 200 /v1/keys
}

@test "more connections than allowed: those that send nothing give way, else 503" {
	filled
	kput -q <<<'{"a":0}'
	# So few descriptors allow more connections than are asked for.
	ulimit -n 280
	serving --connections 20
	python3 - "${url##*:}" <<-'END' &
		import signal, socket, sys
		held = []
		for i in range(100):
		    one = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
		    one.sendall(b"GET /v1/keys HTTP/1.1\r\nHost: x\r\nX-")
		    held.append(one)
		open("holding", "w").close()
		signal.pause()
	END
	fx_started+=($!)
	wait_for 30 test -e holding
	gets 200 /v1/keys
	for one in {1..20}; do
		in_background curl -sSN --max-time 60 -H "Authorization: Bearer $token" "$url/v1/stream" >"follower$one"
	done
	for one in {1..20}; do
		wait_for 30 test -s "follower$one"
	done
	problem 503 'all connections are in use' /v1/keys
	grep -qx 'Retry-After: 1' headers.plain
	grep -qx 'Connection: close' headers.plain
	kill "$background"
	wait_for 30 gets 200 /v1/keys
}

@test "too few descriptors: 75" {
	run -75 --separate-stderr bash -c 'ulimit -n 100; exec timeout 20 fxserve -l 127.0.0.1:0'
	has "$stderr" 'the limit of open files is 100, but at least 128 are needed'
}

@test "a follower that has closed its connection is dropped at once, without a record or a comment" {
	kput -q <<<'{"a":0}'
	serving
	follow one
	follow two
	wait_for 10 metric_is followers 2
	kill "$follower"
	wait_for 10 metric_is followers 1
}

@test "a key that does not fit the table: the argument is named" {
	printf '%s\n' '{"id":"a","at":1}' '{"id":"a","at":2.5}' '{"id":"a","at":10}' | ddbput -q -t rates -k id,at:N
	serving
	problem 400 'the argument "from": at: ' '/v1/items?key=a&from=x'
	problem 400 'the argument "to": at: ' '/v1/items?key=a&from=1&to='
	problem 400 'the argument "key": id: ' '/v1/items?key='
	gets 200 '/v1/items?key=a&from=2&to=10.0&format=ndjson'
	cmp body <(printf '%s\n' '{"id":"a","at":2.5}' '{"id":"a","at":10}')
	gets 200 '/v1/items?key=a&from=3&to=2'
	holds '.count == 0' body
	gets 200 '/v1/items?key=a&limit=1'
	gets 200 "/v1/items?key=a&format=ndjson&cursor=$(jq -r .next body)"
	cmp body <(printf '%s\n' '{"id":"a","at":2.5}' '{"id":"a","at":10}')
	problem 400 'the cursor is not one that was given for these arguments' "/v1/items?key=a&cursor=$(printf '"x"' | base64)"
	problem 400 'the cursor is not one' "/v1/items?key=a&cursor=$(printf '{}' | base64)"
	kill "$server"
	status_of "$server"
	rm "$FX_HOME"/rates.table*
	echo '{"id":"a"}' | ddbput -q -t rates -k id
	serving
	problem 400 'the argument "to": the table has no sort key' '/v1/items?key=a&to=1'
	gets 200 '/v1/items?key=a'
}

@test "methods: HEAD has the headers of GET, others are refused with Allow" {
	local path method
	filled
	kput -q <<<'{"a":0}'
	serving
	for path in / /page.js /v1/openapi.json /v1/keys /v1/latest '/v1/items?key=BTC/USD' /v1/health /metrics; do
		gets 200 "$path"
		grep -vi '^date:\|^content-length:' headers.plain >got
		gets 200 "$path" --head
		grep -vi '^date:\|^content-length:' headers.plain | cmp got -
	done
	gets 200 /v1/stream --head
	grep -qx 'Content-Type: text/event-stream' headers.plain
	for method in POST PUT DELETE PATCH OPTIONS TRACE BREW; do
		problem 405 'only GET and HEAD' /v1/keys -X "$method"
		grep -qx 'Allow: GET, HEAD' headers.plain
	done
	problem 405 'only GET and HEAD' /v1/keys -X POST --data-binary @"$FX_HOME/rates.table"
	gets 200 /v1/keys
}

@test "an answer that is kept is made again as soon as the table has changed" {
	local n format
	filled
	serving
	for n in {1..20}; do
		for format in ndjson json ndjson; do
			gets 200 "/v1/items?key=SOL/USD&format=$format"
		done
		cmp body <(rates $((n - 1)) SOL/USD)
		rates "$n" SOL/USD | tail -1 | ddbput -q -t rates -k "$key"
	done
	gets 200 '/v1/items?key=SOL/USD&limit=1'
	cp headers.plain first
	gets 200 '/v1/items?key=SOL/USD&limit=1'
	cmp <(grep -v ^Date: first) <(grep -v ^Date: headers.plain)
}

@test "a file that is opened again and closed in the same process keeps its log: its readers see what comes" {
	local n
	kput -q <<<'{"n":0}'
	filled
	serving
	follow one
	for n in 1 2 3 4; do
		gets 200 "/v1/health?status=200"
		in_background curl -sSN --max-time 60 -H "Authorization: Bearer $token" "$url/v1/stream?after=" >"again$n"
		wait_for 30 has_data "again$n" "$n"
		kill "$background"
		kput -q <<<"{\"n\":$n}"
		wait_for 10 has_data one "$n"
	done
	not grep -q '(deleted)' < <(ls -l "/proc/$server/fd")
}

@test "the stream: clients that read it slowly from its start give way to others, and lose nothing" {
	seq 12000 | sed 's/.*/{"n":&,"text":"'"$(printf '%01000d' 0)"'"}/' | kput -q
	serving
	timeout 60 python3 - "${url##*:}" "$token" 12000 <<-'END'
		import re, socket, sys, time
		port, token, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
		def follow(room):
		    s = socket.socket()
		    if room:
		        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
		    s.connect(("127.0.0.1", port))
		    s.sendall(b"GET /v1/stream?after= HTTP/1.0\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n\r\n"
		        % (port, token.encode()))
		    s.settimeout(0.05)
		    return s
		def take(s, size):
		    try:
		        return s.recv(size)
		    except socket.timeout:
		        return None
		slow = [follow(4096) for _ in range(16)]
		got = [bytearray() for s in slow]
		def sip():
		    for i, s in enumerate(slow):
		        got[i] += take(s, 1024) or b""
		sip()
		start = time.monotonic()
		healthy, text, first, sipped = follow(0), bytearray(), None, start
		def numbers(text):
		    return [int(n) for n in re.findall(rb'^data: \{"n":(\d+),[^\n]*\}\n\n', bytes(text), re.M)]
		def drain(s, text):
		    global sipped, first
		    last = b'data: {"n":%d,' % count
		    end = time.monotonic() + 40
		    while last not in text[-8192:] or not text.endswith(b"\n\n"):
		        assert time.monotonic() < end, "%d bytes after 40 s" % len(text)
		        part = take(s, 65536)
		        assert part != b"", "it was disconnected"
		        text += part or b""
		        if first is None and b"data:" in text:
		            first = time.monotonic() - start
		        if time.monotonic() - sipped > 1:
		            sipped = time.monotonic()
		            sip()
		drain(healthy, text)
		assert first < 10, "its first record came after %.1f s" % first
		assert numbers(text) == list(range(1, count + 1))
		one, text = slow.pop(0), got.pop(0)
		drain(one, text)
		assert numbers(text) == list(range(1, count + 1)), "a slow one lost or doubled some"
	END
}

@test "the stream: ids of before it was replaced by an earlier copy, and overtaken, lose nothing" {
	local id
	seq 5 | kput -q
	serving
	follow one '?after='
	sqlite3 "$FX_HOME/rates.stream" ".backup copy"
	seq 6 7 | kput -q
	wait_for 30 has_data one 7
	id=$(sed -n 's/^id: //p' one | tail -n 1)
	rm "$FX_HOME"/rates.stream*
	mv copy "$FX_HOME/rates.stream"
	seq 106 108 | kput -q
	wait_for 30 is_ended "$follower"
	wait_for 30 grep -q 'the stream is read again' words
	follow two "?after=$id"
	wait_for 30 has_data two 9
	[ "$(data two)" = '{"message":"the stream was replaced by an earlier copy of itself: all of it follows"}
'"$(seq 5)"$'\n'"$(seq 106 108)" ]
	id=$(sed -n 's/^id: //p' two | tail -n 1)
	seq 109 110 | kput -q
	wait_for 30 has_data two 11
	follow three "?after=$id"
	wait_for 30 has_data three 2
	[ "$(data three)" = "$(seq 109 110)" ]
	kill "$server"
	status_of "$server"
	serving
	follow four "?after=$id"
	wait_for 30 has_data four 2
	[ "$(data four)" = "$(seq 109 110)" ]
}
