# secrets: fxfetch with its key in Secrets Manager (moto's).
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a shell of its own; status, background: helper

load helper
load aws

KEY=KEY0/KEY0+KEY0
RATE='{"Realtime Currency Exchange Rate":{"5. Exchange Rate":"1.5"}}'

# serve_alphavantage SCRIPT: a provider, alphavantage's definition turned to it.
serve_alphavantage() {
	serve <<<"$1"
	use_provider alphavantage 'del(.limits)'
}

answers() {
	jq -nc '{answers: $ARGS.positional | map({body: .})}' --args "$@"
}

# fetched STATUS ARGUMENT…: the output in out, the words in err.
fetched() {
	local expected=$1 status=0
	shift
	fxfetch "$@" >out 2>err || status=$?
	cat err >&2
	[ "$status" = "$expected" ]
}

keys_used() {
	jq -r 'select(.target) | .target | capture("apikey=(?<key>[^&]*)").key' server/log
}

# asked N: how often the service was asked for a secret.
asked() {
	[ "$(jq -s 'map(select(.action == "GetSecretValue")) | length' "$AWS_FAULTS/log")" = "$1" ]
}

keyring_works() {
	smget "$1" >/dev/null
	smget -v "$1" 2>&1 >/dev/null | grep -q "from the kernel's keyring"
}

@test "the tutorial's producer: the key comes from Secrets Manager and appears nowhere else" {
	make_secret AlphaVantageApiKey "$KEY"
	serve_alphavantage "$(jq -nc --arg key "$KEY" '{answers: [{delay: 0.5, body:
		"{\"Realtime Currency Exchange Rate\":{\"5. Exchange Rate\":\"1.5\"},\"echo\":\"\($key)\"}"}]}')"
	in_background fxfetch -v -p alphavantage -K secretsmanager:AlphaVantageApiKey \
		--stats figures BTC/USD >out 2>err
	pid=$background
	wait_for 20 test -s server/log
	tr '\0' ' ' <"/proc/$pid/cmdline" >started
	grep -q fxfetch started
	# Of a process that holds a secret none but root can read it.
	tr '\0' ' ' <"/proc/$pid/environ" >>started || true
	status_of "$pid"
	[ "$status" = 0 ]
	has "$(cat err)" "secret AlphaVantageApiKey: from Secrets Manager"
	[ "$(keys_used)" = KEY0%2FKEY0%2BKEY0 ]
	grep -q '"echo":"\[redacted\]"' out
	not grep -qE 'KEY0.{1,3}KEY0' out err started figures
	find "$FX_HOME" "$HOME" -type f -exec grep -lE 'KEY0.{1,3}KEY0' {} + >files || true
	[ ! -s files ]
	fxenc <out | holds '.exchange_rate == 1.5'
}

@test "a member of a secret as the console creates it; an ARN" {
	make_secret providers "{\"alphavantage\":\"$KEY\",\"other\":\"OTHER0OTHER0\"}"
	serve_alphavantage "$(answers "$RATE")"
	fetched 0 -K secretsmanager:providers#alphavantage BTC/USD
	arn=$(aws_call secretsmanager.DescribeSecret '{"SecretId":"providers"}' | jq -r .ARN)
	fetched 0 -K "$arn#other" BTC/USD
	[ "$(keys_used)" = "KEY0%2FKEY0%2BKEY0
OTHER0OTHER0" ]
	# The whole object is no key, and not sent as one.
	fetched 2 -K secretsmanager:providers BTC/USD
	has "$(cat err)" "secretsmanager:NAME#FIELD"
	not grep -qE "$KEY|OTHER0" err
	fetched 2 -K secretsmanager:providers#none BTC/USD
	fetched 2 -K secretsmanager:absent BTC/USD
	has "$(cat err)" "ResourceNotFoundException"
	[ "$(keys_used | wc -l)" = 2 ]
}

@test "started each minute it calls Secrets Manager once, as the kernel caches the key" {
	make_secret key "$KEY"
	serve_alphavantage "$(answers "$RATE")"
	aws_through '{}'
	fetched 0 -K secretsmanager:key BTC/USD
	asked 1
	fetched 0 -v -K secretsmanager:key BTC/USD
	if grep -q "from the kernel's keyring" err; then
		asked 1
	else
		asked 2
	fi
	[ "$(keys_used | uniq)" = KEY0%2FKEY0%2BKEY0 ]
}

@test "a key that the provider no longer accepts leaves the cache, and the next run fetches the new one" {
	make_secret key OLD0OLD0OLD0
	serve_alphavantage "$(jq -nc --arg rate "$RATE" --arg bad "$(cat "$FIXTURES/alphavantage/error-key.json")" \
		'{routes: [{match: "apikey=OLD0", answers: [{body: $rate}, {body: $bad}]},
			{match: "apikey=NEW0", answers: [{body: $rate}]}]}')"
	fetched 0 -K secretsmanager:key BTC/USD
	aws_py 'secretsmanager.put_secret_value(SecretId="key", SecretString="NEW0NEW0NEW0")'
	if keyring_works key; then
		fetched 2 -K secretsmanager:key BTC/USD
		has "$(cat err)" "it does not accept the key"
	fi
	fetched 0 -K secretsmanager:key BTC/USD
	[ "$(keys_used | tail -n 1)" = NEW0NEW0NEW0 ]
}

@test "Secrets Manager cannot be reached: exit status 75; a key in a file does not need it" {
	serve_alphavantage "$(answers "$RATE")"
	AWS_ENDPOINT_URL=http://127.0.0.1:9 fetched 75 -K secretsmanager:key BTC/USD
	mkdir -p "$HOME/.aws"
	echo "no section" >"$HOME/.aws/config"
	(umask 077 && echo "$KEY" >key)
	AWS_PROFILE=none fetched 0 -K file:key BTC/USD
	if command -v strace >/dev/null && ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 strace -o calls -f -e trace=file,connect fxfetch -K file:key BTC/USD >out; then
		not grep -q '\.aws' calls
	fi
}
