# tour: the ten commands of fxpipe-tour(7), one after the other in one shell, as a newcomer types
# them. A server of the test's own stands for the provider and for the telephone's service.

load helper
load examples

TOUR=$REPOSITORY/man/fxpipe-tour.7

# The prices that the page shows, from a provider of the same name here; everything else that is
# asked for is a message to the telephone.
start_services() {
	sed -n 's/^{"ticker":"\([^"]*\)","exchange_rate":\([0-9.]*\),.*/\1 \2/p' 2.shown | jq -nR '
		[inputs | split(" ") | {match: (.[0] | sub("/"; "-")),
			answers: [{body: ({data: {amount: .[1]}} | tojson)}]}]
		| {routes: (. + [{match: "", answers: [{body: "{}"}]}])}' >services
	serve <services
}

# The shell that the commands are typed into.
start_shell() {
	mkfifo typed
	in_background bash -o pipefail typed
	exec 8>typed
}

# enter COMMAND NAME: waits until the shell has run it; its output is in NAME.out, its messages in
# NAME.err. What it started in the background may still write to them.
enter() {
	printf '{ %s\n} </dev/null >%s.out 2>%s.err 8>&-; echo $? >%s.status.new; mv %s.status.new %s.status\n' \
		"$1" "$2" "$2" "$2" "$2" "$2" >&8
	wait_for 60 test -e "$2.status"
	[ "$(cat "$2.status")" = 0 ] || {
		cat "$2.err" >&2
		return 1
	}
}

# step N: the command with that number, with the addresses of this test in place of the page's.
step() {
	enter "$(sed -e "s|https://ntfy.sh/|http://127.0.0.1:$port/|" -e 's/^fxserve/& -l 127.0.0.1:0/' \
		-e 's/sleep 5/sleep 1/' "$1.text")" "$1"
}

# What is the same on each machine and at each time.
lasting() {
	sed -E -e 's/20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z/TIME/g' -e 's/token=[0-9a-f]{32}/token=TOKEN/' \
		-e 's,https://ntfy.sh/|http://127\.0\.0\.1:[0-9]+/,HOST/,' -e 's,fxpipe-[0-9]+,fxpipe-N,' "$1"
}

# shows N: the command has printed what the page shows, and no message.
shows() {
	[ -e "$1.shown" ] || : >"$1.shown"
	diff <(lasting "$1.shown") <(lasting "$1.out")
	diff /dev/null "$1.err"
}

has_lines() {
	[ "$("${@:2}" | wc -l)" -ge "$1" ]
}

messages() {
	jq -r 'select(.body).body' server/log
}

@test "the ten commands of the tour, each with what the page shows" {
	blocks 'THE TEN COMMANDS' "$TOUR" | script_of >/dev/null
	[ -e 10.text ]
	[ ! -e 11.text ]
	start_services
	use_provider coinbase
	start_shell
	local number
	for number in 1 2 3 4 5; do
		step "$number"
		shows "$number"
	done

	# Records arrive in the stream, from there in the table, and from there on the page.
	step 6
	wait_for 60 has_lines 4 kread
	step 7
	wait_for 60 has_lines 3 ddbget BTC/USD
	step 8
	wait_for 60 test -s 8.out
	shows 8
	address=$(cat 8.out)
	curl -sS --max-time 30 -c cookies -L "$address" | grep -qi '<html'
	in_background curl -sSN --max-time 60 -b cookies "${address%/?token=*}/v1/stream" >events
	wait_for 60 grep -q '^data: {"ticker":"BTC/USD"' events

	step 9
	shows 9
	[ "$(stat -c %a phone)" = 600 ]
	step 10
	wait_for 60 has_lines 1 messages
	grep -qxF ".Dl $(messages)" "$TOUR"

	for number in 6 7 8 10; do
		shows "$number"
	done

	# shellcheck disable=SC2016 # for the other shell
	enter 'kill $(jobs -p); wait || true' end
	[ "$(messages | wc -l)" = 1 ]
	kread -g table | ddbput | kack -g table
	cmp <(kread | jq -r 'select(.ticker == "BTC/USD").last_refreshed' | uniq) <(ddbget BTC/USD | jq -r .last_refreshed)
}

@test "the tour is found: by man -k, in the overview, in README and by --help" {
	mkdir -p pages/man7
	cp "$TOUR" pages/man7
	PATH=$PATH:/usr/sbin makewhatis pages
	has "$(mapropos -M "$PWD/pages" newcomers)" 'fxpipe-tour(7)'
	grep -q '^\.Xr fxpipe-tour 7' "$REPOSITORY/man/fxpipe.7"
	head -n 40 "$REPOSITORY/README.md" | grep -q 'fxpipe-tour'
	has "$(fxfetch --help)" 'man fxpipe-tour'
}
