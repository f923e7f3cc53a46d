# fxserve: under strain: slow clients, many followers, malformed requests, kills. A healthy client is
# answered throughout, and memory stays flat. FX_FULL: at full size.

load helper
load fxserve

key=ticker,last_refreshed

setup() {
	if [ -n "${FX_FULL-}" ]; then
		slow=500 followers=1000 requests=10000 seconds=10
	else
		slow=100 followers=50 requests=500 seconds=1
	fi
	ulimit -n "$(ulimit -H -n)"
	rates 300 | ddbput -q -t rates -k "$key"
}

strain() {
	env -u LD_PRELOAD python3 "$REPOSITORY/tests/server/strain" "${url##*:}" "$token" "$@"
}

# healthy: the time that a healthy client's requests take; at full size, 99 of 100 less than 50 ms.
healthy() {
	strain measure "$seconds" >measured
	echo "# $BATS_TEST_DESCRIPTION: $(cat measured)" >&3
	[ -z "${FX_FULL-}" ] || awk '{ exit !($7 < 50) }' measured
}

# memory: of the server, in KiB.
memory() {
	sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$server/status"
}

# flat BEFORE: it has not grown since, but for what the allocator keeps. The sanitizers keep more.
flat() {
	local now
	now=$(memory)
	echo "# $BATS_TEST_DESCRIPTION: $1 KiB, then $now KiB" >&3
	[ -n "${ASAN_OPTIONS-}" ] || [ "$now" -le $(($1 + 8192)) ]
}

# numbers FIRST LAST: records {"n":FIRST}, …
numbers() {
	seq -f '{"n":%.0f}' "$1" "$2"
}

@test "slow loris" {
	local before
	serving
	healthy
	in_background strain hold "$slow"
	wait_for 60 test -e held
	before=$(memory)
	healthy
	flat "$before"
	gets 200 /v1/keys
}

@test "slow loris, with more connections than allowed" {
	serving --connections 50
	in_background strain hold "$slow"
	wait_for 60 test -e held
	healthy
}

@test "followers" {
	local before round
	kput -q <<<'{"n":-1}'
	serving
	for round in 1 2; do
		rm -f followed
		in_background strain follow "$followers" 1000
		wait_for 60 test -e followed
		numbers 0 499 | kput -q
		healthy
		numbers 500 999 | kput -q
		status_of "$background"
		[ "$status" = 0 ]
		wait_for 30 metric_is followers 0
		[ "$round" = 2 ] || before=$(memory)
	done
	flat "$before"
}

@test "malformed requests" {
	local before seed=${FX_SEED:-1}
	kput -q <<<'{"n":-1}'
	serving
	strain malformed "$requests" "$seed" >/dev/null
	before=$(memory)
	in_background strain malformed "$requests" $((seed + 1)) >statuses
	healthy
	status_of "$background"
	echo "# $BATS_TEST_DESCRIPTION: $(cat statuses)" >&3
	[ "$status" = 0 ]
	flat "$before"
	[ "$(cat words)" = '' ]
	gets 200 /v1/keys
}

# Not one of tests/requirements.txt, as it brings thirty packages: pip install schemathesis. The
# streams have no end that it would wait for.
@test "schemathesis finds nothing in the description" {
	local tool=${SCHEMATHESIS:-schemathesis}
	command -v "$tool" >/dev/null || skip "schemathesis is not installed"
	kput -q <<<'{"n":-1}'
	serving
	# It does not know that a target may be too long.
	printf '%s\n' '[checks.negative_data_rejection]' 'expected-statuses = [400, 404, 405, 406, 414]' >schemathesis.toml
	env -u LD_PRELOAD "$tool" --config-file schemathesis.toml run "$url/v1/openapi.json" -u "$url" -H "Authorization: Bearer $token" \
		--exclude-path /v1/stream --exclude-path /v1/alerts --exclude-checks positive_data_acceptance \
		--max-examples "${FX_FULL:+20}5" --seed "${FX_SEED:-1}"
}

@test "a rebinding Host" {
	local one
	serving
	for one in evil.example "evil.example:${url##*:}" 127.0.0.1 localhost 127.0.0.1.evil.example \
		"127.0.0.1:${url##*:}.evil.example" "[::1]:${url##*:}" "0.0.0.0:${url##*:}"; do
		gets 421 /v1/keys -H "Host: $one"
		gets 421 "/?token=$token" -H "Host: $one" -H 'Authorization:'
		not grep -qi '^set-cookie' headers.plain
	done
	gets 421 /v1/keys -H 'Host;'
	gets 200 /v1/keys -H "Host: LOCALHOST:${url##*:}"
}

@test "killed and started again: followers get each record once" {
	local round follower
	kput -q <<<'{"n":-1}'
	printf 'abcdefghijklmnop\n' >token
	chmod 600 token
	serving --token-file token
	token=abcdefghijklmnop
	echo "${url##*:}" >port
	in_background strain follow "$followers" 3000
	follower=$background
	wait_for 60 test -e followed
	for round in 0 1 2; do
		numbers $((round * 1000)) $((round * 1000 + 499)) | kput -q
		kill -KILL "$server"
		status_of "$server"
		numbers $((round * 1000 + 500)) $((round * 1000 + 999)) | kput -q
		in_background fxserve -l 127.0.0.1:0 --token-file token >said
		server=$background
		wait_for 30 test -s said
		sed -n 's|.*:\([0-9]*\)/$|\1|p' said >port.new
		mv port.new port
	done
	status_of "$follower"
	[ "$status" = 0 ]
}
