# confinement: what each tool can still do once it is confined, tried from within (confined.c), as
# an ordinary user and for each version of Landlock. The last act, a program, ends each list.
# shellcheck disable=SC2030,SC2031 # each test is one of its own

load helper
load aws

# What is done by every tool: signals to itself.
USUAL="kill itself,end,no exec"
DATA="create data,fchmod data,truncate data,rename data,unlink data"

setup_file() {
	[ -z "${LD_PRELOAD-}" ] || return 0
	aws_start
	export PROBE=$BATS_FILE_TMPDIR/confined.so
	cc -shared -fPIC -o "$PROBE" "$REPOSITORY/tests/confined.c" -ldl
	# The checkout may be out of reach of the other user.
	cp -R "$FX_BUILD/bin" "$FX_BUILD/share" "$BATS_FILE_TMPDIR"
}

teardown_file() {
	[ -n "${LD_PRELOAD-}" ] || aws_stop
}

setup() {
	[ -z "${LD_PRELOAD-}" ] || skip "another library is preloaded"
	set -o pipefail
	aws_reset
	PLACE=$BATS_TEST_TMPDIR/place
	mkdir -p "$PLACE" "$FX_HOME" "$HOME/.ssh" "$HOME/.aws"
	echo secret >"$HOME/.ssh/id_rsa"
	echo abc >"$PLACE/file"
	touch "$PLACE/unlinked"
	neighbour
	KERNEL=$(abi)
	as=()
	PATH=$BATS_FILE_TMPDIR/bin:$PATH
	if [ "$(id -u)" = 0 ]; then
		chmod o+x "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR"/*
		chown -R nobody "$BATS_TEST_TMPDIR"
		as=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
	fi
}

# Another process of the same user, with a socket of each kind.
neighbour() {
	local out=$BATS_TEST_TMPDIR/neighbour user=()
	[ "$(id -u)" != 0 ] || user=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
	in_background "${user[@]}" /usr/bin/python3 -c '
import os, signal, socket
abstract = socket.socket(socket.AF_UNIX)
abstract.bind("\0fxpipe-%d" % os.getpid())
abstract.listen(50)
tcp = socket.socket()
tcp.bind(("127.0.0.1", 0))
tcp.listen(50)
print(os.getpid(), tcp.getsockname()[1], flush=True)
signal.pause()' >"$out"
	wait_for 20 test -s "$out"
	read -r PROBE_PROCESS PROBE_PORT <"$out"
	export PROBE_PROCESS PROBE_PORT
}

# The version of Landlock that the kernel has; 0: none.
abi() {
	/usr/bin/python3 -c '
import ctypes
print(max(0, ctypes.CDLL(None, use_errno=True).syscall(444, None, 0, 1)))'
}

# probe ABI DATA COMMAND…: what COMMAND can do in the end, in $acts. ABI -: that of the kernel.
probe() {
	local abi=() out=$BATS_TEST_TMPDIR/acts
	[ "$1" = - ] || abi=(PROBE_ABI="$1")
	local data=$2
	shift 2
	: >"$out"
	chmod 666 "$out"
	# Its exit status is the subject of other tests.
	"${as[@]}" env "${abi[@]}" PROBE_OUTPUT=7 PROBE_PLACE="$PLACE" PROBE_DATA="$data" \
		LD_PRELOAD="$PROBE" "$@" 7>>"$out" >"$BATS_TEST_TMPDIR/out" || :
	acts=$(paste -s -d, "$out")
	[ "$(cat "$PLACE/file")" = abc ] || acts+=" (the file was changed)"
}

# can EXPECTED ABI DATA COMMAND…
can() {
	local expected=$1
	shift
	probe "$@"
	[ "$acts" = "$expected" ] || {
		printf '%s\n  can:      %s\n  expected: %s\n' "$*" "$acts" "$expected" >&2
		return 1
	}
}

landlock() {
	[ "$KERNEL" -ge 1 ] || skip "the kernel has no Landlock"
}

@test "from within: a tool on embedded files, by the version of Landlock" {
	local abi
	echo '{"a":1}' >line
	can "read,read ssh,list,write,append,create,rename,link,symlink,mkdir,rmdir,unlink,$DATA,$USUAL" \
		0 "$FX_HOME" kput -q -s r <line
	landlock
	for abi in 1 2 3 4 5 6 -; do
		[ "$abi" = - ] || [ "$abi" -le "$KERNEL" ] || continue
		can "$DATA,$USUAL" "$abi" "$FX_HOME" kput -q -s r <line
	done
}

@test "from within: a tool on AWS, by the version of Landlock" {
	local abi abstract
	landlock
	make_stream s
	echo '{"a":1}' >line
	for abi in 1 2 3 4 5 6 -; do
		[ "$abi" = - ] || [ "$abi" -le "$KERNEL" ] || continue
		# Versions before 4 allow any port, those before 6 any abstract socket.
		abstract=,bind,connect\ abstract
		[ "$abi" = - ] && abi=$KERNEL
		[ "$abi" -lt 4 ] || abstract=,connect\ abstract
		[ "$abi" -lt 6 ] || abstract=
		can "kill itself,connect$abstract,end,no exec" "$abi" "$FX_HOME" kput -q -s kinesis:s <line
	done
}

@test "from within: the tools on embedded files" {
	landlock
	local home
	printf '%s\n' '{"ticker":"A","last_refreshed":"x"}' >line
	can "$DATA,$USUAL" - "$FX_HOME" kput -q -s r <line
	can "$DATA,$USUAL" - "$FX_HOME" kread -s r -g g
	cp "$BATS_TEST_TMPDIR/out" read
	can "$DATA,$USUAL" - "$FX_HOME" kack -s r -g g <read
	can "$DATA,$USUAL" - "$FX_HOME" kstat -s r -g g
	can "$DATA,$USUAL" - "$FX_HOME" kack -s r -g g --to latest
	can "$DATA,$USUAL" - "$FX_HOME" kack -s r -g g --delete
	can "$DATA,$USUAL" - "$FX_HOME" ddbput -q <line
	can "$DATA,$USUAL" - "$FX_HOME" ddbget A x
	can "$DATA,$USUAL" - "$FX_HOME" fxhealth --max-age 1d -s r
	can "$DATA,$USUAL" - "$FX_HOME/archive" s3put -q --partition ticker "$FX_HOME/archive" <line
	home=$HOME/.config/fxpipe
	can "$USUAL" - "$FX_HOME" fxfetch -p sample BTC/USD
	cp "$BATS_TEST_TMPDIR/out" fetched
	can "$USUAL" - "$FX_HOME" fxenc <fetched
	cp "$BATS_TEST_TMPDIR/out" rates
	can "$USUAL" - "$FX_HOME" fxplot exchange_rate <rates
	"${as[@]}" sh -c 'umask 077; mkdir -p "$1" && echo key >"$1/key"' - "$home"
	can "$USUAL" - "$FX_HOME" smget "file:$home/key"
	echo '{"resource":"stream","name":"r"}' >stack
	can "$DATA,$USUAL" - "$FX_HOME" fxstack diff stack
	"${as[@]}" kstat --stats "$PLACE/stats" -s r
	can "$DATA,$USUAL" - "$FX_HOME" fxmetrics --cloudwatch --state "$FX_HOME/state" "$FX_HOME/stats"
}

@test "from within: fxserve, which takes connections at the socket that it has" {
	landlock
	printf '%s\n' '{"ticker":"A","last_refreshed":"x"}' | "${as[@]}" kput -q
	printf '%s\n' '{"ticker":"A","last_refreshed":"x"}' | "${as[@]}" ddbput -q
	: >"$BATS_TEST_TMPDIR/out"
	in_background wait_for 30 ended_by_request
	can "$DATA,$USUAL" - "$FX_HOME" fxserve -l "unix:$FX_HOME/socket" --no-token
}

# Asks it for an item; then it ends.
ended_by_request() {
	curl -sf --unix-socket "$FX_HOME/socket" 'http://localhost/v1/items?key=A' | grep -q '"ticker":"A"' &&
		pkill -f "^fxserve -l unix:$FX_HOME/socket"
}

@test "from within: the tools on the network, which are confined before they connect" {
	landlock
	local more='' net abi=$KERNEL
	[ "$abi" -ge 4 ] || more=,bind
	[ "$abi" -ge 6 ] || more+=,connect\ abstract
	net="kill itself,connect$more,end,no exec"
	make_stream s
	make_table t
	make_secret key SECRETKEY123
	printf '%s\n' '{"ticker":"A","last_refreshed":"x"}' >line
	can "$net" - "$FX_HOME" kput -q -s kinesis:s -x "$HOME/rejects" <line
	can "$net" - "$FX_HOME" kread -s kinesis:s
	can "$DATA,$net" - "$FX_HOME" kread -s kinesis:s -g g
	cp "$BATS_TEST_TMPDIR/out" read
	can "$DATA,$net" - "$FX_HOME" kack -s kinesis:s -g g <read
	can "$DATA,$USUAL" - "$FX_HOME" kack -s kinesis:s -g g --delete
	can "$net" - "$FX_HOME" kstat -s kinesis:s
	can "$net" - "$FX_HOME" ddbput -q -t dynamodb:t <line
	can "$net" - "$FX_HOME" ddbget -t dynamodb:t A x
	can "$net" - "$FX_HOME" fxhealth --max-age 1d -s kinesis:s
	"${as[@]}" ddbput -q <line
	can "$DATA,$net" - "$FX_HOME" fxhealth --max-age 1d -s kinesis:s --item A
	echo '{"metric":"Lines","value":1}' >metric
	can "$net" - "$FX_HOME" cwput -q <metric
	can "$net" - "$FX_HOME" snspub -q -t arn:aws:sns:eu-west-1:123456789012:t <metric
	aws_py 'boto3.client("s3").create_bucket(Bucket="archive"); boto3.client("s3").put_object(Bucket="archive",
		Key="0_1_1_ddabd8f65facabcf.ndjson", Body=b"{\"_pos\":\"0:1\",\"a\":1}\n")'
	can "$net" - "$FX_HOME" s3get s3://archive
	can "$DATA,$net" - "$FX_HOME/spool" s3put -q s3://archive <line
	can "$USUAL" - "$FX_HOME" smget --no-cache key
	echo '{"resource":"stream","name":"kinesis:s"}' >stack
	can "$net" - "$FX_HOME" fxstack diff stack
	"${as[@]}" mkdir -p "$XDG_CONFIG_HOME/fxpipe/providers"
	echo "{\"url\":\"$AWS_ENDPOINT_URL/{from}{to}\",\"fields\":{\"exchange_rate\":\"/rate\"}}" \
		>"$XDG_CONFIG_HOME/fxpipe/providers/near.json"
	can "$DATA,$net" - "$FX_HOME" fxfetch -p near BTC/USD
}

@test "the directory of a rejects file is left to it, but not the home directory" {
	landlock
	local own=$HOME/refused
	"${as[@]}" mkdir "$own"
	echo bad >line
	can "create data,fchmod data,truncate data,$USUAL" - "$own" fxenc -x "$own/x" <line
	rm -f "$own/probe"
	can "$USUAL" - "$HOME" fxenc -x "$HOME/x" <line
	can "$USUAL" - "$HOME" fxenc --stats "$HOME/stats" <line
	can "create data,fchmod data,truncate data,$USUAL" - "$own" fxenc --stats "$own/stats" <line
	[ -s "$HOME/x" ] && [ -s "$HOME/stats" ] && [ -s "$own/x" ] && [ -s "$own/stats" ]
}

# fast COMMAND…: with a clock that begins with this test and is 20,000 times as fast; timeouts are not.
fast() {
	DONT_FAKE_MONOTONIC=1 FAKETIME_DONT_FAKE_MONOTONIC=1 faketime -f '@2026-03-01 00:00:00 x20000' "$@"
}

# day KIND: asks for keys each quarter of an hour for 25 hours, in a confined process.
day() {
	fast "$FX_BUILD/unit/credentials" 100 900000 >"$1.keys" 2>"$1.notes"
}

# Replaces both tokens as Kubernetes and ECS do, until it is killed.
replace_tokens() {
	local i
	for ((i = 2; ; i++)); do
		mkdir "tokens/..$i"
		echo "web$i" >"tokens/..$i/token"
		ln -s "..$i" tokens/..new
		mv -T tokens/..new tokens/..data
		rm -r "tokens/..$((i - 1))"
		echo "container$i" >tokens/new
		mv tokens/new tokens/container
		sleep 0.1
	done
}

@test "a confined process renews its credentials for a day" {
	landlock
	command -v faketime >/dev/null || skip "faketime is not installed"
	local place=$BATS_TEST_TMPDIR/metadata kind
	mkdir tokens tokens/..1
	{
		sso_profile 'profile sso'
		printf '[profile process]\ncredential_process = %s/program\n' "$PWD"
	} >"$HOME/.aws/config"
	sso_token 2020-01-01T00:00:00Z
	# It does what no confined program can.
	cat >program <<-'END'
		#!/bin/sh
		chmod 600 "$0.state" && echo >>"$0.state"
		n=$(wc -l <"$0.state")
		until=$(date -u -d "2026-03-01 $n hours" +%FT%TZ)
		echo "{\"Version\":1,\"AccessKeyId\":\"PROCESS$n\",\"SecretAccessKey\":\"S\",\"Expiration\":\"$until\"}"
	END
	chmod +x program
	touch program.state
	echo web1 >tokens/..1/token
	ln -s ..1 tokens/..data
	ln -s ..data/token tokens/token
	echo container1 >tokens/container
	metadata_start "$place" fast
	unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
	export AWS_ENDPOINT_URL=$METADATA
	in_background replace_tokens
	local jobs=()
	AWS_PROFILE=sso in_background day sso
	jobs+=("$background")
	AWS_PROFILE=process in_background day process
	jobs+=("$background")
	AWS_WEB_IDENTITY_TOKEN_FILE=$PWD/tokens/token AWS_ROLE_ARN=arn:aws:iam::1:role/r \
		in_background day web
	jobs+=("$background")
	AWS_CONTAINER_CREDENTIALS_FULL_URI=$AWS_ENDPOINT_URL/container \
		AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=$PWD/tokens/container in_background day container
	jobs+=("$background")
	for kind in "${jobs[@]}"; do wait "$kind"; done
	for kind in sso process web container; do
		[ "$(grep -cE '^(SSO|PROCESS|STS|CONTAINER)[0-9]+ S' $kind.keys)" = 100 ] || {
			grep -vE '^(SSO|PROCESS|STS|CONTAINER)' $kind.keys >&2
			false
		}
		# The server's clock was started before: its keys live longer.
		[ "$(sort -u $kind.keys | wc -l)" -ge 3 ]
	done
	[ "$(jq -r .body "$place/log" | grep -o 'WebIdentityToken=web[0-9]*' | sort -u | wc -l)" -ge 3 ]
	[ "$(jq -r '.headers.authorization // ""' "$place/log" | grep container | sort -u | wc -l)" -ge 3 ]
	[ "$(jq -r 'select(.target == "/token") | .target' "$place/log" | wc -l)" -ge 3 ]
}

@test "a confined tool reports what is wrong with the AWS configuration" {
	local tool
	unset AWS_REGION AWS_DEFAULT_REGION AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
	for tool in 'smget x' 'kread -s kinesis:x' 'kput -s kinesis:x' 'ddbget -t dynamodb:x' 'cwput -n x' 'snspub -t arn:aws:sns:eu-west-1:123456789012:t' 's3get s3://some-bucket' 's3put s3://some-bucket'; do
		printf '[work]\nregion = eu-west-1\n' >"$HOME/.aws/config"
		# shellcheck disable=SC2086 # words
		run --separate-stderr -2 $tool --profile work </dev/null
		has "$stderr" "has a section [work], which is ignored: write [profile work]"
		echo '[work' >"$HOME/.aws/config"
		# shellcheck disable=SC2086 # words
		run --separate-stderr -2 $tool --profile work </dev/null
		has "$stderr" "$HOME/.aws/config, line 1: "
	done
}
