# helper: loaded by every bats file. Each test has a home of its own and the built tools first in
# PATH. Defined for the tests:
#
#   $FIXTURES           tests/fixtures
#   $REPOSITORY         the top of the source
#   $FX_BUILD           where the tools were built (default: build)
#   $FX_HOME            the directory of embedded streams and tables; not created yet
#   wait_for SECONDS COMMAND…   runs COMMAND until it succeeds; fails at the deadline
#   in_background COMMAND…      starts it, sets $background to its pid; killed after the test, with
#                       all that it has started
#   status_of PID               waits for the process, sets $status to its exit status
#   rates N [TICKER]            N records with distinct keys
#   holds JQ-ARGUMENT…          does jq print true?
#   has TEXT PART               does TEXT contain PART?
#   not COMMAND…                fails if COMMAND succeeds (bash ignores a failed "! COMMAND")
#   is_ended PID                has the process ended (waited for or not)?
#   metadata_start DIRECTORY [COMMAND…]    starts tests/server/metadata, which hands out AWS credentials,
#                       in DIRECTORY, by COMMAND (faketime); sets $METADATA to its URL
#   hold_lock FILE              another program holds the write lock of that SQLite file, until let_go
#   sso_profile NAME            a profile that signs in by a browser, for ~/.aws/config
#   sso_token EXPIRES           its token, which expires then, in the file $sso_cache
#   serve                       plays the script on standard input by tests/server/play; sets $port; its
#                       log is server/log
#   use_provider NAME [JQ]      a provider's definition, turned to that server and changed by JQ
#   built_in                    the names of the providers that are built in, with commas between
#   fast_clock COMMAND…         runs it with a clock 20 times as fast, if faketime is installed

bats_require_minimum_version 1.5.0

REPOSITORY=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
FIXTURES=$REPOSITORY/tests/fixtures
FX_BUILD=${FX_BUILD:-$REPOSITORY/build}
case $FX_BUILD in
/*) ;;
*) FX_BUILD=$REPOSITORY/$FX_BUILD ;;
esac

fx_hermetic() {
	local name home=$1
	for name in ${!FX_*} ${!AWS_*} ${!XDG_*} ${!ALPHAVANTAGE_*}; do
		case $name in
		FX_BUILD | FX_SEED | FX_FULL | FX_SCREENSHOTS) ;; # for the tests
		*) unset "$name" ;;
		esac
	done
	unset http_proxy https_proxy all_proxy HTTPS_PROXY ALL_PROXY no_proxy NO_PROXY TMUX
	unset CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR
	export HOME=$home/home
	export XDG_DATA_HOME=$HOME/.local/share XDG_CONFIG_HOME=$HOME/.config
	export XDG_STATE_HOME=$HOME/.local/state XDG_CACHE_HOME=$HOME/.cache
	export FX_HOME=$home/fx
	export TMPDIR=$home/tmp
	export LC_ALL=C TZ=UTC TERM=dumb
	mkdir -p "$XDG_CONFIG_HOME" "$TMPDIR"
	# A library that tried to reach other hosts would fail: only loopback is reached.
	export http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9
	export no_proxy=127.0.0.1,localhost,::1
}

# What faketime has left behind for processes that were killed: it refuses to start with the number
# of one of them.
fx_forget_fake_clocks() {
	local left
	for left in /dev/shm/sem.faketime_sem_* /dev/shm/faketime_shm_*; do
		[ ! -e "$left" ] || [ -e "/proc/${left##*_}" ] || rm -f "$left"
	done
}

fx_forget_fake_clocks
export FX_BUILD REPOSITORY FIXTURES
export PATH=$FX_BUILD/bin:$PATH
fx_hermetic "${BATS_TEST_TMPDIR:-${BATS_FILE_TMPDIR:-$BATS_RUN_TMPDIR}}"
cd "${BATS_TEST_TMPDIR:-${BATS_FILE_TMPDIR:-$BATS_RUN_TMPDIR}}" || exit 1

# Deadlines are long enough for the build with sanitizers: only a failure waits for one.
wait_for() {
	local deadline=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		if [ "$SECONDS" -ge "$deadline" ]; then
			echo "did not succeed in time: $*" >&2
			return 1
		fi
		sleep 0.02
	done
}

fx_started=()
in_background() {
	# Without a redirection the shell would give it /dev/null for input.
	{ "$@" <&9 3>&- 9<&- & } 9<&0
	background=$!
	fx_started+=("$background")
}

# shellcheck disable=SC2034 # status is for the test
status_of() {
	status=0
	wait "$1" || status=$?
}

not() {
	if "$@"; then
		echo "succeeded, but should fail: $*" >&2
		return 1
	fi
}

is_ended() {
	local state
	state=$(ps -o stat= -p "$1" 2>/dev/null) || return 0
	case $state in
	Z*) return 0 ;;
	esac
	return 1
}

# A job catches SIGTERM. It is the program by now: a signal that comes while it is still the shell
# that starts it is lost.
takes_signals() {
	local caught
	[ ! "/proc/$1/exe" -ef /proc/$$/exe ] || return 1
	caught=$(sed -n 's/^SigCgt:[[:space:]]*//p' "/proc/$1/status")
	[ $((0x$caught & 0x4000)) != 0 ]
}

# Not with the address sanitizer, which wants to be loaded first.
fast_clock() {
	if faketime -f '+0 x20' kput --version >/dev/null 2>&1; then
		faketime -f '+0 x20' "$@"
	else
		"$@"
	fi
}

# shellcheck disable=SC2034 # METADATA is for the test
metadata_start() {
	local place=$1
	shift
	mkdir -p "$place"
	"$@" "$REPOSITORY/tests/server/metadata" "$place" </dev/null >"$place/out" 2>&1 3>&- &
	fx_started+=($!)
	wait_for 60 test -f "$place/port" || {
		cat "$place/out" >&2
		return 1
	}
	METADATA=http://127.0.0.1:$(cat "$place/port")
}

hold_lock() {
	mkfifo hold
	in_background python3 -c '
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN IMMEDIATE")
open("held", "w").close()
open("hold").read()' "$1"
	lock_holder=$background
	wait_for 20 test -e held
}

let_go() {
	: >hold
	status_of "$lock_holder"
}

sso_profile() {
	printf '%s\n' "[$1]" 'sso_session = corp' 'sso_account_id = 123456789012' 'sso_role_name = Reader' \
		'[sso-session corp]' 'sso_start_url = https://corp.awsapps.com/start' 'sso_region = eu-central-1'
}

sso_token() {
	sso_cache=$HOME/.aws/sso/cache/$(printf corp | sha1sum | cut -d' ' -f1).json
	mkdir -p "$HOME/.aws/sso/cache"
	jq -n --arg expires "$1" '{accessToken: "OLD", expiresAt: $expires, clientId: "C",
		clientSecret: "S", registrationExpiresAt: "2099-01-01T00:00:00Z", refreshToken: "R"}' >"$sso_cache"
}

# shellcheck disable=SC2034 # port is for the test
serve() {
	mkdir -p server
	rm -f server/port
	cat >server/script.json
	in_background "$REPOSITORY/tests/server/play" server/script.json server
	wait_for 20 test -s server/port
	port=$(cat server/port)
}

use_provider() {
	mkdir -p "$XDG_CONFIG_HOME/fxpipe/providers"
	sed "s|https://[a-z.-]*/|http://127.0.0.1:$port/|; s|\"key_host\": \"[^\"]*\"|\"key_host\": \"127.0.0.1\"|" \
		"$REPOSITORY/lib/rate/providers/$1.json" | jq "${2:-.}" \
		>"$XDG_CONFIG_HOME/fxpipe/providers/$1.json"
}

built_in() {
	(cd "$REPOSITORY/lib/rate/providers" && printf '%s\n' *.json) | sed 's/\.json$//' | sort | paste -sd , | sed 's/,/, /g'
}

fx_end_started() {
	local pid
	for pid in ${fx_started[@]+"${fx_started[@]}"}; do
		end_tree "$pid"
		wait "$pid" 2>/dev/null || true
	done
}

# end_tree PID: kills a process and all that it has started; faketime, for one, waits for the command.
end_tree() {
	local child
	# Stopped, it starts no more.
	kill -STOP "$1" 2>/dev/null || return 0
	for child in $(ps -o pid= --ppid "$1"); do
		end_tree "$child"
	done
	kill -KILL "$1" 2>/dev/null || true
}

teardown() {
	fx_end_started
}

holds() {
	jq -e "$@" >/dev/null
}

has() {
	case $1 in
	*"$2"*) return 0 ;;
	esac
	printf 'not found: %s\nin: %s\n' "$2" "$1" >&2
	return 1
}

# One record per second from 2025-01-01 on.
rates() {
	awk -v count="$1" -v ticker="${2:-BTC/USD}" 'BEGIN {
		for (i = 0; i < count; i++) {
			printf "{\"ticker\":\"%s\",\"exchange_rate\":%d.%08d,", ticker, 100000 + i % 997, i
			printf "\"last_refreshed\":\"2025-01-%02dT%02d:%02d:%02dZ\"}\n",
			    1 + int(i / 86400), int(i / 3600) % 24, int(i / 60) % 60, i % 60
		}
	}'
}
