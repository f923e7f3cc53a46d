# fxserve: starts the server and asks it, for the bats files that load it (after helper).

# serving OPTION…: starts it at a free port; sets $url, $token and $server.
serving() {
	in_background fxserve -l 127.0.0.1:0 "$@" >said 2>words
	server=$background
	wait_for 30 test -s said
	url=$(cut -d'?' -f1 said)
	url=${url%/}
	token=$(sed -n 's/.*token=//p' said)
}

# ask PATH [CURL-OPTION…]: the body in body, the headers in headers, the status in $code.
ask() {
	local path=$1
	shift
	: >body
	code=$(curl -sS --max-time 30 -o body -D headers -w '%{http_code}' -H "Authorization: Bearer $token" "$@" "$url$path")
	tr -d '\r' <headers >headers.plain
}

# gets STATUS PATH [CURL-OPTION…]
gets() {
	local wanted=$1
	shift
	ask "$@"
	[ "$code" = "$wanted" ] || {
		echo "status $code of $1: $(cat body)" >&2
		return 1
	}
}

# problem STATUS PART PATH [CURL-OPTION…]: a JSON problem whose detail has PART.
problem() {
	local wanted=$1 part=$2
	shift 2
	gets "$wanted" "$@"
	grep -qx 'Content-Type: application/problem+json' headers.plain
	jq -e --argjson status "$wanted" --arg part "$part" \
		'.status == $status and (.title | length > 0) and (.detail | contains($part))' body >/dev/null || {
		cat body >&2
		return 1
	}
}

# follow NAME [QUERY]: follows the stream into the file NAME.
follow() {
	in_background curl -sSN --max-time 60 -H "Authorization: Bearer $token" "$url/v1/stream${2-}" >"$1" 2>"$1.words"
	follower=$background
	wait_for 30 test -s "$1"
}

# data FILE: the records of events.
data() {
	sed -n 's/^data: //p' "$1"
}

has_data() {
	[ "$(data "$1" | wc -l)" -ge "$2" ]
}

# metric NAME: its value now.
metric() {
	ask /metrics
	sed -n "s/^fxserve_$1 //p" body
}

# metric_is NAME NUMBER
metric_is() {
	[ "$(metric "$1")" = "$2" ]
}
